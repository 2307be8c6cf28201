"""Maps turned into a picture to look at: signed, absolute or clipped, on a range that does not depend on the
picture.

A range taken from the picture would make two pictures, or two parts of one, incomparable.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.kernels import weights
from cnnstudio.filters.settings import FilterSettings, Kernel

_WHITE = 255.0
_EDGE_SHARE, _PATTERN_SHARE = 0.3, 0.15
_PATTERN = 50.0
"""Pixels over which the weights of a pattern spread: (Σ|w|)² / Σw², which is n for n equal weights."""
_SUM_NOISE = 1e-4
"""A kernel typed with four digits still counts as one that sums to 1: no grey level is lost by it."""


def display_range(settings: FilterSettings) -> float:
    """The value shown in full colour: `settings.range`, or, when that is 0, one chosen from the kernels.

    The largest possible response (255 times the larger of the sums of positive and of negative weights) times
    a share: 0.3 for kernels that sum to 0, which answer to edges and seldom meet black against white, 0.15 for
    those among them that spread over many pixels, such as a Gabor patch, since no photo follows such a pattern all
    over it; up to 1 for kernels of one sign; to two significant digits below 1 (Sobel: 310). Offset and bias are
    added; sigmoid and tanh end at 1.
    """
    if settings.range > 0:
        return settings.range
    if settings.activation in ("sigmoid", "tanh"):
        return 1.0
    slices = 3 if settings.channels == "volume" else 1
    found = [_kernel_range(kernel, slices) + abs(kernel.offset + settings.bias) for kernel in settings.filters]
    return max(found, default=0.0) or _WHITE


def shown_mode(settings: FilterSettings) -> str:
    """How values become colours: "signed", "abs" or "clip"; "auto" is resolved from the kernels alone.

    clip where every kernel sums to 1, as those that blur, sharpen or keep the picture: the result is a photo
    again. abs where no weight is negative: the result is a photo of another brightness, which the range brings
    back. signed in every other case, and behind sigmoid and tanh, which leave no photo.
    """
    if settings.mode != "auto":
        return settings.mode
    if settings.activation in ("sigmoid", "tanh"):
        return "signed"
    slices = 3 if settings.channels == "volume" else 1
    parts = [part for kernel in settings.filters for part in _summed_together(kernel, slices)]
    if all(_keeps_brightness(part) for part in parts):
        return "clip"
    return "abs" if all((part >= 0).all() and part.any() for part in parts) else "signed"


def _keeps_brightness(w: NDArray[np.float64]) -> bool:
    return bool(abs(w.sum() - 1) <= _SUM_NOISE * max(1.0, np.abs(w).sum()))


def _summed_together(kernel: Kernel, slices: int) -> list[NDArray[np.float64]]:
    """The weights behind one output value each: all slices where they are added up, else each slice alone."""
    w = weights(kernel).astype(np.float64)
    if slices == 3:
        return [w if len(w) == 3 else np.repeat(w, 3, axis=0)]
    return list(w)


def _kernel_range(kernel: Kernel, slices: int) -> float:
    # Each slice alone makes a map; the strongest sets the range.
    return max(_range_of(part) for part in _summed_together(kernel, slices))


def _range_of(w: NDArray[np.float64]) -> float:
    up, down = float(w[w > 0].sum()), float(-w[w < 0].sum())
    larger = max(up, down)
    if larger == 0:
        return 0.0
    spread = (up + down) ** 2 / float((w.astype(np.float64) ** 2).sum())
    least = _PATTERN_SHARE if spread > _PATTERN * len(w.reshape(-1, *w.shape[-2:])) else _EDGE_SHARE
    share = least + (1 - least) * abs(up - down) / larger
    value = share * _WHITE * larger
    return value if share > 0.999 else _two_digits(value)


def _two_digits(value: float) -> float:
    step = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(value / step) * step


def to_display(settings: FilterSettings, maps: NDArray[np.float32], shown: int | None = None) -> NDArray[np.uint8]:
    """The maps (C, H, W) as a picture, uint8 (H, W, 3); `shown` picks one map instead of all together.

    signed: the mean of the maps, or the one shown, through the diverging colour map over ±range. abs: |v| /
    range, clip: v cut to 0…255; both in colour when there are three maps, one a colour channel (modes each
    and depthwise), else the mean as grey.
    """
    span, mode = display_range(settings), shown_mode(settings)
    colour = shown is None and len(maps) == 3 and settings.channels in ("each", "depthwise")
    if mode != "signed" and colour:
        return _bytes(settings, mode, np.ascontiguousarray(maps.transpose(1, 2, 0)), span)
    plane = _mean(maps) if shown is None else maps[shown]
    if mode == "signed":
        from cnnstudio.imaging.colour_maps import signed_to_rgb

        return np.asarray(signed_to_rgb(np.ascontiguousarray(plane), span), np.uint8)
    return np.repeat(_bytes(settings, mode, plane, span)[..., None], 3, axis=2)


def _mean(maps: NDArray[np.float32]) -> NDArray[np.float32]:
    if len(maps) == 1:
        return np.asarray(maps[0])
    if len(maps) == 3 and maps.strides[0] == maps.itemsize:
        import cv2

        # Interleaved memory: one pass over the pixels instead of three over the planes.
        mean = cv2.transform(maps.transpose(1, 2, 0), np.full((1, 3), 1 / 3, np.float32))
        return np.asarray(mean, np.float32).reshape(maps.shape[1:])  # OpenCV drops an axis of a single row
    return np.asarray(maps.mean(axis=0, dtype=np.float32))


def _bytes(settings: FilterSettings, mode: str, values: NDArray[np.float32], span: float) -> NDArray[np.uint8]:
    import cv2

    if mode == "abs":
        return np.asarray(cv2.convertScaleAbs(np.ascontiguousarray(values), alpha=_WHITE / span), np.uint8).reshape(
            values.shape
        )
    # Sigmoid and tanh end at 1; clipped they would be black on 0…255.
    scale = _WHITE if settings.activation in ("sigmoid", "tanh") else 1.0
    out = values * np.float32(scale)
    np.rint(out, out=out)
    return np.asarray(np.clip(out, 0, _WHITE, out=out), np.uint8)
