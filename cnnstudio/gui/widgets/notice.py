"""Why a place is empty: an icon, a title, and one sentence with the remedy, in the middle of where a result would be.

The canvas paints it into a pane; pages that are built of widgets show it as one, so that it looks the same everywhere.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

WIDEST, MARGIN = 380.0, 24.0
_ICON, _TITLE, _LINE = 24, 28.0, 18.0


def paint_notice(painter: QPainter, area: QRectF, title: str, sentence: str) -> None:
    """Paint it into the middle of `area`; the sentence is wrapped."""
    t = tokens()
    wide = min(WIDEST, area.width() - 2 * MARGIN)
    high = _ICON + 8 + _TITLE + _LINE * len(painting.wrapped("body", sentence, wide))
    left, y = area.center().x() - wide / 2, area.center().y() - high / 2
    icons.paint(painter, QRectF(left, y, wide, _ICON), "warning", t.text3, _ICON)
    y += _ICON + 8
    painting.text(painter, QRectF(left, y, wide, 20), title, "title", t.text1, painting.CENTRE)
    y += _TITLE
    painting.paragraph(painter, QRectF(left, y, wide, high), sentence, "body", t.text2, _LINE, painting.CENTRE)


class Notice(QWidget):
    """The notice as a widget."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._sentence = title, ""
        self.setAccessibleName(title)

    def text(self) -> str:
        """The sentence."""
        return self._sentence

    def set_text(self, sentence: str) -> None:
        """Say another sentence."""
        self._sentence = sentence
        self.setAccessibleDescription(sentence)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        paint_notice(painter, QRectF(self.rect()), self._title, self._sentence)
        painter.end()
