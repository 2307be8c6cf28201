"""Ground truth: which objects are really in which pictures, as people marked them.

One value, whatever file it comes from; the readers are in `truth_files`. Boxes stay x, y, width, height as in COCO, so
that evaluation computes with the very numbers of the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath, PureWindowsPath
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.errors import StudioError

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class TruePicture:
    """A picture of the ground truth; width and height are 0 where the file does not say."""

    id: int
    name: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, eq=False)
class Truth:
    """N marked objects.

    pictures: in ascending order of their ids. categories: id → name, in ascending order. picture, category: (N,) ids.
    boxes: (N, 4) float64 x, y, width, height in pixels. area: (N,) as the file says. crowd: (N,) bool, regions of many
    objects; difficult: (N,) bool, single ones that are hard to see. A detection on either counts neither as a hit nor
    as false. source: the file, for messages.
    """

    pictures: tuple[TruePicture, ...]
    categories: dict[int, str]
    picture: Array
    category: Array
    boxes: Array
    area: Array
    crowd: Array
    difficult: Array
    source: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.boxes)


@dataclass(frozen=True, eq=False)
class Results:
    """M detections in COCO's form: picture and category ids (M,), boxes (M, 4) x, y, width, height, scores (M,)."""

    picture: Array
    category: Array
    boxes: Array
    scores: Array
    source: str
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.scores)


def picture_ids(names: list[str], truth: Truth) -> list[int]:
    """The truth's picture id of each file name, by the name without its folder, or without its extension.

    StudioError naming a picture that the truth does not have, or has twice.
    """
    plain: dict[str, list[int]] = {}
    for each in truth.pictures:
        for key in {_base(each.name), _stem(each.name)}:
            plain.setdefault(key, []).append(each.id)
    found = []
    for name in names:
        ids = plain.get(_base(name)) or plain.get(_stem(name)) or []
        if len(set(ids)) != 1:
            wrong = "has no picture" if not ids else "has several pictures"
            known = ", ".join(each.name for each in truth.pictures[:3]) or "none"
            raise StudioError(f"{truth.source} {wrong} named {_base(name)}; it has {len(truth.pictures)}: {known}, …")
        found.append(ids[0])
    return found


def category_ids(labels: tuple[str, ...], truth: Truth) -> dict[int, int]:
    """The truth's category id of each class id, by name in any case; classes that the truth lacks are left out.

    StudioError when not a single one is in both.
    """
    by_name = {name.strip().casefold(): number for number, name in truth.categories.items()}
    met = {
        index: by_name[label.strip().casefold()]
        for index, label in enumerate(labels)
        if label.strip().casefold() in by_name
    }
    if not met:
        theirs = ", ".join(list(truth.categories.values())[:5]) or "none"
        raise StudioError(
            f"{truth.source} has none of the detector's classes ({', '.join(labels[:5])}, …); its classes: {theirs}."
        )
    return met


def no_boxes() -> Array:
    """An array (0, 4)."""
    return np.zeros((0, 4))


def _base(name: str) -> str:
    return (PureWindowsPath(name).name if "\\" in name else PurePath(name).name).casefold()


def _stem(name: str) -> str:
    return PurePath(_base(name)).stem
