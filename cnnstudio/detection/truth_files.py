"""Ground truth from files, recognised by what they are: COCO JSON, YOLO text, Pascal VOC XML.

XML comes from strangers: documents that define entities, which can grow without bounds or read other files, are
refused before they are expanded.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.parsers import expat

import numpy as np

from cnnstudio.detection.coco_files import read_coco_truth
from cnnstudio.detection.reading_json import read_text
from cnnstudio.detection.truth import TruePicture, Truth, no_boxes
from cnnstudio.errors import StudioError

LARGEST_SMALL_FILE = 50_000_000
"""Bytes of a file that marks one picture."""
_DEEPEST = 50
Size = Callable[[Path], tuple[int, int]]


@dataclass(frozen=True)
class Marked:
    """One object: its class by name, x1, y1, x2, y2 in pixels, and whether judging leaves it out."""

    name: str
    box: tuple[float, float, float, float]
    difficult: bool = False


def read_truth(path: Path, *, labels: Sequence[str] = (), pictures: Sequence[Path] = ()) -> Truth:
    """The ground truth of a COCO file, of a VOC file, or of a folder of VOC or YOLO files.

    labels, pictures: what YOLO text needs, the names of its classes and the pictures whose sizes it is relative to;
    without labels `classes.txt` in the folder is read. Raises StudioError naming the file and the line.
    """
    if not path.exists():
        raise StudioError(f"{path} does not exist. Name a file or folder with ground truth.")
    if path.is_file():
        return truth_of_voc([path]) if path.suffix.lower() == ".xml" else read_coco_truth(path)
    inside = sorted(path.iterdir())
    annotated = [each for each in inside if each.suffix.lower() == ".xml"]
    if annotated:
        return truth_of_voc(annotated)
    texts = [each for each in inside if each.suffix.lower() == ".txt" and each.name != "classes.txt"]
    if not texts:
        raise StudioError(f"{path} holds neither .xml nor .txt files with ground truth.")
    return truth_of_yolo(path, texts, labels or classes_of(path), pictures)


def classes_of(folder: Path) -> tuple[str, ...]:
    """The names in `classes.txt` of a folder of YOLO text, one a line; StudioError when there is none."""
    path = folder / "classes.txt"
    if not path.is_file():
        raise StudioError(f"{folder} has no classes.txt, which names the classes of its text files, one a line.")
    return tuple(read_text(path, LARGEST_SMALL_FILE).splitlines())


def truth_of_voc(paths: Iterable[Path]) -> Truth:
    """Pascal VOC files; "difficult" objects count neither as hits nor as misses, as in its own rules.

    Corners are pixels counted from 1, both inclusive, so x1 becomes one less.
    """
    read = [read_voc(path) for path in paths]
    names = sorted({each.name for _, marked in read for each in marked})
    return _assembled(read, names, str(next(iter(paths), "VOC")))


def read_voc(path: Path) -> tuple[TruePicture, list[Marked]]:
    """One Pascal VOC file; the picture's id is 0. StudioError naming what is wrong."""
    tree = _elements(path)
    texts = {"/".join(place): text for place, text in tree if place[:1] != ("object",)}
    marked: list[dict[str, str]] = []
    for place, text in tree:
        if place == ("object",):
            marked.append({})
        elif place[:1] == ("object",) and marked and len(place) <= 3 and place[1] != "part":
            marked[-1]["/".join(place[1:])] = text
    size = [_whole(texts.get(f"size/{each}", "0"), f"{path}: size") for each in ("width", "height")]
    objects = [_voc_object(row, f"{path}: object {n}") for n, row in enumerate(marked)]
    return TruePicture(0, texts.get("filename") or path.stem, *size), objects


