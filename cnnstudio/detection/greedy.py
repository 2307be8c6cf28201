"""Greedy suppression box by box, for any threshold and metric, and who suppressed whom.

It needs nothing prepared, so it answers where there is no overlap graph: for a command that runs once, below the
graph's floor, and for more pairs than memory should hold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import diou, iou
from cnnstudio.detection.pairs import Metric

Array = npt.NDArray[Any]

_AT_A_TIME = 64


@dataclass(frozen=True, eq=False)
class Suppressed:
    """What became of N boxes that were given best first.

    by: (N,) int64, the box that suppressed each, -1 for one that is kept. overlap: (N,) with it.
    """

    by: Array
    overlap: Array

    @property
    def kept(self) -> Array:
        """Indices of the boxes that are kept, the best first."""
        return np.flatnonzero(self.by < 0)


def greedy(
    boxes: Array,
    groups: Array,
    threshold: float,
    *,
    metric: Metric = "iou",
    checkpoint: Callable[[], None] = lambda: None,
) -> Suppressed:
    """Take the best box and drop every other of its group that overlaps it by at least the threshold; repeat.

    boxes: (N, 4), the best first. groups: (N,), only boxes of the same group suppress each other.
    """
    made = Suppressed(np.full(len(boxes), -1), np.zeros(len(boxes), boxes.dtype))
    by_group = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[by_group])) + 1
    for members in np.split(by_group, starts):
        _one_group(boxes, members, boxes.dtype.type(threshold), metric, made, checkpoint)
    return made


def _one_group(
    boxes: Array, members: Array, limit: Any, metric: Metric, made: Suppressed, checkpoint: Callable[[], None]
) -> None:
    overlap_of = diou if metric == "diou" else iou
    left = members
    while len(left) > 1:
        head, left = left[:_AT_A_TIME], left[_AT_A_TIME:]
        among = overlap_of(boxes[head][:, None], boxes[head][None])
        for place in range(len(head)):
            if made.by[head[place]] < 0:
                _drop(head[place], head[place + 1 :], among[place, place + 1 :], limit, made)
        kept = head[made.by[head] < 0]
        if len(left):
            _drop_by_first(kept, left, overlap_of(boxes[kept][:, None], boxes[left][None]), limit, made)
            left = left[made.by[left] < 0]
        checkpoint()


def _drop(better: Any, worse: Array, overlap: Array, limit: Any, made: Suppressed) -> None:
    now = (overlap >= limit) & (made.by[worse] < 0)
    made.by[worse[now]] = better
    made.overlap[worse[now]] = overlap[now]


def _drop_by_first(kept: Array, left: Array, overlap: Array, limit: Any, made: Suppressed) -> None:
    """Each of `left` is dropped by the first of `kept` that overlaps it enough; overlap: (kept, left)."""
    enough = overlap >= limit
    dropped = np.flatnonzero(enough.any(0))
    first = enough[:, dropped].argmax(0)
    made.by[left[dropped]] = kept[first]
    made.overlap[left[dropped]] = overlap[first, dropped]
