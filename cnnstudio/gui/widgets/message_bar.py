"""One message at a time at the top of the canvas: what happened, what to do, one action."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import Button

Kind = Literal["info", "warning", "error", "success"]
_ICONS = {"info": "info", "warning": "warning", "error": "warning-circle", "success": "check-circle"}
INFO_MS = 6000


class Message(NamedTuple):
    """What the bar says; two messages with equal fields are the same message."""

    kind: Kind
    words: str
    action: str = ""


class MessageBar(QWidget):
    """36 px, or more when the sentence wraps; the newest message replaces the one before.

    Signals
    -------
    closed() : the message went, by the person or after 6 s.
    """

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._message: Message | None = None
        self._callback: Callable[[], object] | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._action = Button("", height=20, parent=self, on_click=self._act)
        self._close = Button(
            "", "ghost", icon="x", height=24, name="Close message", parent=self, on_click=self.dismiss
        )
        self.hide()

    def message(self) -> Message | None:
        """What the bar says now."""
        return self._message

    def show_message(
        self, kind: Kind, words: str, action: str = "", callback: Callable[[], object] | None = None
    ) -> None:
        """Say `words`; info and success leave after 6 s. Saying the same again only restarts the
        clock."""
        new = Message(kind, words, action)
        self._callback = callback
        if new == self._message:
            self._run_clock()
            return
        self._message = new
        self._action.setText(action)
        self._action.setAccessibleName(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(f"{kind}: {words}")
        self.updateGeometry()
        self.show()
        self._run_clock()
        self._place()
        self.update()

    def dismiss(self) -> None:
        """Take the message away."""
        self._timer.stop()
        if self._message is not None:
            self._message = None
            self.hide()
            self.closed.emit()

    def _run_clock(self) -> None:
        """The seconds count while the message can be read: not before the window is there, nor after it closed."""
        leaves = self._message is not None and self._message.kind in ("info", "success")
        if leaves and self.isVisible():
            self._timer.start(INFO_MS)
        else:
            self._timer.stop()

    def showEvent(self, event: QShowEvent) -> None:
        self._run_clock()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def _act(self) -> None:
        callback = self._callback
        self.dismiss()
        if callback is not None:
            callback()

    def _text_right(self, width: int) -> int:
        action = self._action.sizeHint().width() + 12 if self._message and self._message.action else 0
        return width - 32 - action

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        if self._message is None:
            return 36
        lines = painting.wrapped("body", self._message.words, max(60, self._text_right(width) - 38))
        return max(36, 16 * len(lines) + 12)

    def sizeHint(self) -> QSize:
        return QSize(320, self.heightForWidth(max(self.width(), 200)))

    def minimumSizeHint(self) -> QSize:
        return QSize(200, self.heightForWidth(max(self.width(), 200)))

    def _place(self) -> None:
        middle = self.height() // 2
        self._close.setGeometry(self.width() - 28, middle - 12, 24, 24)
        hint = self._action.sizeHint()
        self._action.setGeometry(self._text_right(self.width()) + 12, middle - 10, hint.width(), 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        if self._message is None:
            return
        t, painter = tokens(), painting.begin(self)
        kind = self._message.kind
        bar = {"info": t.info_bar, "warning": t.warning_bar, "error": t.error_bar, "success": t.tint}[kind]
        painting.box(painter, self.rect(), bar, None, 4)
        icons.paint(painter, QRectF(10, 0, 18, self.height()), _ICONS[kind], getattr(t, kind), 16)
        width = max(60, self._text_right(self.width()) - 38)
        high = 16 * len(painting.wrapped("body", self._message.words, width))
        room = QRectF(38, (self.height() - high) / 2, width, high)
        painting.paragraph(painter, room, self._message.words, "body", t.text1, 16)
        painter.end()
