"""A field for one number: typed values are checked while typing, and say what would be allowed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QWidget

from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

SCIENTIFIC_FROM = 1e6
LONGEST = 1e9
"""A field writes larger values with 4 significant digits."""


def short_number(value: float, *, sign: bool = False) -> str:
    """At most 4 significant digits whatever the size: 1234, 1.235e8, −1e11; for places that cannot grow."""
    if not SCIENTIFIC_FROM <= abs(value) < float("inf"):
        return numbers_text.number(value, sign=sign)
    mantissa, _, exponent = f"{abs(value):.3e}".partition("e")
    lead = numbers_text.MINUS if value < 0 else "+" if sign else ""
    return f"{lead}{mantissa.rstrip('0').rstrip('.')}e{int(exponent)}"


class NumberField(KeyboardFocus, QLineEdit):
    """A right-aligned number with its unit, 24 px high.

    Enter or leaving the field takes the value, Escape brings the last good one back, and so does leaving
    a text that cannot be taken. Up and Down step it.

    Signals
    -------
    valueChanged(float, bool) : a new value; True when it is final, False while arrow keys repeat.
    errorChanged(str) : what is wrong with the typed text; "" when it is good again.
    """

    valueChanged = Signal(object, bool)
    errorChanged = Signal(str)
    ring_radius = 4

    def __init__(
        self,
        value: float = 0,
        *,
        minimum: float | None = None,
        maximum: float | None = None,
        step: float = 1,
        whole: bool = False,
        decimals: int | None = None,
        unit: str = "",
        name: str = "",
        width: int = 60,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._value: float = value
        self._minimum, self._maximum, self._step, self._whole = minimum, maximum, step, whole
        self._decimals = 0 if whole else decimals
        self._unit = unit
        self._error = ""
        self._width = width
        self.setFrame(False)
        self.setFont(fonts.font("body"))
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        behind = round(fonts.width("body", unit) + (-1 if unit == "°" else 1)) if unit else 0
        self.setTextMargins(4, 0, 5 + behind, 0)
        self._show()
        self.textEdited.connect(self._check)
        self.editingFinished.connect(self._take)

    def sizeHint(self) -> QSize:
        return QSize(self._width, 24)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def value(self) -> float:
        """The last good value; int for whole-number fields."""
        return self._value

    def error(self) -> str:
        """What is wrong with the text now; "" when nothing is."""
        return self._error

    def set_value(self, value: float) -> None:
        """Show `value` without a signal."""
        self._value = value
        self._show()
        self._set_error("")

    def set_range(self, minimum: float | None, maximum: float | None) -> None:
        """Allow another range; the value is not changed."""
        self._minimum, self._maximum = minimum, maximum

    def _show(self) -> None:
        self.setText(self.text_of(self._value))
        self.setCursorPosition(0)  # a long text shows its beginning, with the sign

    def text_of(self, value: float) -> str:
        """`value` as the field writes it: with the decimals of the step, or more where the value has
        more."""
        shown = numbers_text.number(value, self._decimals)
        if self._decimals is not None and abs(value - round(value, self._decimals)) > 1e-9 * max(
            1.0, abs(value)
        ):
            shown = numbers_text.number(value)
        return short_number(value) if abs(value) > LONGEST else shown

    def _set_error(self, message: str) -> None:
        if message != self._error:
            self._error = message
            self.update()
            self.errorChanged.emit(message)

    def _read(self) -> float | None:
        """The typed value, or None after setting the error."""
        try:
            value = numbers_text.parse(self.text())
        except ValueError as error:
            self._set_error(str(error))
            return None
        low, high = self._minimum, self._maximum
        if (low is not None and value < low) or (high is not None and value > high):
            self._set_error(numbers_text.range_hint(low, high))
            return None
        if self._whole and value != int(value):
            self._set_error("A whole number")
            return None
        self._set_error("")
        return int(value) if self._whole else value

    def _check(self) -> None:
        self._read()

    def _take(self) -> None:
        if not self.isModified():
            return
        value = self._read()
        if value is None:
            self.errorChanged.emit(self._error)  # said again: the key press took a tip away
            return
        self._change(value, True)

    def _change(self, value: float, final: bool) -> None:
        different = value != self._value
        self._value = value
        self._show()
        self._set_error("")
        if different or final:
            self.valueChanged.emit(value, final)

    def step_by(self, count: float, final: bool = True) -> None:
        """Add `count` steps, within the range."""
        value = round(self._value + count * self._step, 10)
        if self._minimum is not None:
            value = max(self._minimum, value)
        if self._maximum is not None:
            value = min(self._maximum, value)
        value = round(value) if self._whole else value
        if value != self._value:
            self._change(value, final)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        many = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self._take()
            self.step_by(many if key == Qt.Key.Key_Up else -many)
            self.selectAll()
        elif key == Qt.Key.Key_Escape and (self.isModified() or self._error):
            self.set_value(self._value)
            self.selectAll()
        else:
            super().keyPressEvent(event)
            if self._error:
                event.accept()  # Return goes no further while the text cannot be taken

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self.step_by(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.selectAll()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() == Qt.FocusReason.PopupFocusReason:
            return
        if self._error:
            self.set_value(self._value)
        self.setCursorPosition(0)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, on = tokens(), self.isEnabled()
        painter = painting.begin(self)
        edge = t.error if self._error else t.accent if self.hasFocus() else t.field_line if on else t.line
        painting.box(painter, self.rect(), t.field if on else None, edge, 4)
        if self._unit:
            area = QRectF(self.rect()).adjusted(0, 0, -7, 0)
            painting.text(painter, area, self._unit, "body", t.text3 if on else t.disabled, painting.RIGHT)
        painter.end()
        super().paintEvent(event)
