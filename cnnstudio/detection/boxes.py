"""Boxes as arrays (N, 4) of x1, y1, x2, y2 in a picture's pixels: areas, overlaps, and which of them are boxes at all.

Edges lie at whole numbers, as in COCO: a box over the first pixel is 0, 0, 1, 1. What is computed keeps the type of
the boxes, operation by operation as torchvision has it, so that both agree in the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.errors import UsageError

Array = npt.NDArray[Any]


def as_boxes(values: Any) -> Array:
    """An array (N, 4) of float32 or float64; UsageError for any other shape or for what is no number."""
    try:
        boxes = np.asarray(values)
        if boxes.dtype not in (np.float32, np.float64):
            boxes = boxes.astype(np.float64)
    except (TypeError, ValueError, OverflowError):
        raise UsageError("Boxes must be rows of four numbers: x1, y1, x2, y2.") from None
    if boxes.size == 0:
        return boxes.reshape(0, 4)
    if boxes.ndim != 2 or boxes.shape[1] != 4:
        raise UsageError(f"Boxes must be rows of four numbers, x1, y1, x2, y2, not an array of shape {boxes.shape}.")
    return boxes


def areas(boxes: Array) -> Array:
    """(N,) areas in square pixels."""
    return np.asarray((boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1]))


def intersections(one: Array, other: Array) -> Array:
    """The common area of boxes (..., 4) that broadcast against each other, at least 0."""
    width = np.minimum(one[..., 2], other[..., 2]) - np.maximum(one[..., 0], other[..., 0])
    height = np.minimum(one[..., 3], other[..., 3]) - np.maximum(one[..., 1], other[..., 1])
    return np.asarray(np.maximum(width, 0) * np.maximum(height, 0))


def iou(one: Array, other: Array) -> Array:
    """Intersection over union, 0…1, of boxes (..., 4) that broadcast; 0 where both are without area."""
    common = intersections(one, other)
    union = areas(one) + areas(other) - common
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(union > 0, common / union, 0), common.dtype)


def diou(one: Array, other: Array) -> Array:
    """Distance IoU, -1…1: the IoU less d²/c², d between the centres, c the diagonal of the box around both.

    Z. Zheng et al., "Distance-IoU Loss", 2020.
    """
    across = one[..., 0] + one[..., 2] - other[..., 0] - other[..., 2]
    down = one[..., 1] + one[..., 3] - other[..., 1] - other[..., 3]
    width = np.maximum(one[..., 2], other[..., 2]) - np.minimum(one[..., 0], other[..., 0])
    height = np.maximum(one[..., 3], other[..., 3]) - np.minimum(one[..., 1], other[..., 1])
    diagonal = width * width + height * height
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.where(diagonal > 0, (across * across + down * down) / 4 / diagonal, 0)
    return np.asarray(iou(one, other) - apart, one.dtype)


def iou_matrix(one: Array, other: Array) -> Array:
    """(N, 4) and (M, 4) to (N, M)."""
    return iou(one[:, None], other[None])


@dataclass(frozen=True, eq=False)
class Soundness:
    """Which of N boxes can be worked with, (N,) bool, and in words what is wrong with the others."""

    sound: Array
    notes: tuple[str, ...]


def soundness(boxes: Array, scores: Array | None = None) -> Soundness:
    """Boxes with finite corners and an area, and a finite score; the others are counted and named by their first."""
    finite = np.isfinite(boxes).all(1)
    with np.errstate(invalid="ignore"):
        inverted = finite & ((boxes[:, 2] < boxes[:, 0]) | (boxes[:, 3] < boxes[:, 1]))
        flat = finite & ~inverted & ~(areas(boxes) > 0)
    scored = np.ones(len(boxes), bool) if scores is None else np.isfinite(scores)
    wrong = (
        (~finite, "NaN or infinite corners"),
        (inverted, "corners in the wrong order (x2 < x1 or y2 < y1)"),
        (flat, "no area"),
        (finite & ~inverted & ~flat & ~scored, "a score that is no number"),
    )
    notes = tuple(_left_out(np.flatnonzero(each), words) for each, words in wrong if each.any())
    return Soundness(finite & ~inverted & ~flat & scored, notes)


def _left_out(which: Array, words: str) -> str:
    if len(which) == 1:
        return f"box {which[0]} has {words} and is left out"
    return f"{len(which)} boxes have {words} and are left out, the first is box {which[0]}"


def clipped(boxes: Array, width: float, height: float) -> Array:
    """The part of every box inside a picture of width × height; without area where it lies outside."""
    return np.clip(boxes, 0, np.array([width, height, width, height], boxes.dtype))
