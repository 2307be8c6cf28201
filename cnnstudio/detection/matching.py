"""Which found box is which true object: COCO's greedy assignment, for all pictures, classes and thresholds at once.

T.-Y. Lin et al., "Microsoft COCO: Common Objects in Context", 2014, as pycocotools computes it, operation by operation:
found boxes by falling score, each takes the true object of its class and picture that it overlaps most and that is
still free. Only pairs that overlap enough are looked at, and the k-th boxes of all pictures and classes together.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.truth import Results, Truth
from cnnstudio.errors import StudioError

Array = npt.NDArray[Any]

IOU_THRESHOLDS = np.linspace(0.5, 0.95, 10)
MOST = 100
"""Found boxes of a class that count in one picture."""
LARGEST_AREA = 1e10
"""Square pixels; beyond, COCO's "all sizes" ends."""
_PAIRS = 2_000_000


@dataclass(frozen=True, eq=False)
class Matches:
    """D found boxes that count, ordered by picture, class and falling score; T thresholds; N true objects.

    index: (D,) into the results. picture, category: (D,) places in the truth's lists, -1 for a category it lacks.
    truth: (T, D) index of the true object, -1 for none. ignored: (T, D) bool: neither a hit nor false. countable: (N,)
    bool: true objects that can be missed. thresholds: (T,).
    """

    index: Array
    picture: Array
    category: Array
    scores: Array
    truth: Array
    ignored: Array
    countable: Array
    thresholds: Array

    def hits(self) -> Array:
        """(T, D) bool."""
        return np.asarray((self.truth >= 0) & ~self.ignored)


def match(
    results: Results,
    truth: Truth,
    thresholds: Array = IOU_THRESHOLDS,
    *,
    most: int | None = MOST,
    checkpoint: Callable[[], None] = lambda: None,
) -> Matches:
    """Assign found boxes to true objects; results of categories that the truth lacks are left out.

    Raises StudioError for results of pictures that the truth lacks, or when it has none of their categories.
    """
    picture, category = places_in(truth, results)
    part = np.flatnonzero(category >= 0)
    key = picture * max(1, len(truth.categories)) + category
    part = part[np.lexsort((-results.scores[part], key[part]))]
    place = _place_in_group(key[part])
    if most is not None:
        part, place = part[place < most], place[place < most]
    ignored = truth.crowd | truth.difficult | (truth.area < 0) | (truth.area > LARGEST_AREA)
    taken = _assign(results, truth, part, key[part], place, ignored, thresholds, checkpoint)
    huge = results.boxes[part, 2] * results.boxes[part, 3] > LARGEST_AREA
    none = taken < 0
    beside = np.where(none, huge[None], ignored[np.where(none, 0, taken)]) if len(truth) else none & huge[None]
    return Matches(
        part, picture[part], category[part], results.scores[part], taken, beside, ~ignored, np.asarray(thresholds)
    )


def places_in(truth: Truth, results: Results) -> tuple[Array, Array]:
    """(M,) places of each result's picture and category in the truth's lists; -1 for a category it lacks."""
    pictures = np.array([each.id for each in truth.pictures], np.int64)
    categories = np.array(list(truth.categories), np.int64)
    picture, category = _places(pictures, results.picture), _places(categories, results.category)
    if (picture < 0).any():
        lost = results.picture[picture < 0]
        raise StudioError(
            f"{len(np.unique(lost))} pictures of {results.source} are not in {truth.source}, the first has the id "
            f"{lost[0]}. Name the ground truth of the same pictures."
        )
    if len(results) and (category < 0).all():
        raise StudioError(
            f"None of the categories of {results.source} is in {truth.source}; the first is {results.category[0]}, "
            f"the truth has {', '.join(map(str, categories[:5])) or 'none'}."
        )
    return picture, category


def _places(known: Array, wanted: Array) -> Array:
    """Index of each wanted id in the ascending list of known ones, -1 where it is not."""
    if len(known) == 0:
        return np.full(len(wanted), -1)
    found = np.minimum(np.searchsorted(known, wanted), len(known) - 1)
    return np.where(known[found] == wanted, found, -1)


