"""A field to search a list in: magnifying glass, text, Escape empties it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting


class SearchField(QLineEdit):
    """28 px high; what is typed is the query.

    Signals: those of QLineEdit (`textChanged`), and `left_down()` when Down is pressed: on into the list.
    """

    left_down = Signal()

    def __init__(self, hint: str, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrame(False)
        self.setFixedHeight(28)
        self.setPlaceholderText(hint)
        self.setAccessibleName(hint)
        self.setTextMargins(28, 0, 8, 0)

    def sizeHint(self) -> QSize:
        return QSize(240, 28)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        elif event.key() == Qt.Key.Key_Down:
            self.left_down.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        if self.hasFocus():
            painting.box(painter, self.rect(), t.field, t.accent_text, 6, 2)
        else:
            painting.box(painter, self.rect(), t.field, t.field_line, 6)
        icons.paint(painter, QRectF(8, 0, 16, self.height()), "magnifying-glass", t.text3, 15)
        painter.end()
        super().paintEvent(event)
