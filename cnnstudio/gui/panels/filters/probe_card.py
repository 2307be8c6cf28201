"""The card under the picture: one output pixel as window × kernel = value, and the histogram of the response."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.gui.fonts import font
from cnnstudio.gui.numbers_text import number
from cnnstudio.gui.theme import cell_colour, text_on, tokens
from cnnstudio.gui.widgets.histogram import Histogram
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.filters import Matrix, Probe

HEIGHT = 104
LARGEST_GRID = 5
NARROW_CELL, WIDE_CELL = 38, 46


class ProbeCard(QWidget):
    """A rounded card with words, the product, and the histogram."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.histogram = Histogram()
        self.histogram.setFixedSize(250, 78)
        self._title = Label("Probe", "name", "text1")
        self._place = Label("", "body", "text2")
        self._note = Label("Click the picture to pin a pixel.", "body", "text3", wrap=True)
        self._place.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        for label in (self._title, self._place, self._note):
            words.addWidget(label)
        words.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(124)
        holder.setLayout(words)
        words.setContentsMargins(0, 0, 0, 0)
        self._product = Product()
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 12, 20, 12)
        row.setSpacing(20)
        row.addWidget(holder)
        row.addWidget(self._product, 1)
        row.addWidget(self.histogram)

    def place(self) -> str:
        """The output pixel that is shown, in words; "" while there is none."""
        return self._place.text() if self._place.isVisibleTo(self) else ""

    def show_nothing(self, why: str = "") -> None:
        """No probe, and why; by default because none is pinned yet."""
        self._place.hide()
        self._note.setText(why or "Click the picture to pin a pixel.")
        self._product.set_probe(None, 1.0)

    def show_probe(self, probe: Probe, limit: float) -> None:
        """Write a probe. `limit`: the value shown in full colour."""
        self._place.show()
        self._place.setText(f"x {probe.x}, y {probe.y}")
        beyond = abs(probe.value) > limit > 0
        means = probe.averaged and len(probe.values) > 1
        self._note.setText(("beyond range" if beyond else "pinned") + (", mean of RGB" if means else ""))
        self._product.set_probe(probe, limit)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card's ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens().panel)
        painter.drawRoundedRect(self.rect(), 8, 8)
        painter.end()


class Product(QWidget):
    """Window × kernel = value, as small number grids; large kernels show the value alone."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self._probe: Probe | None = None
        self._limit = 1.0
        self._cell = NARROW_CELL

    def set_probe(self, probe: Probe | None, limit: float) -> None:
        """Show another pixel."""
        self._probe, self._limit = probe, limit or 1.0
        if probe is not None:
            self.setAccessibleName(f"Value {number(probe.value)} at x {probe.x}, y {probe.y}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Grids from left to right, leaving out what has no room."""
        probe = self._probe
        if probe is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rows, columns = len(probe.window), len(probe.window[0]) if probe.window else 0
        x = 0.0
        self._cell = WIDE_CELL if probe.averaged else NARROW_CELL
        fits = columns * (self._cell + NARROW_CELL + 4) + 2 * 34 + 90 <= self.width()
        if rows and rows <= LARGEST_GRID and columns <= LARGEST_GRID and fits:
            x = self._grid(painter, x, probe.window, _grey, 2, self._cell)
            x = self._sign(painter, x, "×")
            largest = max(abs(w) for row in probe.weights for w in row) or 1.0
            x = self._grid(painter, x, probe.weights, lambda v: cell_colour(v, largest), 2, NARROW_CELL)
            x = self._sign(painter, x, "=")
        fill = cell_colour(max(-1.0, min(1.0, probe.value / self._limit)), 1.0)
        box = QRectF(x, self.height() / 2 - 20, 88, 40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(text_on(fill))
        painter.setFont(font("title"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number(round(probe.value, 2)))
        painter.end()

    def _grid(
        self, painter: QPainter, x: float, rows: Matrix, colour: Callable[[float], QColor], decimals: int, wide: int
    ) -> float:
        high = min(24.0, self.height() / len(rows) - 2)
        top = (self.height() - len(rows) * (high + 2) + 2) / 2
        painter.setFont(font("body" if high >= 18 else "hint"))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                box = QRectF(x + c * (wide + 2), top + r * (high + 2), wide, high)
                fill = colour(value)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(fill)
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(text_on(fill))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, number(value, decimals, trim=True))
        return x + len(rows[0]) * (wide + 2)

    def _sign(self, painter: QPainter, x: float, sign: str) -> float:
        painter.setPen(tokens().text2)
        painter.setFont(font("title"))
        painter.drawText(QRectF(x, 0, 30, self.height()), Qt.AlignmentFlag.AlignCenter, sign)
        return x + 32


def _grey(value: float) -> QColor:
    level = int(max(0, min(255, value)))
    return QColor(level, level, level)
