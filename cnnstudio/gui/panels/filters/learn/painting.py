"""The photo on which edges are painted, and beside it what the kernel that was learned from them answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QColor, QPainter

from cnnstudio.filters import FilterSettings, Kernel
from cnnstudio.gui.canvas.frame import Frame, image_from_rgb
from cnnstudio.gui.canvas.panes import Pane, ToView
from cnnstudio.gui.canvas.strokes import Brush, Stroke
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters.learn.run import Points

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.viewport import Viewport

PAINT = QColor(242, 163, 92, 200)


class Painting(QObject):
    """A canvas with the photo and the strokes on it; after a run a second pane with the answer."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._picture: Picture | None = None
        self._kernel: Kernel | None = None
        self._diameter = 6.0
        self.strokes: list[tuple[Points, float, bool]] = []
        self.paint = Pane("paint", "Paint the edges", "right button erases")
        self.answer = Pane("answer", "Learned", "what the kernel answers")
        self.canvas = CanvasView()
        self.canvas.set_panes([self.paint])
        self.canvas.viewportChanged.connect(self._ask)
        self.canvas.strokePainted.connect(self._stroke)
        self.set_brush(self._diameter)

    def set_picture(self, picture: Picture | None) -> None:
        """Another photo: strokes and answer belonged to the one before."""
        self._picture = picture
        self.clear()
        self.paint.clear()
        if picture is not None:
            self.paint.set_raster(picture.width, picture.height)
            self.canvas.fit()

    def set_brush(self, diameter: float) -> None:
        """Paint with another brush, in pixels of the photo."""
        self._diameter = diameter
        self.canvas.set_brush(Brush(diameter, PAINT))

    def clear(self) -> None:
        """Take all strokes away, and the answer to them."""
        self.strokes = []
        self.show_answer(None)
        self._show_strokes()

    def show_answer(self, kernel: Kernel | None) -> None:
        """Show beside the photo what this kernel makes of it, or nothing."""
        self._kernel = kernel
        if kernel is None or self._picture is None:
            self._studio.engine.cancel("filters.learn.answer")
            self.answer.clear()
            self.canvas.set_panes([self.paint])
            self.canvas.set_mode("result")
        else:
            self.answer.set_raster(self._picture.width, self._picture.height)
            self.canvas.set_panes([self.paint, self.answer])
            self.canvas.set_mode("side")
        self.canvas.fit()

    def _stroke(self, pane: str, points: list[tuple[float, float]], erase: bool) -> None:
        if pane == self.paint.id:
            self.strokes.append((tuple(points), self._diameter, erase))
            self._show_strokes()

    def _show_strokes(self) -> None:
        strokes = tuple(self.strokes)

        def paint(painter: QPainter, to_view: ToView) -> None:
            for points, diameter, erase in strokes:
                Stroke("paint", erase, list(points)).paint(painter, to_view, Brush(diameter, PAINT))

        self.paint.set_overlays([paint] if strokes else [])

    def _ask(self, ports: dict[str, Viewport]) -> None:
        picture, kernel = self._picture, self._kernel
        if picture is not None and self.paint.id in ports:
            self._studio.engine.submit(
                "filters.learn.picture", _photo, picture, ports[self.paint.id],
                done=lambda seen: self._show(self.paint, seen, picture),
            )  # fmt: skip
        if picture is not None and kernel is not None and self.answer.id in ports:
            self._studio.engine.submit(
                "filters.learn.answer", _answer, kernel, picture, ports[self.answer.id],
                done=lambda seen: self._show(self.answer, seen, picture), failed=self._studio.messages.error,
            )  # fmt: skip

    def _show(self, pane: Pane, seen: Any, picture: Picture) -> None:
        if picture is self._picture:
            image = image_from_rgb(seen.rgb, seen.rgb.shape[1], seen.rgb.shape[0], seen.rgb.shape[2])
            pane.set_frame(Frame(image, seen.x, seen.y, seen.width, seen.height))


# -- engine side -----------------------------------------------------------------------------------------------
def _photo(picture: Picture, port: Viewport, job: Any) -> Any:
    from cnnstudio.filters import input_view

    return input_view(picture, port)


def _answer(kernel: Kernel, picture: Picture, port: Viewport, job: Any) -> Any:
    """What the kernel gives of the grey photo, in the range that its weights can reach: weak answers are seen too."""
    from cnnstudio.filters import filtered_view

    return filtered_view(FilterSettings(filters=(kernel,), channels="luminance", mode="signed"), picture, port, None)[0]
