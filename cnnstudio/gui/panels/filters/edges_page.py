"""Learned edges beside Sobel's: one photo, eight linked pictures, from any brightness step to the borders of things."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.filters import FilterSettings
from cnnstudio.gui.canvas.frame import image_from_rgb, whole
from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.get_model import GetModel
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.base import Result, Studio
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.filters import LearnedEdges
    from cnnstudio.imaging.picture import Picture

CAPABILITY = "filters/edges"
NETWORK = "vgg16-hed"
_KEY = "filters.edges"
_TITLES = (
    ("Photo", "what both see"), ("Sobel", "gradient magnitude"), ("Side 1", "after conv1_2"),
    ("Side 2", "after conv2_2"), ("Side 3", "after conv3_3"), ("Side 4", "after conv4_3"),
    ("Side 5", "after conv5_3"), ("Fusion", "weighted sum of the sides"),
)  # fmt: skip


class EdgesPage(QWidget):
    """The network where it is here, else the button that gets it.

    Signals: `hovered(words)` with the values of all maps under the pointer, `zoom_changed(percent, fitted)`,
    `drag_requested(QImage)` when a map is dragged out, `result_changed()` when there is something to save.
    """

    hovered = Signal(str)
    zoom_changed = Signal(float, bool)
    drag_requested = Signal(object)
    result_changed = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self._asked: Picture | None = None
        self._edges: LearnedEdges | None = None
        self.panes = [Pane(title.lower(), title, words) for title, words in _TITLES]
        self.canvas = CanvasView()
        self.canvas.set_panes(self.panes, primary="fusion")
        self.canvas.set_mode("side")
        self.canvas.hovered.connect(self._hovered)
        self.canvas.zoomChanged.connect(lambda percent: self.zoom_changed.emit(percent, self.canvas.fitting))
        self.canvas.dragRequested.connect(self._dragged)
        self.missing = GetModel(
            studio, NETWORK, title="Edges that a network learned",
            sentence="HED looks at five layers of VGG-16 and draws the borders that people would draw. "
                     "See them beside Sobel's, on the same photo.",
        )  # fmt: skip
        self.missing.ready.connect(self._ask)
        studio.models.changed.connect(self._network_changed)
        self._pages = Pages()
        self.facts = Label("", "hint", "text3")
        self.facts.setContentsMargins(16, 0, 16, 12)
        whole_page = Surface("canvas")
        rows = QVBoxLayout(whole_page)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.canvas, 1)
        rows.addWidget(self.facts)
        self._shown = whole_page
        self._pages.addWidget(whole_page)
        self._pages.addWidget(self.missing)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._pages)

    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Another photo; the kernel in the editor changes nothing here, but comes back with a saved map."""
        self._settings = settings
        if picture is not self._picture:
            self._picture, self._asked, self._edges = picture, None, None
            self._studio.engine.cancel(_KEY)
            for pane in self.panes:
                pane.clear()
        self._ask()

    def result(self) -> Result | None:
        """The fusion as a grey picture of the size that the network saw."""
        if self._picture is None or self._asked is None or not self._studio.models.installed(NETWORK):
            return None
        from cnnstudio import __version__
        from cnnstudio.imaging.recipes import Recipe
        from cnnstudio.settings import to_plain

        picture = self._picture
        recipe = Recipe(CAPABILITY, to_plain(self._settings), picture.name, picture.sha256, __version__)
        name = f"{picture.name.rsplit('.', 1)[0]} learned edges"
        return Result(name, _fusion, (picture, self._edges), recipe)

    def showEvent(self, event: QShowEvent) -> None:
        """A pass takes a second, so it waits until somebody looks."""
        super().showEvent(event)
        self._ask()

    def _ask(self) -> None:
        here = self._studio.models.installed(NETWORK)
        self._pages.setCurrentWidget(self._shown if here else self.missing)
        self.result_changed.emit()
        picture = self._picture
        if not here or picture is None or picture is self._asked or not self.isVisible():
            return
        self._asked = picture
        self._studio.engine.submit(
            _KEY, _edges, picture, lane="long", title=f"Learned edges of {picture.name}", needs_torch=True,
            preview=lambda made: self._show(made, picture), done=lambda made: self._show(made, picture),
            failed=self._failed,
        )  # fmt: skip

    def _failed(self, words: str) -> None:
        """Nothing stands in the panes that is no answer; a damaged network can be got again at once."""
        self._asked, self._edges = None, None
        for pane in self.panes:
            pane.clear()
        self._studio.models.explain(NETWORK, words, self._studio.messages.error)
        self.result_changed.emit()

    def _network_changed(self, name: str) -> None:
        shown = self._pages.currentWidget() is self._shown
        if name == NETWORK and shown != self._studio.models.installed(NETWORK):
            self._ask()

    def _show(self, edges: LearnedEdges, picture: Picture) -> None:
        if picture is not self._picture:
            return
        first = self._edges is None
        self._edges = edges
        height, width = edges.picture.shape[:2]
        for pane, shown in zip(self.panes, edges.shown(), strict=False):
            pane.set_raster(width, height)
            pane.set_frame(whole(image_from_rgb(shown, width, height, shown.shape[2])))
        self.facts.setText(_facts(edges))
        if first:
            self.canvas.fit()
            self.canvas.setFocus()

    def _hovered(self, _pane: str | None, x: int | None, y: int | None) -> None:
        inside = self._edges is not None and x is not None and y is not None
        self.hovered.emit(self._edges.words_at(x, y) if inside else "")  # type: ignore[union-attr,arg-type]

    def _dragged(self, pane_id: str) -> None:
        frame = next(each.frame for each in self.panes if each.id == pane_id)
        if frame is not None:
            self.drag_requested.emit(frame.image)


def _facts(edges: LearnedEdges) -> str:
    """Which network it was, its licence, what it saw, and how long its pass took."""
    from cnnstudio.gui.numbers_text import milliseconds, size
    from cnnstudio.models.catalogue import model_named

    model, (height, width) = model_named(NETWORK), edges.picture.shape[:2]
    words = f"{model.title}, {model.licence}. It sees {size(width, height)}."
    return f"{words} {milliseconds(edges.seconds * 1000)} on this computer." if edges.complete else words


# -- engine side -----------------------------------------------------------------------------------------------
def _edges(picture: Picture, job: Any) -> LearnedEdges:
    from cnnstudio.filters import learned_edges

    return learned_edges(picture.pixels, job)


def _fusion(picture: Picture, edges: LearnedEdges | None, job: Any) -> Any:
    from cnnstudio.filters import learned_edges

    made = edges if edges is not None and edges.complete else learned_edges(picture.pixels, job)
    return made.shown()[-1]
