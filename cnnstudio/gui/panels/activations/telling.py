"""What the inspector and the card say of a unit, of a position and of the classes, found in the maps that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter

from cnnstudio.gui.canvas.frame import image_from_rgb
from cnnstudio.gui.canvas.panes import Overlay, ToView
from cnnstudio.gui.numbers_text import size
from cnnstudio.gui.panels.activations.choice import Spot, in_picture, seen_box
from cnnstudio.gui.panels.activations.crop_row import UNITS
from cnnstudio.gui.panels.activations.photo_field import paint_outline
from cnnstudio.gui.panels.activations.score_bars import Score
from cnnstudio.gui.panels.activations.unit_card import UnitFacts
from cnnstudio.gui.panels.activations.words import (
    field_formula,
    field_tag,
    maps_text,
    scale_text,
    sees_text,
    sort_text,
)

if TYPE_CHECKING:
    from cnnstudio.activations import ActivationSettings, Subject
    from cnnstudio.gui.panels.activations.inspector import Inspector
    from cnnstudio.gui.panels.activations.works import Drawn, Seen
    from cnnstudio.networks.layers import Layer

BEST = 5
"""So many classes are shown."""


def photo_image(seen: Seen) -> QImage:
    """The photo as an image that shares its memory."""
    return image_from_rgb(seen.photo, seen.photo.shape[1], seen.photo.shape[0])


def show_spot(inspector: Inspector, seen: Seen, image: QImage, layer: Layer, spot: Spot) -> list[int]:
    """Outline what a position sees, show the crop, and list the units that respond most there; returns these."""
    from cnnstudio.activations import responding

    box = in_picture(seen, layer.box(spot.row, spot.column))
    tag, formula, sees = field_tag(layer, spot), field_formula(layer), sees_text(layer, spot)
    inspector.set_field((seen_box(seen), box), tag, formula, sees)
    x1, y1, x2, y2 = (side * seen.scale for side in box)
    inspector.crop.set_crop(image, QRectF(x1, y1, x2 - x1, y2 - y1))
    units = responding(seen.made.maps[layer.name], spot.row, spot.column, UNITS)
    inspector.crop.set_units("Respond most here", units)
    return [unit for unit, _ in units]


def field_mark(seen: Seen, layer: Layer, spot: Spot) -> Overlay | None:
    """The outline of what a position sees, over the reduced photo; None where it sees nothing."""
    x1, y1, x2, y2 = (side * seen.scale for side in in_picture(seen, layer.box(spot.row, spot.column)))

    def outline(painter: QPainter, to_view: ToView) -> None:
        paint_outline(painter, to_view.rect(x1, y1, x2 - x1, y2 - y1))

    return outline if x2 > x1 and y2 > y1 else None


ROOMY = 440
"""Width of the canvas from which on captions are written in full."""


def caption_of(drawn: Drawn, subject: Subject, width: int) -> tuple[str, str, str]:
    """Title, sentence and right-hand words above a view: what it is, and how it was scaled and sorted."""
    made, scaled = drawn.settings, scale_text(drawn.settings).removeprefix("" if width >= ROOMY else "scaled ")
    layer = subject.layer(made.layer)
    title, words, right = {
        "mosaic": (made.layer, maps_text(layer), f"{scaled}, {sort_text(made, subject)}"),
        "map": (f"Unit {made.unit}", f"of {made.layer}, {size(layer.width, layer.height)}", scaled),
        "overlay": (f"Unit {made.unit}", f"of {made.layer} over the photo", scaled),
        "kernels": (made.layer, "first kernels as colours, grey is 0", "scaled per kernel"),
    }[drawn.view]
    return title, words if subject.trained else f"{words}, untrained", right


def unit_facts(seen: Seen, settings: ActivationSettings, contribution: Any) -> UnitFacts:
    """How the settings' unit responds."""
    alone = seen.made.maps[settings.layer][settings.unit]
    added = None if contribution is None else float(contribution[settings.unit])
    return UnitFacts(
        settings.layer, settings.unit, float(alone.max()), float(alone.mean()), float((alone <= 0).mean()), added,
        settings.unit in settings.ablated,
    )  # fmt: skip


def scores_of(seen: Seen, settings: ActivationSettings, now: Any) -> tuple[list[Score], int]:
    """The best classes with their scores before and now, and the chosen one; with channels off, those that rose too."""
    before = seen.made.scores
    if before is None:
        return [], -1
    after = before if now is None else now
    best = [int(each) for each in (-before).argsort(kind="stable")[:BEST]]
    risen = int(after.argmax())
    if risen not in best:
        best[-1] = risen
    chosen = settings.target if 0 <= settings.target < len(before) else int(before.argmax())
    if chosen not in best:
        best[-2] = chosen
    labels = seen.made.subject.labels
    return [Score(each, labels[each], float(before[each]), float(after[each])) for each in best], chosen
