"""The canvas of the panel: mosaic, one map, overlay and kernels, each a pane that keeps its picture.

Tiles are painted from one image. Where it is shown smaller than it is, the engine makes the part in view with the mean
of the pixels, so that fine structure neither flickers nor lies.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.gui.canvas.frame import Frame, image_from_rgb, whole
from cnnstudio.gui.canvas.layout import BELOW_CAPTION, CAPTION, MARGIN
from cnnstudio.gui.canvas.panes import Overlay, Pane
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.panels.activations.tile_marks import Marks, TileMarks
from cnnstudio.gui.panels.activations.works import Drawn, shrunk

if TYPE_CHECKING:
    from cnnstudio.imaging.viewport import Viewport

KEY = "activations.shrunk"
VIEWS = ("mosaic", "map", "overlay", "kernels")
_ASPECT_MATTERS = 1.12


class MapViews(QWidget):
    """One pane in front.

    Signals: `pointed(x, y)` the pixel of the front pane under the pointer, None beside it; `picked(x, y)` one that was
    clicked; `reshaped()` when the room has another aspect, so that tiles should be arranged anew; `drag_requested`.
    """

    pointed = Signal(object, object)
    picked = Signal(int, int)
    reshaped = Signal()
    drag_requested = Signal(object)

    def __init__(self, engine: EngineBridge) -> None:
        super().__init__()
        self._engine = engine
        self._drawn: dict[str, Drawn] = {}
        self._view = "mosaic"
        self._bare = False
        self._marks = Marks()
        self._field: Overlay | None = None
        self._photo: QImage | None = None
        self.panes = {view: Pane(view) for view in VIEWS}
        self.canvas = CanvasView()
        self.canvas.set_panes([self.panes["mosaic"]])
        self.canvas.viewportChanged.connect(self._ports_changed)
        self.canvas.hovered.connect(lambda _pane, x, y: self.pointed.emit(x, y))
        self.canvas.clicked.connect(lambda _pane, x, y: self.picked.emit(x, y))
        self.canvas.dragRequested.connect(self._drag)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)

    # -- what is shown -----------------------------------------------------------------------------------------
    def set_view(self, view: str) -> None:
        """Bring a view to the front, fitted."""
        if view != self._view:
            self._view = view
            self.canvas.clear_marker()
            self.canvas.set_panes([self.panes[view]])
            self.canvas.fit()

    def pane(self) -> Pane:
        """The pane in front."""
        return self.panes[self._view]

    def drawn(self) -> Drawn | None:
        """What the view in front shows."""
        return self._drawn.get(self._view)

    def aspect(self) -> float:
        """Width over height of the room for a picture."""
        high = self.height() - 2 * MARGIN - CAPTION - BELOW_CAPTION
        return max(1, self.width() - 2 * MARGIN) / max(1, high)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Tiles may want another arrangement."""
        super().resizeEvent(event)
        self._check_aspect()

    def _check_aspect(self) -> None:
        drawn = self.drawn()
        if drawn is None or drawn.grid is None:
            return
        if not 1 / _ASPECT_MATTERS < self.aspect() / drawn.aspect < _ASPECT_MATTERS:
            self.reshaped.emit()

    def show_drawn(self, drawn: Drawn, marks: Marks, title: str, subtitle: str, right: str) -> None:
        """Show a picture with its marks and its words."""
        pane, pixels = self.panes[drawn.view], drawn.pixels
        self._drawn[drawn.view] = drawn
        height, width = pixels.shape[:2]
        pane.set_caption(title=title, subtitle=subtitle, right_text=right)
        if not width or not height:
            pane.clear()
            pane.set_notice("No colours here", "The first layer of this network has no kernels that look at colours.")
            return
        pane.set_notice()
        frame = whole(image_from_rgb(pixels, width, height))
        same = pane.frame is not None and (pane.width, pane.height) == (width, height)
        pane.set_raster(width, height)
        pane.set_backdrop(frame)
        self.set_marks(marks)
        if not same:
            pane.set_frame(frame)
        elif drawn.view == self._view:
            # The last frame stays until the new one is reduced: no flicker while a slider is dragged.
            self._ports_changed(self.canvas.viewports())
        self._check_aspect()

    def set_marks(self, marks: Marks) -> None:
        """Mark other units."""
        self._marks = marks
        for view, drawn in self._drawn.items():
            if drawn.grid is not None:
                self.panes[view].set_overlays([] if self._bare else [TileMarks(drawn.grid, marks)])

    def set_photo(self, photo: QImage) -> None:
        """What the overlay lies over."""
        self._photo = photo

    def set_value_text(self, value_text: Callable[[int, int], str]) -> None:
        """What is written into single pixels of maps, close up."""
        for view in ("mosaic", "map"):
            self.panes[view].set_value_text(value_text)

    def set_field(self, paint: Overlay | None) -> None:
        """The outline of a receptive field over the photo."""
        self._field = paint
        self.panes["overlay"].set_overlays([paint] if paint is not None and not self._bare else [])

    def set_bare(self, on: bool) -> None:
        """Without marks, as while Space is held; in the overlay the photo alone."""
        self._bare = on
        self.set_marks(self._marks)
        self.set_field(self._field)
        over = self.panes["overlay"]
        if self._photo is not None and over.backdrop is not None:
            over.set_frame(whole(self._photo) if on else over.backdrop)

    def say(self, title: str, sentence: str) -> None:
        """Words in the place of all pictures."""
        self._drawn = {}
        for pane in self.panes.values():
            pane.clear()
            pane.set_caption(title="", subtitle="", right_text="")
            pane.set_notice(title, sentence)

    # -- the part in view, where it is smaller than its pixels --------------------------------------------------
    def _ports_changed(self, ports: dict[str, Any]) -> None:
        port, drawn = ports.get(self._view), self.drawn()
        if port is None or drawn is None:
            return
        if port.out_width >= port.width and port.out_height >= port.height:
            self.pane().set_frame(self.pane().backdrop)
        else:
            self._engine.submit(
                KEY, shrunk, drawn.pixels, port, quiet=True, interrupt=False,
                done=lambda pixels: self._show_shrunk(pixels, port, drawn),
            )  # fmt: skip

    def _show_shrunk(self, pixels: Any, port: Viewport, drawn: Drawn) -> None:
        if drawn is self.drawn():
            image = image_from_rgb(pixels, pixels.shape[1], pixels.shape[0])
            self.pane().set_frame(Frame(image, port.x, port.y, port.width, port.height))

    def _drag(self, _pane: str) -> None:
        frame = self.pane().backdrop
        if frame is not None:
            self.drag_requested.emit(frame.image)
