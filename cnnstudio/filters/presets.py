"""The matrices behind the preset names, with the signs of the course: bright on the left gives a positive
edge.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.settings import Kernel

_FIXED: dict[str, list[list[float]]] = {
    "prewitt-v": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "prewitt-h": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
    "sobel-v": [[1, 0, -1], [2, 0, -2], [1, 0, -1]],
    "sobel-h": [[1, 2, 1], [0, 0, 0], [-1, -2, -1]],
    "scharr-v": [[3, 0, -3], [10, 0, -10], [3, 0, -3]],
    "scharr-h": [[3, 10, 3], [0, 0, 0], [-3, -10, -3]],
    "roberts-1": [[1, 0], [0, -1]],
    "roberts-2": [[0, 1], [-1, 0]],
    "laplacian": [[0, 1, 0], [1, -4, 1], [0, 1, 0]],
    "sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "emboss": [[-2, -1, 0], [-1, 1, 1], [0, 1, 2]],
}

SIZED = frozenset({"gaussian", "box", "log", "identity", "gabor"})
"""Presets that exist in every size f; the others have the size of their published matrix."""

USES = {
    "gaussian": ("size", "sigma"),
    "log": ("size", "sigma"),
    "box": ("size",),
    "identity": ("size",),
    "gabor": ("size", "sigma", "wavelength", "aspect", "phase"),
}
"""Which parameters of `Kernel` a preset listens to besides rotation, normalise, divisor and offset."""

_START: dict[str, dict[str, float]] = {
    "gaussian": {"size": 5, "sigma": 1.0},
    "log": {"size": 9, "sigma": 1.4},
    "box": {"size": 3},
    "identity": {"size": 3},
    "gabor": {"size": 15, "sigma": 3.0, "wavelength": 6.0},
}


def start_values(preset: str) -> dict[str, float]:
    """The parameters with which a preset looks like itself (a Gabor patch of 3 × 3 would show nothing)."""
    return dict(_START.get(preset, {}))


def matrix(kernel: Kernel) -> NDArray[np.float64]:
    """The preset's (rows, columns) matrix before rotation, except that a Gabor patch is drawn at its angle."""
    if kernel.preset in _FIXED:
        return np.array(_FIXED[kernel.preset], dtype=np.float64)
    made = {"gaussian": _gaussian, "log": _log, "box": _box, "identity": _identity, "gabor": _gabor}
    return made[kernel.preset](kernel)


def _grid(size: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    steps = np.arange(size, dtype=np.float64) - (size - 1) / 2
    return steps[None, :], steps[:, None]


def _gaussian(kernel: Kernel) -> NDArray[np.float64]:
    x, y = _grid(kernel.size)
    bell = np.exp(-(x**2 + y**2) / (2 * kernel.sigma**2))
    return np.asarray(bell / bell.sum())


def _log(kernel: Kernel) -> NDArray[np.float64]:
    x, y = _grid(kernel.size)
    share = (x**2 + y**2) / (2 * kernel.sigma**2)
    drawn = -(1 - share) * np.exp(-share) / (np.pi * kernel.sigma**4)
    # A cut-off Laplacian of Gaussian would answer to flat areas; its mean is taken out again.
    return np.asarray(drawn - drawn.mean())


def _box(kernel: Kernel) -> NDArray[np.float64]:
    return np.full((kernel.size, kernel.size), 1.0 / kernel.size**2)


def _identity(kernel: Kernel) -> NDArray[np.float64]:
    made = np.zeros((kernel.size, kernel.size))
    middle = (kernel.size - 1) // 2
    made[middle, middle] = 1.0
    return made


def _gabor(kernel: Kernel) -> NDArray[np.float64]:
    x, y = _grid(kernel.size)
    turn = np.deg2rad(kernel.angle)
    # Rows grow downwards, so a counter-clockwise turn on the screen has these signs.
    along = x * np.cos(turn) - y * np.sin(turn)
    across = x * np.sin(turn) + y * np.cos(turn)
    bell = np.exp(-(along**2 + kernel.aspect**2 * across**2) / (2 * kernel.sigma**2))
    return np.asarray(bell * np.cos(2 * np.pi * along / kernel.wavelength + np.deg2rad(kernel.phase)))
