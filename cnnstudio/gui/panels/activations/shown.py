"""What lies on the desk: one pass, one layer and unit of it, and where in it a pixel of a view belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cnnstudio.gui.panels.activations.choice import Spot, spot_under, strongest_spot

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnstudio.activations import ActivationSettings
    from cnnstudio.gui.panels.activations.works import Drawn, Seen
    from cnnstudio.networks.layers import Layer


@dataclass(frozen=True, eq=False)
class Shown:
    """settings: with a layer and a unit that there are. photo: shares its memory with `seen`."""

    seen: Seen
    photo: QImage
    settings: ActivationSettings

    @property
    def layer(self) -> Layer:
        """The layer that is shown."""
        return self.seen.made.subject.layer(self.settings.layer)

    @property
    def strongest(self) -> Spot:
        """Where the unit responds most."""
        return strongest_spot(self.seen, self.layer, self.settings.unit)

    def under(self, x: float, y: float) -> Spot | None:
        """The unit's position that sees a place of the picture; None where the network saw nothing."""
        return spot_under(self.seen, self.layer, self.settings.unit, x, y)

    def value(self, spot: Spot) -> float:
        """The activation at a position."""
        return float(self.seen.made.maps[self.settings.layer][spot.unit, spot.row, spot.column])

    def spot_at(self, drawn: Drawn | None, x: int, y: int) -> Spot | None:
        """The position at a pixel of what is drawn. None where there is none, as in gaps and in kernels."""
        if drawn is None or drawn.view == "kernels" or drawn.settings.layer != self.settings.layer:
            return None
        if drawn.grid is not None:
            found = drawn.grid.at(y, x)
            return None if found is None else Spot(*found)
        if drawn.view == "overlay":
            return self.under(x / self.seen.scale, y / self.seen.scale)
        inside = x < self.layer.width and y < self.layer.height
        return Spot(self.settings.unit, y, x) if inside else None
