"""The parts of the main window, one idea a module; `gui/main_window.py` puts them together.

Frame (where the parts lie), panel host (which panel is shown), incoming and outgoing (pictures and results), actions,
and what the session keeps. None of them knows a single panel: they see `gui/panels/base.Panel` only.
"""
