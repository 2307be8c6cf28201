"""The canvas a panel uses: linked pictures and all that a person does to them with mouse, wheel and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.canvas import decor, keys
from cnnstudio.gui.canvas.artist import Artist, View
from cnnstudio.gui.canvas.linked import LinkedView
from cnnstudio.gui.canvas.pointer import Pointer
from cnnstudio.gui.canvas.strokes import Brush, paint_cursor
from cnnstudio.gui.theme import tokens

_NOTCH = 120
_PER_NOTCH = 1.25
_BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class CanvasView(LinkedView):
    """Pictures to look at, probe, compare, paint on and drag out.

    The wheel zooms at the pointer, dragging pans, a double click changes between fit and 1:1; `keys` says
    what the keyboard does.

    Signals (besides those of LinkedView)
    -------
    hovered(pane id, x, y): the pixel under the pointer; (None, None, None) when there is none.
    clicked(pane id, x, y): a pixel was picked, by mouse or with Return.
    strokePainted(pane id, [(x, y), …], erase): a finished stroke, in that pane's pixels (fractions kept).
    dragRequested(pane id): a picture is being dragged out, by its caption or with Alt held.
    """

    hovered = Signal(object, object, object)
    clicked = Signal(str, int, int)
    strokePainted = Signal(str, object, bool)
    dragRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pointer = Pointer(self)
        self._brush: Brush | None = None
        self._hover: tuple[str, int, int] | None = None
        self._ring = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)

    # -- probe and brush -------------------------------------------------------------------------------------

    def set_marker(self, pane_id: str, x: int, y: int) -> None:
        """Mark the pixel (x, y) of a pane, and with it the same place in every other pane."""
        pane = self.pane(pane_id)
        self._marker = pane.placement.to_scene(x + 0.5, y + 0.5) if pane else None
        self.update()

    def clear_marker(self) -> None:
        """Take the mark away."""
        self._marker = None
        self.update()

    def step_marker(self, across: int, down: int) -> None:
        """Move the mark by pixels of the pane shown first and pick the pixel it reaches."""
        view = next(iter(self.visible_views()), None)
        here = self._marked(view) if view else None
        if view is None or here is None:
            return
        pane = view.pane
        x = min(max(here[0] + across, 0), pane.width - 1)
        y = min(max(here[1] + down, 0), pane.height - 1)
        self.set_marker(pane.id, x, y)
        self.clicked.emit(pane.id, x, y)

    def click_marker(self) -> None:
        """Pick the marked pixel (or the one in the middle), as a click would; with a brush, paint there."""
        view = next(iter(self.visible_views()), None)
        here = self._marked(view) if view else None
        if view is None or here is None:
            return
        if self._brush is not None:
            self.strokePainted.emit(view.pane.id, [(here[0] + 0.5, here[1] + 0.5)], False)
            return
        self.set_marker(view.pane.id, *here)
        self.clicked.emit(view.pane.id, *here)

    def _marked(self, view: View) -> tuple[int, int] | None:
        camera = self._stage.camera
        at = self._marker if self._marker is not None else (camera.x, camera.y)
        return view.pane.pixel_at(*at)

    @property
    def brush(self) -> Brush | None:
        """The brush of paint mode, or None outside it."""
        return self._brush

    def set_brush(self, brush: Brush | None) -> None:
        """Enter or leave paint mode: the left button paints, the right one erases, the middle one pans."""
        self._pointer.cancel()
        self._brush = brush
        self.update()

    # -- what lies where -------------------------------------------------------------------------------------

    def view_at(self, where: QPointF) -> View | None:
        """The view under a logical point of the widget."""
        return self._stage.view_at(where.x() * self._stage.ratio, where.y() * self._stage.ratio)

    def caption_at(self, where: QPointF) -> View | None:
        """The view whose caption lies under a logical point."""
        return next((v for v in self.visible_views() if self._stage.caption_rect(v).contains(where)), None)

    def place_at(self, view: View, where: QPointF) -> tuple[float, float]:
        """The pane's pixel coordinates under a logical point, not held to its edges."""
        ratio = self._stage.ratio
        scene = self._stage.camera.to_scene(view.cell, where.x() * ratio, where.y() * ratio)
        return view.pane.placement.to_pixel(*scene)

    def pixel_at(self, view: View, where: QPointF) -> tuple[int, int] | None:
        """The pane's pixel under a logical point, or None beside the picture."""
        ratio = self._stage.ratio
        scene = self._stage.camera.to_scene(view.cell, where.x() * ratio, where.y() * ratio)
        return view.pane.pixel_at(*scene)

    def report_hover(self, where: QPointF | None) -> None:
        """Send `hovered` if another pixel is under the pointer than before."""
        view = self.view_at(where) if where is not None else None
        pixel = self.pixel_at(view, where) if view is not None and where is not None else None
        now = (view.pane.id, *pixel) if view is not None and pixel is not None else None
        if self._brush is not None and view is not None:
            self.update_view(view)
        if now != self._hover:
            self._hover = now
            self.hovered.emit(*(now or (None, None, None)))

    # -- painting over the pictures --------------------------------------------------------------------------

    def paint_on_top(self, painter: QPainter, artist: Artist) -> None:
        """The running stroke, the brush, the focus ring."""
        if self._brush is not None:
            self._paint_brush(painter, artist, self._brush)
        if self._ring and self.hasFocus():
            decor.paint_focus_ring(painter, QRectF(self.rect()), tokens())

    def _paint_brush(self, painter: QPainter, artist: Artist, brush: Brush) -> None:
        stroke, at, ratio = self._pointer.stroke, self._pointer.at, self._stage.ratio
        for view in self.visible_views():
            clip = QRectF(view.clip.intersected(artist.picture_rect(view)))
            painter.save()
            painter.setClipRect(QRectF(clip.topLeft() / ratio, clip.size() / ratio))
            if stroke is not None and stroke.pane_id == view.pane.id and stroke.points:
                stroke.paint(painter, artist.to_view(view), brush)
            if at is not None and self.view_at(at) == view:
                paint_cursor(painter, artist.to_view(view), self.place_at(view, at), brush)
            painter.restore()

    # -- mouse, wheel, keys ----------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """See Pointer."""
        self._set_ring(False)
        self._pointer.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """See Pointer."""
        self._pointer.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """See Pointer."""
        self._pointer.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Between fit and 1:1, at the pointer; with a brush a double click is two strokes."""
        if self._brush is not None or event.button() != Qt.MouseButton.LeftButton:
            self._pointer.press(event)
        elif self.view_at(event.position()) is not None and not self._pointer.over_divider(event.position()):
            if self.fitting:
                self.one_to_one(event.position())
            else:
                self.fit()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer."""
        turned = event.angleDelta().y()
        if turned:
            self.set_zoom(self.zoom * _PER_NOTCH ** (turned / _NOTCH), event.position())
            self.report_hover(event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the pointer any more."""
        self._pointer.leave()
        self.report_hover(None)
        if self._brush is not None:
            self.update()

    def event(self, event: QEvent) -> bool:
        """Pinching on a touch pad zooms."""
        if (
            isinstance(event, QNativeGestureEvent)
            and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture
        ):
            self.set_zoom(self.zoom * (1 + event.value()), event.position())
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """See keys."""
        if event.key() == Qt.Key.Key_Escape and self._pointer.cancel():
            return
        if not keys.press(self, event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """See keys."""
        if not keys.release(self, event):
            super().keyReleaseEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the ring when the keyboard brought the focus."""
        self._set_ring(event.reason() in _BY_KEYBOARD)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A key that is held elsewhere is not held here."""
        self.set_comparing(False)
        self._set_ring(False)

    def _set_ring(self, on: bool) -> None:
        if on != self._ring:
            self._ring = on
            self.update()
