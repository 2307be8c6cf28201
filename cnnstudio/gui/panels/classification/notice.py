"""A sentence in a tinted box: what a person should know before believing the numbers below it."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

_LINE, _EDGE, _LEAD = 20, 8, 34


class Notice(QWidget):
    """A paragraph with an icon; whoever lays it out gives it the height of `height_at`."""

    def __init__(self) -> None:
        super().__init__()
        self._words = ""

    def set_words(self, words: str) -> None:
        """Say this; "" hides the box."""
        self._words = words
        self.setAccessibleName(words)
        self.setVisible(bool(words))
        self.update()

    def words(self) -> str:
        """What it says."""
        return self._words

    def height_at(self, width: int) -> int:
        """Its height at this width."""
        lines = painting.wrapped("card", self._words, max(80, width - _LEAD - 12))
        return _LINE * len(lines) + 2 * _EDGE

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painting.box(painter, self.rect(), t.warning_bar, None, 6)
        icons.paint(painter, QRectF(10, _EDGE, 16, _LINE), "warning", t.warning, 16)
        room = QRectF(_LEAD, _EDGE, self.width() - _LEAD - 12, self.height())
        painting.paragraph(painter, room, self._words, "card", t.text1, _LINE)
        painter.end()
