"""Centre and inspector together: they show one layer, one unit and one position, and hear what a person does to them.

The panel owns the settings; the desk shows them and asks the panel to change them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnstudio.gui.panels.activations.asking import Asking
from cnnstudio.gui.panels.activations.choice import Spot, spot_under, strongest_spot
from cnnstudio.gui.panels.activations.inspector import Inspector
from cnnstudio.gui.panels.activations.page import ActivationsPage
from cnnstudio.gui.panels.activations.telling import (
    photo_image,
    scores_of,
    show_spot,
    spot_words,
    unit_facts,
)
from cnnstudio.gui.panels.activations.tile_marks import Marks
from cnnstudio.gui.panels.activations.words import maps_text, scale_text, sort_text

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from cnnstudio.activations import ActivationSettings, Subject
    from cnnstudio.gui.panels.activations.panel import ActivationsPanel
    from cnnstudio.gui.panels.activations.works import Drawn, Seen
    from cnnstudio.networks.layers import Layer


class Desk(QObject):
    """`page` and `inspector`, and what they say to one another."""

    def __init__(self, panel: ActivationsPanel, asking: Asking) -> None:
        super().__init__()
        self._panel, self._asking = panel, asking
        self.page, self.inspector = ActivationsPage(panel.studio), Inspector()
        self._view = "mosaic"
        self._seen: Seen | None = None
        self._image: QImage | None = None
        self._real: ActivationSettings | None = None
        self._pinned: Spot | None = None
        self._offered = ""
        self._connect()

    def _connect(self) -> None:
        page, inspector, asking = self.page, self.inspector, self._asking
        page.network.chosen.connect(self._network_chosen)
        page.tree.chosen.connect(self._layer_chosen)
        page.views.pointed.connect(self._pointed)
        page.views.picked.connect(self._picked)
        page.views.reshaped.connect(self._draw)
        page.views.drag_requested.connect(self._panel.drag_requested)
        page.card.switched.connect(self.switch)
        inspector.changed.connect(self._panel.change)
        inspector.switched.connect(self.switch)
        inspector.restored.connect(self.restore)
        inspector.unit_picked.connect(self.choose_unit)
        inspector.photo.pointed.connect(self._pointed_at_photo)
        inspector.photo.picked.connect(self._picked_in_photo)
        asking.drawn.connect(self._show_drawn)
        asking.compared.connect(self._show_compared)
        asking.scored.connect(self._show_scores)

    # -- what the panel tells ----------------------------------------------------------------------------------
    def set_view(self, view: str) -> None:
        """Bring a view to the front."""
        self._view = view
        self.page.views.set_view(view)
        self.inspector.set_view(view)

    def offer(self, name: str) -> None:
        """Offer to get the network of this name; "" offers nothing."""
        if name == self._offered:
            return
        self._offered = name
        if not name:
            self.page.set_instead(None)
            return
        from cnnstudio.gui.get_model import GetModel

        self.page.set_instead(GetModel(self._panel.studio, name))

    def wait(self, words: str) -> None:
        """Nothing to show yet."""
        self._let_go()
        self.page.views.say("", "")
        self.page.views.pane().set_caption(title=words)

    def refuse(self, words: str) -> None:
        """There will be nothing to show."""
        self._let_go()
        self.page.views.say("No maps", words)

    def _let_go(self) -> None:
        self._seen = self._image = self._real = self._pinned = None
        self.page.show_card(False)
        self.inspector.photo.set_photo(None, 3, 2)
        self.inspector.crop.set_crop(None, self.inspector.crop.row_rect(-9))
        self.inspector.crop.set_units("", ())
        self.inspector.formula.set_lines("")
        self.inspector.set_colours(None)
        self._show_scores()

    def show_subject(self, subject: Subject | None, layer: Layer | None) -> None:
        """Another network."""
        self.page.set_subject(subject)
        if layer is not None:
            self.page.tree.set_current(layer.name)

    def show_settings(self, settings: ActivationSettings, layer: Layer | None) -> None:
        """What can be shown before there are maps."""
        self.page.network.set_network(settings.model)
        if layer is not None:
            self.page.tree.set_current(layer.name)
        real = self._panel.shown_settings()
        self.inspector.set_settings(settings, real.unit if real is not None else None)

    def show_seen(self, seen: Seen) -> None:
        """The maps of another photo or network."""
        self._seen, self._image, self._pinned = seen, photo_image(seen), None
        self.inspector.photo.set_photo(self._image, seen.pixels.shape[1], seen.pixels.shape[0])
        self.page.set_seen(seen)

    def show_maps(self, seen: Seen, real: ActivationSettings) -> None:
        """The layer and unit of these settings."""
        if seen is not self._seen:
            return
        before, self._real = self._real, real
        if before is None or (before.layer, before.unit) != (real.layer, real.unit):
            self._pinned = self._pinned if self._pinned and self._pinned.unit == real.unit and before and (
                before.layer == real.layer) else None  # fmt: skip
        self._draw()
        self._asking.compare(real.layer, seen)
        self._asking.ablate(real, seen)
        self._show_unit()
        self._show_scores()
        self._mark()

    # -- what the engine tells ---------------------------------------------------------------------------------
    def _draw(self) -> None:
        if self._seen is not None and self._real is not None:
            self._asking.draw(self._view, self._real, self._seen, self.page.views.aspect())

    def _show_drawn(self, drawn: Drawn) -> None:
        seen, layer = self._seen, self._layer()
        if seen is None or layer is None or self._real is None:
            return
        made, subject = drawn.settings, seen.made.subject
        untrained = "" if subject.trained else ", untrained"
        unit, scaled = f"Unit {made.unit}", scale_text(made)
        title, words, right = {
            "mosaic": (made.layer, maps_text(subject.layer(made.layer)),
                       f"{scaled}, {sort_text(made, subject)}"),
            "map": (unit, f"of {made.layer}, {layer.width} × {layer.height}", scaled),
            "overlay": (unit, f"of {made.layer} over the photo", scaled),
            "kernels": (made.layer, "first kernels as colours, grey is 0", "scaled per kernel"),
        }[drawn.view]  # fmt: skip
        self.page.views.show_drawn(drawn, self._marks(drawn), title, words + untrained, right)
        self.inspector.set_colours(drawn)
        self._show_unit()

    def _show_compared(self) -> None:
        silent, twins = self._asking.silent, self._asking.twins
        self.inspector.silent.set_entries(None if silent is None else [(str(each), each) for each in silent])
        self.inspector.twins.set_entries(None if twins is None else [(f"{a} = {b}", b) for a, b in twins])

    def _show_scores(self) -> None:
        seen, real = self._seen, self._real
        scores, chosen = scores_of(seen, real, self._asking.scores) if seen and real else ([], -1)
        self.inspector.scores.set_scores(scores, chosen, self._asking.scores is not None)
        total = len(seen.made.subject.labels) if seen else 0
        self.inspector.prediction.set_summary(f"top {len(scores)} of {total}" if scores else "")
        self.inspector.show_classless(seen is not None and not scores)

    # -- one unit, one position --------------------------------------------------------------------------------
    def _layer(self) -> Layer | None:
        seen, real = self._seen, self._real
        return seen.made.subject.layer(real.layer) if seen is not None and real is not None else None

    def _show_unit(self) -> None:
        seen, real = self._seen, self._real
        if seen is not None and real is not None:
            self.page.card.set_facts(unit_facts(seen, real, self._asking.contribution(real, seen)))
            self.page.show_card(True)
            self._show_spot(self._resting())

    def _resting(self) -> Spot | None:
        """The position that is shown while the pointer is elsewhere."""
        seen, layer = self._seen, self._layer()
        if seen is None or layer is None or self._real is None:
            return None
        return self._pinned or strongest_spot(seen, layer, self._real.unit)

    def _show_spot(self, spot: Spot | None) -> list[int]:
        seen, layer = self._seen, self._layer()
        if spot is None or seen is None or layer is None or self._image is None:
            return []
        return show_spot(self.inspector, seen, self._image, layer, spot)

    def _marks(self, drawn: Drawn, responding: tuple[int, ...] = ()) -> Marks:
        real = self._real
        if real is None or drawn.settings.layer != real.layer:
            return Marks()
        off = frozenset(real.ablated) if drawn.view == "mosaic" else frozenset()
        return Marks(real.unit, drawn.silent, off, responding)

    def _mark(self, responding: tuple[int, ...] = ()) -> None:
        drawn = self.page.views.drawn()
        if drawn is not None:
            self.page.views.set_marks(self._marks(drawn, responding))

    # -- what a person does ------------------------------------------------------------------------------------
    def _spot_at(self, x: int, y: int) -> Spot | None:
        """The position under a pixel of the view in front."""
        drawn, seen, layer = self.page.views.drawn(), self._seen, self._layer()
        if drawn is None or seen is None or layer is None or self._real is None:
            return None
        if drawn.grid is not None:
            found = drawn.grid.at(y, x)
            if found is None or (drawn.view == "mosaic" and drawn.settings.layer != layer.name):
                return None
            return Spot(*found) if drawn.view == "mosaic" else Spot(found[0], -1, -1)
        if drawn.view == "map":
            return Spot(self._real.unit, y, x) if y < layer.height and x < layer.width else None
        return spot_under(seen, layer, self._real.unit, x / seen.scale, y / seen.scale)

    def _pointed(self, x: int | None, y: int | None) -> None:
        spot = self._spot_at(x, y) if x is not None and y is not None else None
        seen, layer = self._seen, self._layer()
        if spot is not None and spot.row < 0:
            self._panel.hovered.emit(f"kernel {spot.unit}")
        elif spot is not None and seen is not None and layer is not None:
            self._panel.hovered.emit(spot_words(seen, layer, spot))
            self._show_spot(spot)
        else:
            self._panel.hovered.emit("")
            self._show_spot(self._resting())

    def _picked(self, x: int, y: int) -> None:
        spot = self._spot_at(x, y)
        if spot is not None and spot.row < 0:
            drawn = self.page.views.drawn()
            if drawn is not None:
                self._go(drawn.settings.layer, spot.unit)
        elif spot is not None:
            self._pinned = spot
            self.choose_unit(spot.unit)

    def _pointed_at_photo(self, x: float | None, y: float | None) -> None:
        seen, layer = self._seen, self._layer()
        spot = None
        if x is not None and y is not None and seen is not None and layer is not None and self._real is not None:
            spot = spot_under(seen, layer, self._real.unit, x, y)
        if spot is None or seen is None or layer is None:
            self._panel.hovered.emit("")
            self._show_spot(self._resting())
            self._mark()
        else:
            self._panel.hovered.emit(spot_words(seen, layer, spot))
            self._mark(tuple(self._show_spot(spot)))

    def _picked_in_photo(self, x: float, y: float) -> None:
        seen, layer = self._seen, self._layer()
        if seen is not None and layer is not None and self._real is not None:
            self._pinned = spot_under(seen, layer, self._real.unit, x, y)

    def choose_unit(self, unit: int) -> None:
        """Look at another unit of the layer."""
        if self._real is not None:
            self._go(self._real.layer, unit)

    def _go(self, layer: str, unit: int) -> None:
        settings = self._panel.settings
        same = self._real is not None and self._real.layer == layer
        self._panel.change(replace(settings, layer=layer, unit=unit, ablated=settings.ablated if same else ()))
        self._show_spot(self._resting())

    def step_unit(self, step: int) -> None:
        """The next unit in the order of the tiles."""
        drawn, real = self.page.views.drawn(), self._real
        if real is None:
            return
        grid = drawn.grid if drawn is not None and drawn.view == "mosaic" else None
        layer = self._layer()
        order = grid.channels if grid is not None else tuple(range(layer.channels if layer is not None else 0))
        if real.unit in order:
            self.choose_unit(order[(order.index(real.unit) + step) % len(order)])

    def switch(self) -> None:
        """Switch the unit off, or on again."""
        if self._real is not None:
            off = set(self._real.ablated) ^ {self._real.unit}
            self._panel.change(replace(self._panel.settings, layer=self._real.layer, ablated=tuple(sorted(off))))

    def restore(self) -> None:
        """Switch all units on."""
        self._panel.change(replace(self._panel.settings, ablated=()))

    def _layer_chosen(self, name: str) -> None:
        self._panel.change(replace(self._panel.settings, layer=name, unit=-1, ablated=()))

    def _network_chosen(self, name: str) -> None:
        self._panel.change(replace(self._panel.settings, model=name, layer="", unit=-1, ablated=(), target=-1))
