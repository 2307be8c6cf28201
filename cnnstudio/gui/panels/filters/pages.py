"""The ways to look at one layer, each a page that is made when it is first shown, because each costs time to build."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cnnstudio.filters import FilterSettings
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.base import Studio

if TYPE_CHECKING:
    from cnnstudio.gui.panels.filters.picture_page import PicturePage
    from cnnstudio.imaging.picture import Picture

PICTURE_VIEWS = ("result", "side", "wipe", "flicker")
"""The views that the page with the photo shows, as modes of its canvas; every other view is a page of its own."""

PHOTO_VIEWS = (*PICTURE_VIEWS, "edges")
"""The views that are empty without a photo, and whose canvas can be zoomed."""

KEPT = ("numbers", "learn")
"""Pages with a state of their own that the session keeps."""

FOLLOWERS = ("numbers", "layer", "learn")
"""Pages that work on one of several filters."""


class FilterPages(QObject):
    """Pages by name ("picture", "numbers", "layer", "learn", "edges", "code") in one stack.

    `change(settings, final)` is called when a page changes the layer.

    Signals: `zoom_changed(percent, fitted)`, `hovered(words)`, `drag_requested(QImage)` of the page with the photo;
    `title_changed()` when the header should be asked again, `view_asked(name)` when a page leads to another one.
    """

    zoom_changed = Signal(float, bool)
    hovered = Signal(str)
    drag_requested = Signal(object)
    title_changed = Signal()
    view_asked = Signal(str)

    def __init__(self, studio: Studio, change: Callable[[FilterSettings, bool], None]) -> None:
        super().__init__()
        self._studio, self._change = studio, change
        self.stack = Pages()
        self._made: dict[str, Any] = {}
        self._restored: dict[str, dict[str, Any]] = {}
        self._index = 0
        self._spot: tuple[int, int] | None = None

    def page(self, name: str) -> Any:
        """The page of that name, made at the first call."""
        if name not in self._made:
            page = self._make(name)
            self._made[name] = page
            self.stack.addWidget(page)
            if name in FOLLOWERS:
                page.set_filter_index(self._index)
            if name in self._restored:
                page.restore(self._restored.pop(name))
            if name == "numbers" and self._spot is not None:
                page.look_at(*self._spot)
        return self._made[name]

    def made(self, name: str) -> Any:
        """The page of that name, or None while nobody has needed it."""
        return self._made.get(name)

    def show_view(self, view: str) -> None:
        """Bring the page of a view to the front."""
        in_picture = view in PICTURE_VIEWS
        page = self.page("picture" if in_picture else view)
        self.stack.setCurrentWidget(page)
        if in_picture:
            page.canvas.set_mode(view)

    def set_picture(self, picture: Picture | None, settings: FilterSettings, *, in_picture: bool) -> None:
        """Another photo: every page hears of it, so that none keeps the old one in memory.

        The page with the photo takes it only while it is in front (`in_picture`).
        """
        self._spot = None
        for name, page in self._made.items():
            if name == "picture":
                page.set_picture(picture if in_picture else None)
            else:
                page.show_state(settings, picture)

    def set_filter_index(self, index: int) -> None:
        """Another of several filters is edited."""
        self._index = index
        for name in FOLLOWERS:
            if name in self._made:
                self._made[name].set_filter_index(index)

    def state(self) -> dict[str, dict[str, Any]]:
        """What the session keeps of the pages, also of those that were not shown since it was restored."""
        return self._restored | {name: self._made[name].state() for name in KEPT if name in self._made}

    def restore(self, state: dict[str, Any]) -> None:
        """Take over `state()`; pages take their part when they are first shown."""
        self._restored = {name: state[name] for name in KEPT if isinstance(state.get(name), dict)}

    def _make(self, name: str) -> Any:
        makers: dict[str, Callable[[], QWidget]] = {
            "picture": self._make_picture, "numbers": self._make_numbers, "layer": self._make_layer,
            "learn": self._make_learn, "edges": self._make_edges, "code": self._make_code,
        }  # fmt: skip
        return makers[name]()

    def _make_picture(self) -> PicturePage:
        from cnnstudio.gui.panels.filters.picture_page import PicturePage

        page = PicturePage(self._studio)
        page.canvas.zoomChanged.connect(lambda percent: self.zoom_changed.emit(percent, page.canvas.fitting))
        page.canvas.modeChanged.connect(lambda _: self.title_changed.emit())
        page.full_ready.connect(self.title_changed)
        page.hovered.connect(self.hovered)
        page.drag_requested.connect(self.drag_requested)
        page.probed.connect(self._probed)
        page.card.numbers_asked.connect(self._show_numbers)
        return page

    def _show_numbers(self) -> None:
        """The products behind the pinned pixel, which had no room beside the picture."""
        self.view_asked.emit("numbers")
        spot = self._made["picture"].pinned()
        if spot is not None:
            self.page("numbers").show_photo_at(*spot)

    def _probed(self, x: int, y: int) -> None:
        self._spot = (x, y)
        if "numbers" in self._made:
            self._made["numbers"].look_at(x, y)

    def _make_numbers(self) -> QWidget:
        from cnnstudio.gui.panels.filters.numbers_page import NumbersPage

        return NumbersPage(self._studio, self._change)

    def _make_layer(self) -> QWidget:
        from cnnstudio.gui.panels.filters.layer_page import LayerPage

        return LayerPage(self._studio)

    def _make_learn(self) -> QWidget:
        from cnnstudio.gui.panels.filters.learn_page import LearnPage

        return LearnPage(self._studio, self._change)

    def _make_edges(self) -> QWidget:
        from cnnstudio.gui.panels.filters.edges_page import EdgesPage

        page = EdgesPage(self._studio)
        page.zoom_changed.connect(self.zoom_changed)
        page.hovered.connect(self.hovered)
        page.drag_requested.connect(self.drag_requested)
        page.result_changed.connect(self.title_changed)
        return page

    def _make_code(self) -> QWidget:
        from cnnstudio.gui.panels.filters.code_page import CodePage

        return CodePage(self._studio)
