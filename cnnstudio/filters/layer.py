"""The whole output of a filter layer: strips of rows, shared out over threads, each taking the fastest exact
way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import UsageError
from cnnstudio.filters.dense import correlator, fourier_rows
from cnnstudio.filters.kernels import slices_for
from cnnstudio.filters.parallel import Pause, share_out, spans, usable_cores
from cnnstudio.filters.regions import checked_pixels, rectangle
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, Span, checked_sides, map_count
from cnnstudio.filters.wholerows import WholeRows

_STRIP = 2.4e8
"""Multiplications a strip, about 10 ms, so that a checkpoint is never far."""

_UNSHARED = 1 << 20
"""Pixels from which cv2.filter2D uses threads of its own, which would contend with ours; strips stay below it."""

_COPYING = 40.0
"""What cutting out, splitting and storing a value costs on the general way, in multiplications."""


def apply(
    settings: FilterSettings,
    pixels: NDArray[Any],
    *,
    checkpoint: Pause | None = None,
    threads: int | None = None,
    out: NDArray[np.float32] | None = None,
    device: str = "cpu",
) -> NDArray[np.float32]:
    """All maps of the layer, float32 (C', H', W'); a = pool(g(w * x + offset + b)).

    `pixels` (H, W, C) in 0…255, C 1 or 3, uint8 or float32. C' is n·C for n filters in the modes each and
    depthwise (filter by filter), else n. `checkpoint` is called every few milliseconds on the calling thread;
    what it raises ends the work and passes through. `threads`: all usable cores when None. `out`: an array to
    fill instead of a new one, best an earlier result of the same shape (its memory may be interleaved; see
    `empty_output`). `device`: "cpu", or a torch device such as "cuda". Raises UsageError when kernel or
    pooling window do not fit.
    """
    height, width, channels = checked_pixels(pixels).shape
    both = checked_sides(settings, height, width)
    shape = map_count(settings, channels), both[0].out, both[1].out
    if out is None:
        out = empty_output(settings, height, width, channels)
    elif out.shape != shape or out.dtype != np.float32:
        raise UsageError(f"The output must be float32 of shape {shape}, not {out.dtype} of {out.shape}.")
    if device != "cpu":
        from cnnstudio.filters.volume import apply_on_device

        return apply_on_device(settings, pixels, device, out, checkpoint)
    _apply_on_cpu(settings, pixels, both, out, threads or usable_cores(), checkpoint)
    return out


def empty_output(settings: FilterSettings, height: int, width: int, channels: int) -> NDArray[np.float32]:
    """An uninitialised (C', H', W') array in the memory order in which `apply` is fastest.

    One kernel over each colour channel gives pixels with interleaved channels, as the input has them; all
    else planes.
    """
    down, across = checked_sides(settings, height, width)
    maps = map_count(settings, channels)
    if maps == channels == 3 and settings.channels == "each":
        return np.empty((down.out, across.out, 3), np.float32).transpose(2, 0, 1)
    return np.empty((maps, down.out, across.out), np.float32)


def _apply_on_cpu(
    settings: FilterSettings, pixels: NDArray[Any], both: tuple[Side, Side], out: NDArray[np.float32],
    threads: int, checkpoint: Pause | None,
) -> None:  # fmt: skip
    whole = WholeRows.fitting(settings, pixels, both, out)
    rows = _strip_rows(settings, pixels, both, whole is not None)

    def strips(segment: Span, pause: Pause) -> None:
        if whole is not None:
            whole.fill(segment, rows, pause)
            return
        for number, (first, last) in enumerate(spans(*segment, rows)):
            if number:
                pause()
            for left, right in spans(0, both[1].out, _strip_columns(settings, both)):
                made = rectangle(settings, pixels, both, (first, last), (left, right))
                out[:, first:last, left:right] = made

    height = both[0].out
    longest = max(rows, -(-height // (4 * threads))) if threads > 1 else height
    share_out(spans(0, height, longest), strips, threads, checkpoint)


def _strip_rows(settings: FilterSettings, pixels: NDArray[Any], both: tuple[Side, Side], whole: bool) -> int:
    """Output rows that take about 10 ms, but enough of them that the overlap of strips does not cost more
    than they.
    """
    down, across = both
    channels = pixels.shape[2]
    kernels = slices_for(settings, channels)
    ready = [correlator(part) for kernel in kernels for part in kernel]
    cost = sum(each.cost + (0 if whole else _COPYING) for each in ready)
    if kernels.shape[1] == 1 and settings.channels == "each":
        cost *= channels
    per_row = max(1.0, across.out * settings.pool_stride**2 * cost) if settings.pool != "none" else across.out * cost
    overlap = down.extent // (2 * (1 if down.transposed else down.stride) * down.pool_stride)
    if any(each.way == "fourier" for each in ready):
        return max(overlap, fourier_rows(down.f))
    unshared = _UNSHARED // max(1, min(pixels.shape[1], _strip_columns(settings, both))) - down.extent
    return int(max(8, overlap, min(1024, _STRIP / per_row, max(4 * down.extent, unshared))))


def _strip_columns(settings: FilterSettings, both: tuple[Side, Side]) -> int:
    """Very wide pictures are cut into columns too, so that a strip stays small."""
    return max(8192, 4 * both[1].extent)
