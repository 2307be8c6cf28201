"""What stands on the shelf, in order, and which picture is current.

Items are values; a change replaces the item. Pixels are read by the engine when an item becomes current, so a
shelf of a thousand photos costs a thousand thumbnails.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture


@dataclass(frozen=True, eq=False)
class ShelfItem:
    """One picture on the shelf.

    `path` is where its file lies (results that were sent here have one in the application's data folder);
    `problem` is the sentence that says why it could not be read.
    """

    id: int
    name: str
    path: str
    is_result: bool = False
    thumbnail: QImage | None = None
    width: int = 0
    height: int = 0
    problem: str = ""


class ShelfModel(QObject):
    """The ordered items and the current one.

    Signals: `added(item)`, `removed(item)`, `updated(item)`, `reordered()`, `current_changed(item or None)`.
    """

    added = Signal(object)
    removed = Signal(object)
    updated = Signal(object)
    reordered = Signal()
    current_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._items: list[ShelfItem] = []
        self._pictures: dict[int, Picture] = {}
        self._current: int | None = None
        self._ids = itertools.count(1)

    @property
    def items(self) -> tuple[ShelfItem, ...]:
        """All items, left to right."""
        return tuple(self._items)

    @property
    def current(self) -> ShelfItem | None:
        """The item that every panel works on."""
        return self.item(self._current)

    def item(self, item_id: int | None) -> ShelfItem | None:
        """The item with this id, or None when it was removed."""
        return next((i for i in self._items if i.id == item_id), None)

    def add(self, name: str, path: str, *, is_result: bool = False, picture: Picture | None = None) -> ShelfItem:
        """Append an item; a file that stands here already is returned instead of added twice."""
        known = next((i for i in self._items if i.path == path), None)
        if known is not None:
            return known
        item = ShelfItem(next(self._ids), name, path, is_result)
        self._items.append(item)
        if picture is not None:
            self._pictures[item.id] = picture
        self.added.emit(item)
        return item

    def update(self, item_id: int, **changes: object) -> None:
        """Replace fields of an item (its thumbnail arrived, its file is unreadable)."""
        for index, item in enumerate(self._items):
            if item.id == item_id:
                self._items[index] = replace(item, **changes)  # type: ignore[arg-type]
                self.updated.emit(self._items[index])

    def remove(self, ids: Sequence[int]) -> None:
        """Take items off the shelf; their files stay where they are."""
        gone = [i for i in self._items if i.id in ids]
        index = next((n for n, i in enumerate(self._items) if i.id in ids), 0)
        self._items = [i for i in self._items if i.id not in ids]
        for item in gone:
            self._pictures.pop(item.id, None)
            self.removed.emit(item)
        if self._current in ids:
            near = self._items[min(index, len(self._items) - 1)].id if self._items else None
            self.set_current(near)

    def move(self, item_id: int, index: int) -> None:
        """Put an item at another place."""
        item = self.item(item_id)
        if item is not None:
            self._items.remove(item)
            self._items.insert(max(0, min(index, len(self._items))), item)
            self.reordered.emit()

    def set_current(self, item_id: int | None) -> None:
        """Choose the picture all panels work on."""
        if item_id != self._current:
            self._current = item_id
            self.current_changed.emit(self.current)

    def step(self, by: int) -> None:
        """Make the neighbour current; stops at both ends."""
        ids = [i.id for i in self._items]
        if ids:
            at = ids.index(self._current) if self._current in ids else 0
            self.set_current(ids[max(0, min(len(ids) - 1, at + by))])

    def picture(self, item_id: int) -> Picture | None:
        """The decoded picture, if it is held in memory."""
        return self._pictures.get(item_id)

    def hold(self, item_id: int, picture: Picture) -> None:
        """Keep a decoded picture; only the current and the last one are held, because pixels are heavy."""
        self._pictures[item_id] = picture
        for other in list(self._pictures):
            if len(self._pictures) > 2 and other not in (item_id, self._current):
                del self._pictures[other]