def _place_in_group(keys: Array) -> Array:
    """0, 1, 2, … within each run of equal keys."""
    starts = np.flatnonzero(np.diff(keys, prepend=keys[:1] - 1))
    return np.arange(len(keys)) - np.repeat(starts, np.diff(np.append(starts, len(keys))))


def _assign(
    results: Results, truth: Truth, part: Array, keys: Array, place: Array, ignored: Array, thresholds: Array,
    checkpoint: Callable[[], None],
) -> Array:  # fmt: skip
    """(T, D) index of the true object of each result in `part`, -1 for none."""
    limits = np.minimum(thresholds, 1 - 1e-10)[:, None]
    assigned = np.full((len(thresholds), len(part)), -1)
    free = np.ones((len(thresholds), len(truth)), bool)
    found, true, overlap = _pairs(results, truth, part, keys, ignored, float(limits.min(initial=1)))
    # The last of a found box's pairs that is possible is the one it takes: countable before ignored ones, then the
    # largest overlap, then the later in the file.
    order = np.lexsort((true, overlap, ~ignored[true], found))
    order = order[np.argsort(place[found[order]], kind="stable")]
    found, true, overlap = found[order], true[order], overlap[order]
    steps = place[found]
    for start, end in _runs(steps):
        mine, boxes = slice(start, end), found[start:end]
        possible = (overlap[mine] >= limits) & (free[:, true[mine]] | truth.crowd[true[mine]])
        begins = np.flatnonzero(np.diff(boxes, prepend=-1))
        last = np.maximum.reduceat(np.where(possible, np.arange(end - start), -1), begins, axis=1)
        threshold, which = np.nonzero(last >= 0)
        objects = true[mine][last[threshold, which]]
        assigned[threshold, boxes[begins[which]]] = objects
        free[threshold, objects] = False
        checkpoint()
    return assigned


def _runs(values: Array) -> Iterator[tuple[int, int]]:
    """(start, end) of each run of equal values."""
    bounds = [*np.flatnonzero(np.diff(values, prepend=-1)).tolist(), len(values)]
    yield from itertools.pairwise(bounds)


def _pairs(
    results: Results, truth: Truth, part: Array, keys: Array, ignored: Array, least: float
) -> tuple[Array, Array, Array]:
    """(place in `part`, index of the true object, overlap) of pairs of a picture and class that overlap enough."""
    pictures = np.array([each.id for each in truth.pictures], np.int64)
    categories = np.array(list(truth.categories), np.int64)
    true_keys = _places(pictures, truth.picture) * max(1, len(categories)) + _places(categories, truth.category)
    by_key = np.argsort(true_keys, kind="stable")
    first, last = (np.searchsorted(true_keys[by_key], keys, side=side) for side in ("left", "right"))  # type: ignore[call-overload]
    counts = last - first
    ends = np.cumsum(counts)
    parts = []
    start = 0
    while start < len(part):
        done = ends[start - 1] if start else 0
        stop = max(start + 1, int(np.searchsorted(ends, done + _PAIRS, side="right")))
        found = np.repeat(np.arange(start, stop), counts[start:stop])
        within = np.arange(len(found)) - np.repeat(ends[start:stop] - counts[start:stop] - done, counts[start:stop])
        true = by_key[np.repeat(first[start:stop], counts[start:stop]) + within]
        overlap = overlap_with_truth(results.boxes[part[found]], truth.boxes[true], truth.crowd[true])
        enough = overlap >= least
        parts.append((found[enough], true[enough], overlap[enough]))
        start = stop
    if not parts:
        return np.zeros(0, int), np.zeros(0, int), np.zeros(0)
    found, true, overlap = (np.concatenate(each) for each in zip(*parts, strict=True))
    return found, true, overlap


def overlap_with_truth(found: Array, true: Array, crowd: Array) -> Array:
    """IoU of boxes x, y, width, height, pair by pair; with a crowd the share of the found box that lies in it."""
    size = np.minimum(found[:, :2] + found[:, 2:], true[:, :2] + true[:, 2:]) - np.maximum(found[:, :2], true[:, :2])
    common = np.where((size > 0).all(1), size[:, 0] * size[:, 1], 0)
    area = found[:, 2] * found[:, 3]
    union = np.where(crowd, area, area + true[:, 2] * true[:, 3] - common)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(common > 0, common / union, 0))
