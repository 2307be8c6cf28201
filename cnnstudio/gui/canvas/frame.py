"""Ready-made pictures for the canvas, so that the UI thread paints and never computes.

A frame says which part of a pane's raster its image shows; image and part may differ in scale, so a reduced
view of a large picture and a crop at full resolution are the same kind of thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

_FORMATS = {
    1: QImage.Format.Format_Grayscale8,
    3: QImage.Format.Format_RGB888,
    4: QImage.Format.Format_RGB32,
}


@dataclass(frozen=True, eq=False)
class Frame:
    """`image` shows the part (x, y, width, height) of a pane's raster, in raster pixels (fractions allowed).

    `exact` is False for a stand-in that a better frame will replace. `generation` grows with every edit;
    a pane refuses a frame of an older generation than the one it shows.
    """

    image: QImage
    x: float
    y: float
    width: float
    height: float
    exact: bool = True
    generation: int = 0

    @property
    def rect(self) -> QRectF:
        """The part of the raster shown, in raster pixels."""
        return QRectF(self.x, self.y, self.width, self.height)


def whole(image: QImage, *, exact: bool = True, generation: int = 0) -> Frame:
    """A frame that shows a complete raster pixel for pixel."""
    return Frame(image, 0.0, 0.0, image.width(), image.height(), exact, generation)


def image_from_rgb(buffer: Any, width: int, height: int, channels: int = 3) -> QImage:
    """Wrap rows of 8-bit samples as a QImage without copying; the image keeps `buffer` alive.

    buffer: bytes, bytearray, memoryview, or an array-like whose `.data` is a C-contiguous memoryview, holding
    height x width x channels bytes. channels: 1 grey, 3 red-green-blue, 4 blue-green-red-unused (the screen's
    own order, which paints several times faster). Raises ValueError when size or layout do not agree.
    """
    if channels not in _FORMATS:
        raise ValueError(f"A picture of {channels} channels cannot be shown; give 1, 3 or 4.")
    raw = buffer if isinstance(buffer, (bytes, bytearray, memoryview)) else buffer.data
    view = memoryview(raw)
    if not view.c_contiguous:
        raise ValueError("The picture's buffer is not contiguous; copy it row by row first.")
    if view.nbytes != width * height * channels:
        raise ValueError(
            f"The buffer holds {view.nbytes} bytes, but {width} × {height} × {channels} needs "
            f"{width * height * channels}."
        )
    image = QImage(view.cast("B"), width, height, width * channels, _FORMATS[channels])
    image._buffer = buffer  # type: ignore[attr-defined]
    return image
