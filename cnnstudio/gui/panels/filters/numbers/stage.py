"""Where the grids stand: input, kernel and output on one axis, with operators between and captions above.

Signals: mirrorRequested().
"""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.panels.filters.numbers import look, wording
from cnnstudio.gui.panels.filters.numbers.input_grid import InputGrid
from cnnstudio.gui.panels.filters.numbers.number_grid import EDGE, NumberGrid
from cnnstudio.gui.panels.filters.numbers.problem import NumberProblem, size_of
from cnnstudio.gui.panels.filters.numbers.steps import Scene
from cnnstudio.gui.panels.filters.numbers.sum_text import CHANNELS
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.button import Button

CAPTION = 28
SMALLEST, LARGEST = 16, 54
GAP_LEAST, GAP_MOST = 44, 112
READABLE_KERNEL = 7
"""Rows and columns of the largest kernel whose cells are kept readable at any size of the window."""

TOO_SMALL = f"Kernel too large to read: {READABLE_KERNEL} × {READABLE_KERNEL} at most"
COLOUR_ONLY = 4  # the smallest cell without a figure


class Stage(QWidget):
    """Lays out the grids with cells as large as the room allows, 54 px at most; below 16 px it scrolls."""

    mirrorRequested = Signal()

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.input = InputGrid("Input", parent=self)
        self.kernel = NumberGrid("Kernel", parent=self)
        self.output = NumberGrid("Output", parent=self)
        self.pooled = NumberGrid("Pooled", parent=self)
        self.output.exact = self.pooled.exact = True
        self.mirror = Button(
            "", "ghost", icon="arrows-left-right", name="Mirror input", height=24, parent=self
        )
        tool_tip.install(
            self.mirror,
            "Mirror input",
            "Turns it left to right: an edge the other way round changes the sign.",
        )
        self.mirror.clicked.connect(self.mirrorRequested)
        self._problem: NumberProblem | None = None
        self._room = QSize(0, 0)

    def grids(self) -> list[NumberGrid]:
        """The grids that this problem has, from left to right."""
        problem = self._problem
        if problem is None:
            return []
        if problem.pooling_only:
            return [self.input, self.pooled]
        return [self.input, self.kernel, self.output] + ([self.pooled] if problem.pooled else [])

    def set_problem(self, problem: NumberProblem) -> None:
        """Fill the grids and lay them out anew."""
        self._problem = problem
        margin = (0, 0, 0, 0) if problem.transposed or problem.pooling_only else problem.padding
        self.input.set_grids(problem.inputs if not any(margin) else problem.source, margin, problem.dropped())
        self.kernel.set_grids(problem.kernels)
        self.output.set_grids(problem.outputs, dropped=problem.pool_dropped())
        self.pooled.set_grids(problem.pooled)
        for grid in (self.input, self.kernel, self.output, self.pooled):
            grid.setVisible(grid in self.grids())
        self.arrange(self._room)

    def show_scene(self, now: Scene) -> None:
        """Light in every grid what the walk has reached."""
        for grid, marks in (
            (self.input, now.input), (self.kernel, now.kernel), (self.output, now.output), (self.pooled, now.pooled),
        ):  # fmt: skip
            grid.set_marks(marks)

    def set_front(self, channel: int) -> None:
        """Bring one of several channels to the front, in every grid that has it."""
        for grid in (self.input, self.kernel, self.output, self.pooled):
            grid.set_front(min(channel, max(len(grid.grids) - 1, 0)))
        self.update()

    def set_coloured(self, on: bool) -> None:
        """Colour kernel and output cells by sign."""
        for grid in (self.kernel, self.output, self.pooled):
            grid.set_coloured(on)

    def arrange(self, room: QSize) -> None:
        """Choose the cell size for `room` and place everything; the stage may become larger than the room."""
        self._room = room
        if self._problem is None or room.isEmpty():
            return
        cell = LARGEST
        smallest = SMALLEST if max(self._problem.kernel_size) <= READABLE_KERNEL else COLOUR_ONLY
        while cell > smallest and not self._fits(cell, room):
            cell -= 2
        for grid in self.grids():
            grid.set_cell_size(cell)
        need = self._need(cell)
        self.setFixedSize(max(need.width(), room.width()), max(need.height(), room.height()))
        self._place()
        self.update()

    def too_small(self) -> str:
        """What to say when the cells became too small for figures; "" while they are readable."""
        return TOO_SMALL if any(grid.cell < SMALLEST for grid in self.grids()) else ""

    def _need(self, cell: int) -> QSize:
        sizes = [grid.extent(cell) for grid in self.grids()]
        width = sum(s.width() for s in sizes) + GAP_LEAST * (len(sizes) - 1)
        return QSize(width, max(s.height() for s in sizes) + CAPTION - EDGE)

    def _fits(self, cell: int, room: QSize) -> bool:
        need = self._need(cell)
        return need.width() <= room.width() and need.height() <= room.height()

    def _place(self) -> None:
        grids = self.grids()
        total = sum(g.width() - 2 * EDGE for g in grids)
        gap = max(GAP_LEAST, min(GAP_MOST, (self.width() - total - 2 * EDGE) / max(len(grids) - 1, 1)))
        x = (self.width() - total - gap * (len(grids) - 1)) / 2
        axis = min(
            self.height() / 2 + CAPTION / 2, self.height() - EDGE - max(_front_height(g) for g in grids) / 2
        )
        for grid in grids:
            # The front sheets share the axis: what sticks out behind them does not push them off it.
            front = _front_height(grid)
            y = max(axis - front / 2, CAPTION + grid.overhang) - EDGE - grid.overhang
            grid.move(round(x) - EDGE, max(round(y), 0))
            x += grid.width() - 2 * EDGE + gap
        place = self._front(self.input)
        self.mirror.setVisible(place.width() >= 150)
        side = self.mirror.sizeHint().height()
        # Small cells make a grid narrower than its caption; the button then stands behind the words.
        x = max(place.right() - side + 4, place.left() + self._caption_width() + 4)
        self.mirror.setGeometry(x, self._caption_top(self.input) - (side - 20) // 2, side, side)

    def _caption_width(self) -> int:
        """How far the input's caption reaches."""
        assert self._problem is not None
        _, name, size = self._captions(self._problem)[0]
        words = QFontMetricsF(look.font(12, 600)).horizontalAdvance(name)
        return round(words + 8 + QFontMetricsF(look.font(12)).horizontalAdvance(size))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the grids centred."""
        if self._problem is not None:
            self._place()

    def _front(self, grid: NumberGrid) -> QRect:
        return grid.sheet_rect().translated(grid.pos())

    def _caption_top(self, grid: NumberGrid) -> int:
        return self._front(grid).top() - grid.overhang - CAPTION

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Captions and operators; the grids paint themselves."""
        if self._problem is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for grid, name, size in self._captions(self._problem):
            self._paint_caption(painter, grid, name, size)
        grids = self.grids()
        for left, right in pairwise(grids):
            self._paint_operator(painter, left, right)

    def _captions(self, problem: NumberProblem) -> list[tuple[NumberGrid, str, str]]:
        channels = len(problem.inputs)
        pool = wording.size(problem.pool_size, problem.pool_size)
        maps, pooled = len(problem.outputs), len(problem.pooled)
        kernel = wording.size(*problem.kernel_size, channels if problem.summed else 1)
        names = {
            self.input: (
                "Input",
                wording.size(*size_of(problem.inputs), channels) + _about_input(problem, self.input),
            ),
            self.kernel: ("Kernel", kernel + (", flipped" if problem.flipped else "")),
            self.output: (
                "Map" if problem.pooled else "Output",
                wording.size(*size_of(problem.outputs), maps),
            ),
            self.pooled: (
                f"{problem.pool.capitalize()} {pool}",
                wording.size(*size_of(problem.pooled), pooled),
            ),
        }
        return [(grid, *names[grid]) for grid in self.grids()]

    def _paint_caption(self, painter: QPainter, grid: NumberGrid, name: str, size: str) -> None:
        left, top = self._front(grid).left(), self._caption_top(grid)
        painter.setFont(look.font(12, 600))
        painter.setPen(look.colour("text1"))
        width = QFontMetricsF(look.font(12, 600)).horizontalAdvance(name)
        painter.drawText(QPointF(left, top + 14), name)
        painter.setFont(look.font(12))
        painter.setPen(look.colour("caption"))
        painter.drawText(QPointF(left + width + 8, top + 14), size)

    def _paint_operator(self, painter: QPainter, left: NumberGrid, right: NumberGrid) -> None:
        before, after = self._front(left), self._front(right)
        middle = QPointF((before.right() + left.overhang + after.left()) / 2 + 1, after.center().y())
        painter.setPen(QPen(look.colour("caption"), 1.6, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        if right is self.kernel:
            _star(painter, middle)
        elif right is self.output:
            for dy in (-3.0, 3.0):
                painter.drawLine(middle + QPointF(-6, dy), middle + QPointF(6, dy))
        else:
            painter.drawLine(middle + QPointF(-10, 0), middle + QPointF(10, 0))
            painter.drawLine(middle + QPointF(5, -5), middle + QPointF(10, 0))
            painter.drawLine(middle + QPointF(5, 5), middle + QPointF(10, 0))


def _about_input(problem: NumberProblem, grid: NumberGrid) -> str:
    said = f", {CHANNELS[grid.front].lower()} in front" if len(problem.inputs) == 3 else ""
    if any(grid.margin):
        said += f", padded to {wording.size(*grid.rows_columns)}"
    lost = [
        f"{n} {word}{'s' * (n > 1)}" for n, word in zip(grid.dropped, ("row", "column"), strict=True) if n
    ]
    return said + (f", {' and '.join(lost)} dropped" if lost else "")


def _front_height(grid: NumberGrid) -> int:
    return grid.height() - 2 * EDGE - grid.overhang


def _star(painter: QPainter, middle: QPointF) -> None:
    for x, y in ((0.0, 7.0), (6.06, 3.5), (6.06, -3.5)):
        painter.drawLine(middle - QPointF(x, y), middle + QPointF(x, y))
