"""A 2 px ring outside the focused control, shown for keyboard focus only.

The ring lies outside its control, so it is a widget of its own on an ancestor with room for it; one
ring serves the application.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QFocusEvent, QPaintEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

GAP, WIDTH = 2, 2
_OUT = GAP + WIDTH
_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class FocusRing(QWidget):
    """The ring around one control; moves with it."""

    def __init__(self, host: QWidget) -> None:
        super().__init__(host)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.target: QWidget | None = None
        self._radius = 6.0

    def surround(self, target: QWidget, radius: float) -> None:
        """Show the ring around `target`."""
        self.target, self._radius = target, radius
        target.installEventFilter(self)
        self._follow()
        self.raise_()
        self.show()

    def release(self) -> None:
        """Hide the ring and let go of its control."""
        if self.target is not None and isValid(self.target):
            self.target.removeEventFilter(self)
        self.target = None
        self.hide()

    def _follow(self) -> None:
        target, host = self.target, self.parentWidget()
        if target is None or host is None:
            return
        area = target.ring_rect() if isinstance(target, KeyboardFocus) else target.rect()
        corner = target.mapTo(host, area.topLeft()) if host is not target else QPoint(0, 0)
        self.setGeometry(QRect(corner, area.size()).adjusted(-_OUT, -_OUT, _OUT, _OUT))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize):
            self._follow()
        elif event.type() == QEvent.Type.Hide:
            self.release()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painting.box(painter, self.rect(), None, tokens().accent_text, self._radius + _OUT, WIDTH)
        painter.end()


_rings: list[FocusRing] = []


def _host(target: QWidget) -> QWidget:
    """The nearest ancestor that has room for the ring."""
    area = target.ring_rect() if isinstance(target, KeyboardFocus) else target.rect()
    host = target.parentWidget()
    while host is not None and not host.isWindow():
        place = QRect(target.mapTo(host, area.topLeft()), area.size())
        if host.rect().contains(place.adjusted(-_OUT, -_OUT, _OUT, _OUT)):
            return host
        host = host.parentWidget()
    return host or target


def show_ring(target: QWidget, radius: float) -> None:
    """Put the ring around `target`."""
    hide_ring(None)
    host = _host(target)
    if _rings and isValid(_rings[0]):
        _rings[0].setParent(host)
    else:
        _rings[:] = [FocusRing(host)]
    _rings[0].surround(target, radius)


def hide_ring(target: QWidget | None) -> None:
    """Take the ring away, if it is around `target` (None: wherever it is)."""
    if _rings and isValid(_rings[0]) and (target is None or _rings[0].target is target):
        _rings[0].release()


def ring_target() -> QWidget | None:
    """The control that the ring surrounds now."""
    return _rings[0].target if _rings and isValid(_rings[0]) else None


class KeyboardFocus:
    """Mix-in, before the Qt class: shows the ring when focus arrives by keyboard."""

    ring_radius: float = 6

    def ring_rect(self) -> QRect:
        """The part of the widget that the ring surrounds."""
        return self.rect()  # type: ignore[attr-defined, no-any-return]

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)  # type: ignore[misc]
        if event.reason() in _KEYBOARD:
            show_ring(self, self.ring_radius)  # type: ignore[arg-type]

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)  # type: ignore[misc]
        hide_ring(self)  # type: ignore[arg-type]


def show_instead(shown: Sequence[QWidget], hidden: Sequence[QWidget]) -> None:
    """Show these controls in the place of those; a focus among the hidden ones goes to the first that can take it."""
    for each in shown:
        each.show()
    for each in hidden:
        heirs = [one for one in shown if one.isEnabled() and one.focusPolicy() & Qt.FocusPolicy.TabFocus]
        if each.hasFocus() and heirs:
            ringed = ring_target() is each
            heirs[0].setFocus(Qt.FocusReason.TabFocusReason if ringed else Qt.FocusReason.OtherFocusReason)
        each.hide()
