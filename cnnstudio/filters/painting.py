"""What the learner is given: the pixels to learn from, and targets that a person painted or chose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.learning import painted_target, picture_target
from cnnstudio.filters.reducing import reduced
from cnnstudio.imaging.picture import Picture

LARGEST_SIDE = 1024
"""Longer side of the pixels that are learned from; more would not change what is found."""

RANDOM_SIDE = 128
Checkpoint = Callable[[], None]


@dataclass(frozen=True)
class PaintedStroke:
    """A finished stroke: points (x, y) and brush diameter in pixels of the picture, and whether it erases."""

    points: tuple[tuple[float, float], ...]
    diameter: float
    erase: bool


def pixels_to_learn_from(picture: Picture | None, checkpoint: Checkpoint | None = None) -> NDArray[Any]:
    """The photo (h, w, C), at most `LARGEST_SIDE` a side; random grey pixels while there is none."""
    if picture is None:
        return np.random.default_rng(0).integers(0, 256, (RANDOM_SIDE, RANDOM_SIDE, 1), dtype=np.uint8)
    return reduced(picture, LARGEST_SIDE, checkpoint)


def target_from_file(
    path: str | Path, size: tuple[int, int], *, max_pixels: int | None = None, checkpoint: Checkpoint | None = None
) -> NDArray[np.float32]:
    """The grey values of a picture file, brought to `size` (rows, columns): float32 (H, W) in 0…255.

    `max_pixels`: larger files are refused before they are decoded; the reader's own limit when None. Raises
    what `read_picture` raises.
    """
    import cv2

    from cnnstudio.imaging.reading import read_picture

    grey = picture_target(read_picture(Path(path), max_pixels=max_pixels, checkpoint=checkpoint).pixels)
    if checkpoint is not None:
        checkpoint()
    if grey.shape == size:
        return grey
    return np.asarray(cv2.resize(grey, size[::-1], interpolation=cv2.INTER_AREA), np.float32)


def target_from_strokes(
    strokes: tuple[PaintedStroke, ...], width: int, size: tuple[int, int], checkpoint: Checkpoint | None = None
) -> NDArray[np.float32]:
    """What was painted on a picture of `width` columns, as a target of `size` (rows, columns): 0 or 255."""
    import cv2

    mask = np.zeros(size, np.uint8)
    scale = size[1] / width
    for stroke in strokes:
        if checkpoint is not None:
            checkpoint()
        points = np.rint(np.array(stroke.points) * scale).astype(np.int32).reshape(-1, 1, 2)
        thickness = max(1, round(stroke.diameter * scale))
        cv2.polylines(mask, [points], False, 0 if stroke.erase else 255, thickness, cv2.LINE_8)
    return painted_target(mask.astype(np.float32) / 255)
