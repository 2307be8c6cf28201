"""One photo on a canvas, fed by the engine: the view that panels share which mark things on a photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.gui.canvas.frame import Frame, image_from_rgb
from cnnstudio.gui.canvas.panes import Overlay, Pane
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.numbers_text import number

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.pyramid import Pyramid
    from cnnstudio.imaging.viewport import Viewport


class PhotoView(QWidget):
    """A canvas with the pane `photo`. `key` names its jobs; `failed` is told what went wrong.

    Signals: `hovered(words)` for the status bar, `drag_requested(QImage)` when the photo is dragged out by its
    caption.
    """

    hovered = Signal(str)
    drag_requested = Signal(object)

    def __init__(self, engine: EngineBridge, key: str, failed: Callable[[str], object]) -> None:
        super().__init__()
        self._engine, self._key, self._failed = engine, key, failed
        self._picture: Picture | None = None
        self._pyramid: Pyramid | None = None
        self._overlays: list[Overlay] = []
        self._bare = False
        self.photo = Pane("photo")
        self.photo.set_value_text(self._value_text)
        self.canvas = CanvasView()
        self.canvas.set_panes([self.photo])
        self.canvas.viewportChanged.connect(lambda ports: self._ask(ports.get("photo")))
        self.canvas.hovered.connect(self._hover)
        self.canvas.dragRequested.connect(self._drag)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.canvas)

    def set_picture(self, picture: Picture | None) -> None:
        """Another photo, fitted to the canvas; its overlays are gone. None lets go of the last one."""
        if picture is self._picture:
            return
        self._engine.cancel(self._key)
        self._picture, self._pyramid = picture, None
        self._overlays = []
        self.photo.clear()
        if picture is not None:
            from cnnstudio.imaging.pyramid import Pyramid

            self._pyramid = Pyramid(picture)
            self.photo.set_raster(picture.width, picture.height)
            self.canvas.fit()

    def set_overlays(self, overlays: list[Overlay]) -> None:
        """Marks over the photo."""
        self._overlays = overlays
        self.photo.set_overlays([] if self._bare else overlays)

    def set_bare(self, on: bool) -> None:
        """Show the photo without its marks, as while Space is held."""
        self._bare = on
        self.photo.set_overlays([] if on else self._overlays)

    def _ask(self, port: Viewport | None) -> None:
        pyramid = self._pyramid
        if port is not None and pyramid is not None:
            self._engine.submit(
                self._key, visible, pyramid, port, interrupt=False,
                done=lambda made: self._show(made, pyramid), failed=self._failed,
            )  # fmt: skip

    def _show(self, made: tuple[Any, Viewport], pyramid: Pyramid) -> None:
        if pyramid is not self._pyramid:
            return
        rgb, part = made
        image = image_from_rgb(rgb, rgb.shape[1], rgb.shape[0], rgb.shape[2])
        frame = Frame(image, part.x, part.y, part.width, part.height)
        self.photo.set_frame(frame)
        if part.width >= self.photo.width and part.height >= self.photo.height:
            self.photo.set_backdrop(replace(frame, exact=False))

    def _values(self, x: int, y: int) -> list[str]:
        pixels = self._picture.pixels if self._picture is not None else None
        return [] if pixels is None else [number(round(float(value), 1)) for value in pixels[y, x]]

    def _value_text(self, x: int, y: int) -> str:
        return "\n".join(self._values(x, y))

    def _hover(self, pane: str | None, x: int, y: int) -> None:
        self.hovered.emit("" if pane is None else f"x {x}, y {y}   {'  '.join(self._values(x, y))}")

    def _drag(self, pane: str) -> None:
        if self.photo.frame is not None:
            self.drag_requested.emit(self.photo.frame.image)


def visible(pyramid: Pyramid, port: Viewport, job: Any) -> tuple[Any, Viewport]:
    """The part of a photo that is on screen, (rows, columns, 1 or 3) uint8, and where it lies; for the engine."""
    from cnnstudio.imaging.pyramid import view
    from cnnstudio.imaging.viewport import fit

    part = port.clipped(pyramid.width, pyramid.height) or fit(pyramid.width, pyramid.height, 64, 64)
    return view(pyramid, part), part
