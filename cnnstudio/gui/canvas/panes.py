"""What one picture on the canvas is: its words, its raster, where it lies in the scene, and its frames.

Panes share one scene. A pane's `Placement` maps its own pixels to scene units, so that the output of a
stride-2 filter (scale 2) lies exactly over the input it came from and linked views show the same place.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import floor

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QImage, QPainter

from cnnstudio.gui.canvas.frame import Frame


@dataclass(frozen=True)
class Placement:
    """scene = offset + scale * pixel, for each axis; scales are positive scene units per pane pixel."""

    scale_x: float = 1.0
    scale_y: float = 1.0
    dx: float = 0.0
    dy: float = 0.0

    def to_scene(self, x: float, y: float) -> tuple[float, float]:
        """Where the pane's pixel coordinates lie in the scene."""
        return self.dx + x * self.scale_x, self.dy + y * self.scale_y

    def to_pixel(self, x: float, y: float) -> tuple[float, float]:
        """The pane's pixel coordinates at a place in the scene."""
        return (x - self.dx) / self.scale_x, (y - self.dy) / self.scale_y


@dataclass(frozen=True)
class ToView:
    """Maps a pane's pixel coordinates to the widget's logical coordinates; handed to overlays."""

    scale_x: float
    scale_y: float
    dx: float
    dy: float

    def __call__(self, x: float, y: float) -> QPointF:
        """A place in raster pixels, in widget coordinates."""
        return QPointF(self.dx + x * self.scale_x, self.dy + y * self.scale_y)

    def rect(self, x: float, y: float, width: float, height: float) -> QRectF:
        """A rectangle of raster pixels, in widget coordinates."""
        return QRectF(self(x, y), self(x + width, y + height))


_WORTH_CONVERTING = 8_000_000
Overlay = Callable[[QPainter, ToView], None]


class Pane(QObject):
    """One picture with its caption.

    id: short name that the canvas' signals carry. value_text(x, y): the text written inside pixel (x, y) from
    3200 % up, lines parted by a newline; None writes nothing. notice: a title and a sentence that stand in the
    place of the picture while there is none.

    Signals
    -------
    changed: pixels, overlays or words changed; a repaint suffices.
    reshaped: the raster's size or its place in the scene changed; what is visible has to be asked for anew.
    """

    changed = Signal()
    reshaped = Signal()

    def __init__(self, id: str, title: str = "", subtitle: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.id = id
        self.title = title
        self.subtitle = subtitle
        self.right_text = ""
        self.live = False
        self.width = 0
        self.height = 0
        self.placement = Placement()
        self.frame: Frame | None = None
        self.backdrop: Frame | None = None
        self.overlays: list[Overlay] = []
        self.value_text: Callable[[int, int], str] | None = None
        self.notice = ("", "")

    def set_caption(
        self,
        title: str | None = None,
        subtitle: str | None = None,
        right_text: str | None = None,
        live: bool | None = None,
    ) -> None:
        """Change the words above the picture; None leaves a part as it is."""
        new = (
            self.title if title is None else title,
            self.subtitle if subtitle is None else subtitle,
            self.right_text if right_text is None else right_text,
            self.live if live is None else live,
        )
        if new != (self.title, self.subtitle, self.right_text, self.live):
            self.title, self.subtitle, self.right_text, self.live = new
            self.changed.emit()

    def set_raster(self, width: int, height: int, placement: Placement | None = None) -> None:
        """Say how large the picture is (in its own pixels) and where it lies in the scene.

        Frames already here stay where they lay in the scene, as stale stand-ins until the right ones arrive.
        """
        placement = placement or Placement()
        if placement.scale_x <= 0 or placement.scale_y <= 0:
            raise ValueError("A placement's scales must be positive.")
        if (width, height, placement) == (self.width, self.height, self.placement):
            return
        if placement != self.placement:
            self.frame = _moved(self.frame, self.placement, placement)
            self.backdrop = _moved(self.backdrop, self.placement, placement)
        self.width, self.height, self.placement = width, height, placement
        self.reshaped.emit()

    def set_frame(self, frame: Frame | None) -> bool:
        """Show this frame; False when it belongs to an older generation than the one shown and is refused."""
        if frame is not None and self.frame is not None and frame.generation < self.frame.generation:
            return False
        self.frame = _ready(frame)
        self.changed.emit()
        return True

    def set_backdrop(self, frame: Frame | None) -> None:
        """A reduced view of the whole picture, painted wherever the current frame does not reach."""
        self.backdrop = _ready(frame)
        self.changed.emit()

    def set_overlays(self, overlays: list[Overlay]) -> None:
        """Painters called over the picture with (QPainter in logical pixels, ToView), clipped to the pane."""
        self.overlays = list(overlays)
        self.changed.emit()

    def set_value_text(self, value_text: Callable[[int, int], str] | None) -> None:
        """Supply the text written inside single pixels; see the class."""
        self.value_text = value_text
        self.changed.emit()

    def set_notice(self, title: str = "", sentence: str = "") -> None:
        """Say why there is no picture, and what to do; nothing for a picture that is on its way."""
        if (title, sentence) != self.notice:
            self.notice = (title, sentence)
            self.changed.emit()

    def clear(self) -> None:
        """Forget the picture; the words stay."""
        self.frame = self.backdrop = None
        self.overlays = []
        self.width = self.height = 0
        self.placement = Placement()
        self.reshaped.emit()

    @property
    def scene_rect(self) -> QRectF:
        """Where the whole raster lies in the scene; empty without a picture."""
        p = self.placement
        return QRectF(p.dx, p.dy, self.width * p.scale_x, self.height * p.scale_y)

    def nearest_pixel(self, scene_x: float, scene_y: float) -> tuple[int, int]:
        """The pixel under a place in the scene, or the one nearest to it; the pane must have a picture."""
        x, y = self.placement.to_pixel(scene_x, scene_y)
        return min(max(0, floor(x)), self.width - 1), min(max(0, floor(y)), self.height - 1)

    def pixel_at(self, scene_x: float, scene_y: float) -> tuple[int, int] | None:
        """The pixel under a place in the scene, or None beside the picture."""
        x, y = self.placement.to_pixel(scene_x, scene_y)
        if 0 <= x < self.width and 0 <= y < self.height:
            return int(x), int(y)
        return None


def _ready(frame: Frame | None) -> Frame | None:
    # The screen's own format paints two to three times faster; a huge image would cost more than it saves.
    if frame is None or frame.image.width() * frame.image.height() > _WORTH_CONVERTING:
        return frame
    if frame.image.hasAlphaChannel() or frame.image.format() == QImage.Format.Format_RGB32:
        return frame
    return replace(frame, image=frame.image.convertToFormat(QImage.Format.Format_RGB32))


def _moved(frame: Frame | None, old: Placement, new: Placement) -> Frame | None:
    if frame is None:
        return None
    left, top = new.to_pixel(*old.to_scene(frame.x, frame.y))
    right, bottom = new.to_pixel(*old.to_scene(frame.x + frame.width, frame.y + frame.height))
    return replace(frame, x=left, y=top, width=right - left, height=bottom - top, exact=False)
