"""Chips name a thing in passing: a device, a class with its colour, a key."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting


class Chip(QWidget):
    """20 px high, with an icon or a colour square before the words; kind "key" is an outline for a
    keyboard key.

    Signals
    -------
    clicked() : pressed and released inside.
    """

    clicked = Signal()

    def __init__(
        self,
        words: str,
        *,
        icon: str = "",
        colour: str = "",
        kind: Literal["chip", "key"] = "chip",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._words, self._icon, self._square, self._kind = words, icon, colour, kind
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def set_text(self, words: str, icon: str | None = None) -> None:
        """Show other words."""
        self._words = words
        self._icon = self._icon if icon is None else icon
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        """The words shown."""
        return self._words

    def _lead(self) -> int:
        return 26 if self._icon else 24 if self._square else 8 if self._kind == "chip" else 6

    def sizeHint(self) -> QSize:
        edge = 8 if self._kind == "chip" else 6
        high = 20 if self._kind == "chip" else 18
        return QSize(round(fonts.width("hint", self._words)) + self._lead() + edge, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        area = QRectF(self.rect())
        if self._kind == "key":
            painting.box(painter, area, None, t.line_strong, 4)
        else:
            painting.box(painter, area, t.raised, None, 4)
        if self._icon:
            icons.paint(painter, QRectF(6, 0, 14, area.height()), self._icon, t.text2, 13)
        if self._square:
            painting.box(painter, QRectF(8, area.height() / 2 - 5, 10, 10), QColor(self._square), None, 2)
        ink = t.text1 if self._kind == "chip" else t.text2
        painting.text(painter, area.adjusted(self._lead(), 0, -4, 0), self._words, "hint", ink, elide=False)
        painter.end()
