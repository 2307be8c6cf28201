"""By the numbers, in the panel: where the small input comes from, and the numbers view under it.

The input is the examples of the course notes, random numbers, or the region of the photo around the last probe.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters_numbers.numbers_view import NumbersView
from cnnstudio.gui.panels.filters_numbers.problem import NumberProblem, Rows
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.segmented import SegmentedControl

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture

SOURCES = (("A", "A"), ("B", "B"), ("C", "C"), ("D", "D"), ("random", "Random"), ("photo", "Photo"))
LARGEST = 12
Grids = tuple[Rows, ...]


class NumbersPage(QWidget):
    """Source bar and numbers view.

    `change(settings, final)` is called when an example brings its own settings.
    """

    def __init__(self, studio: Studio, change: Callable[[FilterSettings, bool], None]) -> None:
        super().__init__()
        self._studio, self._change = studio, change
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self._source = ""
        self._grids: Grids = ()
        self._spot: tuple[int, int] | None = None
        self.view = NumbersView()
        self.view.inputEdited.connect(self._edited)
        self.sources = SegmentedControl(SOURCES, "A", name="Input")
        self.sources.valueChanged.connect(lambda name: self.choose(str(name)))
        self.rows = NumberField(6, minimum=1, maximum=LARGEST, whole=True, name="Input rows", width=44)
        self.columns = NumberField(6, minimum=1, maximum=LARGEST, whole=True, name="Input columns", width=44)
        for field in (self.rows, self.columns):
            field.valueChanged.connect(lambda _value, final: final and self._resize())
        self.note = Label("", "body", "caption", wrap=True)
        bar = QHBoxLayout()
        bar.setContentsMargins(48, 16, 48, 0)
        bar.setSpacing(8)
        bar.addWidget(Label("Example", "body", "caption"))
        bar.addWidget(self.sources)
        bar.addSpacing(12)
        bar.addWidget(Label("Size", "body", "caption"))
        bar.addWidget(self.rows)
        bar.addWidget(Label("×", "body", "caption"))
        bar.addWidget(self.columns)
        bar.addSpacing(12)
        bar.addWidget(self.note, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.view, 1)

    # -- state -------------------------------------------------------------------------------------------------
    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Other settings or another photo."""
        same = settings == self._settings and picture is self._picture and bool(self._grids)
        self._settings, self._picture = settings, picture
        if not self._grids:
            self._take_example("A", adopt=False)
        if not same:
            self._compute()

    def look_at(self, x: int, y: int) -> None:
        """The photo's pixel around which "Photo" cuts its region."""
        self._spot = (x, y)
        if self._source == "photo":
            self._take_region()

    def input_shape(self) -> tuple[int, tuple[int, int]]:
        """Channels, and rows and columns, of the small input."""
        return len(self._grids), (len(self._grids[0]), len(self._grids[0][0]))

    def state(self) -> dict[str, Any]:
        """What the session keeps: the input."""
        return {"source": self._source, "input": [[list(row) for row in grid] for grid in self._grids]}

    # -- input -------------------------------------------------------------------------------------------------
    def choose(self, source: str) -> None:
        """Take the input from somewhere else; an example of the notes brings its kernel and padding along."""
        if source == "random":
            self._source = source
            rows, columns = int(self.rows.value()), int(self.columns.value())
            rnd = random.Random()
            self._use((tuple(tuple(float(rnd.randint(0, 9)) for _ in range(columns)) for _ in range(rows)),))
        elif source == "photo":
            self._source = source
            self._take_region()
        else:
            self._take_example(source, adopt=True)

    def _take_example(self, name: str, *, adopt: bool) -> None:
        from cnnstudio.filters.examples import EXAMPLES

        example = next(e for e in EXAMPLES if e.name == name)
        self._source = name
        self.note.setText(example.note or example.title)
        self._grids = (example.inputs,)
        if adopt:
            self._change(example.settings, True)
        self._use((example.inputs,))

    def _take_region(self) -> None:
        if self._picture is None:
            self.note.setText("Open a picture to take a region of it.")
            return
        rows = min(int(self.rows.value()), self._picture.height)
        columns = min(int(self.columns.value()), self._picture.width)
        x, y = self._spot or (self._picture.width // 2, self._picture.height // 2)
        left = max(0, min(x - columns // 2, self._picture.width - columns))
        top = max(0, min(y - rows // 2, self._picture.height - rows))
        part = self._picture.pixels[top : top + rows, left : left + columns]
        self._use(tuple(
            tuple(tuple(float(v) for v in row) for row in part[..., c]) for c in range(part.shape[2])
        ))  # fmt: skip
        self.note.setText(f"{self._picture.name}, from x {left}, y {top}. Click the photo to choose another place.")

    def _resize(self) -> None:
        rows, columns = int(self.rows.value()), int(self.columns.value())
        if self._source == "photo":
            self._take_region()
            return
        self._source = self._source if self._source == "random" else ""
        self._use(tuple(
            tuple(
                tuple(grid[r][c] if r < len(grid) and c < len(grid[0]) else 0.0 for c in range(columns))
                for r in range(rows)
            )
            for grid in self._grids
        ))  # fmt: skip

    def _edited(self, grids: Grids) -> None:
        self._source = ""
        self.note.setText("Your own numbers.")
        self._use(grids)

    def _use(self, grids: Grids) -> None:
        self._grids = grids
        self.sources.set_value(self._source or None)
        self.rows.set_value(len(grids[0]))
        self.columns.set_value(len(grids[0][0]))
        self._compute()

    def _compute(self) -> None:
        self._studio.engine.submit(
            "filters.numbers", _make, self._settings, self._grids,
            done=self._show, failed=lambda text: self.note.setText(text),
        )  # fmt: skip

    def _show(self, problem: NumberProblem) -> None:
        self.view.set_problem(problem)


def _make(settings: FilterSettings, grids: Grids, job: Any) -> NumberProblem:
    from cnnstudio.gui.panels.filters_numbers.making import make_problem

    return make_problem(settings, grids)
