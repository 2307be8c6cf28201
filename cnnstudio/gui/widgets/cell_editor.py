"""The text field that opens in a cell of a number grid."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting, tool_tip

LARGEST = 1e9
"""Larger numbers, of either sign, are refused: float32 responses of a photo would lose their meaning."""


class CellEditor(QLineEdit):
    """Takes one number of at most `LARGEST`: Enter, Tab and the arrows up and down take it and move on, Escape
    leaves it as it was.

    It opens with every digit of the number, so that leaving it without a change changes nothing, and is as wide
    as its text. What cannot be taken is said beside it while typing.

    Signals
    -------
    taken(float) : a good number was entered.
    moved(int, int) : go on by so many rows and columns.
    closed() : the editor is done.
    """

    taken = Signal(float)
    moved = Signal(int, int)
    closed = Signal()

    def __init__(self, value: float, area: QRect, start: str | None, parent: QWidget) -> None:
        super().__init__(parent)
        self._done = False
        self._problem = ""
        self._area = area
        self.setFrame(False)
        self.setFont(fonts.font("body" if area.width() < 40 else "cell-editor"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName("Weight")
        self._unchanged = numbers_text.exact(value)
        self.setText(self._unchanged if start is None else start)
        if start is None:
            self.selectAll()
        self._lay()
        self.textChanged.connect(self._lay)
        self.textEdited.connect(self._check)
        self.show()
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _lay(self) -> None:
        """Over the cell, and wider where the text needs it and the grid has the room."""
        parent, area = self.parentWidget(), self._area
        assert parent is not None
        text = self.fontMetrics().horizontalAdvance(self.text()) + 16
        wide = min(max(44, area.width(), text), max(44, parent.width()))
        left = max(0, min(area.center().x() - wide // 2, parent.width() - wide))
        high = max(22, area.height())
        top = max(0, min(area.center().y() - high // 2, parent.height() - high))
        self.setGeometry(left, top, wide, high)

    def problem(self) -> str:
        """Why the text cannot be taken; "" when it can."""
        return self._problem

    def _check(self) -> None:
        self._problem = ""
        try:
            if abs(numbers_text.parse(self.text())) > LARGEST:
                self._problem = f"A number from {numbers_text.MINUS}1e9 to 1e9"
        except ValueError as error:
            self._problem = str(error)
        tool_tip.say(self, self._problem)
        self.update()

    def finish(self, take: bool = True) -> None:
        """Close; the text is taken when it is a number that is allowed, and dropped otherwise."""
        if self._done:
            return
        self._done = True
        had_focus = self.hasFocus()
        if self._problem:
            tool_tip.hide()
        if take and not self._problem and self.text() != self._unchanged:
            with suppress(ValueError):
                self.taken.emit(numbers_text.parse(self.text()))
        parent = self.parentWidget()
        if had_focus and parent is not None:
            parent.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Return: (1, 0),
            Qt.Key.Key_Enter: (1, 0),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_Escape:
            self.finish(take=False)
        elif key in moves:
            self._go(*moves[key])
        else:
            super().keyPressEvent(event)

    def focusNextPrevChild(self, forward: bool) -> bool:
        if self._done:  # Qt asks too when a focused widget hides
            return False
        self._go(0, 1 if forward else -1)
        return True

    def _go(self, down: int, right: int) -> None:
        if self._problem:
            tool_tip.say(self, self._problem)  # the key press took the words away
            return
        moved = self.moved
        self.finish()
        moved.emit(down, right)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.finish()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painting.box(painter, self.rect(), t.field, t.error if self._problem else t.accent_text, 3, 2)
        painter.end()
        super().paintEvent(event)
