"""By the numbers: a convolution small enough to read, walked through cell by cell.

Signals: inputEdited(grids) with the new input per channel after typing, pasting or mirroring; the owner
computes a new problem and gives it to `set_problem`. pasteRefused(why) when the clipboard held no table.
stepChanged(position, count). playingChanged(bool).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cnnstudio.gui.panels.filters_numbers import look
from cnnstudio.gui.panels.filters_numbers.flip_animation import FlipAnimation
from cnnstudio.gui.panels.filters_numbers.number_grid import EDGE
from cnnstudio.gui.panels.filters_numbers.problem import NumberProblem, Rows, size_of
from cnnstudio.gui.panels.filters_numbers.stage import READABLE_KERNEL, Stage
from cnnstudio.gui.panels.filters_numbers.step_keys import STEP_KEYS, StepKeys, is_step_key, step_after
from cnnstudio.gui.panels.filters_numbers.steps import Scene, Step, scene, steps_of
from cnnstudio.gui.panels.filters_numbers.sum_card import SumCard
from cnnstudio.gui.panels.filters_numbers.transport import Transport
from cnnstudio.gui.theme import theme
from cnnstudio.gui.widgets.label import Label

COMPACT_BELOW, NO_CARD_BELOW = 600, 420
"""Heights of the view in pixels below which the card gets lower, and below which the grids need its room."""

SUM_TOO_LONG = f"The sum is too long to write out: {READABLE_KERNEL} × {READABLE_KERNEL} at most"


class NumbersView(QWidget):
    """Grids, the written-out sum and the transport; give it a `NumberProblem` and it does the rest."""

    inputEdited = Signal(object)
    pasteRefused = Signal(str)
    stepChanged = Signal(int, int)
    playingChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._problem: NumberProblem | None = None
        self._steps: tuple[Step, ...] = ()
        self._position = 0
        self._pointed: Step | None = None
        self._channel = 0
        self._weights = True
        self._sum_wanted = True
        self.failure = Label("", "title", "text1", wrap=True)
        self.stage = Stage()
        self.card = SumCard()
        self.transport = Transport()
        self._scroll = QScrollArea()
        self._flip = FlipAnimation(self.stage.kernel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("By the numbers")
        self._lay_out()
        self._connect()
        self._keys = StepKeys(self, self._step_by)

    def _lay_out(self) -> None:
        self._scroll.setWidget(self.stage)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for ground in (self._scroll.viewport(), self.stage):
            ground.setAutoFillBackground(False)
        self._scroll.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        self.failure.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.failure.setContentsMargins(24, 24, 24, 24)
        self.failure.hide()
        layout.addWidget(self.failure, 1)
        below = QVBoxLayout()
        # The grids keep room for their outlines; without it here their cells stand flush with the card.
        below.setContentsMargins(EDGE, 16, EDGE, 0)
        below.setSpacing(24)
        below.addWidget(self.card)
        below.addWidget(self.transport)
        layout.addLayout(below)

    def _connect(self) -> None:
        stage = self.stage
        stage.output.cellHovered.connect(lambda r, c: self._point(Step("sum", (r, c))))
        stage.pooled.cellHovered.connect(lambda r, c: self._point(Step("pool", (r, c))))
        stage.input.cellHovered.connect(self._hover_input)
        for grid in (stage.output, stage.pooled, stage.input):
            grid.cellLeft.connect(lambda: self._point(None))
        stage.output.cellClicked.connect(lambda r, c: self._go_to_cell(Step("sum", (r, c))))
        stage.pooled.cellClicked.connect(lambda r, c: self._go_to_cell(Step("pool", (r, c))))
        for grid in (stage.input, stage.kernel, stage.output, stage.pooled):
            grid.channelPicked.connect(self.set_channel)
        stage.input.cellEdited.connect(self._edit)
        stage.input.tablePasted.connect(lambda rows: self.inputEdited.emit((rows,) * len(self._inputs())))
        stage.input.pasteRefused.connect(self.pasteRefused)
        stage.mirrorRequested.connect(self.mirror_input)
        self.transport.stepRequested.connect(self.set_step)
        self.transport.playingChanged.connect(self.playingChanged)
        theme().changed.connect(self.update)

    # --- what is shown ---

    def problem(self) -> NumberProblem | None:
        """The problem on show."""
        return self._problem

    def set_problem(self, problem: NumberProblem) -> None:
        """Show a problem. The step stays when their number does; a flip turns the kernel."""
        before, self._problem = self._problem, problem
        kept = len(self._steps)
        self._steps = steps_of(problem)
        self._channel = min(self._channel, len(problem.inputs) - 1)
        if len(self._steps) != kept:
            self.transport.pause()
            self._position = len(self._steps)
        self._pointed = None
        self._show_parts()
        self.transport.set_count(len(self._steps), self._position)
        self.card.set_lines(0 if _sum_too_long(problem) else _most_rows(problem))
        self._flip.stop()
        if before is not None and before.flipped != problem.flipped and before.kernels and problem.kernels:
            self._flip.start(lambda: self._fill(problem))
        else:
            self._fill(problem)

    def show_failure(self, sentence: str) -> None:
        """Nothing can be computed: the sentence that says why stands in place of the grids."""
        self.pause()
        self._flip.stop()
        self.stage.input.close_editor(take=False)
        self._problem, self._steps, self._position, self._pointed = None, (), 0, None
        self.failure.setText(sentence)
        self._show_parts()

    def _show_parts(self) -> None:
        """Grids, card and transport while there is a problem; the card goes first when the room is low."""
        there = self._problem is not None
        self.failure.setVisible(not there)
        self._scroll.setVisible(there)
        self.transport.setVisible(there)
        self.card.set_compact(self.height() < COMPACT_BELOW)
        self.card.setVisible(there and self._sum_wanted and self.height() >= NO_CARD_BELOW)

    def _fill(self, problem: NumberProblem) -> None:
        self.stage.set_problem(problem)
        self.set_channel(self._channel)

    def step(self) -> int:
        """How many steps were taken, 1 to `step_count()`."""
        return self._position

    def step_count(self) -> int:
        """How many steps the problem has."""
        return len(self._steps)

    def set_step(self, position: int) -> None:
        """Go to a step; cells after it are not reached yet."""
        position = min(max(position, 1), max(len(self._steps), 1))
        self._pointed = None
        if position != self._position:
            self._position = position
            self.transport.set_position(position)
            self.stepChanged.emit(position, len(self._steps))
        self._refresh()

    def playing(self) -> bool:
        """Whether the window is moving by itself."""
        return self.transport.playing

    def play(self) -> None:
        """Move the window by itself, from the start when it stands at the end."""
        self.transport.start()

    def pause(self) -> None:
        """Stop where it is."""
        self.transport.pause()

    def set_channel(self, channel: int) -> None:
        """Bring one of several channels to the front."""
        self._channel = channel
        for grid in (self.stage.input, self.stage.kernel, self.stage.output, self.stage.pooled):
            grid.set_front(min(channel, max(len(grid.grids) - 1, 0)))
        self.stage.update()
        self._refresh()

    def set_coloured(self, on: bool) -> None:
        """Colour kernel and output cells by sign."""
        for grid in (self.stage.kernel, self.stage.output, self.stage.pooled):
            grid.set_coloured(on)

    def set_weights_shown(self, on: bool) -> None:
        """Write the weights into the corners of the covered cells."""
        self._weights = on
        self._refresh()

    def set_sum_shown(self, on: bool) -> None:
        """Show or hide the card."""
        self._sum_wanted = on
        self._show_parts()

    def mirror_input(self) -> None:
        """Turn the input left to right, which shows a kernel's polarity."""
        if self._problem is not None:
            self.inputEdited.emit(
                tuple(tuple(tuple(reversed(row)) for row in grid) for grid in self._inputs())
            )

    def current_scene(self) -> Scene:
        """What is lit and written now."""
        assert self._problem is not None
        return scene(
            self._problem, self._position, pointed=self._pointed, channel=self._channel, weights=self._weights
        )

    # --- inside ---

    def _inputs(self) -> tuple[Rows, ...]:
        return self._problem.inputs if self._problem else ()

    def _refresh(self) -> None:
        if self._problem is None or not self._steps:
            return
        now = self.current_scene()
        self.stage.input.set_marks(now.input)
        self.stage.kernel.set_marks(now.kernel)
        self.stage.output.set_marks(now.output)
        self.stage.pooled.set_marks(now.pooled)
        if _sum_too_long(self._problem):
            self.card.show_text(None, self.stage.too_small() or SUM_TOO_LONG)
        else:
            self.card.show_text(now.text)

    def _point(self, step: Step | None) -> None:
        if step is not None and self.playing():
            return
        if step != self._pointed:
            self._pointed = step
            self._refresh()

    def _hover_input(self, row: int, column: int) -> None:
        problem = self._problem
        self._point(Step("lay", (row, column)) if problem is not None and problem.transposed else None)

    def _go_to_cell(self, step: Step) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pause()
        if step in self._steps:
            self.set_step(self._steps.index(step) + 1)

    def _edit(self, channel: int, row: int, column: int, value: float) -> None:
        grids = [[list(line) for line in grid] for grid in self._inputs()]
        grids[channel][row][column] = value
        self.inputEdited.emit(tuple(tuple(tuple(line) for line in grid) for grid in grids))

    # --- keyboard ---

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the stage its room."""
        if watched is self._scroll.viewport() and event.type() == QEvent.Type.Resize:
            self.stage.arrange(self._scroll.viewport().size())
            if self._problem is not None and _sum_too_long(self._problem):
                self._refresh()
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        """Step keys come here and not to window-wide shortcuts."""
        if is_step_key(event) and event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space plays and pauses, arrows step, Home and End jump, 1 to 3 bring a channel to the front."""
        channel = event.key() - Qt.Key.Key_1.value
        if 0 <= channel < len(self._inputs()) and len(self._inputs()) > 1:
            self.set_channel(channel)
        elif is_step_key(event) and self._steps:
            self._step_by(STEP_KEYS[event.key()])
        else:
            super().keyPressEvent(event)

    def _step_by(self, what: str) -> None:
        if what == "play":
            self.transport.toggle()
        elif self._steps:
            self.pause()
            width = self._columns() if what in ("up", "down") else 0
            self.set_step(step_after(what, self._position, len(self._steps), width))

    def _columns(self) -> int:
        problem, step = self._problem, self._steps[self._position - 1]
        assert problem is not None
        grids = {"sum": problem.outputs, "lay": problem.inputs, "pool": problem.pooled}[step.kind]
        return size_of(grids)[1]

    # --- ground ---

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Narrow views get narrow margins; the content never grows wider than is pleasant to read."""
        side = side_margin(self.width())
        layout = self.layout()
        assert layout is not None
        layout.setContentsMargins(side - EDGE, 12, side - EDGE, 24)
        self._show_parts()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        """The size of the drawing board in the reference window."""
        return QSize(1036, 720)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The canvas behind."""
        QPainter(self).fillRect(event.rect(), look.colour("canvas"))


def side_margin(width: int) -> int:
    """Free pixels on the left and right of a view of this width."""
    return 24 if width < 900 else max(48, (width - 1600) // 2)


def _sum_too_long(problem: NumberProblem) -> bool:
    return max(problem.kernel_size) > READABLE_KERNEL


def _most_rows(problem: NumberProblem) -> int:
    """The tallest sum that any step writes out."""
    rows = 0 if problem.pooling_only else problem.kernel_size[0]
    return max(rows, problem.pool_size if problem.pooled else 0)
