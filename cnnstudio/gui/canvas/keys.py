"""What the keyboard does on the canvas, so that nothing on it needs a mouse.

+ and - zoom, 0 fits, 1 is 1:1, arrows pan. Shift+arrows move the probe by a pixel, Return pins it. In wipe
mode left and right move the divider (Ctrl pans), Home and End send it to the edges. Space held compares.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from cnnstudio.gui.canvas.view import CanvasView

_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_PAN = 64
_DIVIDER_STEP = 0.01


def press(canvas: CanvasView, event: QKeyEvent) -> bool:
    """Act on a key; False when it means nothing here and belongs to the window."""
    key, held = Qt.Key(event.key()), event.modifiers()
    shift = bool(held & Qt.KeyboardModifier.ShiftModifier)
    control = bool(held & Qt.KeyboardModifier.ControlModifier)
    if held & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.MetaModifier):
        return False
    if key in _ARROWS:
        _arrow(canvas, _ARROWS[key], shift, control)
        return True
    if control:
        return False
    if key == Qt.Key.Key_Space:
        if not event.isAutoRepeat():
            canvas.set_comparing(True)
        return True
    if canvas.mode == "wipe" and key in (Qt.Key.Key_Home, Qt.Key.Key_End):
        canvas.set_wipe(0.0 if key == Qt.Key.Key_Home else 1.0)
        return True
    action = {
        Qt.Key.Key_Plus: canvas.zoom_in,
        Qt.Key.Key_Equal: canvas.zoom_in,
        Qt.Key.Key_Minus: canvas.zoom_out,
        Qt.Key.Key_0: canvas.fit,
        Qt.Key.Key_1: canvas.one_to_one,
        Qt.Key.Key_Return: canvas.click_marker,
        Qt.Key.Key_Enter: canvas.click_marker,
    }.get(key)
    if action is None:
        return False
    action()
    return True


def release(canvas: CanvasView, event: QKeyEvent) -> bool:
    """Let go of a key; only Space is held down here."""
    if event.key() != Qt.Key.Key_Space:
        return False
    if not event.isAutoRepeat():
        canvas.set_comparing(False)
    return True


def _arrow(canvas: CanvasView, direction: tuple[int, int], shift: bool, control: bool) -> None:
    across, down = direction
    if shift:
        canvas.step_marker(across, down)
    elif canvas.mode == "wipe" and across and not control:
        canvas.set_wipe(canvas.wipe + across * _DIVIDER_STEP)
    else:
        # Arrows move the eye, not the picture.
        canvas.pan(-across * _PAN, -down * _PAN)
