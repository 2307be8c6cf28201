"""One pixel of the result, taken apart: the window under the kernel, the weights, and the value they give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cnnstudio.filters.borders import cut, luminance
from cnnstudio.filters.kernels import slices_for
from cnnstudio.filters.regions import apply_region
from cnnstudio.filters.settings import FilterSettings, Matrix
from cnnstudio.filters.sizes import input_window, map_count
from cnnstudio.imaging.picture import Picture


@dataclass(frozen=True)
class Probe:
    """What gives the output pixel (x, y).

    `window` and `weights` are equally large when one kernel window makes the value (not transposed, not pooled,
    not dilated); both are empty otherwise. `value` is the shown map's value, or the mean of all maps; `averaged` says
    that the window shows the mean of the channels, whose filtered value is the mean of the channels' values.
    """

    x: int
    y: int
    window: Matrix
    weights: Matrix
    value: float
    values: tuple[float, ...]
    left: int
    top: int
    width: int
    height: int
    averaged: bool = False


def probe(settings: FilterSettings, picture: Picture, x: int, y: int, shown: int | None) -> Probe:
    """Take the output pixel (x, y) apart; raises UsageError when it lies outside the output."""
    values = apply_region(settings, picture.pixels, x, y, 1, 1)[:, 0, 0]
    top, left, bottom, right = input_window(settings, picture.height, picture.width, y, x)
    window, weights = _products(settings, picture, (top, bottom), (left, right), shown)
    value = float(values[shown]) if shown is not None else float(values.mean())
    averaged = bool(window) and shown is None and settings.channels in ("each", "depthwise") and picture.channels > 1
    return Probe(
        x, y, window, weights, value, tuple(map(float, values)), left, top, right - left, bottom - top, averaged
    )  # fmt: skip


def _products(
    settings: FilterSettings, picture: Picture, rows: tuple[int, int], columns: tuple[int, int], shown: int | None
) -> tuple[Matrix, Matrix]:
    simple = not settings.transposed and settings.pool == "none" and settings.dilation == 1
    if not simple or (len(settings.filters) > 1 and shown is None):
        return (), ()
    block = cut(picture.pixels, rows, columns, settings.border)
    channels = picture.channels
    number, channel = divmod(shown, channels) if shown is not None and _alone(settings) else (shown or 0, None)
    kernels = slices_for(settings, channels)[number]
    if settings.channels == "luminance":
        return _rows(luminance(block)[..., 0]), _rows(kernels[0])
    if channel is not None:
        return _rows(block[..., channel]), _rows(kernels[channel if len(kernels) > 1 else 0])
    if any(not np.array_equal(kernels[0], k) for k in kernels[1:]):
        return (), ()
    total = block.sum(axis=2) if settings.channels == "volume" else block.mean(axis=2)
    return _rows(total), _rows(kernels[0])


def _alone(settings: FilterSettings) -> bool:
    return map_count(settings, 3) > len(settings.filters)


def _rows(grid: np.ndarray) -> Matrix:  # type: ignore[type-arg]
    return tuple(tuple(float(v) for v in row) for row in grid)