def _voc_object(row: dict[str, str], where: str) -> Marked:
    if not row.get("name", "").strip():
        raise StudioError(f"{where} has no name.")
    corners = ("xmin", "ymin", "xmax", "ymax")
    x1, y1, x2, y2 = (_float(row.get(f"bndbox/{each}"), f"{where}: {each}") for each in corners)
    if x2 < x1 or y2 < y1:
        raise StudioError(f"{where}: the corners {x1:g} {y1:g} {x2:g} {y2:g} are in the wrong order.")
    return Marked(row["name"].strip(), (x1 - 1, y1 - 1, x2, y2), row.get("difficult", "0").strip() == "1")


def _elements(path: Path) -> list[tuple[tuple[str, ...], str]]:
    """Every element below the root, in order of its beginning: the path to it and its text."""
    found: list[list[Any]] = []
    open_: list[list[Any]] = []

    def refuse(*_: Any) -> int:
        raise StudioError(f"{path} defines entities, which no list of boxes needs; it is not read.")

    def begin(name: str, _: Any) -> None:
        if len(open_) >= _DEEPEST:
            raise StudioError(f"{path} is nested too deeply for a list of boxes.")
        place = (*open_[-1][0], name) if len(open_) > 1 else ((name,) if open_ else ())
        open_.append([place, []])
        if place:
            found.append(open_[-1])

    parser = expat.ParserCreate()
    parser.StartElementHandler = begin
    parser.EndElementHandler = lambda _: open_.pop()
    parser.CharacterDataHandler = lambda text: open_[-1][1].append(text)
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse
    try:
        parser.Parse(read_text(path, LARGEST_SMALL_FILE).encode(), True)
    except expat.ExpatError as error:
        raise StudioError(f"{path} is no XML ({error}). Name another file.") from error
    return [(place, "".join(parts)) for place, parts in found]


def truth_of_yolo(folder: Path, texts: Sequence[Path], labels: Sequence[str], pictures: Sequence[Path]) -> Truth:
    """YOLO text: a file a picture, a line an object, `class cx cy w h` relative to the picture's size."""
    from cnnstudio.detection.yolo_text import marked_in, sizes_of

    read = []
    sizes = sizes_of(texts, pictures)
    for path in texts:
        picture = TruePicture(0, sizes[path][0], *sizes[path][1])
        lines = marked_in(path, len(labels), sizes[path][1])
        read.append((picture, [Marked(labels[each.class_id], each.box) for each in lines]))
    return _assembled(read, list(labels), str(folder))


def _assembled(read: list[tuple[TruePicture, list[Marked]]], names: Sequence[str], source: str) -> Truth:
    """Ids are given: pictures in their order from 1, categories in the order of `names` from 1."""
    ids: dict[str, int] = {}
    for name in names:
        ids.setdefault(name, len(ids) + 1)
    pictures = tuple(
        TruePicture(number, each.name, each.width, each.height) for number, (each, _) in enumerate(read, 1)
    )
    rows = [(number, ids[each.name], each) for number, (_, marked) in enumerate(read, 1) for each in marked]
    corners = np.array([each.box for _, _, each in rows]) if rows else no_boxes()
    boxes = np.concatenate([corners[:, :2], corners[:, 2:] - corners[:, :2]], axis=1)
    return Truth(
        pictures, {number: name for name, number in ids.items()},
        np.array([row[0] for row in rows], np.int64), np.array([row[1] for row in rows], np.int64),
        boxes, boxes[:, 2] * boxes[:, 3], np.zeros(len(rows), bool),
        np.array([row[2].difficult for row in rows], bool), source,
    )  # fmt: skip


def _whole(words: str, where: str) -> int:
    value = _float(words, where)
    if not value.is_integer() or not 0 <= value < 1e9:
        raise StudioError(f"{where} is {words.strip()[:40]!r}; it must be a whole number of pixels.")
    return int(value)


def _float(words: str | None, where: str) -> float:
    try:
        value = float(words or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise StudioError(f"{where} is {(words or '').strip()[:40]!r}; it must be a finite number.")
    return value
