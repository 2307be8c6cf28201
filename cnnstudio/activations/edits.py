"""What if: a part of the photo painted over, or the whole of it moved, to see what a network makes of it then."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt

from cnnstudio.errors import PictureError

Pixels = npt.NDArray[Any]
Mask = npt.NDArray[np.float32]
Paint = Literal["grey", "blur", "noise"]

GREY = 127.0
LONGEST_SIDE = 32_766


def empty_mask(height: int, width: int) -> Mask:
    """A mask (height, width) of nothing."""
    return np.zeros((height, width), np.float32)


def brushed(mask: Mask, points: Sequence[tuple[float, float]], radius: float) -> Mask:
    """The mask with a stroke through points (x, y) by a round brush; 1 is covered. Coordinates: pixel edges.

    A single point is a dot. The given mask stays as it is.
    """
    made = mask.copy()
    # OpenCV counts from the middles of pixels, in sixteenths here.
    places = [(round((x - 0.5) * 16), round((y - 0.5) * 16)) for x, y in points]
    for start, end in zip(places, places[1:], strict=False):
        cv2.line(made, start, end, (1.0,), max(1, round(2 * radius)), cv2.LINE_8, 4)
    for place in places:
        cv2.circle(made, place, max(0, round(radius * 16)), (1.0,), -1, cv2.LINE_8, 4)
    return made


def painted(pixels: Pixels, mask: Mask, paint: Paint, seed: int = 0) -> Pixels:
    """The picture (H, W, 1 or 3), 0…255, painted over where the mask (H, W) is 1, in part where it is between 0 and 1.

    grey: 127. blur: the picture without any detail, by a Gaussian of an eighth of its longer side. noise: even from 0
    to 255 in each value, always the same for a seed. The type stays.
    """
    cover = mask[:, :, None]
    match paint:
        case "grey":
            over: Pixels = np.full((1, 1, 1), GREY, np.float32)
        case "blur":
            over = _without_detail(pixels)
        case _:
            over = np.random.default_rng(seed).uniform(0, 255, pixels.shape).astype(np.float32)
    return _as_type_of(pixels, pixels * (1 - cover) + over * cover)


def moved(
    pixels: Pixels, shift: tuple[float, float] = (0.0, 0.0), degrees: float = 0.0, scale: float = 1.0
) -> Pixels:
    """The picture (H, W, 1 or 3) scaled and turned counter-clockwise about its middle, then shifted, at its own size.

    shift: in pixels, to the right and down. What comes in at the border is grey. Interpolated bilinearly; a shift by
    whole pixels alone moves values unchanged. The type stays. Raises PictureError for a side above 32 766 pixels.
    """
    height, width = pixels.shape[:2]
    if max(height, width) > LONGEST_SIDE:
        raise PictureError(f"A picture of {width} × {height} pixels is too long to be moved. Crop it first.")
    middle = (width - 1) / 2, (height - 1) / 2
    matrix = cv2.getRotationMatrix2D(middle, degrees, scale)
    matrix[:, 2] += np.array(shift)
    source = pixels if scale >= 1 else _smoothed_for(pixels, scale)
    made = cv2.warpAffine(
        source, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=(GREY,) * 3
    )
    return _as_type_of(pixels, made.reshape(pixels.shape))


def _without_detail(pixels: Pixels) -> Pixels:
    """Blurred at a small size, where a wide Gaussian is quick, and enlarged again."""
    height, width = pixels.shape[:2]
    shrink = max(1.0, max(height, width) / 128)
    size = max(1, round(width / shrink)), max(1, round(height / shrink))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    blurred = cv2.GaussianBlur(small, (0, 0), max(size) / 8, borderType=cv2.BORDER_REPLICATE)
    return cv2.resize(blurred, (width, height), interpolation=cv2.INTER_LINEAR).reshape(pixels.shape)


def _smoothed_for(pixels: Pixels, scale: float) -> Pixels:
    """Without the detail that a smaller picture cannot hold: bilinear interpolation would skip pixels."""
    sigma = 0.5 * (1 / max(scale, 1e-3) ** 2 - 1) ** 0.5
    return cv2.GaussianBlur(pixels, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE) if sigma > 0.1 else pixels


def _as_type_of(pixels: Pixels, made: Pixels) -> Pixels:
    if pixels.dtype == np.uint8:
        return np.asarray(np.rint(made).clip(0, 255), np.uint8)
    return made.astype(pixels.dtype)
