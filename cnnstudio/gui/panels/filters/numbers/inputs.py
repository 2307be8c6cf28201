"""Where the small input comes from: the course's examples, random digits, or the photo around a pixel."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

from cnnstudio.filters import EXAMPLES, Example, FilterSettings
from cnnstudio.gui.panels.filters.numbers.editing import Grids

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture

OWN = ""
"""The source of numbers that are no example's, or of an example's with other settings."""

SOURCES = (
    (OWN, "Your own"), *((e.name, e.title) for e in EXAMPLES),
    ("random", "Random numbers"), ("photo", "From the photo"),
)  # fmt: skip
FIRST = EXAMPLES[0]


def random_digit() -> float:
    """A whole number from 0 to 9."""
    return float(random.randint(0, 9))


def random_input(rows: int, columns: int) -> Grids:
    """One grid of random digits."""
    return (tuple(tuple(random_digit() for _ in range(columns)) for _ in range(rows)),)


def region_of(picture: Picture, spot: tuple[int, int] | None, rows: int, columns: int) -> tuple[Grids, int, int]:
    """The photo's values around (x, y) `spot`, its middle if None: one grid per channel, and its left and top.

    Near the edge the region moves inwards; a photo that is smaller gives all it has.
    """
    rows, columns = min(rows, picture.height), min(columns, picture.width)
    x, y = spot or (picture.width // 2, picture.height // 2)
    left = max(0, min(x - columns // 2, picture.width - columns))
    top = max(0, min(y - rows // 2, picture.height - rows))
    part = picture.pixels[top : top + rows, left : left + columns]
    grids = tuple(tuple(tuple(float(v) for v in row) for row in part[..., c]) for c in range(part.shape[2]))
    return grids, left, top


def example_of(grids: Grids, settings: FilterSettings) -> Example | None:
    """The example that is shown; how values become colours does not matter by the numbers."""
    return next(
        (
            e for e in EXAMPLES
            if grids == (e.inputs,) and replace(settings, mode=e.settings.mode, range=e.settings.range) == e.settings
        ),
        None,
    )  # fmt: skip


def remark(source: str, grids: Grids, example: Example | None) -> str:
    """What is said of an input that is not the photo's."""
    if example is not None:
        return example.note or example.title
    if source == "random":
        return "Random numbers from 0 to 9."
    if any(grids == (e.inputs,) for e in EXAMPLES):
        return "Numbers of an example, with the kernel that is set."
    return "Your own numbers."
