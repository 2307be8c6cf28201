"""Where the columns of the table of networks stand at a given width: one answer for its heading and all rows."""

from __future__ import annotations

from typing import NamedTuple

from PySide6.QtCore import QRectF

INSET = 12
_NARROW_BELOW = 1100


class Columns(NamedTuple):
    """Left edge and width of each column in pixels; sizes are right-aligned in theirs."""

    name: tuple[int, int]
    task: tuple[int, int]
    size: tuple[int, int]
    licence: tuple[int, int]
    state: tuple[int, int]
    actions: tuple[int, int]

    def area(self, column: str, top: float, height: float) -> QRectF:
        """A column's part of a band."""
        left, width = getattr(self, column)
        return QRectF(left, top, width, height)


def columns(width: int) -> Columns:
    """The columns of a table of this width; the name takes what the others leave. Buttons end where the table does."""
    narrow = width < _NARROW_BELOW
    gap = 16 if narrow else 24
    actions, state, licence, size, task = (184, 168, 88, 56, 104) if narrow else (184, 208, 136, 64, 112)
    placed, right = [], width
    for one in (actions, state, licence, size, task):
        placed.append((right - one, one))
        right -= one + gap
    return Columns((INSET, max(120, right - INSET)), *reversed(placed))
