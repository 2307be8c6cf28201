"""The ends of the shelf fade out where more tiles lie beyond them, instead of being chopped off."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent
from PySide6.QtWidgets import QScrollArea, QWidget

from cnnstudio.gui.theme import theme, tokens

WIDTH = 48


class EdgeFades(QWidget):
    """Lies over a scroll area that moves sideways, and lets every press through."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__(area)
        self._bar = area.horizontalScrollBar()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._bar.valueChanged.connect(self.update)
        self._bar.rangeChanged.connect(self.update)
        theme().changed.connect(self.update)
        area.installEventFilter(self)

    def ends(self) -> tuple[bool, bool]:
        """Whether something lies beyond the left and the right end."""
        return self._bar.value() > self._bar.minimum(), self._bar.value() < self._bar.maximum()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """As large as the area."""
        if event.type() == QEvent.Type.Resize and isinstance(watched, QWidget):
            self.setGeometry(watched.rect())
            self.raise_()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """The ground's colour, stronger towards the edge."""
        painter = QPainter(self)
        left, right = self.ends()
        if left:
            _fade(painter, QRectF(0, 0, WIDTH, self.height()), 0, WIDTH)
        if right:
            _fade(painter, QRectF(self.width() - WIDTH, 0, WIDTH, self.height()), self.width(), self.width() - WIDTH)
        painter.end()


def _fade(painter: QPainter, area: QRectF, solid: float, clear: float) -> None:
    ground = tokens().panel
    gone = QColor(ground)
    gone.setAlpha(0)
    gradient = QLinearGradient(solid, 0, clear, 0)
    gradient.setColorAt(0, ground)
    gradient.setColorAt(1, gone)
    painter.fillRect(area, gradient)
