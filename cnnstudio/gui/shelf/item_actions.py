"""What can be done with one picture on the shelf: its menu, and taking it off with a way back."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.actions import Action, menu_of
from cnnstudio.gui.shelf.model import ShelfItem, ShelfModel
from cnnstudio.gui.widgets.message_bar import MessageBar


def open_item_menu(parent: QWidget, shelf: ShelfModel, item_id: int, at: QPoint) -> None:
    """The context menu of a picture, at this point of the screen."""
    item = shelf.item(item_id)
    if item is None:
        return
    menu = menu_of(parent, [
        Action("shelf.reveal", "Show in folder", lambda: _reveal(item.path), icon="folder-open"),
        None,
        Action("shelf.remove", "Remove from shelf", lambda: shelf.remove([item_id]), "Del", icon="trash"),
    ])  # fmt: skip
    menu.popup(at)


def offer_back(bar: MessageBar, shelf: ShelfModel, item: ShelfItem) -> None:
    """Say that a picture was taken off, with a button that brings it back; files that cannot be read go unsaid."""
    if item.problem:
        return

    def put_back() -> None:
        back = shelf.add(item.name, item.path, is_result=item.is_result)
        shelf.set_current(back.id)

    bar.show_message("info", f"{item.name} was taken off the shelf.", "Undo", put_back)


def _reveal(path: str) -> None:
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))
