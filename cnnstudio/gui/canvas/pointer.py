"""What the mouse does on the canvas: pan, pick, paint, move the divider, drag a picture out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from cnnstudio.gui.canvas.artist import View
from cnnstudio.gui.canvas.strokes import Stroke

if TYPE_CHECKING:
    from cnnstudio.gui.canvas.view import CanvasView

_GRAB = 7.0
_LEFT, _MIDDLE, _RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton, Qt.MouseButton.RightButton


class Pointer:
    """Turns presses, moves and releases into what the canvas does; one gesture at a time."""

    def __init__(self, canvas: CanvasView) -> None:
        self._canvas = canvas
        self._gesture = ""
        self._button = Qt.MouseButton.NoButton
        self._start = QPointF()
        self._last = QPointF()
        self._moved = False
        self._pane_id = ""
        self.stroke: Stroke | None = None
        self.at: QPointF | None = None

    def press(self, event: QMouseEvent) -> None:
        """Begin the gesture that the place and the button call for."""
        if self._gesture:
            return
        self._start = self._last = event.position()
        self._moved, self._button = False, event.button()
        self._gesture, self._pane_id = self._meant(event)
        if self._gesture == "paint":
            self.stroke = Stroke(self._pane_id, event.button() == _RIGHT)
            self._paint_to(event.position())
        self._show_cursor(event.position())

    def _meant(self, event: QMouseEvent) -> tuple[str, str]:
        canvas, where = self._canvas, event.position()
        view = canvas.view_at(where)
        pane_id = view.pane.id if view else ""
        if event.button() == _MIDDLE:
            return "pan", pane_id
        if event.button() == _LEFT:
            caption = canvas.caption_at(where)
            if caption is not None:
                return "out", caption.pane.id
            if self.over_divider(where):
                return "divider", pane_id
            if view is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier:
                return "out", pane_id
        if canvas.brush is not None and event.button() in (_LEFT, _RIGHT):
            return ("paint", pane_id) if view is not None and canvas.pixel_at(view, where) else ("", "")
        return ("pan", pane_id) if event.button() == _LEFT else ("", "")

    def move(self, event: QMouseEvent) -> None:
        """Carry the gesture on, or report what is under the pointer."""
        where = event.position()
        self.at = where
        step, self._last = where - self._last, where
        far = (where - self._start).manhattanLength() >= QApplication.startDragDistance()
        began = far and not self._moved
        if self._gesture:
            self._moved = self._moved or far
        canvas = self._canvas
        if self._gesture == "divider":
            canvas.move_divider(where.x())
        elif self._gesture == "paint":
            self._paint_to(where)
        elif self._gesture == "out" and began:
            self._gesture = ""
            canvas.dragRequested.emit(self._pane_id)
        elif self._gesture == "pan" and self._moved:
            step = where - self._start if began else step
            canvas.pan(step.x(), step.y())
        canvas.report_hover(where)
        self._show_cursor(where)

    def release(self, event: QMouseEvent) -> None:
        """End the gesture; a press that did not move is a click."""
        if event.button() != self._button:
            return
        gesture, self._gesture, self._button = self._gesture, "", Qt.MouseButton.NoButton
        canvas, stroke = self._canvas, self.stroke
        self.stroke = None
        if gesture == "paint" and stroke is not None:
            canvas.update()
            canvas.strokePainted.emit(stroke.pane_id, stroke.points, stroke.erase)
        elif gesture == "pan" and not self._moved and event.button() == _LEFT:
            self._click(event.position())
        self._show_cursor(event.position())

    def cancel(self) -> bool:
        """Give up the running gesture; True if there was one."""
        running, self._gesture, self.stroke = bool(self._gesture), "", None
        self._canvas.update()
        return running

    def leave(self) -> None:
        """The pointer is gone."""
        self.at = None

    def over_divider(self, where: QPointF) -> bool:
        """Whether the wipe's divider is near enough to be taken."""
        line = self._canvas.divider_line()
        return (
            line is not None and abs(where.x() - line.x1()) <= _GRAB and line.y1() <= where.y() <= line.y2()
        )

    def _click(self, where: QPointF) -> None:
        view = self._canvas.view_at(where)
        pixel = self._canvas.pixel_at(view, where) if view else None
        if view is not None and pixel is not None:
            self._canvas.clicked.emit(view.pane.id, *pixel)

    def _paint_to(self, where: QPointF) -> None:
        stroke = self.stroke
        view = next((v for v in self._canvas.visible_views() if stroke and v.pane.id == stroke.pane_id), None)
        if stroke is None or view is None:
            return
        point = self._canvas.place_at(view, where)
        if not stroke.points or stroke.points[-1] != point:
            stroke.points.append(point)
            self._canvas.update_view(view)

    def _show_cursor(self, where: QPointF) -> None:
        self._canvas.setCursor(self._cursor(where, self._canvas.view_at(where)))

    def _cursor(self, where: QPointF, view: View | None) -> Qt.CursorShape:
        if self._gesture == "pan" and self._moved:
            return Qt.CursorShape.ClosedHandCursor
        if self._gesture == "divider" or (not self._gesture and self.over_divider(where)):
            return Qt.CursorShape.SplitHCursor
        if self._canvas.caption_at(where) is not None:
            return Qt.CursorShape.OpenHandCursor
        if view is not None and self._canvas.pixel_at(view, where) is not None:
            return Qt.CursorShape.CrossCursor
        return Qt.CursorShape.ArrowCursor
