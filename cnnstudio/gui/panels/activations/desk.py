"""Centre and inspector together: they show one layer, one unit and one position.

The panel owns the settings; the desk shows them, and asks the panel to change them when a person does something.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnstudio.gui.panels.activations.asking import Asking
from cnnstudio.gui.panels.activations.inspector import Inspector
from cnnstudio.gui.panels.activations.page import ActivationsPage
from cnnstudio.gui.panels.activations.patches_desk import PatchesDesk
from cnnstudio.gui.panels.activations.pointing import Pointing
from cnnstudio.gui.panels.activations.shown import Shown
from cnnstudio.gui.panels.activations.telling import (
    caption_of,
    field_mark,
    photo_image,
    scores_of,
    show_spot,
    unit_facts,
)
from cnnstudio.gui.panels.activations.tile_marks import Marks

if TYPE_CHECKING:
    from cnnstudio.activations import ActivationSettings, Subject
    from cnnstudio.gui.panels.activations.choice import Spot
    from cnnstudio.gui.panels.activations.panel import ActivationsPanel
    from cnnstudio.gui.panels.activations.works import Drawn, Seen
    from cnnstudio.networks.layers import Layer


class Desk(QObject):
    """`page` and `inspector`, and what they say to one another. `shown` is None before there are maps."""

    def __init__(self, panel: ActivationsPanel, asking: Asking) -> None:
        super().__init__()
        self._panel, self._asking = panel, asking
        self.page, self.inspector = ActivationsPage(panel.studio), Inspector()
        self.shown: Shown | None = None
        self._view = "mosaic"
        self._pinned: Spot | None = None
        self._offered = ""
        self._pointing, self._patches = Pointing(self), PatchesDesk(self, panel)
        self._connect()

    def _connect(self) -> None:
        page, inspector, asking = self.page, self.inspector, self._asking
        page.network.chosen.connect(self._network_chosen)
        page.untrained.weights_asked.connect(self._weights_asked)
        page.tree.chosen.connect(self._layer_chosen)
        page.views.reshaped.connect(self._draw)
        page.views.drag_requested.connect(self._panel.drag_requested)
        page.card.switched.connect(self.switch)
        inspector.changed.connect(self._panel.change)
        inspector.switched.connect(self.switch)
        inspector.restored.connect(self.restore)
        inspector.unit_picked.connect(self.choose_unit)
        self._pointing.told.connect(self._panel.hovered)
        self._pointing.picked.connect(self._go)
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
        self.shown = self._pinned = None
        self.page.show_card(False)
        self.inspector.clear()
        self._show_scores()

    def show_subject(self, subject: Subject | None, layer: Layer | None) -> None:
        """Another network."""
        self.page.set_subject(subject)
        if layer is not None:
            self.page.tree.set_current(layer.name)

    def show_settings(self, settings: ActivationSettings, layer: Layer | None, unit: int | None) -> None:
        """What can be shown before there are maps; unit: the one that the switch is for."""
        self.page.network.set_network(settings.model)
        if layer is not None:
            self.page.tree.set_current(layer.name)
        self.inspector.set_settings(settings, unit)

    def show_seen(self, seen: Seen, real: ActivationSettings) -> None:
        """The maps of another photo or network."""
        self._pinned = self._patches.awaited(real.layer)
        self.shown = Shown(seen, photo_image(seen), real)
        self.inspector.photo.set_photo(self.shown.photo, seen.pixels.shape[1], seen.pixels.shape[0])
        self.page.views.set_photo(self.shown.photo)
        self.page.set_seen(seen)

    def show_maps(self, seen: Seen, real: ActivationSettings) -> None:
        """The layer and unit of these settings."""
        before = self.shown
        if before is None or before.seen is not seen:
            return
        if before.settings.layer != real.layer or (self._pinned and self._pinned.unit != real.unit):
            self._pinned = None
        self.shown = replace(before, settings=real)
        self._show_unit()  # first, because the card takes room from the tiles
        self._patches.show()
        self._draw()
        self._asking.compare(real.layer, seen)
        self._asking.ablate(real, seen)
        self._show_scores()
        self.mark()

    # -- what the engine tells ---------------------------------------------------------------------------------
    def _draw(self) -> None:
        if self.shown is not None:
            self._asking.draw(self._view, self.shown.settings, self.shown.seen, self.page.views.aspect())

    def _show_drawn(self, drawn: Drawn) -> None:
        if self.shown is not None:
            subject, views = self.shown.seen.made.subject, self.page.views
            views.show_drawn(drawn, self._marks(drawn), *caption_of(drawn, subject, views.width()))
            self.inspector.set_colours(drawn)
            self._show_unit()

    def _show_compared(self) -> None:
        self.inspector.set_compared(self._asking.silent, self._asking.twins)

    def _show_scores(self) -> None:
        shown, now = self.shown, self._asking.scores
        scores, chosen = scores_of(shown.seen, shown.settings, now) if shown is not None else ([], -1)
        total = len(shown.seen.made.subject.labels) if shown is not None else 0
        self.inspector.set_scores(scores, chosen, now is not None, total, classless=shown is not None and not scores)

    # -- one unit, one position --------------------------------------------------------------------------------
    def _show_unit(self) -> None:
        shown = self.shown
        if shown is not None:
            contribution = self._asking.contribution(shown.settings, shown.seen)
            self.page.card.set_facts(unit_facts(shown.seen, shown.settings, contribution))
            self.page.show_card(True)
            self.show_spot(self.resting())

    def resting(self) -> Spot | None:
        """The position that is shown while the pointer is elsewhere: the one pinned, or the strongest."""
        return self._pinned or (self.shown.strongest if self.shown is not None else None)

    def pin(self, spot: Spot | None) -> None:
        """Keep showing this position."""
        self._pinned = spot

    def show_spot(self, spot: Spot | None) -> list[int]:
        """Show what a position sees; returns the units that respond most there."""
        if spot is None or self.shown is None:
            return []
        seen, layer = self.shown.seen, self.shown.layer
        self.page.views.set_field(field_mark(seen, layer, spot) if self._view == "overlay" else None)
        return show_spot(self.inspector, seen, self.shown.photo, layer, spot)

    def mark(self, responding: tuple[int, ...] = ()) -> None:
        """Mark these units among the tiles, besides the selected one and those that are off."""
        drawn = self.page.views.drawn()
        if drawn is not None:
            self.page.views.set_marks(self._marks(drawn, responding))

    def _marks(self, drawn: Drawn, responding: tuple[int, ...] = ()) -> Marks:
        real = self.shown.settings if self.shown is not None else None
        if real is None or drawn.settings.layer != real.layer:
            return Marks()
        off = frozenset(real.ablated) if drawn.view == "mosaic" else frozenset()
        return Marks(real.unit, drawn.silent, off, responding)

    # -- what a person does ------------------------------------------------------------------------------------
    def choose_unit(self, unit: int) -> None:
        """Look at another unit of the layer."""
        if self.shown is not None:
            self._go(self.shown.settings.layer, unit)

    def _go(self, layer: str, unit: int) -> None:
        settings = self._panel.settings
        same = self.shown is not None and self.shown.settings.layer == layer
        self._panel.change(replace(settings, layer=layer, unit=unit, ablated=settings.ablated if same else ()))
        self.show_spot(self.resting())

    def step_unit(self, step: int) -> None:
        """The next unit in the order of the tiles."""
        drawn, shown = self.page.views.drawn(), self.shown
        if shown is None:
            return
        grid = drawn.grid if drawn is not None and drawn.view == "mosaic" else None
        order = grid.channels if grid is not None else tuple(range(shown.layer.channels))
        if shown.settings.unit in order:
            self.choose_unit(order[(order.index(shown.settings.unit) + step) % len(order)])

    def switch(self) -> None:
        """Switch the unit off, or on again."""
        if self.shown is not None:
            real = self.shown.settings
            off = tuple(sorted(set(real.ablated) ^ {real.unit}))
            self._panel.change(replace(self._panel.settings, layer=real.layer, ablated=off))

    def restore(self) -> None:
        """Switch all units on."""
        self._panel.change(replace(self._panel.settings, ablated=()))

    def _layer_chosen(self, name: str) -> None:
        self._panel.change(replace(self._panel.settings, layer=name, unit=-1, ablated=()))

    def _network_chosen(self, name: str) -> None:
        self._panel.change(replace(self._panel.settings, model=name, layer="", unit=-1, ablated=(), target=-1))

    def _weights_asked(self) -> None:
        name = self._panel.settings.model.partition("/")[0]
        self._panel.studio.models.manager_requested.emit(name)
