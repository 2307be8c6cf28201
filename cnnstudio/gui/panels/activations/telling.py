"""What the inspector and the card say of a unit, of a position and of the classes, found in the maps that are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage

from cnnstudio.gui.canvas.frame import image_from_rgb
from cnnstudio.gui.panels.activations.choice import Spot, in_picture, seen_box
from cnnstudio.gui.panels.activations.crop_row import UNITS
from cnnstudio.gui.panels.activations.score_bars import Score
from cnnstudio.gui.panels.activations.unit_card import UnitFacts
from cnnstudio.gui.panels.activations.words import field_formula, field_tag, sees_text, value_text

if TYPE_CHECKING:
    from cnnstudio.activations import ActivationSettings
    from cnnstudio.gui.panels.activations.inspector import Inspector
    from cnnstudio.gui.panels.activations.works import Seen
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
    inspector.photo.set_boxes(seen_box(seen), box, field_tag(layer, spot))
    inspector.formula.set_lines(field_formula(layer), sees_text(layer, spot))
    x1, y1, x2, y2 = (side * seen.scale for side in box)
    inspector.crop.set_crop(image, QRectF(x1, y1, x2 - x1, y2 - y1))
    units = responding(seen.made.maps[layer.name], spot.row, spot.column, UNITS)
    inspector.crop.set_units("Respond most here", units)
    return [unit for unit, _ in units]


def spot_words(seen: Seen, layer: Layer, spot: Spot) -> str:
    """The value at a position, for the status bar."""
    value = float(seen.made.maps[layer.name][spot.unit, spot.row, spot.column])
    return f"{layer.name}, unit {spot.unit}   x {spot.column}, y {spot.row}   {value_text(value)}"


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
