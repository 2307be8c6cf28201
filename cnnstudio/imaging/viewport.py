"""The part of a picture that is on screen, and its size there: arithmetic for window and computation."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Viewport:
    """A rectangle of a raster and the device pixels it fills.

    x, y, width, height: in pixels of the raster shown (pixel (0, 0) covers 0…1), fractions allowed.
    out_width, out_height: device pixels. Raises ValueError when a size is not positive or a number not
    finite.
    """

    x: float
    y: float
    width: float
    height: float
    out_width: int
    out_height: int

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.x, self.y, self.width, self.height))):
            raise ValueError(f"a viewport needs finite numbers: {self}")
        if min(self.width, self.height) <= 0 or min(self.out_width, self.out_height) < 1:
            raise ValueError(f"a viewport needs a positive size: {self}")

    @property
    def scale_x(self) -> float:
        """Device pixels per raster pixel, along rows."""
        return self.out_width / self.width

    @property
    def scale_y(self) -> float:
        """Device pixels per raster pixel, along columns."""
        return self.out_height / self.height

    @property
    def scale(self) -> float:
        """The smaller of the two scales; 1 is one raster pixel per device pixel."""
        return min(self.scale_x, self.scale_y)

    def to_raster(self, out_x: float, out_y: float) -> tuple[float, float]:
        """The raster position under a device position (0…out_width, 0…out_height)."""
        return self.x + out_x / self.scale_x, self.y + out_y / self.scale_y

    def to_device(self, x: float, y: float) -> tuple[float, float]:
        """The device position of a raster position."""
        return (x - self.x) * self.scale_x, (y - self.y) * self.scale_y

    def clipped(self, raster_width: int, raster_height: int) -> Viewport | None:
        """The part that lies on a raster of this size, with whole device pixels; None when they do not meet.

        The edges move inwards to device pixels, so the kept part lies exactly where it lay before.
        """
        left, right = _kept(self.x, self.scale_x, self.out_width, raster_width)
        top, bottom = _kept(self.y, self.scale_y, self.out_height, raster_height)
        if right <= left or bottom <= top:
            return None
        x, y = self.to_raster(left, top)
        return Viewport(
            x, y, (right - left) / self.scale_x, (bottom - top) / self.scale_y, right - left, bottom - top
        )

    def covered(self, raster_width: int, raster_height: int, margin: int = 0) -> tuple[int, int, int, int]:
        """The whole raster pixels (x, y, width, height) that the viewport touches, grown by `margin`.

        At least one pixel, also where the viewport lies outside.
        """
        left, width = _touched(self.x, self.width, raster_width, margin)
        top, height = _touched(self.y, self.height, raster_height, margin)
        return left, top, width, height

    def scaled(self, factor: float) -> Viewport:
        """The same view of a raster that is `factor` times as large (0.5 for the first reduced level)."""
        return replace(
            self, x=self.x * factor, y=self.y * factor, width=self.width * factor, height=self.height * factor
        )


def fit(raster_width: int, raster_height: int, out_width: int, out_height: int) -> Viewport:
    """The whole raster, as large as it fits into the device pixels, in its own shape."""
    scale = min(out_width / raster_width, out_height / raster_height)
    return Viewport(
        0.0, 0.0, raster_width, raster_height,
        max(1, round(raster_width * scale)), max(1, round(raster_height * scale)),
    )  # fmt: skip


def _kept(start: float, scale: float, out: int, raster: int) -> tuple[int, int]:
    # A thousandth of a device pixel forgives rounding, so a viewport on the edge keeps its last pixel.
    return (
        max(0, math.ceil(-start * scale - 1e-3)),
        min(out, math.floor((raster - start) * scale + 1e-3)),
    )


def _touched(start: float, length: float, raster: int, margin: int) -> tuple[int, int]:
    first = min(max(math.floor(start) - margin, 0), raster - 1)
    last = min(max(math.ceil(start + length) + margin, first + 1), raster)
    return first, last - first
