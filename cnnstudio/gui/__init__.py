"""The window: everything that imports Qt lives here and nowhere else.

May enter: widgets, panels, the bridge to the engine. May not enter: computation, and torch, NumPy or
OpenCV at import time, because the window has to be on screen before any of them is loaded.
"""
