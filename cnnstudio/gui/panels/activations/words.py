"""What the panel says: what the tiles are, how they are scaled and sorted, and what a unit sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.gui.numbers_text import NBSP, THIN, TIMES, number, size

if TYPE_CHECKING:
    from cnnstudio.activations import ActivationSettings, Subject
    from cnnstudio.gui.panels.activations.choice import Spot
    from cnnstudio.networks.layers import Layer


def shape_of(layer: Layer) -> str:
    """ "256 × 56 × 56", or "4096" for a dense layer."""
    if layer.height == layer.width == 1:
        return number(layer.channels)
    # Set tightly, because the column is narrow and a name needs the room.
    return f"{THIN}{TIMES}{THIN}".join(map(number, (layer.channels, layer.height, layer.width)))


def field_of(layer: Layer) -> str:
    """The side of the receptive field in pixels, or both sides where they differ."""
    rows, columns = layer.receptive_field
    return number(rows) if rows == columns else size(columns, rows)


def maps_text(layer: Layer) -> str:
    """How many maps, and how large."""
    return f"{number(layer.channels)} {'map' if layer.channels == 1 else 'maps'}, {size(layer.width, layer.height)}"


def scale_text(settings: ActivationSettings) -> str:
    """How values became colours."""
    return "scaled per map" if settings.scale == "map" else "scaled per layer"


def sort_text(settings: ActivationSettings, subject: Subject) -> str:
    """In which order the tiles are; that nothing contributes to a class where there is none."""
    if settings.sort == "contribution" and not subject.labels:
        return "by number, as it tells no classes"
    return f"by {settings.sort}"


def field_formula(layer: Layer) -> str:
    """ "receptive field r = 40 px, step j = 4 px"."""
    rows, columns = layer.receptive_field
    down, across = layer.stride
    r = number(rows) if rows == columns else size(columns, rows)
    words = f"receptive field r = {r}{NBSP}px"
    if not down and not across:
        return words
    steps = dict.fromkeys(number(each, 2, trim=True) for each in (across, down))
    return f"{words}, step j = {' and '.join(steps)}{NBSP}px"


def sees_text(layer: Layer, spot: Spot) -> str:
    """ "unit (19, 18) sees x 58–98, y 54–94" in pixels of the input, clipped at its border."""
    x1, y1, x2, y2 = layer.box(spot.row, spot.column)
    if (x1, y1) == (x2, y2):
        return f"unit ({spot.column}, {spot.row}) sees padding alone"
    return f"unit ({spot.column}, {spot.row}) sees x {x1}–{x2}, y {y1}–{y2}"


def field_tag(layer: Layer, spot: Spot) -> str:
    """Columns and rows of what a position sees, as clipped."""
    x1, y1, x2, y2 = layer.box(spot.row, spot.column)
    return size(x2 - x1, y2 - y1)


def value_text(value: float) -> str:
    """An activation with as many figures as can be told apart."""
    return number(value, 2 if abs(value) < 10 else 1)


def parameters_text(count: int) -> str:
    """ "138.4 M parameters"."""
    for unit, words in ((1e9, "billion"), (1e6, "M"), (1e3, "k")):
        if count >= unit:
            return f"{number(count / unit, 1)}{NBSP}{words} parameters"
    return f"{number(count)} parameters"
