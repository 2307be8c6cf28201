"""From the pointer to a position: over a tile, a map, the overlay, or the photo in the inspector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from cnnstudio.gui.panels.activations.choice import Spot
    from cnnstudio.gui.panels.activations.desk import Desk


class Pointing(QObject):
    """Hears canvas and photo, and has the desk show the position that the pointer is over.

    Signals: `told(words)` for the status bar; `picked(layer, unit)` when a unit is chosen by a click.
    """

    told = Signal(str)
    picked = Signal(str, int)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._views = desk, desk.page.views
        self._views.pointed.connect(self._over_view)
        self._views.picked.connect(self._pick)
        self._views.set_value_text(self._value_text)
        photo = desk.inspector.photo
        photo.pointed.connect(self._over_photo)
        photo.picked.connect(self._pin)

    def _over_view(self, x: int | None, y: int | None) -> None:
        shown, drawn = self._desk.shown, self._views.drawn()
        spot = shown.spot_at(drawn, x, y) if shown is not None and x is not None and y is not None else None
        kernel = self._kernel_at(x, y) if spot is None else None
        self._tell(spot)
        self._desk.show_spot(spot or self._desk.resting())
        if kernel is not None:
            self.told.emit(f"kernel {kernel}")

    def _over_photo(self, x: float | None, y: float | None) -> None:
        shown = self._desk.shown
        spot = shown.under(x, y) if shown is not None and x is not None and y is not None else None
        self._tell(spot)
        units = self._desk.show_spot(spot or self._desk.resting())
        self._desk.mark(tuple(units) if spot is not None else ())

    def _tell(self, spot: Spot | None) -> None:
        shown = self._desk.shown
        if spot is None or shown is None:
            self.told.emit("")
            return
        from cnnstudio.gui.panels.activations.words import value_text

        place = f"{shown.layer.name}, unit {spot.unit}   x {spot.column}, y {spot.row}"
        self.told.emit(f"{place}   {value_text(shown.value(spot))}")

    def _pick(self, x: int, y: int) -> None:
        shown, drawn = self._desk.shown, self._views.drawn()
        if shown is None or drawn is None:
            return
        spot, kernel = shown.spot_at(drawn, x, y), self._kernel_at(x, y)
        if kernel is not None:
            self.picked.emit(drawn.settings.layer, kernel)
        elif spot is not None:
            if drawn.view == "map":
                self._views.canvas.set_marker("map", x, y)
            self._desk.pin(spot)
            self.picked.emit(shown.layer.name, spot.unit)

    def _pin(self, x: float, y: float) -> None:
        if self._desk.shown is not None:
            self._desk.pin(self._desk.shown.under(x, y))

    def _kernel_at(self, x: int | None, y: int | None) -> int | None:
        drawn = self._views.drawn()
        if x is None or y is None or drawn is None or drawn.view != "kernels" or drawn.grid is None:
            return None
        found = drawn.grid.at(y, x)
        return None if found is None else found[0]

    def _value_text(self, x: int, y: int) -> str:
        from cnnstudio.gui.panels.activations.words import value_text

        shown = self._desk.shown
        spot = shown.spot_at(self._views.drawn(), x, y) if shown is not None else None
        return "" if shown is None or spot is None else value_text(shown.value(spot))
