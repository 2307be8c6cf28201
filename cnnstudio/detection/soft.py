"""Soft suppression: a box that overlaps a better one is not dropped but loses score, a copy more than a neighbour.

N. Bodla et al., "Soft-NMS: Improving Object Detection With One Line of Code", 2017.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import iou

Array = npt.NDArray[Any]
Decay = Callable[[Array], Array]


@dataclass(frozen=True, eq=False)
class Softened:
    """What became of N boxes.

    picked: (K,) indices in the order in which they were taken, group by group. scores: (N,), lowered. by: (N,) the
    box that lowered each the most, -1 where none did. overlap: (N,) with that one.
    """

    picked: Array
    scores: Array
    by: Array
    overlap: Array


def linear(threshold: float) -> Decay:
    """The factor 1 - IoU for an IoU of at least the threshold, else 1."""
    return lambda overlap: np.where(overlap >= threshold, 1 - overlap, 1)


def gaussian(sigma: float) -> Decay:
    """The factor exp(-IoU² / σ)."""
    return lambda overlap: np.exp(-overlap * overlap / sigma)


def soften(
    boxes: Array,
    scores: Array,
    groups: Array,
    decay: Decay,
    least: float,
    *,
    checkpoint: Callable[[], None] = lambda: None,
) -> Softened:
    """Take the box with the highest score, multiply the scores of the others of its group by `decay(IoU)`; repeat.

    boxes: (N, 4); scores: (N,). It ends for a group when no score is above `least`.
    """
    made = Softened(
        np.zeros(0, int), scores.astype(np.float64), np.full(len(boxes), -1), np.zeros(len(boxes), boxes.dtype)
    )
    weakest = np.ones(len(boxes))
    picked: list[int] = []
    by_group = np.argsort(groups, kind="stable")
    for members in np.split(by_group, np.flatnonzero(np.diff(groups[by_group])) + 1):
        left = members[made.scores[members] > least]
        while len(left):
            best = left[np.argmax(made.scores[left])]
            picked.append(int(best))
            left = left[left != best]
            overlap = iou(boxes[best], boxes[left])
            factor = decay(overlap)
            made.scores[left] *= factor
            most = factor < weakest[left]
            changed = left[most]
            weakest[changed], made.by[changed], made.overlap[changed] = factor[most], best, overlap[most]
            left = left[made.scores[left] > least]
            checkpoint()
    return Softened(np.array(picked, int), made.scores, made.by, made.overlap)
