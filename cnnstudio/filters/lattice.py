"""Stride, dilation and transposed convolution, reduced to dense cross-correlations without wasted work.

With dilation d and stride s, outputs fall into d/gcd(d, s) classes a side; each class sees only every d-th
pixel, where the kernel is dense again. A remaining stride t splits picture and kernel into t classes a side
whose dense correlations add up. A transposed convolution is the mirror of that: output class r of s receives
the weights r, r + s, r + 2s, … laid densely.
"""

from __future__ import annotations

from math import gcd

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.dense import Block, correlate


def correlate_lattice(block: Block, kernel: NDArray[np.float32], stride: int, dilation: int) -> Block:
    """Cross-correlation of a (h, w, C) block, without padding, at this stride and dilation; floor sizes."""
    if stride == dilation == 1:
        return correlate(block, kernel)
    rows, columns = (
        (n - dilation * (f - 1) - 1) // stride + 1 for n, f in zip(block.shape[:2], kernel.shape, strict=True)
    )
    common = gcd(stride, dilation)
    classes, step = dilation // common, stride // common
    if classes == 1:
        return _strided(block[::dilation, ::dilation], kernel, step, rows, columns)
    out = np.empty((rows, columns, block.shape[2]), np.float32)
    for a in range(min(classes, rows)):
        for b in range(min(classes, columns)):
            into = out[a::classes, b::classes]
            seen = block[a * stride :: dilation, b * stride :: dilation]
            into[:] = _strided(seen, kernel, step, *into.shape[:2])
    return out


def _strided(block: Block, kernel: NDArray[np.float32], step: int, rows: int, columns: int) -> Block:
    total: Block | None = None
    for a in range(min(step, kernel.shape[0])):
        for b in range(min(step, kernel.shape[1])):
            part = np.ascontiguousarray(kernel[a::step, b::step])
            seen = block[a::step, b::step][: rows + part.shape[0] - 1, : columns + part.shape[1] - 1]
            made = correlate(np.ascontiguousarray(seen), part)
            total = made if total is None else np.add(total, made, out=total)
    assert total is not None
    return total


def lay_out(
    block: Block, first: tuple[int, int], kernel: NDArray[np.float32], stride: int, dilation: int,
    start: tuple[int, int], size: tuple[int, int],
) -> Block:  # fmt: skip
    """Transposed convolution: the `size` outputs from `start` on, in uncropped output coordinates.

    `block` (h, w, C) holds the input from index `first` on, zeros where it lies outside the picture, and must
    reach as far as the kernel does.
    """
    spread = _dilated(kernel, dilation)
    out = np.zeros((*size, block.shape[2]), np.float32)
    for a in range(stride):
        for b in range(stride):
            part = spread[a::stride, b::stride]
            at = [(r - s) % stride for r, s in zip((a, b), start, strict=True)]
            into = out[at[0] :: stride, at[1] :: stride]
            if 0 in part.shape or 0 in into.shape or not part.any():
                continue
            ends = [(s + offset) // stride - origin for s, offset, origin in zip(start, at, first, strict=True)]
            rows, columns = (end - (f - 1) for end, f in zip(ends, part.shape, strict=True))
            seen = block[rows : ends[0] + into.shape[0], columns : ends[1] + into.shape[1]]
            into[:] = correlate(np.ascontiguousarray(seen), np.ascontiguousarray(part[::-1, ::-1]))
    return out


def _dilated(kernel: NDArray[np.float32], dilation: int) -> NDArray[np.float32]:
    if dilation == 1:
        return kernel
    out = np.zeros([dilation * (f - 1) + 1 for f in kernel.shape], np.float32)
    out[::dilation, ::dilation] = kernel
    return out
