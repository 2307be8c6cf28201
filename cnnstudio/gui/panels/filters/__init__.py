"""The filter panel: the convolution lab on a photo, by the numbers, learned, and as code.

The pages (`*_page.py`) know engine and settings. What they show lies in `numbers/`, `learn/` and `volume*.py`, which
know neither: they are handed values and report what a person did with them.
"""
