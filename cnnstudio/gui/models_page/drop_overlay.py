"""What dropping does here, said over the table while something is dragged over the page."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

IMPORT, PICTURE = "Drop to import the file of a network", "Drop to open the picture"
_HIGH, _ICON = 44, 18


class DropOverlay(QWidget):
    """A dashed frame around the page and the words in a pill at its foot, so that the rows stay visible."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._words = ""
        self.hide()

    def words(self) -> str:
        """What it says; "" while it is hidden."""
        return self._words if not self.isHidden() else ""

    def tell(self, words: str) -> None:
        """Say what would happen; "" hides it."""
        self._words = words
        self.setAccessibleName(words)
        self.setGeometry(self._over.rect())
        self.setVisible(bool(words))
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(t.accent, 2, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(7, 7, -7, -7), 8, 8)
        wide = fonts.width("name", self._words) + _ICON + 8 + 40
        pill = QRectF((self.width() - wide) / 2, self.height() - _HIGH - 64, wide, _HIGH)
        painting.box(painter, pill, t.accent, None, 8)
        icons.paint(painter, QRectF(pill.left() + 20, pill.top(), _ICON, _HIGH), "download-simple", t.on_accent, _ICON)
        painting.text(painter, pill.adjusted(20 + _ICON + 8, 0, 0, 0), self._words, "name", t.on_accent)
        painter.end()
