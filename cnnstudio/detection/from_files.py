"""Boxes that another tool found, as candidates: the thresholds can be played with without its network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import as_boxes
from cnnstudio.detection.candidates import Candidates
from cnnstudio.detection.coco_files import read_coco_results
from cnnstudio.detection.reading_json import entries, four, number, read_json, read_text, whole
from cnnstudio.detection.truth import Truth, picture_ids
from cnnstudio.detection.yolo_text import marked_in
from cnnstudio.errors import StudioError

Array = npt.NDArray[Any]

MOST_CLASSES = 100_000


@dataclass(frozen=True, eq=False)
class GivenBoxes:
    """N boxes from a file: (N, 4) x1, y1, x2, y2 float64, possibly NaN; scores (N,); class_ids (N,) int64."""

    boxes: Array
    scores: Array
    class_ids: Array


def read_boxes(path: Path) -> GivenBoxes:
    """`[{"box": [x1, y1, x2, y2], "score", "class_id"}]`; a missing class is 0. StudioError naming a wrong entry."""
    rows = entries(read_json(path), str(path))
    boxes = [four(row, "box", f"{path}: entry {n}", finite=False) for n, row in enumerate(rows)]
    scores = [number(row, "score", f"{path}: entry {n}", finite=False) for n, row in enumerate(rows)]
    classes = [whole(row, "class_id", f"{path}: entry {n}") if "class_id" in row else 0 for n, row in enumerate(rows)]
    return GivenBoxes(as_boxes(boxes), np.array(scores, np.float64), np.array(classes, np.int64))


def as_candidates(given: GivenBoxes, width: int = 0, height: int = 0) -> Candidates:
    """Candidates whose classes are called by the numbers in the file, whatever those are."""
    ids, places = np.unique(given.class_ids, return_inverse=True)
    return Candidates(given.boxes, given.scores, places.astype(np.int64), tuple(map(str, ids.tolist())), width, height)


def from_coco_results(path: Path, image: str, truth: Truth, width: int, height: int) -> Candidates:
    """The candidates of one picture of width × height in a COCO result file.

    truth: the data set that says which picture has which id and how categories are called.
    """
    results = read_coco_results(path)
    [picture] = picture_ids([image], truth)
    part = np.flatnonzero(results.picture == picture)
    places = {category: place for place, category in enumerate(truth.categories)}
    unknown = sorted(set(results.category[part].tolist()) - set(places))
    if unknown:
        raise StudioError(f"{path}: the category {unknown[0]} is not in {truth.source}, which names the classes.")
    corners = results.boxes[part].copy()
    corners[:, 2:] += corners[:, :2]
    classes = np.array([places[each] for each in results.category[part].tolist()], np.int64)
    return Candidates(corners, results.scores[part], classes, tuple(truth.categories.values()), width, height)


def from_yolo_text(path: Path, labels: Sequence[str], width: int, height: int) -> Candidates:
    """The candidates of one picture of width × height in a YOLO text file; a box without a score has 1."""
    lines = marked_in(path, len(labels), (width, height))
    boxes = as_boxes([each.box for each in lines])
    scores = np.array([each.score for each in lines], np.float64)
    return Candidates(
        boxes, scores, np.array([each.class_id for each in lines], np.int64), tuple(labels), width, height
    )


def read_labels(path: Path) -> tuple[str, ...]:
    """A list of classes, one a line; StudioError for an empty one."""
    labels = tuple(read_text(path, 10_000_000).splitlines())
    if not labels or len(labels) > MOST_CLASSES:
        raise StudioError(f"{path} names {len(labels)} classes; a list with a class a line is needed.")
    return labels
