"""Every pair of boxes that overlaps enough, without looking at most of the others.

Boxes are packed into blocks that lie close together (as the leaves of an R-tree packed by Leutenegger et al., "STR: A
Simple and Efficient Algorithm for R-Tree Packing", 1997); only blocks whose outlines touch are compared, as one matrix.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import areas, diou

Array = npt.NDArray[Any]
Metric = Literal["iou", "diou"]

BLOCK = 128
WIDEST = 32
"""Blocks that one block is compared with at a time: the matrix stays in the processor's cache."""
_ALONE = 5_000_000
"""Comparisons that one thread has done before a second one has begun."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Pairs (E,) of boxes by their indices, in no particular order, and how much they overlap, (E,)."""

    one: Array
    other: Array
    overlap: Array


class TooManyError(Exception):
    """There are more pairs, or more work to find them, than was allowed."""


def overlapping_pairs(
    boxes: Array,
    groups: Array,
    floor: float,
    *,
    metric: Metric = "iou",
    most: int,
    most_tested: int,
    threads: int = 1,
    checkpoint: Callable[[], None] = lambda: None,
) -> Pairs:
    """All pairs of boxes (N, 4) of the same group (N,) whose overlap is at least `floor`, above 0.

    Raises TooManyError for more than `most` pairs, or when more than `most_tested` would have to be compared.
    """
    blocks = list(_blocks(boxes, groups))
    tasks, tested = [], 0
    for task in _tasks(boxes, blocks, groups):
        tasks.append(task)
        tested += len(task[0]) * len(task[1])
        if tested > most_tested:
            raise TooManyError
    sizes = areas(boxes)
    found: list[Pairs] = []
    count = 0

    def compare(task: tuple[Array, Array, bool]) -> Pairs:
        return _compared(boxes, sizes, *task, floor=floor, metric=metric)

    with ThreadPoolExecutor(max(1, threads)) as pool:
        shared = pool.map if threads > 1 and tested > _ALONE else map
        for start in range(0, len(tasks), 16):
            for each in shared(compare, tasks[start : start + 16]):
                found.append(each)
                count += len(each.one)
            if count > most:
                raise TooManyError
            checkpoint()
    if not found:
        nothing = np.zeros(0, np.int32)
        return Pairs(nothing, nothing, np.zeros(0, boxes.dtype))
    return Pairs(*(np.concatenate([getattr(each, name) for each in found]) for name in ("one", "other", "overlap")))


def _blocks(boxes: Array, groups: Array) -> Iterator[Array]:
    """Indices of boxes that lie close together, at most `BLOCK` at a time, each block of one group."""
    by_group = np.argsort(groups, kind="stable").astype(np.int32)
    starts = np.flatnonzero(np.diff(groups[by_group], prepend=groups[by_group[:1]] - 1))
    centres = boxes[:, :2] + boxes[:, 2:]
    for members in np.split(by_group, starts[1:]):
        if len(members) <= BLOCK:
            if len(members) > 1:
                yield members
            continue
        strips = math.ceil(math.sqrt(math.ceil(len(members) / BLOCK)))
        for strip in np.array_split(members[np.argsort(centres[members, 0], kind="stable")], strips):
            downwards = strip[np.argsort(centres[strip, 1], kind="stable")]
            yield from (downwards[at : at + BLOCK] for at in range(0, len(downwards), BLOCK))


def _tasks(boxes: Array, blocks: list[Array], groups: Array) -> Iterator[tuple[Array, Array, bool]]:
    """(one, others, same): a block with itself, and with all later blocks that it touches."""
    if not blocks:
        return
    low = np.array([boxes[block, :2].min(0) for block in blocks])
    high = np.array([boxes[block, 2:].max(0) for block in blocks])
    group = np.array([groups[block[0]] for block in blocks])
    # Blocks of a group follow each other.
    ends = np.searchsorted(group, group, side="right")
    for number, block in enumerate(blocks):
        yield block, block, True
        if ends[number] == number + 1:
            continue
        later = slice(number + 1, ends[number])
        touching = (low[later] < high[number]).all(1) & (high[later] > low[number]).all(1)
        near = np.flatnonzero(touching) + number + 1
        for start in range(0, len(near), WIDEST):
            yield block, np.concatenate([blocks[each] for each in near[start : start + WIDEST]]), False


@lru_cache(maxsize=BLOCK)
def _above_diagonal(size: int) -> Array:
    return np.triu(np.ones((size, size), bool), 1)


def _compared(
    boxes: Array, sizes: Array, one: Array, others: Array, same: bool, *, floor: float, metric: Metric
) -> Pairs:
    """The pairs of one block with others; a quick bound first, the overlap itself only for what passes it."""
    a, b = boxes[one].T[:, :, None], boxes[others].T[:, None]
    common = np.minimum(a[2], b[2])
    common -= np.maximum(a[0], b[0])
    np.maximum(common, 0, out=common)
    height = np.minimum(a[3], b[3])
    height -= np.maximum(a[1], b[1])
    common *= height
    total = np.add.outer(sizes[one], sizes[others])
    # I / (A + B - I) ≥ f means I ≥ (A + B) f / (1 + f); a little less, as both sides are rounded.
    least = np.multiply(total, boxes.dtype.type(floor / (1 + floor) * (1 - 1e-5)), out=height)
    passing = common >= least
    if same:
        passing &= _above_diagonal(len(one))
    flat = np.flatnonzero(passing)
    counts = np.count_nonzero(passing, axis=1)
    first = np.repeat(one, counts)
    second = others[flat - np.repeat(np.arange(len(one)) * len(others), counts)]
    if metric == "diou":
        overlap = diou(boxes[first], boxes[second])
    else:
        common = common.ravel()[flat]
        overlap = common / (total.ravel()[flat] - common)
    enough = np.flatnonzero(overlap >= boxes.dtype.type(floor))
    return Pairs(first[enough], second[enough], overlap[enough])
