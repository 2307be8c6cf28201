"""The card under the picture: one output pixel as window × kernel = value, and the histogram of the response."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui.panels.filters.product import VALUE, Product
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.histogram import Histogram
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.filters import Probe

HEIGHT, MARGIN, GAP = 104, 20, 20
WORDS = 124
HISTOGRAM, NARROW_HISTOGRAM = 250, 120
ESSENTIAL = 3
"""Grids up to this side are worth more than the histogram, where there is no room for both."""


class ProbeCard(QWidget):
    """A rounded card with words, the product, and the histogram.

    Signals: `numbers_asked()` when a person wants to see products that have no room here.
    """

    numbers_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(HEIGHT)
        self.histogram = Histogram()
        self.histogram.setFixedSize(HISTOGRAM, 78)
        self.product = Product()
        self.link = Button("", "ghost", icon="arrow-right", on_click=self.numbers_asked.emit)
        self._title = Label("Probe", "name", "text1")
        self._place = Label("", "body", "text2")
        self._note = Label("Click the picture to pin a pixel.", "body", "text3", wrap=True)
        self._place.hide()
        self.link.hide()
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addStretch(1)
        for label in (self._title, self._place, self._note):
            words.addWidget(label)
        words.addStretch(1)
        holder = QWidget()
        holder.setFixedWidth(WORDS)
        holder.setLayout(words)
        words.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(MARGIN, 12, MARGIN, 12)
        row.setSpacing(0)
        row.addWidget(holder)
        row.addSpacing(GAP)
        row.addWidget(self.product)
        row.addWidget(self.link)
        row.addStretch(1)
        row.addWidget(self.histogram)

    def place(self) -> str:
        """The output pixel that is shown, in words; "" while there is none."""
        return self._place.text() if self._place.isVisibleTo(self) else ""

    def show_nothing(self, why: str = "") -> None:
        """No probe, and why; by default because none is pinned yet."""
        self._place.hide()
        self._note.setText(why or "Click the picture to pin a pixel.")
        self.product.set_probe(None, 1.0)
        self.link.hide()
        self._share_out()

    def show_probe(self, probe: Probe, limit: float) -> None:
        """Write a probe. `limit`: the value shown in full colour."""
        self._place.show()
        self._place.setText(f"x {probe.x}, y {probe.y}")
        beyond = abs(probe.value) > limit > 0
        means = probe.averaged and len(probe.values) > 1
        self._note.setText(("beyond range" if beyond else "pinned") + (", mean of RGB" if means else ""))
        self.product.set_probe(probe, limit)
        count = sum(map(len, probe.weights))
        self.link.setText(f"{count} products in Numbers" if count else "Products in Numbers")
        self._share_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width: other parts have room."""
        super().resizeEvent(event)
        self._share_out()

    def _share_out(self) -> None:
        """The histogram gives way to the grids; where they have no room all the same, a link leads to them."""
        room = self.width() - 2 * MARGIN - WORDS - 2 * GAP
        least, best = self.product.widths()
        essential = least > 0 and self.product.columns() <= ESSENTIAL
        drawn = 0 < least <= room - (0 if essential else NARROW_HISTOGRAM)
        linked = bool(self.place()) and not drawn
        if drawn:
            histogram = min(HISTOGRAM, max(room - best, NARROW_HISTOGRAM))
            histogram = histogram if room - histogram >= least else 0
            self.product.setFixedWidth(min(best, room - histogram))
        else:
            self.product.setFixedWidth(VALUE)
            histogram = min(HISTOGRAM, room - VALUE - (self.link.sizeHint().width() if linked else 0))
        self.link.setVisible(linked)
        self.histogram.setVisible(histogram >= NARROW_HISTOGRAM)
        self.histogram.setFixedWidth(max(NARROW_HISTOGRAM, histogram))

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card's ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tokens().panel)
        painter.drawRoundedRect(self.rect(), 8, 8)
        painter.end()
