"""The filter panel: settings in one value, four ways to look at them, one result to take away."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from cnnstudio.errors import StudioError
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.gui.actions import Action
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.base import Panel, Result, Studio

if TYPE_CHECKING:
    from cnnstudio.gui.panels.filters.inspector import Inspector
    from cnnstudio.gui.panels.filters.picture_page import PicturePage
    from cnnstudio.imaging.picture import Picture

PICTURE_VIEWS = {"result": "result", "side": "side", "wipe": "wipe", "flicker": "flicker"}


class FilterPanel(Panel):
    """The convolution lab."""

    ID = "filters"
    TITLE = "Filters"
    ICON = "grid-four"
    SETTINGS = FilterSettings
    GROUPS = ("Kernel", "Convolution", "After", "Display")
    VIEWS = (
        ("result", "Result"), ("side", "Side by side"), ("wipe", "Wipe"),
        ("numbers", "Numbers"), ("layer", "Layer"), ("learn", "Learn"), ("code", "Code"),
    )  # fmt: skip

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._settings = FilterSettings()
        self._shown: int | None = None
        self._view = "side"
        self._index = 0
        self._spot: tuple[int, int] | None = None
        self._restored: dict[str, Any] = {}
        self._picture: Picture | None = None
        self._centre = Pages()
        self._inspector_holder = Pages()
        self._inspector: Inspector | None = None
        self._pages: dict[str, Any] = {}

    # -- state -------------------------------------------------------------------------------------------------
    @property
    def settings(self) -> FilterSettings:
        """The whole layer as one value."""
        return self._settings

    def set_settings(self, settings: FilterSettings) -> None:
        """Show these settings everywhere, without a report."""
        self._settings = settings
        if self._inspector is not None:
            self._inspector.set_settings(settings)
        self._feed()

    def change(self, settings: FilterSettings, final: bool) -> None:
        """Take over what a person changed in any part of the panel, and report it."""
        before, self._settings = self._settings, settings
        self._feed_page()  # first, so that the engine works while the controls are redrawn
        if self._inspector is not None:
            self._inspector.set_settings(settings)
        self._feed()
        self.settings_changed.emit(before, settings, final)

    def set_picture(self, picture: Picture | None) -> None:
        """The shelf's current picture, or None; every page hears of it, so that none keeps the old one in memory."""
        if picture is not self._picture:
            self._picture = picture
            self._spot = None
            for name, page in self._pages.items():
                if name == "picture":
                    page.set_picture(picture if self.needs_picture() else None)
                else:
                    page.show_state(self._settings, picture)
        self._show_view()
        self.title_changed.emit()

    def view(self) -> str:
        """One of VIEWS."""
        return self._view

    def set_view(self, view: str) -> None:
        """Another way to look at the same settings."""
        if view != self._view:
            self._view = view
            self._show_view()
            self.view_changed.emit(view)

    def view_state(self) -> dict[str, Any]:
        """View, chosen map, numbers."""
        state: dict[str, Any] = {"view": self._view, "shown": self._shown}
        for name in ("numbers", "learn"):
            if name in self._pages and hasattr(self._pages[name], "state"):
                state[name] = self._pages[name].state()
            elif name in self._restored:
                state[name] = self._restored[name]
        return state

    def set_view_state(self, state: dict[str, Any]) -> None:
        """Restore `view_state`; pages take their part when they are first shown."""
        self._restored = {n: state[n] for n in ("numbers", "learn") if isinstance(state.get(n), dict)}
        shown = state.get("shown")
        self._shown = shown if isinstance(shown, int) and not isinstance(shown, bool) else None
        if state.get("view") in {*PICTURE_VIEWS, *(v for v, _ in self.VIEWS)}:
            self.set_view(str(state["view"]))

    # -- widgets -----------------------------------------------------------------------------------------------
    def centre(self) -> QWidget:
        """The stack of views."""
        return self._centre

    def inspector(self) -> QWidget:
        """The controls; made when they are first needed, because they cost a tenth of a second."""
        if self._inspector is None:
            from cnnstudio.gui.panels.filters.inspector import Inspector

            self._inspector = Inspector()
            self._inspector.changed.connect(self.change)
            self._inspector.shown_changed.connect(self._show_map)
            self._inspector.coverage_changed.connect(self._show_coverage)
            self._inspector.index_changed.connect(self._choose_filter)
            self._inspector.said.connect(self.studio.messages.error)
            self._inspector_holder.addWidget(self._inspector)
            self._inspector.set_settings(self._settings)
            self._feed()
        return self._inspector_holder

    def prepare(self) -> None:
        """The controls and the canvas take a tenth of a second to build, and so do the imports behind them."""
        import cnnstudio.filters.preview  # noqa: F401

        self.inspector()
        self.picture_page()

    def _page(self, name: str) -> Any:
        if name not in self._pages:
            make = {
                "picture": self._make_picture, "numbers": self._make_numbers, "layer": self._make_layer,
                "learn": self._make_learn, "code": self._make_code,
            }[name]  # fmt: skip
            page: Any = make()
            self._pages[name] = page
            self._centre.addWidget(page)
            if hasattr(page, "set_filter_index"):
                page.set_filter_index(self._index)
            if name in self._restored:
                page.restore(self._restored.pop(name))
            if name == "numbers" and self._spot is not None:
                page.look_at(*self._spot)
        return self._pages[name]

    def _make_picture(self) -> PicturePage:
        from cnnstudio.gui.panels.filters.picture_page import PicturePage

        page = PicturePage(self.studio)
        page.canvas.zoomChanged.connect(lambda percent: self.zoom_changed.emit(percent, page.canvas.fitting))
        page.full_ready.connect(self.title_changed)
        page.hovered.connect(self.hovered)
        page.drag_requested.connect(self.drag_requested)
        page.probed.connect(self._probed)
        page.canvas.modeChanged.connect(lambda _: self.title_changed.emit())
        return page

    def _probed(self, x: int, y: int) -> None:
        self._spot = (x, y)
        if "numbers" in self._pages:
            self._pages["numbers"].look_at(x, y)

    def _make_numbers(self) -> QWidget:
        from cnnstudio.gui.panels.filters.numbers_page import NumbersPage

        return NumbersPage(self.studio, self.change)

    def _make_layer(self) -> QWidget:
        from cnnstudio.gui.panels.filters.layer_page import LayerPage

        return LayerPage(self.studio)

    def _make_learn(self) -> QWidget:
        from cnnstudio.gui.panels.filters.learn_page import LearnPage

        return LearnPage(self.studio, self.change)

    def _make_code(self) -> QWidget:
        from cnnstudio.gui.panels.filters.code_page import CodePage

        return CodePage(self.studio)

    def picture_page(self) -> PicturePage:
        """The canvas with input and output, made at the first call."""
        page: PicturePage = self._page("picture")
        return page

    def numbers_page(self) -> Any:
        """The numbers view, made at the first call."""
        return self._page("numbers")

    def learn_page(self) -> Any:
        """The learning view, made at the first call."""
        return self._page("learn")

    def _show_view(self) -> None:
        if self._picture is None and self.needs_picture():
            return
        page = self._page("picture" if self.needs_picture() else self._view)
        self._centre.setCurrentWidget(page)
        if self.needs_picture():
            page.canvas.set_mode(PICTURE_VIEWS[self._view])
        self._feed()

    def _feed(self) -> None:
        """Hand picture and settings to the page in front, and their facts to the controls."""
        self._feed_page()
        if self._inspector is not None:
            channels = self._picture.channels if self._picture is not None else 1
            size = (self._picture.height, self._picture.width) if self._picture is not None else None
            if self._view == "numbers" and "numbers" in self._pages:
                channels, size = self._pages["numbers"].input_shape()
            self._inspector.set_context(channels, size, self._shown)

    def _feed_page(self) -> None:
        if self._view in PICTURE_VIEWS:
            if self._picture is not None:
                page = self._page("picture")
                page.set_picture(self._picture)
                page.set_settings(self._settings, self._valid_shown())
        elif self._view in self._pages:
            self._pages[self._view].show_state(self._settings, self._picture)

    def _show_coverage(self, on: bool) -> None:
        self.picture_page().set_coverage(on)

    def _choose_filter(self, index: int) -> None:
        """Another of several filters is edited; pages that work on one filter follow."""
        self._index = index
        for page in self._pages.values():
            if hasattr(page, "set_filter_index"):
                page.set_filter_index(index)

    def _show_map(self, shown: int | None) -> None:
        self._shown = shown
        self._feed()
        self.title_changed.emit()

    def _valid_shown(self) -> int | None:
        from cnnstudio.filters.sizes import map_count

        try:
            count = map_count(self._settings, self._picture.channels if self._picture is not None else 1)
        except StudioError:
            return None
        return self._shown if self._shown is not None and 0 <= self._shown < count else None

    # -- header, zoom, result ----------------------------------------------------------------------------------
    def header(self) -> tuple[str, str]:
        """Name and facts of the input."""
        if self._picture is None:
            return "", ""
        from cnnstudio.gui.numbers_text import size

        facts = f"{size(self._picture.width, self._picture.height)}, {self._picture.depth} bit"
        return self._picture.name, facts

    def needs_picture(self) -> bool:
        """Numbers, learning and code begin without a photo."""
        return self._view in PICTURE_VIEWS

    def has_inspector(self) -> bool:
        """Learning has its own controls."""
        return self._view != "learn"

    def has_zoom(self) -> bool:
        """Only the views of the photo have one."""
        return self._picture is not None and self._view in PICTURE_VIEWS

    def compare(self, on: bool) -> None:
        """The input in the result's place."""
        if self.has_zoom():
            self.picture_page().canvas.set_comparing(on)

    def fit(self) -> None:
        """Show everything."""
        self._page("picture").canvas.fit()

    def set_zoom(self, percent: float) -> None:
        """Zoom around the middle."""
        self._page("picture").canvas.set_zoom(percent)

    def result(self) -> Result | None:
        """The filtered picture at full size, with its recipe."""
        if self._picture is None:
            return None
        try:
            from cnnstudio.filters.sizes import output_size

            output_size(self._settings, self._picture.height, self._picture.width)
        except StudioError:
            return None
        from cnnstudio.filters.preview import full_display

        shown = self._valid_shown()
        page = self._pages.get("picture")
        ready = page.full_of(self._settings, self._picture, shown) if page is not None else None
        name = f"{self._picture.name.rsplit('.', 1)[0]} {_file_word(self._settings)}"
        if ready is not None:
            return Result(name, _already_made, (ready,), self._recipe())
        return Result(name, full_display, (self._settings, self._picture, shown), self._recipe())

    def _recipe(self) -> Any:
        from cnnstudio import __version__
        from cnnstudio.imaging.recipes import Recipe
        from cnnstudio.settings import to_plain

        assert self._picture is not None
        return Recipe(self.ID, to_plain(self._settings), self._picture.name, self._picture.sha256, __version__)

    def actions(self) -> list[Action]:
        """Views and presets for the palette."""
        from cnnstudio.filters.settings import PRESETS

        views = (*self.VIEWS, ("flicker", "Flicker"))
        made = [Action(f"filters.view.{v}", f"View: {title}", lambda v=v: self.set_view(v)) for v, title in views]
        made += [
            Action(f"filters.preset.{name}", f"Kernel: {title}", lambda n=name: self._use_preset(n))
            for name, title in PRESETS.items() if name != "own"
        ]  # fmt: skip
        made.append(Action("filters.reset", "Reset all filter settings", lambda: self.change(FilterSettings(), True)))
        return made

    def _use_preset(self, name: str) -> None:
        from cnnstudio.filters.kernels import kernel_named

        filters = list(self._settings.filters)
        index = min(self._index, len(filters) - 1)
        old = filters[index]
        filters[index] = replace(
            kernel_named(name), offset=old.offset, normalise=old.normalise, divisor=old.divisor
        )
        self.change(replace(self._settings, filters=tuple(filters)), True)


def _file_word(settings: FilterSettings) -> str:
    from cnnstudio.gui.panels.filters.picture_page import title_of

    return title_of(settings).split(",")[0].lower()


def _already_made(pixels: Any, job: Any) -> Any:
    return pixels
