"""One output value as window × kernel = value, in small number grids that take the width there is."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.fonts import font
from cnnstudio.gui.numbers_text import number
from cnnstudio.gui.theme import cell_colour, text_on, tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.fitted_numbers import fitted

if TYPE_CHECKING:
    from cnnstudio.filters import Matrix, Probe

LARGEST_GRID = 5
VALUE = 88
CELLS = (30, 34, 38, 42, 46)
"""Widths of a cell, from the least at which ordinary numbers are readable."""
NARROW, WIDE = 38, 46
"""The usual widths: of a weight, and of a mean of channels, which has digits behind the point."""
_GAP, _SIGN, _TIGHT_SIGN = 2, 32, 24
_ROLES = ("body", "hint", "cell-tiny")


class Product(QWidget):
    """The grids of a probe; the value alone where the kernel is too large or the place too narrow for them."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._probe: Probe | None = None
        self._limit = 1.0

    def set_probe(self, probe: Probe | None, limit: float) -> None:
        """Show another pixel; `limit` is the value shown in full colour."""
        self._probe, self._limit = probe, limit or 1.0
        if probe is not None:
            self.setAccessibleName(f"Value {number(probe.value)} at x {probe.x}, y {probe.y}")
        self.update()

    def widths(self) -> tuple[int, int]:
        """The least width at which the grids can be read, and the best one; (0, 0) when there are no grids."""
        columns, cell = self.columns(), self._least_cell()
        if not columns or not cell:
            return 0, 0
        assert self._probe is not None
        window = max(WIDE if self._probe.averaged else NARROW, cell)
        best = columns * (window + max(NARROW, cell) + 2 * _GAP) + 2 * _SIGN + VALUE
        return columns * 2 * (cell + _GAP) + 2 * _TIGHT_SIGN + VALUE, best

    def _least_cell(self) -> int:
        """The least width of a cell in which every number has its place; 0 for numbers that no cell can hold."""
        if self._probe is None:
            return 0
        grids = (self._probe.window, self._probe.weights)
        return next((w for w in CELLS if all(self._written(rows, w) is not None for rows in grids)), 0)

    def columns(self) -> int:
        """Columns of the grids; 0 when there are none, or too large ones."""
        probe = self._probe
        if probe is None or not probe.window:
            return 0
        rows, columns = len(probe.window), len(probe.window[0])
        return columns if rows <= LARGEST_GRID and columns <= LARGEST_GRID else 0

    def shows_grids(self) -> bool:
        """Whether window and kernel are seen at the present width."""
        least, _ = self.widths()
        return 0 < least <= self.width()

    def texts(self) -> tuple[list[str], list[str]]:
        """What stands in the cells of the window and of the kernel, row by row; empty without grids."""
        if not self.shows_grids():
            return [], []
        assert self._probe is not None
        window, kernel = (
            self._written(rows, wide)
            for rows, wide in zip((self._probe.window, self._probe.weights), self._cells(), strict=True)
        )
        return (window[1] if window else []), (kernel[1] if kernel else [])

    def _cells(self) -> tuple[float, float]:
        """Widths of the window's and the kernel's cells: the best, or all alike and narrower."""
        assert self._probe is not None
        least = self._least_cell()
        if self.width() >= self.widths()[1]:
            return max(WIDE if self._probe.averaged else NARROW, least), max(NARROW, least)
        each = (self.width() - 2 * _TIGHT_SIGN - VALUE) / (2 * self.columns()) - _GAP
        return each, each

    def _height_of(self, rows: int) -> float:
        return min(24.0, self.height() / rows - _GAP)

    def _written(self, rows: Matrix, wide: float) -> tuple[str, list[str]] | None:
        """Type and texts of a grid with cells of this width; None when they do not fit."""
        if not rows:
            return None
        return fitted(list(chain.from_iterable(rows)), wide - 4, self._height_of(len(rows)), _ROLES)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grids from left to right, then the value."""
        probe = self._probe
        if probe is None:
            return
        painter, x = painting.begin(self), 0.0
        if self.shows_grids():
            tight = self.width() < self.widths()[1]
            window, kernel = self._cells()
            x = self._grid(painter, x, probe.window, _grey, window)
            x = self._sign(painter, x, "×", tight)
            largest = max(abs(w) for row in probe.weights for w in row) or 1.0
            x = self._grid(painter, x, probe.weights, lambda v: cell_colour(v, largest), kernel)
            x = self._sign(painter, x, "=", tight)
        fill = cell_colour(max(-1.0, min(1.0, probe.value / self._limit)), 1.0)
        box = QRectF(x, self.height() / 2 - 20, VALUE, 40)
        painting.box(painter, box, fill, None, 3)
        role, (words,) = fitted([probe.value], VALUE - 8, 40, ("title", "body", "hint")) or ("hint", [""])
        painting.text(painter, box, words, role, text_on(fill), painting.CENTRE, elide=False)
        painter.end()

    def _grid(self, painter: QPainter, x: float, rows: Matrix, colour: Callable[[float], QColor], wide: float) -> float:
        high = self._height_of(len(rows))
        top = (self.height() - len(rows) * (high + _GAP) + _GAP) / 2
        role, texts = self._written(rows, wide) or ("", [])
        columns = len(rows[0])
        for index, value in enumerate(chain.from_iterable(rows)):
            r, c = divmod(index, columns)
            box, fill = QRectF(x + c * (wide + _GAP), top + r * (high + _GAP), wide, high), colour(value)
            painting.box(painter, box, fill, tokens().line, 3)  # the edge: white cells on a white card
            if texts:
                painting.text(painter, box, texts[index], role, text_on(fill), painting.CENTRE, elide=False)
        return x + columns * (wide + _GAP)

    def _sign(self, painter: QPainter, x: float, sign: str, tight: bool) -> float:
        wide = _TIGHT_SIGN if tight else _SIGN
        painter.setPen(tokens().text2)
        painter.setFont(font("title"))
        painter.drawText(QRectF(x - 1, 0, wide, self.height()), Qt.AlignmentFlag.AlignCenter, sign)
        return x + wide


def _grey(value: float) -> QColor:
    level = int(max(0, min(255, value)))
    return QColor(level, level, level)
