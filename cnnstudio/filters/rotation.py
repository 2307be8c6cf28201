"""Turning a kernel: exactly where the grid allows it, by interpolation where it does not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_RING = [(0, 0), (0, 1), (0, 2), (1, 2), (2, 2), (2, 1), (2, 0), (1, 0)]


def rotated(matrix: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    """The (rows, columns) matrix turned counter-clockwise by `angle` degrees around its centre.

    Multiples of 90° are exact. A 3 × 3 kernel turns exactly by multiples of 45°: its ring of eight weights
    moves on (the compass kernels). Every other angle interpolates bilinearly inside a square of the longer
    side; weights that leave it are lost, those that enter are 0, and a kernel that summed to 0 still does.
    """
    angle = angle % 360.0
    if angle % 90 == 0:
        return np.ascontiguousarray(np.rot90(matrix, int(angle // 90)))
    if matrix.shape == (3, 3) and angle % 45 == 0:
        return _ring_shifted(matrix, int(angle // 45))
    turned = _interpolated(matrix, angle)
    if abs(matrix.sum()) <= 1e-9 * np.abs(matrix).sum():
        turned -= turned.mean()
    return turned


def _ring_shifted(matrix: NDArray[np.float64], steps: int) -> NDArray[np.float64]:
    out = matrix.copy()
    for place, cell in enumerate(_RING):
        out[_RING[(place - steps) % 8]] = matrix[cell]
    return out


def _interpolated(matrix: NDArray[np.float64], angle: float) -> NDArray[np.float64]:
    rows, columns = matrix.shape
    side = max(rows, columns)
    steps = np.arange(side) - (side - 1) / 2
    x, y = steps[None, :], steps[:, None]
    cos, sin = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    from_x = x * cos - y * sin + (columns - 1) / 2
    from_y = x * sin + y * cos + (rows - 1) / 2
    # One ring of zeros outside makes every neighbour exist.
    framed = np.pad(matrix, 1)
    left, top = np.floor(from_x).astype(int), np.floor(from_y).astype(int)
    out = np.zeros((side, side))
    for down in (0, 1):
        for right in (0, 1):
            r, c = top + down, left + right
            share = (1 - np.abs(from_y - r)) * (1 - np.abs(from_x - c))
            out += share * framed[np.clip(r + 1, 0, rows + 1), np.clip(c + 1, 0, columns + 1)]
    return out
