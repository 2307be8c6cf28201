"""From what a YOLO head puts out to boxes: the decoding that is written out in the panel, for all cells at once.

J. Redmon, A. Farhadi, "YOLOv3: An Incremental Improvement", 2018; `scale_x_y` from YOLOv4 (Bochkovskiy et al., 2020),
`new_coords` from Scaled-YOLOv4 (Wang et al., 2021).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.candidates import Candidates, Origin
from cnnstudio.detection.heads import Head, HeadOutput
from cnnstudio.networks.preprocessing import Placement

Array = npt.NDArray[Any]

_LARGEST_EXPONENT = 30.0
"""exp(30) anchors is beyond any picture; more would become infinite and make a NaN of an overlap."""


@dataclass(frozen=True, eq=False)
class Decoded:
    """Every anchor of every cell, in the order anchor, row, column; K = anchors · rows · columns.

    boxes: (K, 4) x1, y1, x2, y2 in pixels of the network's input. objectness: (K,) 0…1. class_scores: (K, classes)
    0…1, given that there is an object.
    """

    boxes: Array
    objectness: Array
    class_scores: Array


def sigmoid(values: Array) -> Array:
    """1 / (1 + exp(-z)), without overflow."""
    return np.asarray(0.5 * np.tanh(0.5 * values) + 0.5)


def decode(output: HeadOutput) -> Decoded:
    """The boxes, objectness and class scores of a head.

    b_xy = (s·σ(t_xy) - (s - 1)/2 + cell) / grid and b_wh = anchor · exp(t_wh), s = scale_x_y; with new_coords the
    network's own σ has been applied already and b_wh = anchor · (2 t_wh)².
    """
    head, raw = output.head, output.raw
    centre, size = _centres(head, raw[:, :2]), _sizes(head, raw[:, 2:4])
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1)
    rest = raw[:, 4:] if head.new_coords else sigmoid(raw[:, 4:])
    return Decoded(
        boxes.transpose(0, 2, 3, 1).reshape(-1, 4),
        rest[:, 0].reshape(-1),
        rest[:, 1:].transpose(0, 2, 3, 1).reshape(-1, head.classes),
    )


def _centres(head: Head, offsets: Array) -> Array:
    """(anchors, 2, rows, columns) of t to pixels of the input."""
    inside = offsets if head.new_coords else sigmoid(offsets)
    inside = head.scale_x_y * inside - (head.scale_x_y - 1) / 2
    rows, columns = np.mgrid[: head.rows, : head.columns]
    cells = np.stack([columns, rows]).astype(np.float32)
    cell_size = np.array([head.width / head.columns, head.height / head.rows], np.float32)
    return np.asarray((inside + cells) * cell_size[:, None, None])


def _sizes(head: Head, scales: Array) -> Array:
    anchors = np.array(head.anchors, np.float32)[:, :, None, None]
    factors = (2 * scales) ** 2 if head.new_coords else np.exp(np.minimum(scales, _LARGEST_EXPONENT))
    return np.asarray(anchors * factors)


def candidates_of(
    outputs: tuple[HeadOutput, ...], placement: Placement, labels: tuple[str, ...], width: int, height: int
) -> Candidates:
    """A candidate for every anchor of every cell of every head, with the best of its classes.

    placement: where the photo of width × height lies in the network's input; boxes come back in its pixels.
    """
    parts = [_best(output) for output in outputs]
    boxes, classes, objectness, scores = (np.concatenate(each) for each in zip(*parts, strict=True))
    places = [_places(number, output.head) for number, output in enumerate(outputs)]
    head, anchor, row, column = (np.concatenate(each) for each in zip(*places, strict=True))
    return Candidates(
        placement.in_picture(boxes).astype(np.float32), objectness * scores, classes, labels, width, height,
        Origin(head, row, column, anchor, objectness, scores, outputs),
    )  # fmt: skip


def _best(output: HeadOutput) -> tuple[Array, Array, Array, Array]:
    """Boxes, best classes, objectness and their scores: σ is monotonous, so only the best logit needs it."""
    head, raw = output.head, output.raw
    centre, size = _centres(head, raw[:, :2]), _sizes(head, raw[:, 2:4])
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1).transpose(0, 2, 3, 1).reshape(-1, 4)
    best = raw[:, 5:].argmax(1)
    scores = np.take_along_axis(raw[:, 5:], best[:, None], 1).reshape(-1)
    objectness = raw[:, 4].reshape(-1)
    if not head.new_coords:
        scores, objectness = sigmoid(scores), sigmoid(objectness)
    return boxes, best.reshape(-1), objectness, scores


def _places(number: int, head: Head) -> tuple[Array, Array, Array, Array]:
    anchor, row, column = np.indices((len(head.anchors), head.rows, head.columns)).reshape(3, -1)
    return np.full(len(row), number), anchor, row, column
