"""A switch of 28 × 16 px, and the row that names it."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRect, QRectF, QSize, QVariantAnimation
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from cnnstudio.gui.theme import theme, tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus
from cnnstudio.gui.widgets.row import MARGIN, Row

_WIDE, _HIGH = 28, 16


class Switch(KeyboardFocus, QAbstractButton):
    """On or off; the knob glides over 120 ms.

    Signals: `toggled(bool)`, also when set from code; `clicked(bool)` by the person only.
    """

    ring_radius = 8

    def __init__(self, on: bool = False, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setChecked(on)
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._place = float(on)
        self._glide: QVariantAnimation | None = None
        self.toggled.connect(self._move)

    def sizeHint(self) -> QSize:
        return QSize(_WIDE, 24)

    def ring_rect(self) -> QRect:
        return QRect(0, (self.height() - _HIGH) // 2, _WIDE, _HIGH)

    def hitButton(self, pos) -> bool:  # type: ignore[no-untyped-def]
        return self.rect().contains(pos)

    def _move(self, on: bool) -> None:
        length = theme().duration(120) if self.isVisible() else 0
        if self._glide is not None:
            self._glide.stop()
        if not length:
            self._at(float(on))
            return
        self._glide = QVariantAnimation(self)
        self._glide.setDuration(length)
        self._glide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._glide.setStartValue(self._place)
        self._glide.setEndValue(float(on))
        self._glide.valueChanged.connect(self._at)
        self._glide.start(QVariantAnimation.DeletionPolicy.KeepWhenStopped)

    def _at(self, place: float) -> None:
        self._place = float(place)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        area = QRectF(self.ring_rect())
        painting.box(painter, area, painting.mix(t.switch_off, t.accent, self._place), None, _HIGH / 2)
        off = t.thumb if t.dark else t.on_accent
        knob = painting.mix(off, t.on_accent, self._place)
        x = area.left() + 2 + self._place * (_WIDE - _HIGH)
        painting.box(painter, QRectF(x, area.top() + 2, _HIGH - 4, _HIGH - 4), knob, None, _HIGH / 2)
        painter.end()


class SwitchRow(Row):
    """Label on the left, words for the state beside it (optional), the switch on the right; 28 px
    high."""

    def __init__(
        self,
        label: str,
        value: bool = False,
        *,
        default: bool | None = None,
        states: tuple[str, str] = ("", ""),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, value if default is None else default, height=28, parent=parent)
        self._states = states
        self.switch = Switch(value, name=label, parent=self)
        self.switch.clicked.connect(lambda on: self._report(on, True))

    def set_states(self, off: str, on: str) -> None:
        """Say other words beside the label."""
        self._states = (off, on)
        self.update()

    def words(self) -> str:
        """The words beside the label now."""
        return self._states[int(self.value())]

    def value(self) -> bool:
        return self.switch.isChecked()

    def show_value(self, value: bool) -> None:
        self.switch.setChecked(value)

    def label_rect(self) -> QRectF:
        width = 84 if any(self._states) else self.width() - 2 * MARGIN - _WIDE - 12
        return QRectF(MARGIN, 0, width, self._height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.switch.setGeometry(self.width() - MARGIN - _WIDE, 2, _WIDE, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        words = self.words()
        if words:
            painter = painting.begin(self)
            painter.setOpacity(1.0 if self.isEnabled() else 0.4)
            area = QRectF(MARGIN + 96, 0, self.width() - 2 * MARGIN - 96 - _WIDE - 12, self._height)
            painting.text(painter, area, words, "body", tokens().text3)
            painter.end()
