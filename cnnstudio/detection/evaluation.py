"""How good a detector is against the truth: COCO's average precision; precision, recall and F1 at a score.

AP looks at all scores and stays where it is; precision, recall and F1 belong to one score threshold and follow it.
Computed as pycocotools does it, to the last digit but one (101 recall levels, at most 100 boxes a class and picture).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.matching import Matches, match
from cnnstudio.detection.truth import Results, Truth

Array = npt.NDArray[Any]

RECALL_LEVELS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Counted:
    """Hits, false boxes and missed objects at one score threshold; precision, recall, F1 from 0 to 1."""

    hits: int
    false: int
    missed: int

    @property
    def precision(self) -> float:
        """Share of the found boxes that are hits; 0 without any."""
        return self.hits / max(1, self.hits + self.false)

    @property
    def recall(self) -> float:
        """Share of the true objects that are found; 0 without any."""
        return self.hits / max(1, self.hits + self.missed)

    @property
    def f1(self) -> float:
        """2 P R / (P + R), which is 2 hits / (2 hits + false + missed)."""
        return 2 * self.hits / max(1, 2 * self.hits + self.false + self.missed)


@dataclass(frozen=True, eq=False)
class Curve:
    """Precision over recall of one class, or of all together, at one matching IoU.

    scores: (D,) falling; hits, false: (D,) counts with all scores down to this one. truths: objects that can be found.
    """

    scores: Array
    hits: Array
    false: Array
    truths: int

    def at(self, score: float) -> Counted:
        """The counts of boxes above a score threshold."""
        above = len(self.scores) - int(np.searchsorted(self.scores[::-1], score, side="right"))
        hits, false = (int(each[above - 1]) if above else 0 for each in (self.hits, self.false))
        return Counted(hits, false, self.truths - hits)

    def precision(self) -> Array:
        """(D,) at each score."""
        return np.asarray(self.hits / (self.hits + self.false + np.spacing(1)))

    def recall(self) -> Array:
        """(D,) at each score; 0 where nothing can be found."""
        return np.asarray(self.hits / self.truths if self.truths else np.zeros(len(self.hits)))

    def best_f1(self) -> tuple[float, float]:
        """(threshold, F1) that maximise F1; half way to the next lower score. (0.5, 0) where nothing is hit."""
        if len(self.scores) == 0 or self.truths == 0 or self.hits[-1] == 0:
            return 0.5, 0.0
        f1 = 2 * self.hits / (self.hits + self.false + self.truths)
        # Equal scores fall together, so only the last of them is a threshold.
        last = np.append(np.diff(self.scores) < 0, True)
        best = int(np.argmax(np.where(last, f1, -1)))
        below = float(self.scores[best + 1]) if best + 1 < len(self.scores) else 0.0
        return (float(self.scores[best]) + below) / 2, float(f1[best])


@dataclass(frozen=True, eq=False)
class ClassEvaluation:
    """One class: AP at each IoU threshold, (T,), or None without true objects; its curve at the matching IoU."""

    id: int
    name: str
    ap: Array | None
    curve: Curve
    detections: int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """All classes in the truth's order; the means are None where no class has true objects."""

    classes: tuple[ClassEvaluation, ...]
    overall: Curve
    map50: float | None
    map50_95: float | None
    notes: tuple[str, ...]


