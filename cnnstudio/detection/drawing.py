"""The annotated picture: masks, boxes, key points, and names that do not cover each other."""

from __future__ import annotations

import math
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from cnnstudio.detection.colours import class_colour, text_colour
from cnnstudio.detection.detections import Detections
from cnnstudio.detection.labelling import Rectangle, label_places

if TYPE_CHECKING:
    from collections.abc import Sequence

Array = npt.NDArray[Any]

MASK_OPACITY = 0.45
MASK_LEVEL = 0.5
"""From this probability on a pixel belongs to the object, as torchvision's own threshold."""
KEYPOINT_SCORE = 0.0
LABELLED = 300
"""More names than this would cover the picture, so the rest of the boxes stays unnamed."""

# The seventeen points of COCO's people, joined as its own tools join them.
PERSON = (
    (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10),
    (1, 2), (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
)  # fmt: skip


def drawn(pixels: Array, found: Detections) -> Array:
    """A picture (H, W, 1 or 3), 0…255, with its detections: (H, W, 3) uint8. The surest lies on top."""
    base = np.rint(np.clip(pixels, 0, 255)).astype(np.uint8)
    canvas = np.ascontiguousarray(np.repeat(base, 3, axis=2) if base.shape[2] == 1 else base).copy()
    for number in range(len(found))[::-1]:
        _paint_mask(canvas, found, number)
    image = Image.fromarray(canvas)
    pen = ImageDraw.Draw(image)
    line = max(1, round(min(found.width, found.height) / 250))
    for number in range(len(found))[::-1]:
        _draw_box(pen, found, number, line)
        _draw_keypoints(pen, found, number, line)
    _write_labels(pen, found)
    return np.asarray(image)


def mask_in_picture(mask: Array, box: Sequence[float], width: int, height: int) -> tuple[Array, tuple[int, int]]:
    """A mask (h, w) of probabilities over its box: (rows, columns) bool of whole pixels, and their left, top.

    A row and column of nothing is put around it first, as torchvision does, so that edges fall off.
    """
    left, top = max(0, math.floor(box[0])), max(0, math.floor(box[1]))
    right, bottom = min(width, math.ceil(box[2])), min(height, math.ceil(box[3]))
    if right <= left or bottom <= top:
        return np.zeros((0, 0), bool), (left, top)
    padded = np.pad(mask.astype(np.float32), 1)
    rows, columns = mask.shape
    # The centre of each pixel, in the mask's own pixels.
    x = (np.arange(left, right) + 0.5 - box[0]) / max(box[2] - box[0], 1e-6) * columns + 0.5
    y = (np.arange(top, bottom) + 0.5 - box[1]) / max(box[3] - box[1], 1e-6) * rows + 0.5
    where = np.meshgrid(x.astype(np.float32), y.astype(np.float32))
    spread = cv2.remap(padded, where[0], where[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(spread >= MASK_LEVEL), (left, top)


def _paint_mask(canvas: Array, found: Detections, number: int) -> None:
    masks = found.masks
    if masks is None or masks.masks is None or masks.of[number] < 0:
        return
    box = found.boxes[number].tolist()
    inside, (left, top) = mask_in_picture(masks.masks[masks.of[number]], box, found.width, found.height)
    part = canvas[top : top + inside.shape[0], left : left + inside.shape[1]]
    colour = np.array(class_colour(int(found.class_ids[number])))
    part[inside] = np.rint(part[inside] * (1 - MASK_OPACITY) + colour * MASK_OPACITY)


def _draw_box(pen: ImageDraw.ImageDraw, found: Detections, number: int, line: int) -> None:
    x1, y1, x2, y2 = found.boxes[number].tolist()
    # Edges lie between pixels; the last pixel of a box is one before its edge.
    corners = (round(x1), round(y1), max(round(x1), round(x2) - 1), max(round(y1), round(y2) - 1))
    pen.rectangle(corners, outline=class_colour(int(found.class_ids[number])), width=line)


def _draw_keypoints(pen: ImageDraw.ImageDraw, found: Detections, number: int, line: int) -> None:
    masks = found.masks
    if masks is None or masks.keypoints is None or masks.of[number] < 0:
        return
    points = masks.keypoints[masks.of[number]]
    seen = points[:, 2] > KEYPOINT_SCORE
    colour = class_colour(int(found.class_ids[number]))
    for one, other in PERSON if len(points) == 17 else ():
        if seen[one] and seen[other]:
            pen.line([*map(float, points[one, :2]), *map(float, points[other, :2])], fill=colour, width=line)
    radius = line * 1.5
    for x, y, _ in points[seen].tolist():
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=text_colour(colour), outline=colour)


def _write_labels(pen: ImageDraw.ImageDraw, found: Detections) -> None:
    count = min(len(found), LABELLED)
    size = max(9, min(48, round(min(found.width, found.height) / 32)))
    type_ = _font(size)
    texts = [f"{found.label(number)} {found.scores[number]:.2f}" for number in range(count)]
    across = size * 0.35
    sizes = [(math.ceil(pen.textlength(text, font=type_) + 2 * across), math.ceil(size * 1.4)) for text in texts]
    boxes: list[Rectangle] = [tuple(box) for box in found.boxes[:count].tolist()]
    places = label_places(boxes, sizes, found.width, found.height)
    for number, (text, place) in enumerate(zip(texts, places, strict=True)):
        colour = class_colour(int(found.class_ids[number]))
        left, top, right, bottom = map(round, place)
        pen.rectangle((left, top, right - 1, bottom - 1), fill=colour)
        pen.text((left + across, (top + bottom) / 2), text, font=type_, fill=text_colour(colour), anchor="lm")


@cache
def _font(size: int) -> Any:
    """Inter, which comes with the application, else the font inside Pillow."""
    spec = find_spec("fontpkg_inter")
    folders = [Path(each) for each in (spec.submodule_search_locations or [])] if spec else []
    files = [path for folder in folders for path in sorted(folder.rglob("*.[to]tf")) if "Italic" not in path.name]
    try:
        return ImageFont.truetype(str(files[0]), size) if files else ImageFont.load_default(size)
    except OSError:
        return ImageFont.load_default(size)
