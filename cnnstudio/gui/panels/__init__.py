"""The panels, one file (or folder) a capability. `base.Panel` says what a panel offers; `PANELS` lists them.

A panel knows the `Studio` it is given (engine, shelf, messages), never the window. It registers with one line here.
"""

from __future__ import annotations

from importlib import import_module

PANELS = (
    "cnnstudio.gui.panels.filters.panel:FilterPanel",
    "cnnstudio.gui.panels.activations.panel:ActivationsPanel",
    "cnnstudio.gui.panels.classification.panel:ClassificationPanel",
)


def panel_classes() -> list[type]:
    """The classes named in PANELS, in the order of the rail."""
    found = []
    for entry in PANELS:
        module, name = entry.split(":")
        found.append(getattr(import_module(module), name))
    return found
