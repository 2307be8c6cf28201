"""Small versions of pictures for the shelf."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.pyramid import to_bytes

Array = npt.NDArray[Any]

TINY = 32


def thumbnail(picture: Picture, size: int) -> Array:
    """The picture in its own shape, within `size` squared: (h, w, 3) uint8, C-contiguous.

    Large pictures are averaged. Those of at most `TINY` pixels a side are number grids whose values differ
    too little to be seen: they are stretched from black to white, and enlarged by a whole factor.
    """
    import cv2

    pixels = picture.pixels
    longest = max(picture.width, picture.height)
    if longest > size:
        scale = size / longest
        shape = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
        pixels = cv2.resize(pixels, shape, interpolation=cv2.INTER_AREA).reshape(shape[1], shape[0], -1)
    if longest <= TINY:
        pixels = _stretched(pixels)
    if longest * 2 <= size:
        pixels = pixels.repeat(size // longest, axis=0).repeat(size // longest, axis=1)
    small = to_bytes(pixels)
    return small.copy() if small.shape[2] == 3 else np.repeat(small, 3, axis=2)


def _stretched(pixels: Array) -> Array:
    low, high = float(pixels.min()), float(pixels.max())
    if high <= low:
        return pixels
    stretched: Array = ((pixels - np.float32(low)) * np.float32(255 / (high - low))).astype(np.float32)
    return stretched