def evaluate(
    results: Results, truth: Truth, *, matching: float = 0.5, checkpoint: Callable[[], None] = lambda: None
) -> Evaluation:
    """AP of every class and mAP at IoU 0.5 and 0.5:0.95; curves at the IoU `matching`.

    Raises StudioError when results and truth are of different pictures or share no category.
    """
    matches = match(results, truth, checkpoint=checkpoint)
    shown = match(results, truth, np.array([matching]), checkpoint=checkpoint)
    places = {category: place for place, category in enumerate(truth.categories)}
    true_places = np.array([places[each] for each in truth.category.tolist()], int)
    truths = np.bincount(true_places[matches.countable], minlength=len(places))
    classes = []
    for place, (category, name) in enumerate(truth.categories.items()):
        part, seen = (_by_score(each, np.flatnonzero(each.category == place)) for each in (matches, shown))
        ap = _average_precision(matches, part, int(truths[place])) if truths[place] else None
        curve = curve_of(shown, seen, int(truths[place]))
        classes.append(ClassEvaluation(category, name, ap, curve, len(part)))
    judged = np.array([each.ap for each in classes if each.ap is not None])
    overall = curve_of(shown, _by_score(shown, np.arange(len(shown.index))), int(truths.sum()))
    return Evaluation(
        tuple(classes), overall, float(judged[:, 0].mean()) if len(judged) else None,
        float(judged.mean()) if len(judged) else None, (*truth.notes, *_notes(results, truth)),
    )  # fmt: skip


def _notes(results: Results, truth: Truth) -> tuple[str, ...]:
    notes = results.notes
    unknown = ~np.isin(results.category, list(truth.categories))
    if unknown.any():
        notes += (f"{int(unknown.sum())} detections are of categories that the ground truth lacks and do not count",)
    if len(truth) == 0:
        notes += ("the ground truth marks no object, so there is no average precision",)
    if len(results) == 0:
        notes += ("there are no detections",)
    return notes


def _by_score(matches: Matches, part: Array) -> Array:
    return part[np.argsort(-matches.scores[part], kind="stable")]


def _average_precision(matches: Matches, part: Array, truths: int) -> Array:
    """(T,): the mean over the recall levels of the best precision at that recall or a higher one."""
    counted = ~matches.ignored[:, part]
    hits = np.cumsum(matches.hits()[:, part], axis=1, dtype=float)
    false = np.cumsum(counted & (matches.truth[:, part] < 0), axis=1, dtype=float)
    precision = hits / (hits + false + np.spacing(1))
    envelope = np.maximum.accumulate(precision[:, ::-1], axis=1)[:, ::-1]
    at = [np.searchsorted(row, RECALL_LEVELS, side="left") for row in hits / truths]
    padded = np.concatenate([envelope, np.zeros((len(envelope), 1))], axis=1)
    return np.array([row[levels].mean() for row, levels in zip(padded, at, strict=True)])


def curve_of(matches: Matches, part: Array, truths: int) -> Curve:
    """The curve of found boxes `part`, ordered by falling score, at the first threshold of the matches."""
    part = part[~matches.ignored[0, part]]
    hit = matches.truth[0, part] >= 0
    return Curve(matches.scores[part], np.cumsum(hit), np.cumsum(~hit), truths)


@dataclass(frozen=True)
class JudgedPicture:
    """A picture of the truth, by its place in the list, with its counts at the thresholds on screen."""

    place: int
    counted: Counted


def worst_first(matches: Matches, truth: Truth, score: float) -> list[JudgedPicture]:
    """The pictures that have boxes or objects, by rising F1 and then by falling number of errors.

    matches: at one threshold, the first counts.
    """
    places = {each.id: place for place, each in enumerate(truth.pictures)}
    true_places = np.array([places[each] for each in truth.picture.tolist()], int)
    truths = np.bincount(true_places[matches.countable], minlength=len(places))
    above = (matches.scores > score) & ~matches.ignored[0]
    hits, false = (
        np.bincount(matches.picture[above & (matches.truth[0] >= 0 if hit else matches.truth[0] < 0)],
                    minlength=len(places))
        for hit in (True, False)
    )  # fmt: skip
    judged = [
        JudgedPicture(place, Counted(int(hits[place]), int(false[place]), int(truths[place] - hits[place])))
        for place in range(len(places))
        if truths[place] or false[place]
    ]
    return sorted(judged, key=lambda each: (each.counted.f1, -each.counted.false - each.counted.missed))
