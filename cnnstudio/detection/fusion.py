"""Weighted box fusion: boxes of one object are not chosen among but averaged, each as much as it is sure.

R. Solovyev, W. Wang, T. Gabruseva, "Weighted boxes fusion: Ensembling boxes from different object detection models",
2021, for one model.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import iou

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Fused:
    """K boxes made of N.

    first: (K,) index of the best member of each. boxes: (K, 4); scores: (K,), the mean of the members'. by: (N,) the
    best member of the box that each went into, -1 for those themselves. overlap: (N,) with that box when it joined.
    """

    first: Array
    boxes: Array
    scores: Array
    by: Array
    overlap: Array


def fuse(
    boxes: Array,
    scores: Array,
    groups: Array,
    threshold: float,
    *,
    checkpoint: Callable[[], None] = lambda: None,
) -> Fused:
    """Each box, the best first, joins the fused box of its group that it overlaps most, by at least the threshold.

    boxes: (N, 4) and scores: (N,) above 0, the best first. A box that joins none begins one.
    """
    by, overlaps = np.full(len(boxes), -1), np.zeros(len(boxes), boxes.dtype)
    parts = []
    by_group = np.argsort(groups, kind="stable")
    for members in np.split(by_group, np.flatnonzero(np.diff(groups[by_group])) + 1):
        if len(members):
            parts.append(_one_group(boxes, scores, members, threshold, by, overlaps, checkpoint))
    if not parts:
        return Fused(np.zeros(0, int), boxes[:0], scores[:0], by, overlaps)
    first, fused, means = (np.concatenate(each) for each in zip(*parts, strict=True))
    return Fused(first, fused.astype(boxes.dtype), means, by, overlaps)


def _one_group(
    boxes: Array, scores: Array, members: Array, threshold: float, by: Array, overlaps: Array,
    checkpoint: Callable[[], None],
) -> tuple[Array, Array, Array]:  # fmt: skip
    fused = np.empty((len(members), 4))
    weighted, weights = np.zeros((len(members), 4)), np.zeros(len(members))
    first, counts = np.zeros(len(members), int), np.zeros(len(members), int)
    made = 0
    for number, member in enumerate(members):
        overlap = iou(boxes[member].astype(np.float64), fused[:made])
        place = int(overlap.argmax()) if made else 0
        if made and overlap[place] >= threshold:
            by[member], overlaps[member] = first[place], overlap[place]
        else:
            place, made = made, made + 1
            first[place] = member
        weighted[place] += float(scores[member]) * boxes[member].astype(np.float64)
        weights[place] += scores[member]
        counts[place] += 1
        fused[place] = weighted[place] / weights[place]
        if number % 256 == 0:
            checkpoint()
    return first[:made], fused[:made], weights[:made] / counts[:made]
