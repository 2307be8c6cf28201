"""YOLO's text form: a file a picture, a line a box, `class cx cy w h [score]`, relative to the picture's size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.detection.reading_json import read_text
from cnnstudio.errors import StudioError

_LARGEST = 50_000_000


@dataclass(frozen=True)
class Line:
    """A box in pixels, its class, and its score; 1 where the line has none."""

    class_id: int
    box: tuple[float, float, float, float]
    score: float = 1.0


def marked_in(path: Path, classes: int, size: tuple[int, int]) -> list[Line]:
    """The boxes of a file, for a picture of `size` (width, height); StudioError naming the line that is none."""
    lines = read_text(path, _LARGEST).splitlines()
    return [_line(line, f"{path}, line {n}", classes, size) for n, line in enumerate(lines, 1) if line.strip()]


def _line(line: str, where: str, classes: int, size: tuple[int, int]) -> Line:
    words = line.split()
    if len(words) not in (5, 6):
        raise StudioError(f"{where} has {len(words)} numbers; it must have 5 or 6: class cx cy w h [score].")
    try:
        values = [float(word) for word in words]
    except ValueError:
        values = [math.nan]
    if not all(map(math.isfinite, values)):
        raise StudioError(f"{where} holds something that is no finite number: {line.strip()[:60]}.")
    if not values[0].is_integer() or not 0 <= values[0] < classes:
        raise StudioError(f"{where} is of class {words[0]}, but the list has {classes} classes, counted from 0.")
    cx, cy, width, height = values[1:5]
    if width < 0 or height < 0:
        raise StudioError(f"{where} has a negative width or height.")
    if max(abs(each) for each in (cx, cy, width, height)) > 10:
        raise StudioError(f"{where} is not relative to the picture's size: values from 0 to 1 are expected.")
    across, down = size
    box = ((cx - width / 2) * across, (cy - height / 2) * down, (cx + width / 2) * across, (cy + height / 2) * down)
    return Line(int(values[0]), box, values[5] if len(values) == 6 else 1.0)


def sizes_of(texts: Sequence[Path], pictures: Sequence[Path]) -> dict[Path, tuple[str, tuple[int, int]]]:
    """Name and size (width, height) of the picture that belongs to each text file, by its stem.

    Pictures are looked for among `pictures`, beside the text files, and in `images` where the texts lie in `labels`.
    StudioError naming a file without a picture.
    """
    from cnnstudio.imaging.finding import EXTENSIONS

    given = {each.stem: each for each in pictures}
    made = {}
    for text in texts:
        folders = [text.parent, text.parent.parent / "images"]
        beside = (folder / f"{text.stem}{kind}" for folder in folders for kind in EXTENSIONS)
        picture = given.get(text.stem) or next((each for each in beside if each.is_file()), None)
        if picture is None:
            raise StudioError(f"{text} has no picture {text.stem}.* beside it, whose size its numbers are relative to.")
        made[text] = picture.name, size_of(picture)
    return made


def size_of(path: Path) -> tuple[int, int]:
    """Width and height of a picture as it is shown, from its header; StudioError when it is none."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            width, height = image.size
            turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise StudioError(f"{path} cannot be read as a picture ({' '.join(str(error).split())[:100]}).") from error
    return (height, width) if turned else (width, height)
