"""The classification panel: a photo, the part of it that the network sees, and the classes it is surest of.

`looking.py` asks the engine; the rest is handed values and shows them. `bar_painting.py` draws the classes for the
window and for the saved picture alike.
"""
