"""COCO's two JSON forms: a data set with its annotations, and a list of results.

https://cocodataset.org/#format-data and https://cocodataset.org/#format-results.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.detection.reading_json import entries, four, number, read_json, whole
from cnnstudio.detection.truth import Results, TruePicture, Truth
from cnnstudio.errors import StudioError


def read_coco_truth(path: Path) -> Truth:
    """A COCO data set; StudioError naming the entry that lacks something or contradicts another."""
    value = read_json(path)
    if not isinstance(value, dict) or not {"images", "annotations", "categories"} <= set(value):
        raise StudioError(f'{path} is no ground truth in COCO\'s form; it needs "images", "annotations", "categories".')
    images = entries(value["images"], f"{path}: images")
    pictures = [_picture(row, f"{path}: image {n}") for n, row in enumerate(images)]
    categories: dict[int, str] = {}
    for n, row in enumerate(entries(value["categories"], f"{path}: categories")):
        key = whole(row, "id", f"{path}: category {n}")
        if key in categories:
            raise StudioError(f"{path}: two categories have the id {key}.")
        categories[key] = str(row.get("name", key))
    known = {each.id for each in pictures}
    if len(known) < len(pictures):
        raise StudioError(f"{path}: two images have the same id.")
    return _truth(path, value["annotations"], pictures, categories)


def _picture(row: dict[str, Any], where: str) -> TruePicture:
    name = row.get("file_name", "")
    size = [whole(row, each, where) if each in row else 0 for each in ("width", "height")]
    return TruePicture(whole(row, "id", where), str(name), *size)


def _truth(path: Path, annotations: Any, pictures: list[TruePicture], categories: dict[int, str]) -> Truth:
    known = {each.id: each for each in pictures}
    rows = entries(annotations, f"{path}: annotations")
    picture, category, crowd = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64), np.zeros(len(rows), bool)
    boxes, area = np.zeros((len(rows), 4)), np.zeros(len(rows))
    beyond = 0
    for n, row in enumerate(rows):
        where = f"{path}: annotation {n}"
        picture[n], category[n] = whole(row, "image_id", where), whole(row, "category_id", where)
        if int(picture[n]) not in known:
            raise StudioError(f"{where} belongs to the image {picture[n]}, which is not in the list of images.")
        if int(category[n]) not in categories:
            raise StudioError(f"{where} is of the category {category[n]}, which is not in the list of categories.")
        boxes[n] = _sized(four(row, "bbox", where), where)
        area[n] = number(row, "area", where) if "area" in row else boxes[n, 2] * boxes[n, 3]
        crowd[n] = bool(row.get("iscrowd", 0))
        beyond += _beyond(boxes[n], known[int(picture[n])])
    notes = (f"{beyond} true boxes reach beyond their picture",) if beyond else ()
    pictures.sort(key=lambda each: each.id)
    return Truth(
        tuple(pictures), dict(sorted(categories.items())), picture, category, boxes, area, crowd,
        np.zeros(len(rows), bool), str(path), notes,
    )  # fmt: skip


def _sized(box: list[float], where: str) -> list[float]:
    if box[2] < 0 or box[3] < 0:
        raise StudioError(f"{where}: the box {box} has a negative width or height; COCO's form is x, y, width, height.")
    return box


def _beyond(box: Any, picture: TruePicture) -> bool:
    """Whether a box leaves its picture by more than a pixel, which rounding explains."""
    if picture.width <= 0 or picture.height <= 0:
        return False
    x, y, width, height = box.tolist()
    return bool(min(x, y) < -1 or x + width > picture.width + 1 or y + height > picture.height + 1)


def read_coco_results(path: Path) -> Results:
    """A list of results, or a data set whose annotations have scores; StudioError for what is none."""
    value = read_json(path)
    rows = entries(value.get("annotations") if isinstance(value, dict) else value, f"{path}: the results")
    picture, category = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    boxes, scores = np.zeros((len(rows), 4)), np.zeros(len(rows))
    for n, row in enumerate(rows):
        where = f"{path}: result {n}"
        picture[n], category[n] = whole(row, "image_id", where), whole(row, "category_id", where)
        boxes[n], scores[n] = _sized(four(row, "bbox", where), where), number(row, "score", where)
    return Results(picture, category, boxes, scores, str(path))
