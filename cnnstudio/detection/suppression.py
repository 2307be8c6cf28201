"""From candidates to what is shown: score threshold, suppression, maximum count.

As in the course's notes a score equal to its threshold drops a box, and an overlap equal to its threshold suppresses.
One function serves command line and panel; the panel hands it the overlap graph that it prepared.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import soundness
from cnnstudio.detection.candidates import Candidates, on
from cnnstudio.detection.fusion import fuse
from cnnstudio.detection.greedy import greedy
from cnnstudio.detection.overlap_graph import FLOOR, OverlapGraph, order_of, overlap_graph
from cnnstudio.detection.pairs import Metric
from cnnstudio.detection.settings import DetectionSettings
from cnnstudio.detection.soft import gaussian, linear, soften
from cnnstudio.settings import check

Array = npt.NDArray[Any]


class Fate(IntEnum):
    """What became of a candidate."""

    KEPT = 0
    UNSOUND = 1
    CLASS_OFF = 2
    BELOW_SCORE = 3
    SUPPRESSED = 4
    OVER_COUNT = 5


@dataclass(frozen=True, eq=False)
class Survivors:
    """K boxes that are left of the candidates, the best first.

    index: (K,) into the candidates; of a fused box its best member. boxes: (K, 4), scores: (K,) as the method left
    them. by, overlap: (N,) who suppressed each candidate, -1 for nobody, and the overlap with it; None where only
    the outcome was computed, see `reasons.explained`. notes: what the person should know.
    """

    index: Array
    boxes: Array
    scores: Array
    by: Array | None = None
    overlap: Array | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.index)


@dataclass(frozen=True, eq=False)
class Prepared:
    """What a threshold move needs no second time: sound boxes, by score, and their overlap graph.

    members: (M,) indices of the sound candidates, the best first; scores: (M,) theirs. graph: None beyond its limits.
    """

    members: Array
    scores: Array
    agnostic: bool
    metric: Metric
    graph: OverlapGraph | None
    notes: tuple[str, ...]
    _answers: dict[Any, Array] = field(default_factory=dict)
    """The last answer alone: a score that moves asks for it again and again."""

    def fits(self, settings: DetectionSettings) -> bool:
        """Whether these settings can be answered with the graph."""
        return (
            self.graph is not None
            and settings.method in ("greedy", "diou")
            and (self.metric, self.agnostic) == (_metric(settings.method), settings.agnostic)
            and settings.iou >= FLOOR
        )

    def kept(self, settings: DetectionSettings, candidates: Candidates) -> Array:
        """Places in `members` that suppression keeps at any score, the best first."""
        key = (settings.iou, settings.classes_off)
        if key not in self._answers:
            assert self.graph is not None
            allowed = on(candidates, settings.classes_off)[self.members] if settings.classes_off else None
            self._answers.clear()
            self._answers[key] = self.graph.kept(settings.iou, allowed)
        return self._answers[key]


def prepare(
    candidates: Candidates,
    settings: DetectionSettings,
    *,
    threads: int = 1,
    checkpoint: Callable[[], None] = lambda: None,
) -> Prepared:
    """Prepare for moves of both thresholds; of the settings only method and `agnostic` count."""
    checked = soundness(candidates.boxes, candidates.scores)
    sound = np.flatnonzero(checked.sound)
    metric = _metric(settings.method)
    members = sound[order_of(candidates.scores[sound])]
    boxes, scores = candidates.boxes[members], candidates.scores[members]
    groups = _groups(candidates, settings.agnostic)[members]
    graph = overlap_graph(boxes, scores, groups, metric=metric, threads=threads, checkpoint=checkpoint)
    notes = checked.notes
    if graph is None:
        notes += (f"{len(members)} boxes overlap too much to prepare; every move of the IoU is computed anew",)
    return Prepared(members, scores, settings.agnostic, metric, graph, notes)


def suppress(
    candidates: Candidates,
    settings: DetectionSettings,
    prepared: Prepared | None = None,
    *,
    checkpoint: Callable[[], None] = lambda: None,
) -> Survivors:
    """What is left of the candidates with these settings; `prepared` makes greedy and DIoU answer in no time.

    Raises UsageError for settings outside their ranges.
    """
    check(settings)
    if prepared is not None and prepared.fits(settings):
        kept = prepared.kept(settings, candidates)
        limit = prepared.scores.dtype.type(settings.score)
        above = len(prepared.scores) - int(np.searchsorted(prepared.scores[::-1], limit, side="right"))
        index = prepared.members[kept[: int(np.searchsorted(kept, above))]][: settings.count or None]
        return Survivors(index, candidates.boxes[index], candidates.scores[index], notes=prepared.notes)
    checked = soundness(candidates.boxes, candidates.scores)
    part = np.flatnonzero(checked.sound & on(candidates, settings.classes_off) & (candidates.scores > settings.score))
    part = part[order_of(candidates.scores[part])]
    return _by_method(candidates, settings, part, checked.notes, checkpoint)


def _by_method(
    candidates: Candidates, settings: DetectionSettings, part: Array, notes: tuple[str, ...],
    checkpoint: Callable[[], None],
) -> Survivors:  # fmt: skip
    """Suppress among the candidates `part`, the best first."""
    boxes, scores = candidates.boxes[part], candidates.scores[part]
    groups = _groups(candidates, settings.agnostic)[part]
    by, overlap = np.full(len(candidates), -1), np.zeros(len(candidates), candidates.boxes.dtype)
    made: Any
    if settings.method == "wbf":
        made = fuse(boxes, scores, groups, settings.iou, checkpoint=checkpoint)
        index, boxes, scores = made.first, made.boxes, made.scores
    elif settings.method in ("greedy", "diou"):
        made = greedy(boxes, groups, settings.iou, metric=_metric(settings.method), checkpoint=checkpoint)
        index = made.kept
        boxes, scores = boxes[index], scores[index]
    else:
        decay = linear(settings.iou) if settings.method == "soft-linear" else gaussian(settings.sigma)
        made = soften(boxes, scores, groups, decay, settings.score, checkpoint=checkpoint)
        index = made.picked
        boxes, scores = boxes[index], made.scores[index]
    by[part] = np.where(made.by < 0, -1, part[made.by]) if len(part) else -1
    overlap[part] = made.overlap
    if settings.method.startswith("soft"):
        # A box that lost score and is shown all the same was not suppressed.
        by[part[index]] = -1
    best = order_of(scores)[: settings.count or None]
    return Survivors(part[index[best]], boxes[best], scores[best], by, overlap, notes)


def _groups(candidates: Candidates, agnostic: bool) -> Array:
    return np.zeros(len(candidates), np.int64) if agnostic else candidates.class_ids


def _metric(method: str) -> Metric:
    return "diou" if method == "diou" else "iou"
