"""What the panel says: scores, doubt, and the classes as text for other programs."""

from __future__ import annotations

import csv
import io
import math
from typing import TYPE_CHECKING

from cnnstudio.gui.numbers_text import NBSP, number, size, with_unit

if TYPE_CHECKING:
    from cnnstudio.classification import Classes, Crop
    from cnnstudio.models.registry import Model

LEAST = 0.001
"""Per cent; scores below are only said to be below."""

SURE_FROM = 0.3
"""Below this score of the best class the panel says that the network is unsure."""


NO_SIGHT = 0.01
"""A part of a picture smaller than this share of it cannot be seen as an outline."""


def score_text(score: float) -> str:
    """A share of 0 to 1 as "38.6 %", below one per cent with two digits, "0.043 %", so that ranks can be told apart."""
    percent = float(f"{score * 100:.1e}") if score < 0.01 else score * 100
    if 0 < percent < LEAST:
        return f"<{NBSP}{with_unit(str(LEAST), '%')}"
    return with_unit(number(percent, 1 - math.floor(math.log10(percent)) if 0 < percent < 1 else 1), "%")


def doubt(classes: Classes) -> str:
    """What to know when the network is unsure; "" when it is not."""
    if classes.scores and classes.scores[0] >= SURE_FROM:
        return ""
    return (
        f"Not sure: no class above {with_unit('30', '%')}. "
        f"What the picture shows may be none of the {number(classes.total)} classes."
    )


def heading(classes: Classes) -> str:
    """How many classes are shown, of how many."""
    return f"Top {len(classes.labels)} of {number(classes.total)} classes"


def crop_text(crop: Crop, width: int, height: int) -> str:
    """What the network sees of a picture of width × height; short where a narrow picture leaves little room."""
    at = f"at {size(crop.columns, crop.rows)}"
    if is_whole(crop, width, height):
        return f"Seen whole, {at}"
    if crop.width * crop.height < NO_SIGHT * width * height:
        return f"Seen: {size(round(crop.width), round(crop.height))} in the middle, {at}"
    return f"The network sees this {'square' if crop.columns == crop.rows else 'part'}, {at}"


def is_whole(crop: Crop, width: int, height: int) -> bool:
    """Whether the network sees all of a picture of width × height, but for a fraction of a pixel or of a hundredth."""
    return crop.width >= min(width - 0.5, 0.99 * width) and crop.height >= min(height - 0.5, 0.99 * height)


def facts_of(model: Model) -> tuple[tuple[str, str], ...]:
    """What a person should know of a network, as pairs of a word and a text."""
    return (
        ("Architecture", model.architecture),
        ("Trained on", model.trained_on),
        ("Licence", model.licence),
        ("Stated in", model.licence_from),
    )


def as_text(name: str, classes: Classes) -> str:
    """The classes as lines to read, under the name of the picture."""
    lines = [f"{score_text(score):>7}  {label}" for label, score in zip(classes.labels, classes.scores, strict=True)]
    return "\n".join([f"{name}, {classes.model}", *lines]) + "\n"


def as_csv(name: str, classes: Classes) -> str:
    """The classes as a table with the columns picture, network, rank, class, index, score (0…1)."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(["picture", "network", "rank", "class", "index", "score"])
    for rank, (label, index, score) in enumerate(zip(classes.labels, classes.indices, classes.scores, strict=True), 1):
        table.writerow([name, classes.model, rank, label, index, f"{score:.6f}"])
    return out.getvalue()
