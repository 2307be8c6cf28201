"""Plain surfaces in token colours: the ground everything else stands on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.theme import tokens


class Surface(QWidget):
    """A filled area with optional hairlines at its edges (any of "left right top bottom")."""

    def __init__(self, fill: str, edges: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill, self.edges = fill, edges.split()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill and hairlines."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), getattr(tokens(), self._fill))
        w, h = self.width(), self.height()
        for edge, line in (
            ("left", (0, 0, 1, h)), ("right", (w - 1, 0, 1, h)), ("top", (0, 0, w, 1)), ("bottom", (0, h - 1, w, 1)),
        ):  # fmt: skip
            if edge in self.edges:
                painter.fillRect(*line, tokens().line)
        painter.end()
