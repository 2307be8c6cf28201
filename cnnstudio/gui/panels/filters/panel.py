"""The filter panel: settings in one value, several ways to look at them, one result to take away."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from cnnstudio.errors import StudioError
from cnnstudio.filters import FilterSettings
from cnnstudio.gui.actions import Action
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.base import Panel, Result, Studio
from cnnstudio.gui.panels.filters.changes import preset_in_place, with_filter
from cnnstudio.gui.panels.filters.filtering import Filtering
from cnnstudio.gui.panels.filters.pages import PHOTO_VIEWS, PICTURE_VIEWS, FilterPages
from cnnstudio.gui.panels.filters.palette import palette_actions
from cnnstudio.gui.panels.filters.takeaway import result_of

if TYPE_CHECKING:
    from cnnstudio.gui.canvas.view import CanvasView
    from cnnstudio.gui.panels.filters.edges_page import EdgesPage
    from cnnstudio.gui.panels.filters.inspector import Inspector
    from cnnstudio.gui.panels.filters.picture_page import PicturePage
    from cnnstudio.imaging.picture import Picture


class FilterPanel(Panel):
    """The convolution lab."""

    ID = "filters"
    TITLE = "Filters"
    ICON = "grid-four"
    SETTINGS = FilterSettings
    GROUPS = ("Kernel", "Convolution", "After", "Display")
    FILES = (".json",)
    VIEWS = (
        ("result", "Result"), ("side", "Side by side"), ("wipe", "Wipe"),
        ("numbers", "Numbers"), ("layer", "Layer"), ("learn", "Learn"), ("edges", "Learned edges"), ("code", "Code"),
    )  # fmt: skip

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self._settings = FilterSettings()
        self._shown: int | None = None
        self._view = "side"
        self._index = 0
        self._picture: Picture | None = None
        self._inspector_holder = Pages()
        self._inspector: Inspector | None = None
        self._pages = FilterPages(studio, self.change)
        self._pages.zoom_changed.connect(self.zoom_changed)
        self._pages.hovered.connect(self.hovered)
        self._pages.drag_requested.connect(self.drag_requested)
        self._pages.title_changed.connect(self.title_changed)
        self._pages.view_asked.connect(self.set_view)

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

    def use_preset(self, name: str) -> None:
        """Put a preset in place of the filter that is edited."""
        old = self._settings.filters[min(self._index, len(self._settings.filters) - 1)]
        self.change(with_filter(self._settings, self._index, preset_in_place(name, old)), True)

    def take_file(self, path: Path) -> None:
        """A kernel file: its kernel takes the place of the filter that is edited."""
        self.inspector()
        assert self._inspector is not None
        self._inspector.editor.load_file(path)

    def set_picture(self, picture: Picture | None) -> None:
        """The shelf's current picture, or None."""
        if picture is not self._picture:
            self._picture = picture
            self._pages.set_picture(picture, self._settings, in_picture=self._view in PICTURE_VIEWS)
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
        """View, chosen map, numbers, what is to be learned."""
        return {"view": self._view, "shown": self._shown, **self._pages.state()}

    def set_view_state(self, state: dict[str, Any]) -> None:
        """Restore `view_state`; unknown or damaged entries are ignored."""
        self._pages.restore(state)
        shown = state.get("shown")
        self._shown = shown if isinstance(shown, int) and not isinstance(shown, bool) else None
        if state.get("view") in {*PICTURE_VIEWS, *(v for v, _ in self.VIEWS)}:
            self.set_view(str(state["view"]))

    # -- widgets -----------------------------------------------------------------------------------------------
    def centre(self) -> QWidget:
        """The stack of views."""
        return self._pages.stack

    def inspector(self) -> QWidget:
        """The controls; made when they are first needed, because they cost a tenth of a second."""
        if self._inspector is None:
            from cnnstudio.gui.panels.filters.inspector import Inspector

            self._inspector = Inspector()
            self._inspector.changed.connect(self.change)
            self._inspector.shown_changed.connect(self._show_map)
            self._inspector.coverage_changed.connect(lambda on: self.picture_page().set_coverage(on))
            self._inspector.index_changed.connect(self._choose_filter)
            self._inspector.said.connect(self.studio.messages.error)
            self._inspector_holder.addWidget(self._inspector)
            self._inspector.set_settings(self._settings)
            self._feed()
        return self._inspector_holder

    def prepare(self) -> None:
        """The controls and the canvas take a tenth of a second to build, and so do the imports behind them."""
        from cnnstudio.filters import filtered_view  # noqa: F401

        self.inspector()
        self.picture_page()

    def picture_page(self) -> PicturePage:
        """The canvas with input and output, made at the first call."""
        page: PicturePage = self._pages.page("picture")
        return page

    def edges_page(self) -> EdgesPage:
        """Learned edges, made at the first call."""
        page: EdgesPage = self._pages.page("edges")
        return page

    def _canvas(self) -> CanvasView:
        return self.edges_page().canvas if self._view == "edges" else self.picture_page().canvas

    def numbers_page(self) -> Any:
        """The numbers view, made at the first call."""
        return self._pages.page("numbers")

    def learn_page(self) -> Any:
        """The learning view, made at the first call."""
        return self._pages.page("learn")

    def _show_view(self) -> None:
        if self._picture is not None or not self.needs_picture():
            self._pages.show_view(self._view)
            self._feed()

    def _feed(self) -> None:
        """Hand picture and settings to the page in front, and their facts to the controls."""
        self._feed_page()
        if self._inspector is not None:
            channels = self._picture.channels if self._picture is not None else 1
            size = (self._picture.height, self._picture.width) if self._picture is not None else None
            numbers = self._pages.made("numbers")
            if self._view == "numbers" and numbers is not None:
                channels, size = numbers.input_shape()
            self._inspector.set_context(channels, size, self._shown)

    def _feed_page(self) -> None:
        if self._view not in PICTURE_VIEWS:
            page = self._pages.made(self._view)
            if page is not None:
                page.show_state(self._settings, self._picture)
        elif self._picture is not None:
            self.picture_page().set_picture(self._picture)
            self.picture_page().set_settings(self._settings, self._valid_shown())

    def _choose_filter(self, index: int) -> None:
        self._index = index
        self._pages.set_filter_index(index)

    def _show_map(self, shown: int | None) -> None:
        self._shown = shown
        self._feed()
        self.title_changed.emit()

    def _valid_shown(self) -> int | None:
        from cnnstudio.filters import map_count

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
        return self._view in PHOTO_VIEWS

    def has_inspector(self) -> bool:
        """Learning has its own controls, and no kernel takes part in learned edges."""
        return self._view not in ("learn", "edges")

    def has_zoom(self) -> bool:
        """Only the views of the photo have one."""
        return self._picture is not None and self.needs_picture()

    def compare(self, on: bool) -> None:
        """The input in the result's place."""
        if self.has_zoom():
            self._canvas().set_comparing(on)

    def fit(self) -> None:
        """Show everything."""
        self._canvas().fit()

    def set_zoom(self, percent: float) -> None:
        """Zoom around the middle."""
        self._canvas().set_zoom(percent)

    def result(self) -> Result | None:
        """The filtered picture at full size, with its recipe; the fusion where learned edges are shown."""
        if self._picture is None:
            return None
        if self._view == "edges":
            return self.edges_page().result()
        now = Filtering(self._settings, self._picture, self._valid_shown())
        page: PicturePage | None = self._pages.made("picture")
        return result_of(self.ID, now, page.full_of(now) if page is not None else None)

    def actions(self) -> list[Action]:
        """Views and presets for the palette."""
        return palette_actions(self)
