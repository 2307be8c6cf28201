"""The two colour maps: diverging for signed values (0 grey, positive orange, negative blue), and sequential.

Stops are interpolated linearly in sRGB; lightness falls or rises monotonically on either side. Both maps are
the same in the dark and the light window.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Stops = tuple[tuple[float, str], ...]

DIVERGING: Stops = (
    (-1.0, "#9AD4FF"), (-0.66, "#4A9BE0"), (-0.33, "#2D6296"), (0.0, "#3C3C3C"),
    (0.33, "#8F5222"), (0.66, "#DB8433"), (1.0, "#FFD09A"),
)  # fmt: skip
SEQUENTIAL: Stops = (
    (0.0, "#151515"), (0.2, "#20364A"), (0.4, "#356A80"),
    (0.6, "#6FA08F"), (0.8, "#D2C27C"), (1.0, "#FFF4D6"),
)  # fmt: skip

ZERO = 128
_STEPS = 127
_BAND_PIXELS = 1 << 18


def colour_at(stops: Stops, value: float) -> tuple[int, int, int]:
    """The colour (r, g, b), each 0…255, of a value; values outside the stops take the end's colour."""
    places = [place for place, _ in stops]
    colours = np.array([[int(words[i : i + 2], 16) for i in (1, 3, 5)] for _, words in stops])
    red, green, blue = (round(float(np.interp(value, places, colours[:, channel]))) for channel in range(3))
    return red, green, blue


@cache
def diverging_lut() -> Array:
    """(256, 3) uint8, read-only: entry 128 + round(127 v) is the colour of v in -1…1, so entry 128 is 0."""
    return _table(DIVERGING, (np.arange(256) - ZERO) / _STEPS)


@cache
def sequential_lut() -> Array:
    """(256, 3) uint8, read-only: entry round(255 v) is the colour of v in 0…1."""
    return _table(SEQUENTIAL, np.arange(256) / 255)


def signed_to_rgb(values: Array, range: float, out: Array | None = None) -> Array:
    """A map of signed values (H, W) float32 in the diverging colours: (H, W, 3) uint8, into `out` if given.

    range: the size of the value shown in full colour, > 0; where it is 0 or not finite, 1 is taken. NaN shows
    as an end colour, not as zero.
    """
    wide = range if math.isfinite(range) and range > 0 else 1.0
    return _coloured(values, _STEPS / wide, float(ZERO), diverging_lut(), out)


def scaled_to_rgb(values: Array, low: float, high: float, out: Array | None = None) -> Array:
    """A map of values (H, W) float32 in the sequential colours, `low` the darkest: (H, W, 3) uint8."""
    span = high - low
    scale = 255 / span if math.isfinite(span) and span > 0 else 1.0
    return _coloured(values, scale, -low * scale, sequential_lut(), out)


def _table(stops: Stops, values: Array) -> Array:
    table: Array = np.array([colour_at(stops, float(value)) for value in values], np.uint8)
    table.setflags(write=False)
    return table


def _coloured(values: Array, scale: float, offset: float, table: Array, out: Array | None) -> Array:
    import cv2

    height, width = values.shape
    if out is None:
        out = np.empty((height, width, 3), np.uint8)
    colours = table.reshape(256, 1, 3)
    rows = max(1, _BAND_PIXELS // max(width, 1))
    for top in range(0, height, rows):
        band = values[top : top + rows]
        # addWeighted is OpenCV's one call that scales, shifts, rounds and cuts at 0 and 255 at once.
        index = cv2.addWeighted(band, scale, band, 0.0, offset, dtype=cv2.CV_8U)
        cv2.applyColorMap(index, colours, dst=out[top : top + rows])
    return out
