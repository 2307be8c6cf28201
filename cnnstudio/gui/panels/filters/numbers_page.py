"""By the numbers, in the panel: where the small input comes from, and the numbers view under it.

The input is the examples of the course notes, random numbers, or the region of the photo around the last probe.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.filters import EXAMPLES, FilterSettings
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters.numbers.editing import Grids, resized
from cnnstudio.gui.panels.filters.numbers.inputs import (
    FIRST,
    OWN,
    SOURCES,
    example_of,
    random_digit,
    random_input,
    region_of,
    remark,
)
from cnnstudio.gui.panels.filters.numbers.numbers_view import NumbersView, side_margin
from cnnstudio.gui.panels.filters.numbers.problem import LARGEST, NumberProblem
from cnnstudio.gui.panels.filters.numbers.show_switches import ShowSwitches
from cnnstudio.gui.panels.filters.numbers.source_field import SourceField
from cnnstudio.gui.panels.filters.numbers.stored_input import from_stored, to_stored
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.tool_tip import say

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture


class NumbersPage(QWidget):
    """Source bar and numbers view.

    `change(settings, final)` is called when an example brings its own settings.
    """

    def __init__(self, studio: Studio, change: Callable[[FilterSettings, bool], None]) -> None:
        super().__init__()
        self._studio, self._change = studio, change
        self._settings = FilterSettings()
        self._index = 0
        self._picture: Picture | None = None
        self._source = OWN
        self._grids: Grids = ()
        self._spot: tuple[int, int] | None = None
        self._begins = False
        self.view = NumbersView()
        self.view.inputEdited.connect(self._edited)
        self.view.pasteRefused.connect(self._say)
        self.sources = SourceField(SOURCES, OWN, name="Input")
        self.sources.chosen.connect(lambda name: self.choose(str(name)))
        self.rows = NumberField(6, minimum=1, maximum=LARGEST, whole=True, name="Input rows", width=44)
        self.columns = NumberField(6, minimum=1, maximum=LARGEST, whole=True, name="Input columns", width=44)
        for field in (self.rows, self.columns):
            field.valueChanged.connect(lambda _value, final: final and self._resize())
            field.errorChanged.connect(partial(say, field))
        self.note = Label("", "body", "caption", wrap=True)
        self.switches = ShowSwitches(self.view)
        self._lay_out()

    def _lay_out(self) -> None:
        self.sources.setFixedWidth(232)
        bar = QHBoxLayout()
        bar.setSpacing(8)
        bar.addWidget(self.sources)
        bar.addSpacing(8)
        bar.addWidget(Label("Size", "body", "caption"))
        bar.addWidget(self.rows)
        bar.addWidget(Label("×", "body", "caption"))
        bar.addWidget(self.columns)
        bar.addStretch(1)
        bar.addWidget(self.switches)
        self._top = QVBoxLayout()
        self._top.setSpacing(8)
        self._top.addLayout(bar)
        self._top.addWidget(self.note)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._top)
        column.addWidget(self.view, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The bar stands flush with the view's content."""
        super().resizeEvent(event)
        side = side_margin(self.width())
        self._top.setContentsMargins(side, 16, side, 0)

    # -- state -------------------------------------------------------------------------------------------------
    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Other settings or another photo. At first a part of the photo stands there, with nothing computed yet but
        the first step; without a photo the grid of example A. Both with the kernel that is set.
        """
        same = settings == self._settings and bool(self._grids)
        other_photo = picture is not self._picture
        if other_photo and self._picture is not None:
            self._spot = None  # the place belonged to the photo before
        self._settings, self._picture = settings, picture
        if not self._grids and picture is not None:
            self._begins = True
            self.choose("photo")
        elif not self._grids:
            self._use((FIRST.inputs,))
        elif other_photo and picture is not None and self._source == "photo":
            self._take_region()
        elif not same:
            self._use(self._grids)

    def set_filter_index(self, index: int) -> None:
        """Show another of several filters."""
        if index != self._index:
            self._index = index
            if self._grids:
                self._compute()

    def look_at(self, x: int, y: int) -> None:
        """The photo's pixel around which the region of the photo is cut."""
        self._spot = (x, y)
        if self._source == "photo":
            self._take_region()

    def show_photo_at(self, x: int, y: int) -> None:
        """The region of the photo around this pixel, large enough for the kernel where that is possible."""
        from cnnstudio.filters import kernel_size

        self._spot = (x, y)
        for field, side in zip((self.rows, self.columns), kernel_size(self._settings), strict=True):
            field.set_value(min(LARGEST, max(int(field.value()), side)))
        self.choose("photo")

    def input_shape(self) -> tuple[int, tuple[int, int]]:
        """Channels, and rows and columns, of the small input."""
        if not self._grids:
            return 1, (len(FIRST.inputs), len(FIRST.inputs[0]))
        return len(self._grids), (len(self._grids[0]), len(self._grids[0][0]))

    def source(self) -> str:
        """What the input is: an example's name while its settings hold, "random", "photo", or "" for own numbers."""
        return self._source

    def state(self) -> dict[str, Any]:
        """What the session keeps: the input, the place in the photo, and what is shown beside the numbers."""
        return {
            "source": self._source, "input": to_stored(self._grids), "spot": list(self._spot or ()),
            "show": self.switches.state(),
        }  # fmt: skip

    def restore(self, state: dict[str, Any]) -> None:
        """Take over `state()` of an earlier session; what is damaged in it is left out."""
        self.switches.restore(state.get("show"))
        spot = state.get("spot")
        if isinstance(spot, list) and len(spot) == 2 and all(type(v) is int and 0 <= v < 2**31 for v in spot):
            self._spot = (spot[0], spot[1])
        grids = from_stored(state.get("input"))
        if grids is not None:
            source = state.get("source")
            self._source = source if source in ("random", "photo") else OWN
            self._use(grids)

    # -- input -------------------------------------------------------------------------------------------------
    def choose(self, source: str) -> None:
        """Take the input from somewhere else; an example of the notes brings its kernel and padding along.

        `source`: an example's name, "random", "photo", or "" to keep the numbers that are there.
        """
        if source == OWN:
            self._source = OWN
            self._use(self._grids or (FIRST.inputs,))
        elif source == "random":
            self._source = source
            rows, columns = int(self.rows.value()), int(self.columns.value())
            self._use(random_input(rows, columns))
        elif source == "photo":
            self._source = source
            self._take_region()
        else:
            example = next(e for e in EXAMPLES if e.name == source)
            self._source = OWN
            self._grids = (example.inputs,)
            self._change(example.settings, True)
            self._use((example.inputs,))

    def _take_region(self) -> None:
        if self._picture is None:
            self.sources.set_value(self._source)
            self._say("Open a picture to take a region of it.")
            return
        rows, columns = int(self.rows.value()), int(self.columns.value())
        grids, left, top = region_of(self._picture, self._spot, rows, columns)
        self._use(grids)
        self._say(
            f"{self._picture.name}, from x {left}, y {top}. Another place: click the photo in Side by side or Result."
        )

    def _resize(self) -> None:
        rows, columns = int(self.rows.value()), int(self.columns.value())
        if self._source == "photo":
            self._take_region()
            return
        new = random_digit if self._source == "random" else float
        self._use(resized(self._grids, rows, columns, new))

    def _edited(self, grids: Grids) -> None:
        self._source = OWN
        self._use(grids)

    def _use(self, grids: Grids) -> None:
        """Show these numbers; they are an example's as long as grid and settings both are."""
        self._grids = grids
        example = None
        if self._source not in ("random", "photo"):
            example = example_of(grids, self._settings)
            self._source = example.name if example is not None else OWN
        self.sources.set_value(self._source)
        self.rows.set_value(len(grids[0]))
        self.columns.set_value(len(grids[0][0]))
        if self._source != "photo":
            self._say(remark(self._source, grids, example))
        self._compute()

    def _say(self, words: str) -> None:
        self.note.setText(words)

    def _compute(self) -> None:
        index = min(self._index, len(self._settings.filters) - 1)
        self._studio.engine.submit(
            "filters.numbers", _make, self._settings, self._grids, index, done=self._show, failed=self.view.show_failure
        )

    def _show(self, problem: NumberProblem) -> None:
        self.view.set_problem(problem)
        if self._begins:
            self._begins = False
            self.view.set_step(1)


def _make(settings: FilterSettings, grids: Grids, index: int, job: Any) -> NumberProblem:
    from cnnstudio.gui.panels.filters.numbers.making import make_problem

    return make_problem(settings, grids, filter_index=index)
