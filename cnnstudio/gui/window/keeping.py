"""What the session keeps of the window, and how the window takes it over again: shelf, panels, layout, recent files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray

from cnnstudio.errors import StudioError
from cnnstudio.gui.session import SessionState

if TYPE_CHECKING:
    from cnnstudio.gui.main_window import MainWindow


def snapshot(window: MainWindow) -> SessionState:
    """The window's present state as plain values."""
    from cnnstudio.settings import to_plain

    items, current, panel = window.shelf.items, window.shelf.current, window.panel
    return SessionState(
        shelf=tuple({"name": i.name, "path": i.path, "result": i.is_result} for i in items),
        current=items.index(current) if current is not None else -1,
        panel=panel.ID if panel is not None else "",
        panels={
            p.ID: {"settings": to_plain(p.settings), "view": p.view_state()} for p in window.panels.values()
        },
        geometry=bytes(window.saveGeometry().toBase64().data()).decode(),
        inspector_width=window.frame.inspector_width(),
        shelf_shown=window.frame.shelf_ground.is_open(),
        recent=tuple(window.incoming.recent),
    )


def restore(window: MainWindow, state: SessionState) -> None:
    """Take over a session; entries that cannot be used are left out, with a warning where a person would miss them."""
    if state.geometry:
        window.restoreGeometry(QByteArray.fromBase64(QByteArray(state.geometry.encode())))
    window.incoming.recent = list(state.recent)
    _restore_panels(window, state.panels)
    window.frame.set_inspector_width(state.inspector_width, window.width())
    window.frame.shelf_ground.set_open(state.shelf_shown)
    items = window.intake.add_paths((r["name"], r["path"], r["result"]) for r in state.shelf)
    if 0 <= state.current < len(items):
        window.shelf.set_current(items[state.current].id)
    if state.panel in window.panels:
        window.show_panel(state.panel)


def _restore_panels(window: MainWindow, panels: Mapping[str, Mapping[str, Any]]) -> None:
    from cnnstudio.settings import from_plain

    for id, saved in panels.items():
        panel = window.panels.get(id)
        if panel is None:
            continue
        try:
            panel.set_settings(from_plain(panel.SETTINGS, saved.get("settings", {})))
            panel.set_view_state(dict(saved.get("view", {})))
        except (StudioError, TypeError, ValueError) as error:
            window.studio.messages.warning(f"The settings of {panel.TITLE} could not be restored: {error}")
