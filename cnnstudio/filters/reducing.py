"""A picture small enough for what is computed from the whole of it: thumbnails, learning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy.typing as npt

from cnnstudio.filters.preview import pyramid_of
from cnnstudio.imaging.picture import Picture


def reduced(picture: Picture, side: int, checkpoint: Callable[[], None] | None = None) -> npt.NDArray[Any]:
    """The picture's pixels (h, w, C), halved until the longer side is at most `side`; at least 1 × 1.

    `checkpoint` is invoked before every halving.
    """
    pyramid, level = pyramid_of(picture), 0
    pixels = pyramid.level(0)
    while max(pixels.shape[:2]) > max(side, 1):
        if checkpoint is not None:
            checkpoint()
        level += 1
        pixels = pyramid.level(level)
    return pixels
