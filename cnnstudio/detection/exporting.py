"""Detections as files that other tools read: COCO results, YOLO text, Pascal VOC XML, CSV; written whole or not."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path, PurePath
from typing import Any
from xml.sax.saxutils import escape

from cnnstudio.detection.detections import Detections
from cnnstudio.detection.truth import Truth, category_ids, picture_ids
from cnnstudio.errors import StudioError, UsageError
from cnnstudio.imaging.saving import write_atomically

FORMATS = ("coco", "yolo", "voc", "csv")
EXPORTED_SCORE = 0.001
"""Average precision looks at all scores, so files keep what no person would want to see."""

_COCO_IDS = tuple(
    number for number in range(1, 91) if number not in (12, 26, 29, 30, 45, 66, 68, 69, 71, 83)
)
"""COCO numbers its 80 classes from 1 to 90 with gaps."""


def export(found: Sequence[Detections], path: Path, kind: str, truth: Truth | None = None) -> tuple[str, ...]:
    """Write the detections of all pictures; returns what the person should know.

    kind: "coco", a list of results in one file, with the ids of `truth` where it is given, else COCO's own for COCO's
    classes and numbers from 1 for others, and for pictures the number that their names are or their place from 1;
    "yolo" and "voc": a folder with a file a picture; "csv": one file. Raises UsageError for an unknown kind,
    StudioError when pictures or classes are not in the truth, or when a file cannot be written.
    """
    if kind not in FORMATS:
        raise UsageError(f"--format is {kind!r}; use one of: {', '.join(FORMATS)}.")
    if kind == "coco":
        rows, notes = coco_rows(found, truth)
        write_atomically(path, _lines(rows))
        return notes
    if kind == "csv":
        write_atomically(path, _csv(found).encode())
        return ()
    _write_folder(found, path, kind)
    return ()


def coco_rows(found: Sequence[Detections], truth: Truth | None) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The results as COCO has them, and what is left out."""
    labels = found[0].labels if found else ()
    pictures = _picture_ids(found, truth)
    categories = _category_ids(labels, truth) if found else {}
    rows, lost = [], 0
    for each, picture in zip(found, pictures, strict=True):
        for number in range(len(each)):
            category = categories.get(int(each.class_ids[number]))
            if category is None:
                lost += 1
                continue
            x1, y1, x2, y2 = each.boxes[number].tolist()
            box = [round(value, 4) for value in (x1, y1, x2 - x1, y2 - y1)]
            score = float(f"{each.scores[number]:.8g}")
            rows.append({"image_id": picture, "category_id": category, "bbox": box, "score": score})
    notes = (f"{lost} detections are of classes that the ground truth lacks and are left out",) if lost else ()
    return rows, notes


def _picture_ids(found: Sequence[Detections], truth: Truth | None) -> list[int]:
    names = [each.image for each in found]
    if truth is not None:
        return picture_ids(names, truth)
    stems = [PurePath(name).stem for name in names]
    if all(stem.isascii() and stem.isdecimal() and len(stem) < 18 for stem in stems):
        numbers = [int(stem) for stem in stems]
        if len(set(numbers)) == len(numbers):
            return numbers
    return list(range(1, len(names) + 1))


def _category_ids(labels: tuple[str, ...], truth: Truth | None) -> dict[int, int]:
    if truth is not None:
        return category_ids(labels, truth)
    if labels[:1] == ("__background__",):
        # torchvision's networks number COCO's classes as COCO does.
        return {index: index for index in range(1, len(labels))}
    if len(labels) == len(_COCO_IDS) and labels[0] == "person":
        return dict(enumerate(_COCO_IDS))
    return {index: index + 1 for index in range(len(labels))}


def _lines(rows: list[dict[str, Any]]) -> bytes:
    """A JSON list with a line an entry, so that two versions can be compared."""
    return ("[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n").encode()


def _csv(found: Sequence[Detections]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["image", "width", "height", "label", "class_id", "score", "x1", "y1", "x2", "y2"])
    for each in found:
        for number in range(len(each)):
            corners = [f"{value:.4f}" for value in each.boxes[number].tolist()]
            score = f"{each.scores[number]:.8g}"
            writer.writerow(
                [each.image, each.width, each.height, each.label(number), int(each.class_ids[number]), score, *corners]
            )
    return out.getvalue()


def _write_folder(found: Sequence[Detections], folder: Path, kind: str) -> None:
    stems = [PurePath(each.image).stem for each in found]
    twice = {stem for stem in stems if [each.casefold() for each in stems].count(stem.casefold()) > 1}
    if twice:
        raise StudioError(f"Two pictures are called {min(twice)}, so their files would be one. Use coco or csv.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file, but {kind} needs a folder: it has a file a picture.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(f"{folder} cannot be made ({error.strerror or error}). Choose another folder.") from error
    write, suffix = (yolo_text, ".txt") if kind == "yolo" else (voc_xml, ".xml")
    for stem, each in zip(stems, found, strict=True):
        write_atomically(folder / f"{stem}{suffix}", write(each).encode())
    if kind == "yolo" and found:
        write_atomically(folder / "classes.txt", ("\n".join(found[0].labels) + "\n").encode())


def yolo_text(found: Detections) -> str:
    """`class cx cy w h score` relative to the picture's size, a line a box."""
    lines = []
    for number in range(len(found)):
        x1, y1, x2, y2 = found.boxes[number].tolist()
        values = (
            (x1 + x2) / 2 / found.width, (y1 + y2) / 2 / found.height,
            (x2 - x1) / found.width, (y2 - y1) / found.height, found.scores[number],
        )  # fmt: skip
        lines.append(" ".join([str(int(found.class_ids[number])), *(f"{value:.8f}" for value in values)]))
    return "".join(line + "\n" for line in lines)


def voc_xml(found: Detections) -> str:
    """A Pascal VOC annotation with a score for each object; its pixels are counted from 1, the last one included."""
    parts = [
        f"<annotation>\n\t<filename>{escape(PurePath(found.image).name)}</filename>\n\t<size><width>{found.width}</width>"
        f"<height>{found.height}</height><depth>3</depth></size>\n"
    ]
    for number in range(len(found)):
        x1, y1, x2, y2 = (f"{value:.4f}" for value in (found.boxes[number] + [1, 1, 0, 0]).tolist())
        parts.append(
            f"\t<object>\n\t\t<name>{escape(found.label(number))}</name>\n\t\t<score>{found.scores[number]:.8g}</score>\n"
            f"\t\t<bndbox><xmin>{x1}</xmin><ymin>{y1}</ymin><xmax>{x2}</xmax><ymax>{y2}</ymax></bndbox>\n\t</object>\n"
        )
    return "".join([*parts, "</annotation>\n"])
