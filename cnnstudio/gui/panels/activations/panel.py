"""The activations panel: a photo goes through a network, and every layer shows what it made of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from cnnstudio.activations import ActivationSettings
from cnnstudio.gui.actions import Action
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.activations.asking import Asking
from cnnstudio.gui.panels.activations.choice import layer_shown, unit_shown
from cnnstudio.gui.panels.activations.looking import Failed, Looking, Missing, Waiting
from cnnstudio.gui.panels.activations.takeaway import result_of
from cnnstudio.gui.panels.activations.works import Seen
from cnnstudio.gui.panels.base import Panel, Result, Studio

if TYPE_CHECKING:
    from cnnstudio.gui.panels.activations.desk import Desk
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.networks.layers import Layer

PATIENCE_MS = 400
"""So long the last maps stay while the next ones are made, so that a quick pass follows without a flicker."""


class ActivationsPanel(Panel):
    """What do the layers of a network make of this photo?"""

    ID = "activations"
    TITLE = "Activations"
    ICON = "stack"
    SETTINGS = ActivationSettings
    GROUPS = ("Picture and receptive field", "Prediction", "Display", "Channels")
    VIEWS = (("mosaic", "Mosaic"), ("map", "Single map"), ("overlay", "Overlay"), ("kernels", "Kernels"))

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._settings = ActivationSettings()
        self._picture: Picture | None = None
        self._view = "mosaic"
        self._centre, self._controls = Pages(), Pages()
        self._desk: Desk | None = None
        self._looking, self._asking = Looking(studio), Asking(studio)
        self._looking.changed.connect(self._answered)
        self._looking.subject_known.connect(self._show_subject)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._show_state)

    # -- state -------------------------------------------------------------------------------------------------
    @property
    def settings(self) -> ActivationSettings:
        """Network, layer, unit, display, and which channels are off."""
        return self._settings

    def set_settings(self, settings: ActivationSettings) -> None:
        """Show these settings everywhere, without a report."""
        self._settings = settings
        self._look()
        self._refresh()

    def change(self, settings: ActivationSettings, final: bool = True) -> None:
        """Take over what a person changed, and report it."""
        before = self._settings
        if settings != before:
            self.set_settings(settings)
            self.settings_changed.emit(before, settings, final)

    def set_picture(self, picture: Picture | None) -> None:
        """The shelf's current picture, or None; layer, unit and view stay."""
        self._picture = picture
        self._look()
        if picture is None:
            self._looking.warm_up(self._settings.model)
        self.title_changed.emit()

    @property
    def picture(self) -> Picture | None:
        """The photo that is looked at."""
        return self._picture

    def view(self) -> str:
        """Mosaic, map, overlay or kernels."""
        return self._view

    def set_view(self, view: str) -> None:
        """Show another view of the same layer and unit."""
        if view != self._view and view in dict(self.VIEWS):
            self._view = view
            if self._desk is not None:
                self._desk.set_view(view)
            self._refresh()
            self.view_changed.emit(view)

    def seen(self) -> Seen | None:
        """The pass whose maps are shown."""
        return self._looking.state if isinstance(self._looking.state, Seen) else None

    def layer(self) -> Layer | None:
        """The layer that is shown, once the network is known."""
        subject = self._looking.subject
        return layer_shown(self._settings, subject.layers) if subject is not None else None

    def shown_settings(self) -> ActivationSettings | None:
        """The settings with the layer and the unit that are really shown; None before the pass."""
        seen, layer = self.seen(), self.layer()
        if seen is None or layer is None:
            return None
        unit, same = unit_shown(self._settings, layer, seen), layer.name == self._settings.layer
        ablated = tuple(each for each in self._settings.ablated if each < layer.channels)
        return replace(self._settings, layer=layer.name, unit=unit, ablated=ablated if same or ablated else ())

    # -- widgets -----------------------------------------------------------------------------------------------
    def centre(self) -> QWidget:
        """The tree, the maps and the unit's card."""
        self.desk()
        return self._centre

    def inspector(self) -> QWidget:
        """The controls."""
        self.desk()
        return self._controls

    def desk(self) -> Desk:
        """All widgets, made at the first call."""
        if self._desk is None:
            from cnnstudio.gui.panels.activations.desk import Desk

            desk = self._desk = Desk(self, self._asking)
            desk.page.hidden.connect(self._patience.stop)
            canvas = desk.page.views.canvas
            canvas.zoomChanged.connect(lambda percent: self.zoom_changed.emit(percent, canvas.fitting))
            self._asking.drawn.connect(lambda _drawn: self.title_changed.emit())
            self._centre.addWidget(desk.page)
            self._controls.addWidget(desk.inspector)
            desk.set_view(self._view)
            self._show_subject()
            self._show_state()
            self._refresh()
        return self._desk

    def prepare(self) -> None:
        """The centre and the controls, before the first photo comes."""
        self.desk()

    # -- asking and showing ------------------------------------------------------------------------------------
    def _look(self) -> None:
        self._looking.want(self._settings.model, self._picture)

    def _answered(self) -> None:
        state = self._looking.state
        self._asking.forget()
        if isinstance(state, Waiting) and self._looking.subject is not None and not state.for_torch:
            self._patience.start()
        else:
            self._patience.stop()
            self._show_state()
        self.title_changed.emit()

    def _show_subject(self) -> None:
        if self._desk is not None:
            self._desk.show_subject(self._looking.subject, self.layer())

    def _show_state(self) -> None:
        desk, state = self._desk, self._looking.state
        if desk is None:
            return
        self._patience.stop()
        desk.offer(state.name if isinstance(state, Missing) else "")
        if isinstance(state, Seen):
            real = self.shown_settings()
            if real is not None:
                desk.show_seen(state, real)
            self._refresh()
        elif isinstance(state, Waiting):
            desk.wait("PyTorch is loading. The maps follow." if state.for_torch else "The network looks at the photo.")
        elif isinstance(state, Failed):
            desk.refuse(state.message)
        else:
            desk.wait("")

    def _refresh(self) -> None:
        """Show what the settings say of the maps that are there."""
        if self._desk is not None:
            seen, real = self.seen(), self.shown_settings()
            self._desk.show_settings(self._settings, self.layer(), real.unit if real is not None else None)
            if seen is not None and real is not None:
                self._desk.show_maps(seen, real)

    # -- header, zoom, result ----------------------------------------------------------------------------------
    def header(self) -> tuple[str, str]:
        """Name and facts of the photo, and what part of it the network sees."""
        if self._picture is None:
            return "", ""
        from cnnstudio.gui.numbers_text import size

        facts = size(self._picture.width, self._picture.height)
        seen = self.seen()
        return self._picture.name, facts if seen is None else f"{facts}, seen at {seen.made.seen.shape[0]}"

    def has_zoom(self) -> bool:
        """As soon as there are maps."""
        return self.seen() is not None

    def compare(self, on: bool) -> None:
        """The maps without marks; in the overlay the photo alone."""
        if self._desk is not None:
            self._desk.page.views.set_bare(on)

    def fit(self) -> None:
        """Show all of it."""
        self.desk().page.views.canvas.fit()

    def set_zoom(self, percent: float) -> None:
        """Zoom around the middle."""
        self.desk().page.views.canvas.set_zoom(percent)

    def result(self) -> Result | None:
        """The view in front, with its recipe; None until there are maps."""
        seen, real, picture = self.seen(), self.shown_settings(), self._picture
        if seen is None or real is None or picture is None:
            return None
        drawn = self._desk.page.views.drawn() if self._desk is not None else None
        aspect = drawn.aspect if drawn is not None else 1.0
        contribution = self._asking.contribution(real, seen)
        return result_of(self.ID, self._view, self._settings, real, picture, seen, aspect, contribution)

    def actions(self) -> list[Action]:
        """For the palette and their keys."""

        def there() -> bool:
            return self._desk is not None and self._desk.page.isVisible() and self.seen() is not None

        def do(what: str, *given: int) -> None:
            getattr(self.desk(), what)(*given)

        return [
            Action("activations.next", "Next unit", lambda: do("step_unit", 1), "]", enabled=there),
            Action("activations.previous", "Previous unit", lambda: do("step_unit", -1), "[", enabled=there),
            Action("activations.switch", "Switch the unit off or on", lambda: do("switch"), "X", enabled=there),
            Action("activations.restore", "Switch all units on", lambda: do("restore"), enabled=there),
            Action("activations.network", "Choose a network", lambda: self.desk().page.network.open(),
                   enabled=lambda: self._desk is not None and self._desk.page.isVisible()),
        ]  # fmt: skip
