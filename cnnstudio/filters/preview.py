"""What is seen is computed first: the visible part of a filtered picture at screen resolution.

Close up, the visible part is computed exactly. Far out, the picture is reduced to the screen's resolution before it
is filtered, which is quick at any size and marked `exact=False`; `full_display` follows and replaces it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from cnnstudio.filters.display import display_range, to_display
from cnnstudio.filters.kernels import kernel_size
from cnnstudio.filters.layer import apply
from cnnstudio.filters.regions import apply_region
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import map_count, output_size
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.pyramid import Pyramid, view
from cnnstudio.imaging.viewport import Viewport, fit

EXACT_PIXELS = 800_000
BAND_PIXELS = 500_000
BAND_PRODUCTS = 3e8
WHOLE_VALUES = 64_000_000
HISTOGRAM_BINS = 25
LEGIBLE_PIXELS = 4_000
COARSER = 0.4
"""How many levels coarser than the screen a first view may be: up to a third enlarged, for half the work."""
HISTOGRAM_SAMPLE = 60_000

_pyramids: WeakKeyDictionary[Picture, Pyramid] = WeakKeyDictionary()


@dataclass(frozen=True, eq=False)
class Seen:
    """A displayable part: rgb uint8 (h, w, 3) or (h, w, 1) covering (x, y, width, height) of the raster.

    `values`: float32 (h, w) behind it, where it is exact and small enough for the values to be read.
    """

    rgb: npt.NDArray[np.uint8]
    x: float
    y: float
    width: float
    height: float
    exact: bool
    values: npt.NDArray[np.float32] | None = None


def pyramid_of(picture: Picture) -> Pyramid:
    """The picture's reduced copies, built once and dropped with the picture."""
    made = _pyramids.get(picture)
    if made is None:
        made = _pyramids[picture] = Pyramid(picture)
    return made


def input_view(picture: Picture, port: Viewport) -> Seen:
    """The visible part of the picture itself."""
    return _viewed(pyramid_of(picture), port, exact=True)


def display_view(full: Pyramid, port: Viewport) -> Seen:
    """The visible part of a full-size display."""
    return _viewed(full, port, exact=True)


def _viewed(pyramid: Pyramid, port: Viewport, *, exact: bool) -> Seen:
    part = port.clipped(pyramid.width, pyramid.height) or fit(pyramid.width, pyramid.height, 64, 64)
    return Seen(view(pyramid, part), part.x, part.y, part.width, part.height, exact)


Counts = tuple[tuple[int, ...], float, float, float]
"""Histogram of the visible values: counts, the ends of its range, and the value shown in full colour."""


def filtered_view(
    settings: FilterSettings, picture: Picture, port: Viewport, shown: int | None
) -> tuple[Seen, Counts]:
    """The visible part of the result, and how its values are spread.

    `port` is in pixels of the output; `shown` picks one map, None the mean.
    """
    scale = port.out_width / max(port.width, 1e-9)
    levels = max(0, math.floor(math.log2(1 / max(scale, 1e-6)) + COARSER)) if scale < 1 else 0
    area = port.width * port.height
    if levels == 0 or area <= EXACT_PIXELS:
        return _part(settings, picture.pixels, port, 1, shown, exact=True)
    pyramid = pyramid_of(picture)
    levels = min(levels, pyramid.last_level)
    return _part(settings, pyramid.level(levels), port, 2**levels, shown, exact=False)


def _part(
    settings: FilterSettings, pixels: npt.NDArray[Any], port: Viewport, factor: int, shown: int | None, *, exact: bool
) -> tuple[Seen, Counts]:
    height, width = output_size(settings, pixels.shape[0], pixels.shape[1])
    left = min(max(0, math.floor(port.x / factor)), width - 1)
    top = min(max(0, math.floor(port.y / factor)), height - 1)
    right = max(left + 1, min(width, math.ceil((port.x + port.width) / factor)))
    bottom = max(top + 1, min(height, math.ceil((port.y + port.height) / factor)))
    maps = apply_region(settings, pixels, left, top, right - left, bottom - top)
    rgb = to_display(settings, maps, shown)
    legible = exact and (right - left) * (bottom - top) <= LEGIBLE_PIXELS
    values = (maps[shown] if shown is not None else maps.mean(axis=0)) if legible else None
    seen = Seen(rgb, left * factor, top * factor, (right - left) * factor, (bottom - top) * factor, exact, values)
    return seen, _histogram(settings, maps if shown is None else maps[shown : shown + 1])


def _histogram(settings: FilterSettings, maps: npt.NDArray[np.float32]) -> Counts:
    """Of every value, or of an even sample where there are many: it is a picture, not a measurement."""
    limit = display_range(settings)
    step = max(1, round((maps.size / HISTOGRAM_SAMPLE) ** 0.5))
    sample = maps[:, ::step, ::step]
    reach = limit
    counts, _ = np.histogram(np.clip(sample, -reach, reach), bins=HISTOGRAM_BINS, range=(-reach, reach))
    return tuple(int(c) for c in counts), -reach, reach, limit


def full_display(settings: FilterSettings, picture: Picture, shown: int | None, job: Any) -> npt.NDArray[np.uint8]:
    """The whole result as a displayable picture (H', W', 3) uint8; the same values as on the command line.

    Gives way every few milliseconds (`job.checkpoint`) and reports progress. Results of more than WHOLE_VALUES are
    made band by band, so that 100 megapixels need no gigabytes.
    """
    height, width = output_size(settings, picture.height, picture.width)
    out = np.empty((height, width, 3), np.uint8)
    count = map_count(settings, picture.channels)
    if count * height * width <= WHOLE_VALUES:
        whole = apply(settings, picture.pixels, checkpoint=job.checkpoint, threads=job.threads, device=job.device)
        bands = ((top, whole[:, top : top + n]) for top, n in _bands(height, max(1, BAND_PIXELS // width)))
    else:
        bands = (
            (top, apply_region(settings, picture.pixels, 0, top, width, n))
            for top, n in _bands(height, _rows_of_a_band(settings, width, count))
        )
    for top, maps in bands:
        job.checkpoint()
        out[top : top + maps.shape[1]] = to_display(settings, maps, shown)
        job.progress(top + maps.shape[1], height)
    return out


def _bands(height: int, rows: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, rows):
        yield top, min(rows, height - top)


def _rows_of_a_band(settings: FilterSettings, width: int, maps: int) -> int:
    """Rows that take about 30 ms, from the multiplications behind each; never so few that the borders dominate."""
    rows, columns = kernel_size(settings)
    pooled = settings.pool_stride**2 if settings.pool != "none" else 1
    products = width * maps * rows * columns * pooled
    return max(8, min(BAND_PIXELS // width, round(BAND_PRODUCTS / products)))
