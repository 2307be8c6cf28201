"""Everything the window itself can do, as data: shortcuts, menus and the command palette are made from this list."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.gui.actions import Action
from cnnstudio.gui.shelf.model import ShelfModel

if TYPE_CHECKING:
    from cnnstudio.gui.main_window import MainWindow


def window_actions(window: MainWindow) -> list[Action]:
    """The window's own actions, one to show each panel, and those of the panels."""
    return [
        *_picture_actions(window), *_history_actions(window), *_shelf_actions(window.shelf), *_view_actions(window),
        *_panel_actions(window),
    ]  # fmt: skip


def _picture_actions(window: MainWindow) -> list[Action]:
    comes, goes = window.incoming, window.outgoing
    return [
        Action("open", "Open pictures…", comes.open_dialog, "Ctrl+O", "folder-open"),
        Action("paste", "Paste picture", comes.paste, "Ctrl+V", "clipboard"),
        Action("samples", "Open the sample pictures", comes.open_samples, icon="image"),
        Action("save", "Save result…", goes.save, "Ctrl+S", "floppy-disk", goes.available),
        Action("copy", "Copy result", goes.copy, "Ctrl+C", "copy", goes.available),
        Action("to-shelf", "Send result to shelf", goes.to_shelf, "Ctrl+D", "stack-simple", goes.available),
    ]


def _history_actions(window: MainWindow) -> list[Action]:
    past = window.history
    return [
        Action("undo", "Undo", past.undo, "Ctrl+Z", "arrow-counter-clockwise", past.can_undo),
        Action("redo", "Redo", past.redo, "Ctrl+Shift+Z | Ctrl+Y", "arrow-clockwise", past.can_redo),
        Action("search", "Search actions", window.search, "Ctrl+K", "magnifying-glass", in_palette=False),
    ]


def _shelf_actions(shelf: ShelfModel) -> list[Action]:
    def has_current() -> bool:
        return shelf.current is not None

    def remove() -> None:
        if shelf.current is not None:
            shelf.remove([shelf.current.id])

    return [
        Action("next", "Next picture on the shelf", lambda: shelf.step(1), "Ctrl+Right", enabled=has_current),
        Action("previous", "Previous picture on the shelf", lambda: shelf.step(-1), "Ctrl+Left", enabled=has_current),
        Action("remove", "Remove picture from shelf", remove, icon="trash", enabled=has_current),
    ]


def _view_actions(window: MainWindow) -> list[Action]:
    return [
        Action("full-screen", "Full screen", window.toggle_full_screen, "F11 | F", "corners-out"),
        Action("inspector", "Show or hide the inspector", window.host.toggle_inspector, "Ctrl+I"),
        Action("shelf", "Show or hide the shelf", window.toggle_shelf, "Ctrl+B"),
        Action("cancel", "Cancel running work", window.studio.engine.cancel_shown, "Ctrl+."),
        Action("quit", "Quit", window.close, "Ctrl+Q"),
    ]


def _panel_actions(window: MainWindow) -> list[Action]:
    made = []
    for number, panel in enumerate(window.panels.values(), 1):
        made.append(Action(f"panel.{panel.ID}", f"Show {panel.TITLE}", lambda p=panel: window.show_panel(p.ID),
                           f"Ctrl+{number}" if number < 10 else "", panel.ICON))  # fmt: skip
        made += panel.actions()
    return made


def recent_actions(window: MainWindow) -> list[Action]:
    """The files opened last, for the palette."""
    return [
        Action(f"recent.{path}", f"Open {Path(path).name}", lambda p=path: window.open_paths([Path(p)]), icon="image")
        for path in window.incoming.recent
    ]
