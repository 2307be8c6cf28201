"""The keys that step and play, kept away from window-wide shortcuts wherever in the view the focus is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

STEP_KEYS = {
    Qt.Key.Key_Left.value: "previous",
    Qt.Key.Key_Right.value: "next",
    Qt.Key.Key_Up.value: "up",
    Qt.Key.Key_Down.value: "down",
    Qt.Key.Key_Home.value: "first",
    Qt.Key.Key_End.value: "last",
    Qt.Key.Key_Space.value: "play",
}


def is_step_key(event: QEvent) -> bool:
    """Whether it is a key event of a step key without modifiers."""
    if not isinstance(event, QKeyEvent):
        return False
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    return modifiers == Qt.KeyboardModifier.NoModifier and event.key() in STEP_KEYS


def step_after(what: str, position: int, count: int, width: int) -> int:
    """Where a step key leads from `position` (1 … `count`) in rows of `width`."""
    if what in ("up", "down"):
        target = position + (width if what == "down" else -width)
        return target if 1 <= target <= count else position
    targets = {"previous": position - 1, "next": position + 1, "first": 1, "last": count}
    return min(max(targets[what], 1), count)


class StepKeys(QObject):
    """Watches the children of a view; `step` is called with the name of the key's meaning."""

    def __init__(self, view: QWidget, step: Callable[[str], None]):
        super().__init__(view)
        self._step = step
        for child in view.findChildren(QWidget):
            child.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim step keys from shortcuts; take them from buttons, where arrows would move the focus."""
        if is_step_key(event):
            assert isinstance(event, QKeyEvent)
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()
            elif self._takes(watched, event):
                self._step(STEP_KEYS[event.key()])
                return True
        return super().eventFilter(watched, event)

    def _takes(self, watched: QObject, event: QKeyEvent) -> bool:
        # Space stays with the button that has the focus.
        pressed = event.type() == QEvent.Type.KeyPress and event.key() != Qt.Key.Key_Space.value
        return pressed and isinstance(watched, QPushButton)
