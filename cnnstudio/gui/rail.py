"""The rail at the left edge: one painted button per panel, settings at the bottom."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from cnnstudio.gui.fonts import font
from cnnstudio.gui.icons import icon
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.theme import theme, tokens

WIDTH = 64


class RailButton(QAbstractButton):
    """Icon over a small label; the active one has the accent bar at the left edge."""

    def __init__(self, text: str, icon_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icon = icon_name
        self.setFixedSize(WIDTH, 56)
        self._hover = False
        theme().changed.connect(self.update)

    def enterEvent(self, event: QEnterEvent) -> None:
        self._hover = True
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = False
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Fill, bar, icon, label, focus ring."""
        t = tokens()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isChecked():
            painter.fillRect(self.rect(), t.panel)
            painter.fillRect(QRect(0, 0, 3, self.height()), t.accent)
        elif self._hover:
            painter.fillRect(self.rect(), t.hover)
        spot = QRect((self.width() - 20) // 2, 9, 20, 20)
        icon(self._icon, 20, "accent_text" if self.isChecked() else "text2").paint(painter, spot)
        painter.setFont(font("rail"))
        painter.setPen(t.text1 if self.isChecked() else t.text2)
        painter.drawText(QRect(0, 33, self.width(), 14), Qt.AlignmentFlag.AlignCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(t.accent_text, 2))
            painter.drawRoundedRect(self.rect().adjusted(4, 3, -4, -3), 6, 6)
        painter.end()


class Rail(Surface):
    """The column of panel buttons.

    Signals: `chosen(id)`.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg", "right", parent)
        self.setFixedWidth(WIDTH)
        self._buttons: dict[str, RailButton] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addStretch(1)
        self._above = 0

    def add(self, id: str, text: str, icon_name: str, tip: str, *, at_bottom: bool = False) -> None:
        """Append a button to the upper or the lower group."""
        button = RailButton(text, icon_name)
        button.setToolTip(tip)
        button.clicked.connect(lambda _=False: self.chosen.emit(id))
        self._buttons[id] = button
        if at_bottom:
            self._column.addWidget(button)
        else:
            self._column.insertWidget(self._above, button)
            self._above += 1

    def set_active(self, id: str) -> None:
        """Mark the button of the panel that is shown."""
        for key, button in self._buttons.items():
            button.setChecked(key == id)

    def sizeHint(self) -> QSize:
        """As wide as one button."""
        return QSize(WIDTH, 400)
