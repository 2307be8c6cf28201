"""The patches that excite a unit most, from an index: where they lie in the pictures, and painted side by side."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnstudio.activations.patch_index import LayerPatches, PatchIndex
from cnnstudio.errors import PictureError, UsageError
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.reading import read_picture

Pixels = npt.NDArray[np.uint8]

TILE, GAP = 160, 4
_BACKGROUND = (21, 21, 21)
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Patch:
    """One of a unit's strongest positions.

    image: the picture's file. number: its place in the index. box: x1, y1, x2, y2, the receptive field in the
    picture's own pixels, clipped at its border, x2 and y2 behind the last; four zeros where it lies beside the picture.
    position: row and column in the layer's map. activation: the layer's output there.
    """

    image: Path
    number: int
    box: tuple[int, int, int, int]
    position: tuple[int, int]
    activation: float


def patches_of(index: PatchIndex, layer: str, unit: int) -> list[Patch]:
    """A unit's strongest positions, strongest first, at most nine; UsageError for a unit that there is not."""
    found = index.layer(layer)
    if not 0 <= unit < found.channels:
        raise UsageError(f"There is no unit {unit}; {layer} has the units 0 to {found.channels - 1}.")
    made = []
    for number, row, column, value in zip(
        found.pictures[unit], found.rows[unit], found.columns[unit], found.values[unit], strict=True
    ):
        if number >= 0:
            box = _box(index, found, int(number), int(row), int(column))
            place = int(row), int(column)
            made.append(Patch(index.pictures.path(number), int(number), box, place, float(value)))
    return made


def _box(index: PatchIndex, layer: LayerPatches, number: int, row: int, column: int) -> tuple[int, int, int, int]:
    width, height = (int(each) for each in index.pictures.sizes[number])
    scale_x, scale_y, left, top = (float(each) for each in index.pictures.placements[number])
    x1, x2 = _along(layer.column_spans[column], scale_x, left, width)
    y1, y2 = _along(layer.row_spans[row], scale_y, top, height)
    return (x1, y1, x2, y2) if x1 < x2 and y1 < y2 else (0, 0, 0, 0)


def _along(span: npt.NDArray[np.int32], scale: float, offset: float, length: int) -> tuple[int, int]:
    """Pixels of the picture that are seen at least in part."""
    low, high = ((int(each) - offset) / scale for each in span)
    return max(0, math.floor(low + _ROUNDING)), min(length, math.ceil(high - _ROUNDING))


def sheet(index: PatchIndex, patches: Sequence[Patch], read: Callable[[Path], Picture] = read_picture) -> Pixels:
    """Nine patches in three rows, the strongest first, as a picture (488, 488, 3) uint8 on a dark ground.

    read: how a file becomes a picture. Raises PictureError where one is missing or was changed since the scan.
    """
    side = 3 * TILE + 2 * GAP
    made = np.full((side, side, 3), _BACKGROUND, np.uint8)
    for place, patch in enumerate(patches[:9]):
        tile = _fitted(cut(index, patch, read))
        top, left = (each * (TILE + GAP) for each in divmod(place, 3))
        top, left = top + (TILE - tile.shape[0]) // 2, left + (TILE - tile.shape[1]) // 2
        made[top : top + tile.shape[0], left : left + tile.shape[1]] = tile
    return made


def cut(index: PatchIndex, patch: Patch, read: Callable[[Path], Picture] = read_picture) -> Pixels:
    """The pixels (h, w, 3) uint8 of a patch; one dark pixel where its box is empty.

    Raises PictureError where the picture is missing or was changed since the scan.
    """
    if not patch.image.is_file():
        raise PictureError(f"{patch.image} is no longer there. Put it back, or scan again.")
    picture = read(patch.image)
    if bytes.fromhex(picture.sha256) != index.pictures.sha256[patch.number].tobytes():
        raise PictureError(f"{patch.image} was changed since the scan. Scan again.")
    x1, y1, x2, y2 = patch.box
    pixels = picture.pixels[y1:y2, x1:x2]
    if pixels.size == 0:
        return np.full((1, 1, 3), _BACKGROUND, np.uint8)
    return np.repeat(np.rint(pixels).astype(np.uint8), 3 // pixels.shape[2], 2)


def _fitted(pixels: Pixels) -> Pixels:
    """Scaled so that the longer side fills a tile."""
    import cv2

    height, width = pixels.shape[:2]
    scale = TILE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # Single pixels stay visible as squares, as on the canvas.
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_NEAREST
    return np.asarray(cv2.resize(pixels, size, interpolation=way), np.uint8)
