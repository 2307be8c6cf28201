"""Boxes for tests, and a suppression that is as plain as the course's notes, in exact fractions."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from cnnstudio.detection.candidates import Candidates

LABELS = ("person", "car", "dog")


def candidates(boxes, scores, class_ids=None, *, dtype=np.float64, width=100, height=100) -> Candidates:
    """Candidates of three classes from lists."""
    count = len(boxes)
    return Candidates(
        np.array(boxes, dtype).reshape(count, 4), np.array(scores, dtype).reshape(count),
        np.zeros(count, np.int64) if class_ids is None else np.array(class_ids, np.int64).reshape(count),
        LABELS, width, height,
    )  # fmt: skip


@st.composite
def whole_boxes(draw, most=25):
    """(boxes, scores, class ids) on a small grid, so that equal scores and exact overlaps are common."""
    count = draw(st.integers(0, most))
    corner, side = st.integers(0, 12), st.integers(1, 10)
    rows = [(draw(corner), draw(corner), draw(side), draw(side)) for _ in range(count)]
    boxes = [(x, y, x + width, y + height) for x, y, width, height in rows]
    scores = [draw(st.integers(0, 20)) / 20 for _ in range(count)]
    return boxes, scores, [draw(st.integers(0, 2)) for _ in range(count)]


def exact_iou(one, other) -> Fraction:
    """Intersection over union of whole boxes."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    common = max(0, across) * max(0, down)
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return Fraction(common, areas - common)


def by_the_notes(boxes, scores, classes, score, iou: Fraction, *, agnostic=False) -> list[int]:
    """Drop scores ≤ t; while boxes remain, take the best and drop every other of its class with IoU ≥ t."""
    left = sorted((n for n in range(len(boxes)) if scores[n] > score), key=lambda n: -scores[n])
    kept = []
    while left:
        best = left.pop(0)
        kept.append(best)
        left = [
            n for n in left
            if not (agnostic or classes[n] == classes[best]) or exact_iou(boxes[n], boxes[best]) < iou
        ]  # fmt: skip
    return kept


def clustered(seed: int, count: int, objects: int, classes: int = 1):
    """Random float32 boxes around some objects, as a detector proposes them: boxes, scores, class ids."""
    rng = np.random.default_rng(seed)
    centres, sizes = rng.uniform(0, 1000, (objects, 2)), rng.uniform(20, 200, (objects, 2))
    which = rng.integers(0, objects, count)
    centre = centres[which] + rng.normal(0, 0.15, (count, 2)) * sizes[which]
    size = sizes[which] * np.exp(rng.normal(0, 0.2, (count, 2)))
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1).astype(np.float32)
    return boxes, rng.permutation(count).astype(np.float32) / count, rng.integers(0, classes, count)
