"""Any rectangle of the output, exactly as it would be in the whole: the one definition of what the layer
computes.

The whole picture is nothing but strips of this, and so is what is visible on the screen.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import UsageError
from cnnstudio.filters.activations import activate
from cnnstudio.filters.borders import cut, luminance
from cnnstudio.filters.kernels import shifts, slices_for
from cnnstudio.filters.lattice import correlate_lattice, lay_out
from cnnstudio.filters.pooling import pool
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, Span, checked_sides, map_count


def apply_region(
    settings: FilterSettings, pixels: NDArray[Any], x: int, y: int, width: int, height: int
) -> NDArray[np.float32]:
    """The maps (C', height, width) of the output rectangle whose left top corner is (x, y), as float32.

    `pixels` (H, W, C) in 0…255, uint8 or float32; only the part that the rectangle needs is touched. Equal to
    the same cut out of `apply`'s result, at its borders too. Raises UsageError for a rectangle outside the
    output.
    """
    down, across = checked_sides(settings, *checked_pixels(pixels).shape[:2])
    if not (x >= 0 and y >= 0 and width > 0 and height > 0 and x + width <= across.out and y + height <= down.out):
        raise UsageError(
            f"The rectangle {width} × {height} at ({x}, {y}) lies outside the output of {across.out} × {down.out}."
        )
    return rectangle(settings, pixels, (down, across), (y, y + height), (x, x + width))


def checked_pixels(pixels: NDArray[Any]) -> NDArray[Any]:
    """The pixels, if they are a (H, W, 1 or 3) picture of uint8 or float32; otherwise UsageError."""
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or 0 in pixels.shape:
        raise UsageError(f"A picture must have the shape (height, width, 1 or 3), not {pixels.shape}.")
    if pixels.dtype not in (np.uint8, np.float32):
        raise UsageError(f"A picture must be of type uint8 or float32, not {pixels.dtype}.")
    return pixels


def rectangle(
    settings: FilterSettings, pixels: NDArray[Any], both: tuple[Side, Side], rows: Span, columns: Span
) -> NDArray[np.float32]:
    """`apply_region` without its checks, for rows and columns of the output."""
    down, across = both
    wanted = down.convolved_span(rows), across.convolved_span(columns)
    sources = down.input_span(wanted[0]), across.input_span(wanted[1])
    block = cut(pixels, *sources, "zero" if settings.transposed else settings.border)
    maps = _empty_maps(settings, pixels.shape[2], *(last - first for first, last in wanted))
    _convolve(settings, block, both, sources, wanted, maps)
    for place, shift in zip(np.split(maps, len(settings.filters)), shifts(settings), strict=True):
        if shift:
            place += np.float32(shift)
    activate(maps, settings.activation)
    if settings.pool != "none":
        return pool(maps, settings.pool, settings.pool_size, settings.pool_stride)
    return maps


def _empty_maps(settings: FilterSettings, channels: int, height: int, width: int) -> NDArray[np.float32]:
    """(C', height, width); interleaved where the convolution gives interleaved pixels, so that nothing is reordered."""
    count = map_count(settings, channels)
    if settings.channels == "each" and count == channels == 3:
        return np.empty((height, width, 3), np.float32).transpose(2, 0, 1)
    return np.empty((count, height, width), np.float32)


def _convolve(
    settings: FilterSettings,
    block: NDArray[np.float32],
    both: tuple[Side, Side],
    sources: tuple[Span, Span],
    wanted: tuple[Span, Span],
    maps: NDArray[np.float32],
) -> None:
    """Fill `maps` with w * x, neither shifted nor activated."""
    channels = block.shape[2]
    kernels = slices_for(settings, channels)

    def one(part: NDArray[np.float32], kernel: NDArray[np.float32]) -> NDArray[np.float32]:
        if not settings.transposed:
            return correlate_lattice(part, kernel, settings.stride, settings.dilation)
        start = wanted[0][0] + both[0].before, wanted[1][0] + both[1].before
        size = wanted[0][1] - wanted[0][0], wanted[1][1] - wanted[1][0]
        first = sources[0][0], sources[1][0]
        return lay_out(part, first, kernel, settings.stride, settings.dilation, start, size)

    if settings.channels == "luminance":
        block = luminance(block)
    for number, kernel in enumerate(kernels):
        if settings.channels == "each":
            maps[number * channels : (number + 1) * channels] = one(block, kernel[0]).transpose(2, 0, 1)
        elif settings.channels == "luminance":
            maps[number] = one(block, kernel[0])[..., 0]
        else:
            _sliced(settings, block, kernel, one, maps, number)


def _sliced(settings: FilterSettings, block: Any, kernel: Any, one: Any, maps: Any, number: int) -> None:
    channels = block.shape[2]
    for channel in range(channels):
        made = one(np.ascontiguousarray(block[..., channel : channel + 1]), kernel[channel])[..., 0]
        if settings.channels == "depthwise":
            maps[number * channels + channel] = made
        elif channel == 0:
            maps[number] = made
        else:
            maps[number] += made
