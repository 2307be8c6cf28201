"""What of a suppression does not depend on its threshold, prepared once: who overlaps whom, and by how much.

Greedy suppression goes through the boxes from the best down. With the pairs at hand it needs no box any more, and all
boxes that no undecided better one overlaps can be decided at once; a few such rounds are the whole suppression, for
thousands of boxes in a millisecond or two. Another score threshold needs even less: better boxes never know of worse
ones, so what survives is a prefix of what survives without any.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.pairs import Metric, TooManyError, overlapping_pairs

Array = npt.NDArray[Any]

FLOOR = 0.25
"""The smallest threshold that a graph answers. Below, pairs are many, and plain suppression is quick."""
MOST_PAIRS = 8_000_000
"""About 100 MB."""
MOST_TESTED = 600_000_000
"""A few seconds."""
_BUCKETS = 4096
_ROUNDS = 40
_MANY = 50_000
_BEST = 8


@dataclass(frozen=True, eq=False)
class OverlapGraph:
    """Boxes ordered by score, and the pairs of them that overlap by at least `FLOOR`.

    order: (N,) indices of the boxes, the best first; equal scores in their given order. better, worse: (E,) int32
    ranks in this order, the pair with the largest overlap first but for the exactness of `overlap` (E,); so a
    threshold is a place in these arrays. starts: (buckets + 1,) where each bucket of overlaps begins.
    """

    order: Array
    better: Array
    worse: Array
    overlap: Array
    starts: Array

    def pairs(self, threshold: float) -> tuple[Array, Array, Array]:
        """(better, worse, overlap) of all pairs that overlap by at least the threshold, which is at least `FLOOR`."""
        limit = self.overlap.dtype.type(threshold)
        bucket = _bucket(np.array([limit]))[0]
        sure, end = int(self.starts[bucket]), int(self.starts[bucket + 1])
        close = np.flatnonzero(self.overlap[sure:end] >= limit) + sure
        return tuple(  # type: ignore[return-value]
            np.concatenate([each[:sure], each[close]]) if len(close) else each[:sure]
            for each in (self.better, self.worse, self.overlap)
        )

    def kept(self, threshold: float, allowed: Array | None = None) -> Array:
        """Ranks (K,) of the boxes that greedy suppression keeps, the best first.

        allowed: (N,) bool by rank: boxes that take part at all.
        """
        better, worse, _ = self.pairs(threshold)
        if allowed is not None:
            both = allowed[better] & allowed[worse]
            better, worse = better[both], worse[both]
        gone = _suppressed(len(self.order), better, worse)
        if allowed is not None:
            gone |= ~allowed
        return np.flatnonzero(~gone)


def order_of(scores: Array) -> Array:
    """Indices by score, the best first; equal scores in their given order."""
    return np.argsort(-scores, kind="stable")


def overlap_graph(
    boxes: Array,
    scores: Array,
    groups: Array,
    *,
    metric: Metric = "iou",
    threads: int = 1,
    checkpoint: Callable[[], None] = lambda: None,
    most_pairs: int = MOST_PAIRS,
) -> OverlapGraph | None:
    """The graph of boxes (N, 4) with scores (N,); only boxes of the same group (N,) are compared.

    None where it would take more than `most_pairs` pairs or `MOST_TESTED` comparisons.
    """
    order = order_of(scores)
    try:
        pairs = overlapping_pairs(
            boxes[order], groups[order], FLOOR, metric=metric, most=most_pairs, most_tested=MOST_TESTED,
            threads=threads, checkpoint=checkpoint,
        )  # fmt: skip
    except TooManyError:
        return None
    # Ranks are indices of the ordered boxes, so the better of a pair is the smaller index.
    better, worse = np.minimum(pairs.one, pairs.other), np.maximum(pairs.one, pairs.other)
    bucket = _bucket(pairs.overlap)
    largest_first = np.argsort(bucket, kind="stable")
    starts = np.concatenate([[0], np.cumsum(np.bincount(bucket, minlength=_BUCKETS + 1))])
    return OverlapGraph(
        order, better[largest_first], worse[largest_first], pairs.overlap[largest_first], starts
    )  # fmt: skip


def _bucket(overlap: Array) -> Array:
    """0 for an overlap of 1, up to `_BUCKETS` for none; 16 bits, which NumPy sorts by their digits."""
    return (_BUCKETS - np.clip(overlap, 0, 1) * _BUCKETS).astype(np.uint16)


def _suppressed(count: int, better: Array, worse: Array) -> Array:
    """(count,) bool: which ranks greedy suppression drops, given the pairs that suppress.

    The best eighth is decided first: where many boxes overlap they drop most others, whose pairs need no look then.
    """
    gone = np.zeros(count, bool)
    if len(better) > _MANY:
        part = np.flatnonzero(better < count // _BEST)
        _decide(gone, better[part], worse[part])
        rest = np.flatnonzero(~gone[better])
        better, worse = better[rest], worse[rest]
        rest = np.flatnonzero(~gone[worse])
        better, worse = better[rest], worse[rest]
    _decide(gone, better, worse)
    return gone


def _decide(gone: Array, better: Array, worse: Array) -> None:
    """Mark in `gone` what these pairs suppress; every pair into one of their better boxes is among them."""
    for _ in range(_ROUNDS):
        if len(better) == 0:
            return
        waiting = np.zeros(len(gone), bool)
        waiting[worse] = True
        # The better one of such a pair is kept whatever comes, as nothing undecided is above it.
        sure = ~waiting[better]
        gone[worse[sure]] = True
        open_ = np.flatnonzero(~(gone[better] | gone[worse] | sure))
        better, worse = better[open_], worse[open_]
    _one_by_one(gone, better, worse)


def _one_by_one(gone: Array, better: Array, worse: Array) -> None:
    """The rest of long chains, in which each box waits for the one before."""
    order = np.argsort(better, kind="stable")
    better, worse = better[order], worse[order]
    ranks, starts = np.unique(better, return_index=True)
    for rank, start, end in zip(ranks.tolist(), starts.tolist(), [*starts[1:].tolist(), len(better)], strict=True):
        if not gone[rank]:
            gone[worse[start:end]] = True
