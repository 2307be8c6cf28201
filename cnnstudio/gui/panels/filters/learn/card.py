"""A titled card on the canvas."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.label import Label


class Card(QWidget):
    """Title and remark above any content."""

    def __init__(self, title: str, remark: str, content: QWidget) -> None:
        super().__init__()
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(title, "title", "text1"))
        head.addWidget(Label(remark, "hint", "text3"), 1, Qt.AlignmentFlag.AlignBottom)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(12)
        layout.addLayout(head)
        layout.addWidget(content, 1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card's ground."""
        painter = painting.begin(self)
        painting.box(painter, self.rect(), tokens().panel, None, 8)
        painter.end()
