"""What the panel says: scores, doubt, and the classes as text for other programs."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from cnnstudio.gui.numbers_text import NBSP, number, size, with_unit

if TYPE_CHECKING:
    from cnnstudio.classification import Classes, Crop
    from cnnstudio.models.registry import Model

SURE_FROM = 0.3
"""Below this score of the best class the panel says that the network is unsure."""


def score_text(score: float) -> str:
    """A share of 0 to 1 as "38.6 %"; what would round to nothing as "< 0.1 %"."""
    if 0 < score < 0.0005:
        return f"<{NBSP}{with_unit('0.1', '%')}"
    return with_unit(number(score * 100, 1), "%")


def doubt(classes: Classes) -> str:
    """What to know when the network is unsure; "" when it is not."""
    if classes.scores and classes.scores[0] >= SURE_FROM:
        return ""
    return (
        f"Not sure: no class above {with_unit('30', '%')}. "
        f"ImageNet's {classes.total} classes have no person, for example."
    )


def heading(classes: Classes) -> str:
    """How many classes are shown, of how many."""
    return f"Top {len(classes.labels)} of {number(classes.total)} classes"


def crop_text(crop: Crop, width: int, height: int) -> str:
    """What the network sees of a picture of width × height."""
    whole = crop.width > width - 1 and crop.height > height - 1
    part = "the whole picture" if whole else "this square" if crop.columns == crop.rows else "this part"
    return f"The network sees {part}, at {size(crop.columns, crop.rows)}"


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
