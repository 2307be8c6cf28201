"""Cutting a rectangle out of a picture that may reach beyond its edges, and filling what lies outside."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.sizes import Span

Pixels = NDArray[Any]


def source_index(span: Span, n: int, border: str) -> NDArray[np.intp]:
    """For every index of the span the index in 0…n-1 that fills it; -1 where `border` is "zero" and outside.

    Mirror does not repeat the edge pixel and goes on mirroring however far outside an index lies; a picture
    of one pixel mirrors itself, as in numpy.pad.
    """
    index = np.arange(span[0], span[1], dtype=np.intp)
    if border == "replicate":
        return np.clip(index, 0, n - 1)
    if border == "circular":
        return index % n
    if border == "reflect":
        if n == 1:
            return np.zeros_like(index)
        folded = index % (2 * n - 2)
        return np.minimum(folded, 2 * n - 2 - folded)
    return np.where((index >= 0) & (index < n), index, -1)


def cut(pixels: Pixels, rows: Span, columns: Span, border: str) -> NDArray[np.float32]:
    """The rectangle of (H, W, C) pixels as float32 (h, w, C), C-contiguous rows; a view where nothing must be
    copied.

    Only the pixels needed are touched.
    """
    height, width = pixels.shape[:2]
    inside = rows[0] >= 0 and rows[1] <= height and columns[0] >= 0 and columns[1] <= width
    if inside:
        part = pixels[rows[0] : rows[1], columns[0] : columns[1]]
        return part if part.dtype == np.float32 else part.astype(np.float32)
    down, across = source_index(rows, height, border), source_index(columns, width, border)
    out = np.empty((len(down), len(across), pixels.shape[2]), np.float32)
    core = slice(max(0, -columns[0]), max(0, min(len(across), width - columns[0])))
    first, last = columns[0] + core.start, columns[0] + core.stop
    if first >= last:
        core, first, last = slice(0, 0), 0, 0
    if border == "zero":
        out[:, : core.start] = 0
        out[:, core.stop :] = 0
    sides = [slice(0, core.start), slice(core.stop, len(across))]
    _copy_rows(pixels, down, slice(first, last), out[:, core])
    if border != "zero":
        for side in sides:
            for column in range(*side.indices(len(across))):
                _copy_rows(pixels, down, slice(across[column], across[column] + 1), out[:, column : column + 1])
    return out


def _copy_rows(pixels: Pixels, down: NDArray[np.intp], columns: slice, out: NDArray[np.float32]) -> None:
    # One block for the run of ordinary rows, single rows only in the border.
    runs = np.flatnonzero((np.diff(down) != 1) | (down[:-1] < 0)) + 1
    for run in np.split(np.arange(len(down)), runs):
        first = int(down[run[0]])
        if first < 0:
            out[run] = 0
        else:
            out[run[0] : run[-1] + 1] = pixels[first : first + len(run), columns]


def luminance(block: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rec. 601 grey of a (h, w, 3) block as (h, w, 1); a grey block stays as it is."""
    if block.shape[2] == 1:
        return block
    import cv2

    return np.asarray(cv2.cvtColor(np.ascontiguousarray(block), cv2.COLOR_RGB2GRAY), np.float32)[..., None]
