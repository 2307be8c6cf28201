"""The key to a colour map: a bar of 10 px with minimum, zero and maximum in figures."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import numbers_text
from cnnstudio.gui.theme import DIVERGING, SEQUENTIAL, tokens
from cnnstudio.gui.widgets import painting


class Legend(QWidget):
    """Diverging (minimum, 0, maximum; symmetric) or sequential (minimum and a word for the maximum)."""

    def __init__(
        self,
        kind: Literal["diverging", "sequential"] = "diverging",
        minimum: float = -1,
        maximum: float = 1,
        *,
        words: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.kind = kind
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_range(minimum, maximum, words)

    def set_range(self, minimum: float, maximum: float, words: str = "") -> None:
        """Name the ends; `words` replaces the figure of the maximum."""
        signed = self.kind == "diverging"
        self._ends = (numbers_text.number(minimum), words or numbers_text.number(maximum, sign=signed))
        self.setAccessibleName("Colour map")
        self.setAccessibleDescription(f"{self._ends[0]} to {self._ends[1]}")
        self.update()

    def ends(self) -> tuple[str, str]:
        """The figures at both ends."""
        return self._ends

    def sizeHint(self) -> QSize:
        return QSize(308, 30)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 30)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        stops = DIVERGING if self.kind == "diverging" else SEQUENTIAL
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(painting.gradient(stops, QPointF(0, 0), QPointF(self.width(), 0)))
        painter.drawRoundedRect(QRectF(0, 0, self.width(), 10), 2, 2)
        line = QRectF(0, 14, self.width(), 16)
        painting.text(painter, line, self._ends[0], "hint", t.text3)
        painting.text(painter, line, self._ends[1], "hint", t.text3, painting.RIGHT)
        if self.kind == "diverging":
            painting.text(painter, line, "0", "hint", t.text3, painting.CENTRE)
        painter.end()
