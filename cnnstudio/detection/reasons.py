"""Why a box went: who suppressed it, with which overlap; what a survivor stands for; the algorithm in steps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import soundness
from cnnstudio.detection.candidates import Candidates, on
from cnnstudio.detection.settings import DetectionSettings
from cnnstudio.detection.suppression import Fate, Survivors, suppress

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Reasons:
    """What became of each of N candidates.

    fate: (N,) int8, a `Fate`. by: (N,) the candidate that suppressed it (or that it was merged into, or that lowered
    its score the most), -1 for nobody. overlap: (N,) with that one, IoU or DIoU as the method compares.
    """

    fate: Array
    by: Array
    overlap: Array

    def cluster(self, index: int) -> Array:
        """The candidates that the box `index` suppressed, in the order of their overlap, the largest first."""
        members = np.flatnonzero(self.by == index)
        return members[np.argsort(-self.overlap[members], kind="stable")]


@dataclass(frozen=True)
class Step:
    """One step of the algorithm: the best box that is left is taken, others are crossed out or lose score.

    taken: its index among the candidates; score: its score at that moment. crossed: indices of the boxes that it
    suppresses, overlap: with each, the largest first. left: how many boxes wait after the step.
    """

    taken: int
    score: float
    crossed: tuple[int, ...]
    overlap: tuple[float, ...]
    left: int


def explained(
    candidates: Candidates,
    settings: DetectionSettings,
    survivors: Survivors | None = None,
    *,
    checkpoint: Callable[[], None] = lambda: None,
) -> Reasons:
    """The reasons behind the survivors of these settings; computed anew where only the outcome is known."""
    if survivors is None or survivors.by is None or survivors.overlap is None:
        survivors = suppress(candidates, settings, checkpoint=checkpoint)
    assert survivors.by is not None
    assert survivors.overlap is not None
    sound = soundness(candidates.boxes, candidates.scores).sound
    fate = np.full(len(candidates), Fate.OVER_COUNT, np.int8)
    fate[survivors.by >= 0] = Fate.SUPPRESSED
    with np.errstate(invalid="ignore"):
        fate[~(candidates.scores > settings.score)] = Fate.BELOW_SCORE
    fate[~on(candidates, settings.classes_off)] = Fate.CLASS_OFF
    fate[~sound] = Fate.UNSOUND
    fate[survivors.index] = Fate.KEPT
    return Reasons(fate, survivors.by, survivors.overlap)


def steps(
    candidates: Candidates,
    settings: DetectionSettings,
    *,
    checkpoint: Callable[[], None] = lambda: None,
) -> tuple[Step, ...]:
    """The algorithm one box at a time, over all classes in the order of the scores at which boxes are taken.

    Between classes there is no suppression (unless `agnostic`), so the order in which classes are gone through changes
    nothing. The maximum count does not end it.
    """
    survivors = suppress(candidates, replace(settings, count=0), checkpoint=checkpoint)
    reasons = explained(candidates, settings, survivors)
    waiting = int(((reasons.by >= 0) & (reasons.fate == Fate.SUPPRESSED)).sum()) + len(survivors)
    made = []
    for index, score in zip(survivors.index.tolist(), survivors.scores.tolist(), strict=True):
        crossed = reasons.cluster(index)
        crossed = crossed[reasons.fate[crossed] == Fate.SUPPRESSED]
        waiting -= 1 + len(crossed)
        overlap = tuple(float(each) for each in reasons.overlap[crossed])
        made.append(Step(index, score, tuple(crossed.tolist()), overlap, waiting))
    return tuple(made)
