"""What the filter panel adds to the command palette: its views, every preset, and starting over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.filters import PRESETS, FilterSettings
from cnnstudio.gui.actions import Action

if TYPE_CHECKING:
    from cnnstudio.gui.panels.filters.panel import FilterPanel


def palette_actions(panel: FilterPanel) -> list[Action]:
    """Views and presets for the palette."""
    views = (*panel.VIEWS, ("flicker", "Flicker"))
    made = [Action(f"filters.view.{v}", f"View: {title}", lambda v=v: panel.set_view(v)) for v, title in views]
    made += [
        Action(f"filters.preset.{name}", f"Kernel: {title}", lambda n=name: panel.use_preset(n))
        for name, title in PRESETS.items() if name != "own"
    ]  # fmt: skip
    made.append(Action("filters.reset", "Reset all filter settings", lambda: panel.change(FilterSettings(), True)))
    return made
