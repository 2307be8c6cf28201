"""Reduced pictures, so that what is on screen costs the same for 1 and for 100 megapixels.

Level k is the picture at 1 : 2^k, each pixel the mean of four of the level before; a last odd row or column
is repeated, so that a position divided by 2^k is the same place on every level.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.imaging.decoding import Checkpoint
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.viewport import Viewport

Array = npt.NDArray[Any]

SMALLEST_SIDE = 64


class Pyramid:
    """The levels of a picture or of any array (H, W, C), uint8 or float32, each made when first asked for."""

    def __init__(self, source: Picture | Array) -> None:
        self._levels: list[Array] = [source.pixels if isinstance(source, Picture) else source]

    @property
    def width(self) -> int:
        """Columns of level 0."""
        return int(self._levels[0].shape[1])

    @property
    def height(self) -> int:
        """Rows of level 0."""
        return int(self._levels[0].shape[0])

    @property
    def last_level(self) -> int:
        """The coarsest level worth having: its longer side is at most `SMALLEST_SIDE`."""
        return max(0, math.ceil(math.log2(max(self.width, self.height) / SMALLEST_SIDE)))

    def level(self, number: int) -> Array:
        """Level `number` (H / 2^k, W / 2^k rounded up, C), in the type of the picture; made if need be."""
        while len(self._levels) <= number:
            self._levels.append(halved(self._levels[-1]))
        return self._levels[number]

    def level_for(self, scale: float) -> int:
        """The coarsest level that still has at least one pixel per device pixel at this scale."""
        if scale >= 1 or scale <= 0:
            return 0 if scale >= 1 else self.last_level
        # The small addition lets 0.5 mean level 1 in spite of rounding.
        return min(self.last_level, math.floor(-math.log2(scale) + 1e-9))

    def build(self, checkpoint: Checkpoint | None = None) -> None:
        """Make all levels now; `checkpoint` is invoked between them."""
        for number in range(1, self.last_level + 1):
            if checkpoint is not None:
                checkpoint()
            self.level(number)


def halved(pixels: Array) -> Array:
    """(H, W, C) at half the size, rounded up; means of 2 x 2, uint8 rounded."""
    import cv2

    height, width, channels = pixels.shape
    out: Array = np.empty(((height + 1) // 2, (width + 1) // 2, channels), pixels.dtype)
    rows, columns = height // 2, width // 2
    if rows and columns:
        # Half of an even size is OpenCV's fast exact case; it drops a channel axis of 1, which is put back.
        made = cv2.resize(pixels[: rows * 2, : columns * 2], (columns, rows), interpolation=cv2.INTER_AREA)
        out[:rows, :columns] = made.reshape(rows, columns, channels)
    if width % 2 and rows:
        out[:rows, -1] = _mean_of_pairs(pixels[: rows * 2, -1])
    if height % 2 and columns:
        out[-1, :columns] = _mean_of_pairs(pixels[-1, : columns * 2])
    if width % 2 and height % 2:
        out[-1, -1] = pixels[-1, -1]
    return out


def view(pyramid: Pyramid, viewport: Viewport) -> Array:
    """What a viewport in pixels of level 0 shows: (out_height, out_width, C) uint8.

    At 1:1 and above raster pixels stay squares; below, the next finer level is interpolated. Device pixels
    outside the picture repeat its edge; use `Viewport.clipped` to leave them out.
    """
    number = pyramid.level_for(viewport.scale)
    level = pyramid.level(number)
    part = viewport.scaled(0.5**number)
    if viewport.scale >= 1:
        return to_bytes(nearest(level, part))
    return to_bytes(interpolated(level, part))


def nearest(pixels: Array, viewport: Viewport) -> Array:
    """The raster pixel under the centre of every device pixel, (out_height, out_width, C)."""
    rows = _under_centres(viewport.y, viewport.height, viewport.out_height, pixels.shape[0])
    columns = _under_centres(viewport.x, viewport.width, viewport.out_width, pixels.shape[1])
    if _consecutive(rows) and _consecutive(columns):
        return pixels[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    first, last = int(rows[0]), int(rows[-1])
    # Columns first, on the few rows that are seen; repeating whole rows is then a plain copy.
    stretched = np.take(pixels[first : last + 1], columns, axis=1)
    return np.take(stretched, rows - first, axis=0)


def interpolated(pixels: Array, viewport: Viewport) -> Array:
    """Bilinear values at the centres of device pixels, (out_height, out_width, C), typed as `pixels`."""
    import cv2

    left, top, width, height = viewport.covered(pixels.shape[1], pixels.shape[0], margin=2)
    step_x, step_y = 1 / viewport.scale_x, 1 / viewport.scale_y
    # Maps centres of device pixels to centres of raster pixels of the part.
    matrix = np.array(
        [
            [step_x, 0, viewport.x + step_x / 2 - 0.5 - left],
            [0, step_y, viewport.y + step_y / 2 - 0.5 - top],
        ]
    )
    made = cv2.warpAffine(
        pixels[top : top + height, left : left + width], matrix, (viewport.out_width, viewport.out_height),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    return made.reshape(viewport.out_height, viewport.out_width, -1)


def to_bytes(pixels: Array) -> Array:
    """Values 0…255 as C-contiguous uint8, rounded; values outside are cut (negative ones by their size)."""
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    import cv2

    return np.asarray(cv2.convertScaleAbs(np.ascontiguousarray(pixels))).reshape(pixels.shape)


def _under_centres(start: float, length: float, out: int, raster: int) -> npt.NDArray[np.intp]:
    centres = start + (np.arange(out) + 0.5) * (length / out)
    indices: npt.NDArray[np.intp] = np.clip(np.floor(centres), 0, raster - 1).astype(np.intp)
    return indices


def _consecutive(indices: npt.NDArray[np.intp]) -> bool:
    return bool(indices[-1] - indices[0] + 1 == len(indices) and np.all(np.diff(indices) == 1))


def _mean_of_pairs(line: Array) -> Array:
    pairs: Array = line.reshape(-1, 2, line.shape[-1]).mean(axis=1, dtype=np.float32)
    return np.rint(pairs) if line.dtype == np.uint8 else pairs
