"""Which layer, unit and position are shown when the settings leave it open, or name what this network has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cnnstudio.activations import ActivationSettings
    from cnnstudio.gui.panels.activations.works import Seen
    from cnnstudio.networks.layers import Layer


@dataclass(frozen=True)
class Spot:
    """One position of one unit's map."""

    unit: int
    row: int
    column: int


def layer_shown(settings: ActivationSettings, layers: Sequence[Layer]) -> Layer:
    """The settings' layer, or the first convolution."""
    named = next((each for each in layers if each.name == settings.layer), None)
    return named or next((each for each in layers if "Conv" in each.type), layers[0])


def unit_shown(settings: ActivationSettings, layer: Layer, seen: Seen) -> int:
    """The settings' unit, or the one that responds most."""
    from cnnstudio.activations import loudest

    return settings.unit if 0 <= settings.unit < layer.channels else loudest(seen.made.maps[layer.name])


def strongest_spot(seen: Seen, layer: Layer, unit: int) -> Spot:
    """Where a unit responds most."""
    from cnnstudio.activations import peak

    _, row, column = peak(seen.made.maps[layer.name], unit)
    return Spot(unit, row, column)


def seen_box(seen: Seen) -> tuple[float, float, float, float]:
    """x1, y1, x2, y2 of the part of the picture that the network saw, clipped to it."""
    height, width = seen.made.seen.shape[:2]
    return in_picture(seen, (0, 0, width, height))


def in_picture(seen: Seen, box: tuple[int, int, int, int]) -> tuple[float, float, float, float]:
    """A box of the input in pixels of the picture, clipped to it."""
    place, (height, width) = seen.made.placement, seen.pixels.shape[:2]
    x1, y1, x2, y2 = box
    left, right = ((x - place.left) / place.scale_x for x in (x1, x2))
    top, bottom = ((y - place.top) / place.scale_y for y in (y1, y2))
    return (
        min(max(left, 0.0), width), min(max(top, 0.0), height),
        min(max(right, 0.0), width), min(max(bottom, 0.0), height),
    )  # fmt: skip


def spot_under(seen: Seen, layer: Layer, unit: int, x: float, y: float) -> Spot | None:
    """The position whose field has its middle nearest to a place in the picture; None where the network saw nothing."""
    from cnnstudio.activations import position_at

    place, (height, width) = seen.made.placement, seen.made.seen.shape[:2]
    column, row = x * place.scale_x + place.left, y * place.scale_y + place.top
    if not (0 <= column < width and 0 <= row < height):
        return None
    return Spot(unit, *position_at(layer, column, row))
