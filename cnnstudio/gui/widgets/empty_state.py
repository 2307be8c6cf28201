"""The place where a picture is missing: one icon, one title, one sentence, one or two actions."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import HEADER, Button

_LINE = {"card": 20.0, "body": 16.0}


class EmptyState(QWidget):
    """A dashed card that takes drops; `large` for the canvas, small for a side (no dashes, smaller
    type).

    Signals
    -------
    dropped(QMimeData) : something was dropped on it. Valid only during the call.
    """

    dropped = Signal(QMimeData)

    def __init__(
        self,
        title: str,
        sentence: str = "",
        *,
        icon: str = "image",
        buttons: tuple[Button, ...] = (),
        large: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title, self._sentence, self._icon = title, sentence, icon
        self._buttons, self._large = buttons, large
        self._over = False
        for button in buttons:
            button.setParent(self)
        self.setAcceptDrops(large)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)

    def set_words(self, title: str, sentence: str) -> None:
        """Say something else."""
        self._title, self._sentence = title, sentence
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(752, 264) if self._large else QSize(280, 160)

    def minimumSizeHint(self) -> QSize:
        return QSize(320, 232) if self._large else QSize(200, 120)

    def _roles(self) -> tuple[int, str, str, int]:
        """Icon side, role of title and of sentence, height of the title line."""
        return (40, "empty-title", "card", 28) if self._large else (24, "card", "body", 20)

    def _measure(self) -> float:
        return min(480.0 if self._large else 280.0, self.width() - 32)

    def _tops(self) -> tuple[float, float, float, float]:
        """Tops of icon, title, sentence and buttons; the block stands in the middle."""
        side, _, role, line = self._roles()
        words = _LINE[role] * len(painting.wrapped(role, self._sentence, self._measure()))
        first, second = (16.0, 4.0) if self._large else (16.0, 2.0)
        buttons = 24 + HEADER if self._buttons else 0
        total = side + first + line + second + words + buttons
        top = max(8.0, (self.height() - total) / 2)
        title = top + side + first
        sentence = title + line + second
        return top, title, sentence, sentence + words + 24

    def resizeEvent(self, event: QResizeEvent) -> None:
        widths = [b.sizeHint().width() for b in self._buttons]
        x = (self.width() - sum(widths) - 8 * max(0, len(widths) - 1)) // 2
        top = round(self._tops()[3])
        for button, width in zip(self._buttons, widths, strict=True):
            button.setGeometry(x, top, width, button.sizeHint().height())
            x += width + 8

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        if mime.hasUrls() or mime.hasImage():
            event.acceptProposedAction()
            self._set_over(True)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._set_over(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self._set_over(False)
        event.acceptProposedAction()
        self.dropped.emit(event.mimeData())

    def _set_over(self, over: bool) -> None:
        self._over = over
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        side, title_role, role, line = self._roles()
        if self._large:
            pen = QPen(t.accent if self._over else t.line_strong, 1.5)
            pen.setDashPattern([2.5, 2.5])
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.setBrush(t.tint if self._over else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)
        soft = t.caption if self._large else t.text2
        top, title, sentence, _ = self._tops()
        icons.paint(painter, QRectF(0, top, self.width(), side), self._icon, soft, side)
        shown = title_role if self._large else "name"
        painting.text(
            painter, QRectF(0, title, self.width(), line), self._title, shown, t.text1, painting.CENTRE
        )
        room = QRectF((self.width() - self._measure()) / 2, sentence, self._measure(), 200)
        painting.paragraph(painter, room, self._sentence, role, soft, _LINE[role], painting.CENTRE)
        painter.end()
