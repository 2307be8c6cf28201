"""From a `Kernel` (a name and its parameters) to the weights that are multiplied with the picture."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import UsageError
from cnnstudio.filters.presets import SIZED, matrix, start_values
from cnnstudio.filters.rotation import rotated
from cnnstudio.filters.settings import LARGEST_SIDE, PRESETS, FilterSettings, Kernel, Matrix

LARGEST = LARGEST_SIDE
"""The longest side a kernel may have."""

LARGEST_WEIGHT = 1e30
"""Weights lie below this, given and effective ones alike: sums over the largest kernel then stay finite in float32,
and what is saved as a file can be read again."""


def kernel_named(name: str, size: int | None = None) -> Kernel:
    """The preset of that name with values that suit it; `size` for presets that exist in every size.

    Raises UsageError for an unknown name, an impossible size, or a size other than the preset's own.
    """
    if name not in PRESETS or name == "own":
        known = ", ".join(each for each in PRESETS if each != "own")
        raise UsageError(f"There is no kernel named {name!r}; the names are: {known}.")
    kernel = replace(Kernel(preset=name), **start_values(name))  # type: ignore[arg-type]
    if size is None:
        return kernel
    if not 1 <= size <= LARGEST:
        raise UsageError(f"A kernel of size {size} cannot be made; the size lies between 1 and {LARGEST}.")
    if name in SIZED:
        return replace(kernel, size=size)
    side = len(weights(kernel)[0])
    if side != size:
        raise UsageError(f"{PRESETS[name]} is a {side} × {side} kernel; it has no size {size}.")
    return kernel


def own_kernel(values: object, name: str = "") -> Kernel:
    """A kernel with these weights: (rows, columns) or (1 or 3 slices, rows, columns), as lists or an array.

    Raises UsageError for empty, ragged, not finite or oversized weights.
    """
    slices = values.tolist() if isinstance(values, np.ndarray) else values
    if isinstance(slices, (list, tuple)) and slices and _depth(slices) == 2:
        slices = [slices]
    return Kernel(preset="own", slices=checked_slices(slices), name=name)


def _depth(value: object) -> int:
    depth = 0
    while isinstance(value, (list, tuple)):
        depth += 1
        value = value[0] if value else None
    return depth


def checked_slices(values: object) -> tuple[Matrix, ...]:
    """The weights as a tuple of 1 or 3 equal-sized matrices of floats, or UsageError saying what is wrong."""
    if not isinstance(values, (list, tuple)) or len(values) == 0:
        raise UsageError("The kernel is empty; give it at least one weight.")
    if len(values) not in (1, 3):
        raise UsageError(f"The kernel has {len(values)} slices; it needs 1 (for all channels) or 3 (red, green, blue).")
    slices = tuple(_checked_matrix(each) for each in values)
    if len({(len(each), len(each[0])) for each in slices}) != 1:
        raise UsageError("The slices of the kernel differ in size; make all three the same.")
    return slices


def _checked_matrix(rows: object) -> Matrix:
    if not isinstance(rows, (list, tuple)) or len(rows) == 0:
        raise UsageError("The kernel is empty; give it at least one weight.")
    if not all(isinstance(row, (list, tuple)) and len(row) for row in rows):
        raise UsageError("The kernel has a row without weights; give every row the same number of weights.")
    lengths = [len(row) for row in rows]
    if len(set(lengths)) != 1:
        odd = next(i for i, n in enumerate(lengths) if n != lengths[0])
        raise UsageError(
            f"The kernel is ragged: row 1 has {lengths[0]} weights, row {odd + 1} has {lengths[odd]}; "
            "give every row the same number."
        )
    if len(rows) > LARGEST or lengths[0] > LARGEST:
        raise UsageError(f"The kernel is {len(rows)} × {lengths[0]}; at most {LARGEST} × {LARGEST} is possible.")
    return tuple(tuple(_checked_weight(value) for value in row) for row in rows)


def _checked_weight(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise UsageError(f"The kernel holds {value!r}, which is not a number.")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not abs(number) < LARGEST_WEIGHT:
        raise UsageError(f"The kernel holds {number}; every weight must be finite and below {LARGEST_WEIGHT:g}.")
    return number


@lru_cache(maxsize=256)
def weights(kernel: Kernel) -> NDArray[np.float32]:
    """The effective weights (S, rows, columns), S 1 or 3: rotated, then normalised, then divided; read-only.

    Normalising divides by the sum of all weights, or by the sum of |w| when that sum is 0.
    Raises UsageError for a kernel that cannot be used.
    """
    if kernel.preset == "own":
        raw = np.array(checked_slices(kernel.slices), dtype=np.float64)
    elif kernel.preset in PRESETS:
        _check_parameters(kernel)
        raw = matrix(kernel)[None]
    else:
        raise UsageError(f"There is no kernel named {kernel.preset!r}.")
    if kernel.angle and kernel.preset != "gabor":
        raw = np.stack([rotated(each, kernel.angle) for each in raw])
    if kernel.normalise:
        raw = _normalised(raw)
    if kernel.divisor == 0 or not math.isfinite(kernel.divisor):
        raise UsageError(f"The divisor is {kernel.divisor:g}; it must be a number other than 0.")
    made = (raw / kernel.divisor).astype(np.float32)
    if not (np.abs(made) < LARGEST_WEIGHT).all():
        raise UsageError("The kernel's weights overflow; use smaller weights or a larger divisor.")
    made.flags.writeable = False
    return made


def _check_parameters(kernel: Kernel) -> None:
    if kernel.preset in SIZED and not 1 <= kernel.size <= LARGEST:
        raise UsageError(f"The kernel's size is {kernel.size}; it must lie between 1 and {LARGEST}.")
    for label, value in (("Sigma", kernel.sigma), ("Wavelength", kernel.wavelength)):
        if not (math.isfinite(value) and value > 0):
            raise UsageError(f"{label} is {value}; it must be above 0.")


def _normalised(raw: NDArray[np.float64]) -> NDArray[np.float64]:
    total, size = raw.sum(), np.abs(raw).sum()
    if size == 0:
        return raw
    return np.asarray(raw / (total if abs(total) > 1e-6 * size else size))


@lru_cache(maxsize=64)
def _bank(filters: tuple[Kernel, ...], flip: bool, mode: str, channels: int) -> NDArray[np.float32]:
    if not filters:
        raise UsageError("The layer has no filter; add one.")
    each = [_slices(weights(kernel), mode, channels) for kernel in filters]
    if flip:
        each = [w[:, ::-1, ::-1] for w in each]
    rows, columns = (max(w.shape[axis] for w in each) for axis in (1, 2))
    out = np.zeros((len(each), each[0].shape[0], rows, columns), np.float32)
    for place, w in zip(out, each, strict=True):
        top, left = (rows - 1) // 2 - (w.shape[1] - 1) // 2, (columns - 1) // 2 - (w.shape[2] - 1) // 2
        place[:, top : top + w.shape[1], left : left + w.shape[2]] = w
    out.flags.writeable = False
    return out


def _slices(w: NDArray[np.float32], mode: str, channels: int) -> NDArray[np.float32]:
    if mode in ("each", "luminance"):
        return w[:1]
    if mode == "volume" and channels == 1:
        return np.asarray(w.sum(axis=0, keepdims=True))
    return w[:channels] if len(w) == 3 else np.repeat(w, channels, axis=0)


def slices_for(settings: FilterSettings, channels: int) -> NDArray[np.float32]:
    """The layer's kernels (n, S, rows, columns) as a picture of 1 or 3 channels sees them; read-only.

    Ready for cross-correlation: `flip` has turned every kernel by 180°. Smaller kernels lie in zeros so that
    their anchors, (f - 1)//2, coincide. each, luminance: S = 1, the first slice. volume, depthwise: S =
    channels, one slice serves all; on a grey picture volume adds the slices up and depthwise takes the first.
    """
    return _bank(settings.filters, settings.flip, settings.channels, channels)


def kernel_size(settings: FilterSettings) -> tuple[int, int]:
    """Rows and columns of the layer's kernels (the largest of each, when several differ)."""
    rows, columns = slices_for(settings, 3).shape[2:]
    return int(rows), int(columns)


def shifts(settings: FilterSettings) -> list[float]:
    """What is added to each filter's output before the activation: its own offset plus the layer's bias."""
    return [kernel.offset + settings.bias for kernel in settings.filters]
