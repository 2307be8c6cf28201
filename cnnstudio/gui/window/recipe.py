"""Going back to how a saved picture was made: its panel, its settings, and its source if that is still here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnstudio.errors import StudioError
from cnnstudio.gui.history import History
from cnnstudio.gui.panels.base import Messages
from cnnstudio.gui.window.panel_host import PanelHost

if TYPE_CHECKING:
    from cnnstudio.imaging.recipes import Recipe


def apply_recipe(recipe: Recipe, host: PanelHost, history: History, messages: Messages) -> bool:
    """Show the panel that made a picture, with the settings it had, as one step that can be undone.

    A capability such as "filters/edges" names a panel and one of its views.

    Returns False, having said why, when this version lacks the panel or cannot use the settings.
    """
    from cnnstudio.settings import from_plain

    name, _, view = recipe.capability.partition("/")
    panel = host.panels.get(name)
    if panel is None:
        messages.warning(f"This picture was made by “{recipe.capability}”, which this version lacks.")
        return False
    try:
        settings: Any = from_plain(panel.SETTINGS, recipe.settings)
    except StudioError as error:
        messages.error(f"The recipe in the picture cannot be used: {error}")
        return False
    host.show_panel(panel.ID)
    before = panel.settings
    panel.set_settings(settings)
    if view in {each for each, _ in panel.VIEWS}:
        panel.set_view(view)
    history.record(panel.ID, before, settings, True)
    return True
