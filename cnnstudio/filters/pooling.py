"""Max and average pooling without padding, channel by channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def pool(maps: NDArray[np.float32], kind: str, size: int, stride: int) -> NDArray[np.float32]:
    """(C, h, w) → (C, floor((h - size)/stride) + 1, …): the largest or the mean value of each window.

    The window is taken apart into columns and rows, so the work grows with 2·size, not size².
    """
    narrow = _along(maps, 2, kind, size, stride)
    return _along(narrow, 1, kind, size, stride)


def _along(maps: NDArray[np.float32], axis: int, kind: str, size: int, stride: int) -> NDArray[np.float32]:
    count = (maps.shape[axis] - size) // stride + 1
    if size == 1 and stride == 1:
        return maps

    def shifted(k: int) -> NDArray[np.float32]:
        part = slice(k, k + (count - 1) * stride + 1, stride)
        return maps[:, :, part] if axis == 2 else maps[:, part]

    out = shifted(0).copy()
    for k in range(1, size):
        if kind == "max":
            np.maximum(out, shifted(k), out=out)
        else:
            out += shifted(k)
    if kind != "max" and size > 1:
        out *= np.float32(1.0 / size)
    return out
