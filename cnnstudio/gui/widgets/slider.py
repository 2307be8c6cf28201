"""The slider itself: a 2 px track, a 12 px thumb, the default marked by a tick, and the change filled
in accent."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

THUMB = 12.0
_LOG_STEPS = 200
_MOST_STEPS = 10_000


class Scale:
    """Maps values to positions 0 … `steps`: evenly by `step`, or logarithmically (minimum above 0)."""

    def __init__(self, minimum: float, maximum: float, step: float, *, whole: bool, log: bool) -> None:
        self.minimum, self.maximum, self.step, self.whole = minimum, maximum, step, whole
        self.log = log and minimum > 0
        even = max(1, round((maximum - minimum) / step))
        self.steps = _LOG_STEPS if self.log else min(even, _MOST_STEPS)

    def fraction(self, value: float) -> float:
        """Where `value` lies on the track, 0 to 1."""
        low, high = self.minimum, self.maximum
        value = max(low, min(high, value))
        if self.log:
            return math.log(value / low) / math.log(high / low)
        return (value - low) / (high - low) if high > low else 0.0

    def value(self, position: int) -> float:
        """The value at a position; lies on the grid of steps and inside the range."""
        low, high = self.minimum, self.maximum
        part = position / self.steps
        raw = low * (high / low) ** part if self.log else low + part * (high - low)
        if self.log and not self.whole:
            value = float(f"{raw:.3g}")
        else:
            value = low + round((raw - low) / self.step) * self.step
        value = max(low, min(high, round(value, 10)))
        return round(value) if self.whole else value

    def position(self, value: float) -> int:
        """The position nearest to `value`."""
        return round(self.fraction(value) * self.steps)


class Slider(KeyboardFocus, QSlider):
    """A horizontal slider over a `Scale`; holds values that lie between its steps unchanged.

    Signals
    -------
    moved(float, bool) : the person moved it; False while dragging or while a key repeats, True at the end.
    resetAsked() : the thumb was double-clicked, or Delete pressed.
    """

    moved = Signal(object, bool)
    resetAsked = Signal()
    ring_radius = 6

    def __init__(
        self,
        scale: Scale,
        value: float,
        default: float | None = None,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._scale, self._value, self._default = scale, value, default
        self._grip = 0.0
        self._dragging = False
        self._pending = False
        self.setRange(0, scale.steps)
        self.setPageStep(max(1, scale.steps // 10))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(name)
        self.set_value(value)

    def set_value(self, value: float) -> None:
        """Show `value` without a signal."""
        self._value = value
        self.blockSignals(True)
        self.setSliderPosition(self._scale.position(value))
        self.blockSignals(False)
        self.update()

    def set_default(self, default: float | None) -> None:
        """Move the default tick."""
        self._default = default
        self.update()

    def set_scale(self, scale: Scale) -> None:
        """Run over another range."""
        self._scale = scale
        self.blockSignals(True)
        self.setRange(0, scale.steps)
        self.blockSignals(False)
        self.set_value(self._value)

    def sizeHint(self) -> QSize:
        return QSize(140, 24)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, 24)

    def _x(self, value: float) -> float:
        return THUMB / 2 + self._scale.fraction(value) * (self.width() - THUMB)

    def thumb_rect(self) -> QRectF:
        """The thumb's circle."""
        return QRectF(self._x(self._value) - THUMB / 2, (self.height() - THUMB) / 2, THUMB, THUMB)

    def _go(self, position: int, final: bool) -> None:
        position = max(0, min(self._scale.steps, position))
        value = self._scale.value(position)
        if value == self._value and not final:
            return
        self.set_value(value)
        self._pending = not final
        self.moved.emit(value, final)

    def _finish(self) -> None:
        if self._pending:
            self._pending = False
            self.moved.emit(self._value, True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        x = event.position().x()
        self._dragging = True
        inside = self.thumb_rect().adjusted(-4, -6, 4, 6).contains(event.position())
        self._grip = x - self._x(self._value) if inside else 0.0
        if not inside:
            self._drag_to(x)
        self.update()

    def _drag_to(self, x: float) -> None:
        part = (x - self._grip - THUMB / 2) / max(1.0, self.width() - THUMB)
        self._go(round(part * self._scale.steps), False)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragging:
            self._drag_to(event.position().x())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._dragging = False
        self._finish()
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.thumb_rect().adjusted(-4, -6, 4, 6).contains(event.position()):
            self.resetAsked.emit()
        else:
            self.mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, here = event.key(), self._scale.position(self._value)
        many = 10 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1
        moves = {
            Qt.Key.Key_Left: here - many, Qt.Key.Key_Down: here - many,
            Qt.Key.Key_Right: here + many, Qt.Key.Key_Up: here + many,
            Qt.Key.Key_PageDown: here - self.pageStep(), Qt.Key.Key_PageUp: here + self.pageStep(),
            Qt.Key.Key_Home: 0, Qt.Key.Key_End: self._scale.steps,
        }  # fmt: skip
        if key in moves:
            self._go(moves[Qt.Key(key)], False)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.resetAsked.emit()
        else:
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not event.isAutoRepeat():
            self._finish()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus() and event.angleDelta().y():
            self._go(self._scale.position(self._value) + (1 if event.angleDelta().y() > 0 else -1), True)
            event.accept()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        middle = self.height() / 2
        painting.box(painter, QRectF(0, middle - 1, self.width(), 2), t.track, None, 1)
        here = self._x(self._value)
        if self._default is not None and self._value != self._default:
            there = self._x(self._default)
            left, right = sorted((here, there))
            painting.box(painter, QRectF(left, middle - 1, right - left, 2), t.accent, None, 0)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            painter.fillRect(QRectF(round(there) - 0.5, middle - 4, 1, 8), t.accent)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        grown = self._dragging or (self.isEnabled() and self.underMouse())
        fill = t.text1 if grown and t.dark else t.thumb
        ring = t.thumb_ring if t.thumb_ring.alpha() else None
        painting.box(painter, self.thumb_rect(), fill, ring, THUMB / 2)
        painter.end()
