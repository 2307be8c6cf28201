"""What is written over the tiles of a mosaic: the selected one, numbers, and which units are silent or switched off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cnnstudio.gui import fonts
from cnnstudio.gui.canvas.panes import ToView
from cnnstudio.gui.theme import tokens_for
from cnnstudio.gui.widgets import painting

if TYPE_CHECKING:
    from cnnstudio.activations import Grid

NUMBERS_FROM = 76.0
"""Width of a tile on screen from which on its number is written."""

_OFF, _CHIP, _EDGE = QColor(0, 0, 0, 165), QColor(0, 0, 0, 150), QColor(0, 0, 0, 140)
_WORDS, _RESPONDS = QColor("#A6A6A6"), QColor("#FFFFFF")


@dataclass(frozen=True)
class Marks:
    """Units to be marked. responding: those that respond at the place that the pointer is at."""

    selected: int = -1
    silent: frozenset[int] = frozenset()
    off: frozenset[int] = frozenset()
    responding: tuple[int, ...] = ()


class TileMarks:
    """An overlay for the canvas."""

    def __init__(self, grid: Grid, marks: Marks) -> None:
        self._grid, self._marks = grid, marks

    def __call__(self, painter: QPainter, to_view: ToView) -> None:
        """Paint the marks of the tiles in view."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        marks, numbers = self._marks, self._grid.tile[1] * to_view.scale_x >= NUMBERS_FROM
        height, width = self._grid.size
        whole = to_view.rect(0, 0, width, height)
        for unit, tile in self._visible(painter, to_view):
            if unit in marks.off:
                painter.fillRect(tile, _OFF)
            word = "off" if unit in marks.off else "silent" if unit in marks.silent else ""
            if word and tile.width() >= fonts.width("hint", word) + 6 and tile.height() >= 18:
                painting.text(painter, tile, word, "hint", _WORDS, painting.CENTRE, elide=False)
            if numbers:
                _paint_number(painter, tile, unit)
            if unit in marks.responding:
                _frame(painter, tile, whole, _RESPONDS, 1.0)
            if unit == marks.selected:
                # The light accent in both themes: it lies on a dark picture.
                _frame(painter, tile.adjusted(-1, -1, 1, 1), whole, tokens_for(True).accent, 2.0)

    def _visible(self, painter: QPainter, to_view: ToView) -> Iterator[tuple[int, QRectF]]:
        grid, clip = self._grid, painter.clipBoundingRect()
        (height, width), gap = grid.tile, grid.gap
        first = max(0, math.floor((clip.top() - to_view.dy) / ((height + gap) * to_view.scale_y)))
        last = min(grid.rows - 1, math.floor((clip.bottom() - to_view.dy) / ((height + gap) * to_view.scale_y)))
        for place in range(first * grid.columns, min(len(grid.channels), (last + 1) * grid.columns)):
            top, left = grid.corner(place)
            tile = to_view.rect(left, top, width, height)
            if tile.intersects(clip):
                yield grid.channels[place], tile


def _frame(painter: QPainter, tile: QRectF, whole: QRectF, colour: QColor, width: float) -> None:
    """A ring around a tile, inside the picture at its edges, with a dark line that parts it from bright maps."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    place = tile.adjusted(-width, -width, width, width).intersected(whole)
    for ink, wide, inset in ((_EDGE, 1.0, width + 0.5), (colour, width, width / 2)):
        painter.setPen(QPen(ink, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
        painter.drawRoundedRect(place.adjusted(inset, inset, -inset, -inset), 3, 3)


def _paint_number(painter: QPainter, tile: QRectF, unit: int) -> None:
    words = str(unit)
    chip = QRectF(tile.left() + 3, tile.top() + 3, fonts.width("hint", words) + 8, 15)
    painting.box(painter, chip, _CHIP, None, 2)
    painting.text(painter, chip, words, "hint", QColor("#E8E8E8"), painting.CENTRE, elide=False)
