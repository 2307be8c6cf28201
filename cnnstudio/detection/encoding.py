"""From marked objects to what a YOLO network is trained to put out: the other direction of `yolo`.

The target is written as in the course's notes, `[p_c, b_x, b_y, b_h, b_w, c…]` for each anchor of each cell: b_x, b_y
from 0 to 1 in the cell, b_h, b_w in cells, so that they may exceed 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import as_boxes
from cnnstudio.detection.heads import Head, HeadOutput
from cnnstudio.errors import UsageError

Array = npt.NDArray[Any]

SURE = 16.0
"""The logit that stands for certainty; σ(16) is 1 to seven digits."""
_EDGE = 1e-6


@dataclass(frozen=True)
class Responsible:
    """Which place answers for an object: head, cell (row, column) and anchor, with the IoU of the two shapes.

    lost_to: the object that had the place already, so that this one has none; None as a rule.
    """

    head: int
    row: int
    column: int
    anchor: int
    iou: float
    lost_to: int | None = None


@dataclass(frozen=True, eq=False)
class Encoded:
    """targets: for each head (rows, columns, anchors, 5 + classes) float32. places: one for each object."""

    targets: tuple[Array, ...]
    places: tuple[Responsible, ...]


def shape_iou(size: Sequence[float], anchors: Sequence[tuple[float, float]]) -> Array:
    """(A,) IoU of a box (width, height) with every anchor, both laid on the same centre."""
    sizes = np.array(anchors, np.float64)
    common = np.minimum(sizes[:, 0], size[0]) * np.minimum(sizes[:, 1], size[1])
    return np.asarray(common / (sizes[:, 0] * sizes[:, 1] + size[0] * size[1] - common))


def encode(heads: Sequence[Head], boxes: Array, class_ids: Sequence[int]) -> Encoded:
    """The target tensors of objects: boxes (N, 4) x1, y1, x2, y2 in pixels of the network's input.

    An object goes to the anchor, of all heads', that is most like it in shape, in the cell that holds its centre. The
    anchor of a cell takes one object; a second of the same shape, or more objects than anchors, is lost. Raises
    UsageError for boxes without area or with their centre outside, and for classes that the heads do not have.
    """
    boxes = as_boxes(boxes).astype(np.float64)
    if len(boxes) != len(class_ids):
        raise UsageError(f"There are {len(boxes)} boxes and {len(class_ids)} classes; each box needs one.")
    targets = tuple(np.zeros((h.rows, h.columns, len(h.anchors), h.numbers), np.float32) for h in heads)
    owners: dict[tuple[int, int, int, int], int] = {}
    places = []
    for number, (box, class_id) in enumerate(zip(boxes, class_ids, strict=True)):
        place = responsible(heads, box)
        head = heads[place.head]
        if not 0 <= class_id < head.classes:
            raise UsageError(f"Object {number} is of class {class_id}; there are {head.classes}, counted from 0.")
        key = (place.head, place.row, place.column, place.anchor)
        if key in owners:
            place = Responsible(*key, place.iou, owners[key])
        else:
            owners[key] = number
            targets[place.head][place.row, place.column, place.anchor] = vector(head, place, box, class_id)
        places.append(place)
    return Encoded(targets, tuple(places))


def responsible(heads: Sequence[Head], box: Array) -> Responsible:
    """The place that answers for a box x1, y1, x2, y2 in pixels of the input."""
    size, centre = box[2:] - box[:2], (box[:2] + box[2:]) / 2
    width, height = heads[0].width, heads[0].height
    if not np.isfinite(box).all() or not (size > 0).all():
        raise UsageError(f"The box {_plain(box)} has no area; draw one with x1 < x2 and y1 < y2.")
    if not (0 <= centre[0] < width and 0 <= centre[1] < height):
        raise UsageError(f"The centre of the box {_plain(box)} lies outside the input of {width} × {height} pixels.")
    overlaps = [shape_iou(size.tolist(), head.anchors) for head in heads]
    place = max(range(len(heads)), key=lambda each: float(overlaps[each].max()))
    head, overlap = heads[place], overlaps[place]
    column, row = int(centre[0] * head.columns / head.width), int(centre[1] * head.rows / head.height)
    return Responsible(place, row, column, int(overlap.argmax()), float(overlap.max()))


def vector(head: Head, place: Responsible, box: Array, class_id: int) -> Array:
    """`[p_c, b_x, b_y, b_h, b_w, c…]` of an object in its cell."""
    cell = np.array([head.width / head.columns, head.height / head.rows])
    centre = (box[:2] + box[2:]) / 2 / cell - [place.column, place.row]
    width, height = (box[2:] - box[:2]) / cell
    classes = np.zeros(head.classes)
    classes[class_id] = 1
    return np.array([1, *centre, height, width, *classes], np.float32)


def in_notes_order(numbers: Array) -> Array:
    """x, y, w, h, objectness, classes (…, 5 + C), as networks have it, as `[p_c, b_x, b_y, b_h, b_w, c…]`."""
    return np.concatenate([numbers[..., [4, 0, 1, 3, 2]], numbers[..., 5:]], axis=-1)


def as_output(head: Head, target: Array) -> HeadOutput:
    """What the network would have to put out for this target; decoding it gives the boxes back.

    Certainties become logits of ±`SURE`. Only YOLOv3's own coding, without new_coords, is inverted.
    """
    if head.new_coords:
        raise UsageError("Targets of heads with new_coords cannot be turned into outputs.")
    found = target[..., 0] > 0
    inside = (target[..., 1:3] + (head.scale_x_y - 1) / 2) / head.scale_x_y
    cell = np.array([head.width / head.columns, head.height / head.rows])
    sizes = np.where(found[..., None], target[..., [4, 3]] * cell / np.array(head.anchors), 1)
    centre = np.where(found[..., None], _logit(np.clip(inside, _EDGE, 1 - _EDGE)), 0)
    certain = (2 * target[..., [0]] - 1) * SURE
    classes = (2 * target[..., 5:] - 1) * SURE
    numbers = np.concatenate([centre, np.log(sizes), certain, classes], axis=-1)
    return HeadOutput(head, np.ascontiguousarray(numbers.transpose(2, 3, 0, 1), np.float32))


def _logit(values: Array) -> Array:
    return np.asarray(np.log(values / (1 - values)))


def _plain(box: Array) -> str:
    return ", ".join(f"{each:g}" for each in box.tolist())
