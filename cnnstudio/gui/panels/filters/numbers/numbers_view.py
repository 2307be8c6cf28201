"""By the numbers: a convolution small enough to read, walked through cell by cell.

Signals: inputEdited(grids) with the new input per channel after typing, pasting or mirroring; the owner
computes a new problem and gives it to `set_problem`. pasteRefused(why) when the clipboard held no table.
stepChanged(position, count). playingChanged(bool).
"""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.gui.panels.filters.numbers import look
from cnnstudio.gui.panels.filters.numbers.editing import Grids, mirrored, with_cell
from cnnstudio.gui.panels.filters.numbers.flip_animation import FlipAnimation
from cnnstudio.gui.panels.filters.numbers.number_grid import EDGE
from cnnstudio.gui.panels.filters.numbers.problem import NumberProblem
from cnnstudio.gui.panels.filters.numbers.stage import READABLE_KERNEL
from cnnstudio.gui.panels.filters.numbers.stage_area import StageArea
from cnnstudio.gui.panels.filters.numbers.step_keys import STEP_KEYS, StepKeys, is_step_key, step_after
from cnnstudio.gui.panels.filters.numbers.steps import Scene, Step
from cnnstudio.gui.panels.filters.numbers.sum_card import SumCard
from cnnstudio.gui.panels.filters.numbers.sum_text import most_rows
from cnnstudio.gui.panels.filters.numbers.transport import Transport
from cnnstudio.gui.panels.filters.numbers.walk import Walk, walk_through
from cnnstudio.gui.theme import theme

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
        self._walk: Walk | None = None
        self._channel = 0
        self._weights = True
        self._sum_wanted = True
        self._area = StageArea()
        self.stage, self.failure = self._area.stage, self._area.failure
        self.card = SumCard()
        self.transport = Transport()
        self._flip = FlipAnimation(self.stage.kernel)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("By the numbers")
        self._lay_out()
        self._connect()
        self._keys = StepKeys(self, self._step_by)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(0)
        layout.addWidget(self._area, 1)
        below = QVBoxLayout()
        # The grids keep room for their outlines; without it here their cells stand flush with the card.
        below.setContentsMargins(EDGE, 16, EDGE, 0)
        below.setSpacing(24)
        below.addWidget(self.card)
        below.addWidget(self.transport)
        layout.addLayout(below)

    def _connect(self) -> None:
        stage = self.stage
        self._area.arranged.connect(self._room_changed)
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
        return self._walk.problem if self._walk is not None else None

    def set_problem(self, problem: NumberProblem) -> None:
        """Show a problem. The step stays when their number does; a flip turns the kernel."""
        before = self._walk
        now = self._walk = walk_through(problem, before, self._channel, self._weights)
        self._channel = now.channel
        if before is None or now.count != before.count:
            self.transport.pause()
        self._show_parts()
        self.transport.set_count(now.count, now.position)
        self.card.set_lines(0 if _sum_too_long(problem) else most_rows(problem))
        self._flip.stop()
        if before is not None and _turns(before.problem, problem):
            self._flip.start(lambda: self._fill(problem))
        else:
            self._fill(problem)

    def show_failure(self, sentence: str) -> None:
        """Nothing can be computed: the sentence that says why stands in place of the grids."""
        self.pause()
        self._flip.stop()
        self.stage.input.close_editor(take=False)
        self._walk = None
        self.failure.set_text(sentence)
        self._show_parts()

    def _show_parts(self) -> None:
        """Grids, card and transport while there is a problem; the card goes first when the room is low."""
        there = self._walk is not None
        self._area.show_grids(there)
        self.transport.setVisible(there)
        self.card.set_compact(self.height() < COMPACT_BELOW)
        self.card.setVisible(there and self._sum_wanted and self.height() >= NO_CARD_BELOW)

    def _fill(self, problem: NumberProblem) -> None:
        self.stage.set_problem(problem)
        self.set_channel(self._channel)

    def step(self) -> int:
        """How many steps were taken, 1 to `step_count()`; 0 without a problem."""
        return self._walk.position if self._walk is not None else 0

    def step_count(self) -> int:
        """How many steps the problem has."""
        return self._walk.count if self._walk is not None else 0

    def set_step(self, position: int) -> None:
        """Go to a step; cells after it are not reached yet."""
        before = self._walk
        if before is None:
            return
        now = self._walk = before.moved_to(position)
        if now.position != before.position:
            self.transport.set_position(now.position)
            self.stepChanged.emit(now.position, now.count)
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
        if self._walk is not None:
            self._walk = replace(self._walk, channel=channel)
        self.stage.set_front(channel)
        self._refresh()

    def set_coloured(self, on: bool) -> None:
        """Colour kernel and output cells by sign."""
        self.stage.set_coloured(on)

    def set_weights_shown(self, on: bool) -> None:
        """Write the weights into the corners of the covered cells."""
        self._weights = on
        if self._walk is not None:
            self._walk = replace(self._walk, weights=on)
        self._refresh()

    def set_sum_shown(self, on: bool) -> None:
        """Show or hide the card."""
        self._sum_wanted = on
        self._show_parts()

    def mirror_input(self) -> None:
        """Turn the input left to right, which shows a kernel's polarity."""
        if self._walk is not None:
            self.inputEdited.emit(mirrored(self._inputs()))

    def current_scene(self) -> Scene:
        """What is lit and written now."""
        assert self._walk is not None
        return self._walk.scene()

    # --- inside ---

    def _inputs(self) -> Grids:
        return self._walk.problem.inputs if self._walk is not None else ()

    def _refresh(self) -> None:
        if self._walk is None or not self._walk.steps:
            return
        now = self._walk.scene()
        self.stage.show_scene(now)
        if _sum_too_long(self._walk.problem):
            self.card.show_text(None, self.stage.too_small() or SUM_TOO_LONG)
        else:
            self.card.show_text(now.text)

    def _room_changed(self) -> None:
        if self._walk is not None and _sum_too_long(self._walk.problem):
            self._refresh()  # what is said instead of the sum depends on the room

    def _point(self, step: Step | None) -> None:
        walk = self._walk
        if walk is not None and step != walk.pointed and not (step is not None and self.playing()):
            self._walk = replace(walk, pointed=step)
            self._refresh()

    def _hover_input(self, row: int, column: int) -> None:
        walk = self._walk
        self._point(Step("lay", (row, column)) if walk is not None and walk.problem.transposed else None)

    def _go_to_cell(self, step: Step) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.pause()
        if self._walk is not None and step in self._walk.steps:
            self.set_step(self._walk.steps.index(step) + 1)

    def _edit(self, channel: int, row: int, column: int, value: float) -> None:
        self.inputEdited.emit(with_cell(self._inputs(), channel, row, column, value))

    # --- keyboard ---

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
        elif is_step_key(event) and self.step_count():
            self._step_by(STEP_KEYS[event.key()])
        else:
            super().keyPressEvent(event)

    def _step_by(self, what: str) -> None:
        if what == "play":
            self.transport.toggle()
        elif self._walk is not None and self._walk.steps:
            self.pause()
            width = self._walk.columns() if what in ("up", "down") else 0
            self.set_step(step_after(what, self._walk.position, self._walk.count, width))

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


def _turns(before: NumberProblem, now: NumberProblem) -> bool:
    """Whether the change from one problem to the other is the kernel's half turn."""
    return before.flipped != now.flipped and bool(before.kernels and now.kernels)


def _sum_too_long(problem: NumberProblem) -> bool:
    return max(problem.kernel_size) > READABLE_KERNEL
