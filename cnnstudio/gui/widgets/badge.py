"""The "live" badge: effects apply at once, there is nothing to press."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting


class Badge(QWidget):
    """A dot and a word on the accent tint, 20 px high; `set_state` changes word and whether it is at
    work."""

    def __init__(self, words: str = "live", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words, self._on = words, True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def set_state(self, words: str, on: bool = True) -> None:
        """Show `words`; `on` False makes the badge grey (paused, waiting)."""
        self._words, self._on = words, on
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(round(fonts.width("hint-strong", self._words)) + 26, 20)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        ink = t.accent_text if self._on else t.text3
        painting.box(painter, self.rect(), t.tint if self._on else t.raised, None, 4)
        painting.box(painter, QRectF(7, self.height() / 2 - 3, 6, 6), ink, None, 3)
        painting.text(
            painter, QRectF(self.rect()).adjusted(18, 0, -6, 0), self._words, "hint-strong", ink, elide=False
        )
        painter.end()
