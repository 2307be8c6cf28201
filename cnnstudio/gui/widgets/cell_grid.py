"""Numbers as a grid of cells coloured by sign; printed as long as they fit, beyond that colour alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.theme import cell_colour, text_on
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.table_text import Matrix

_ROLES = ("cell-editor", "cell-small", "cell-tiny")


class CellGrid(QWidget):
    """Shows rows of numbers of equal length; blue negative, grey zero, orange positive."""

    def __init__(
        self,
        weights: Sequence[Sequence[float]] = ((0.0,),),
        *,
        name: str = "Numbers",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._weights: Matrix = tuple(tuple(row) for row in weights)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)

    def weights(self) -> Matrix:
        """The weights, row by row."""
        return self._weights

    def set_weights(self, weights: Sequence[Sequence[float]]) -> None:
        """Show other numbers without a signal."""
        self._weights = tuple(tuple(row) for row in weights)
        self.update()

    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return len(self._weights), len(self._weights[0])

    def sizeHint(self) -> QSize:
        return QSize(136, 112)

    def minimumSizeHint(self) -> QSize:
        return QSize(64, 64)

    def _gap(self) -> int:
        rows, columns = self.shape()
        cell = min(self.width() / columns, self.height() / rows)
        return 2 if cell > 15 else 1 if cell >= 8 else 0

    def cell_rect(self, row: int, column: int) -> QRect:
        """The area of a cell, on whole pixels."""
        (rows, columns), gap = self.shape(), self._gap()
        x0, x1 = (round(c * (self.width() + gap) / columns) for c in (column, column + 1))
        y0, y1 = (round(r * (self.height() + gap) / rows) for r in (row, row + 1))
        return QRect(x0, y0, max(1, x1 - x0 - gap), max(1, y1 - y0 - gap))

    def cell_at(self, point: QPoint) -> tuple[int, int] | None:
        """Row and column under a point."""
        if not self.rect().contains(point):
            return None
        (rows, columns), gap = self.shape(), self._gap()
        row = min(rows - 1, point.y() * rows // (self.height() + gap))
        return row, min(columns - 1, point.x() * columns // (self.width() + gap))

    def number_role(self) -> str | None:
        """The largest type in which every number fits its cell; None when colour alone must do."""
        area = self.cell_rect(0, 0)
        texts = {numbers_text.number(w, 2, trim=True) for row in self._weights for w in row}
        for role in _ROLES:
            if fonts.ROLES[role].line - 2 > area.height():
                continue
            if all(fonts.width(role, t) <= area.width() - 6 for t in texts):
                return role
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        largest = max(abs(w) for row in self._weights for w in row)
        role = self.number_role()
        for r, row in enumerate(self._weights):
            for c, weight in enumerate(row):
                fill, area = cell_colour(weight, largest), self.cell_rect(r, c)
                painting.box(
                    painter, area, fill, None, 3 if min(area.width(), area.height()) > 12 else self._gap()
                )
                if role is not None:
                    words = numbers_text.number(weight, 2, trim=True)
                    painting.text(painter, area, words, role, text_on(fill), painting.CENTRE, elide=False)
        painter.end()
