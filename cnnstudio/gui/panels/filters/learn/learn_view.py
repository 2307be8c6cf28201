"""Learn the kernel: choose what the output shall be, start, and watch the weights find it.

Signals
-------
startRequested(LearnChoice) : begin with these choices; the owner adds picture and target.
pauseRequested(bool), cancelRequested(), resetRequested() : while it runs; an owner that cannot wait in a pause
ends the run there and goes on from the last weights.
useKernelRequested(weights) : the learned kernel shall become the filter's own.
targetKindChanged(str) : "preset", "picture" or "painted", so that the owner can show its paint canvas.
targetPictureRequested(), paintClearRequested(), brushChanged(float) : what the target still needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from cnnstudio.filters import LearnSettings, Matrix
from cnnstudio.gui.panels.filters.learn.card import Card
from cnnstudio.gui.panels.filters.learn.comparison import CLOSE, error_text, largest_error, rows_of
from cnnstudio.gui.panels.filters.learn.kernel_card import KernelCard
from cnnstudio.gui.panels.filters.learn.loss_curve import LossCurve
from cnnstudio.gui.panels.filters.learn.options_bar import OptionsBar
from cnnstudio.gui.panels.filters.learn.run_controls import DONE, IDLE, PAUSED, RUNNING, RunControls
from cnnstudio.gui.panels.filters.learn.target_bar import TargetBar
from cnnstudio.gui.theme import tokens

_UNKNOWN = {
    "preset": "Hidden: the learner sees only its output.",
    "picture": "Unknown: only its picture is given.",
    "painted": "Unknown: only the painted edges are given.",
}


@dataclass(frozen=True)
class LearnChoice:
    """What the person chose: `kind` of target ("preset", "picture", "painted"), and the learner's settings."""

    kind: str
    settings: LearnSettings


class LearnView(QWidget):
    """Target on top, loss curve and kernels in the middle, the run's controls below."""

    startRequested = Signal(object)
    pauseRequested = Signal(bool)
    cancelRequested = Signal()
    resetRequested = Signal()
    useKernelRequested = Signal(object)
    targetKindChanged = Signal(str)
    targetPictureRequested = Signal()
    paintClearRequested = Signal()
    brushChanged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state, self._steps, self._step = IDLE, 0, 0
        self._target: Matrix | None = None
        self.setAccessibleName("Learn the kernel")
        self.target = TargetBar()
        self.options = OptionsBar()
        self.curve = LossCurve()
        self.learned = KernelCard("Learned", "Starts at random, close to 0.")
        self.hidden = KernelCard("Target", _UNKNOWN["preset"])
        self.controls = RunControls()
        self._lay_out()
        self._connect()
        self._show_state()

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(12)
        self._left = QStackedWidget()
        self._left.addWidget(Card("Loss", "mean squared error, logarithmic", self.curve))
        middle.addWidget(self._left, 3)
        kernels = QWidget()
        column = QVBoxLayout(kernels)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(16)
        column.addWidget(self.learned, 1)
        column.addWidget(self.hidden, 1)
        middle.addWidget(Card("Kernel", "", kernels), 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(48, 24, 48, 24)
        layout.setSpacing(16)
        layout.addWidget(self.target)
        layout.addWidget(self.options)
        layout.addLayout(middle, 1)
        layout.addSpacing(8)
        layout.addWidget(self.controls)

    def _connect(self) -> None:
        controls = self.controls
        controls.start.clicked.connect(self._start_or_pause)
        controls.stop.clicked.connect(self.cancelRequested)
        controls.reset.clicked.connect(self._reset)
        controls.use.clicked.connect(self._use)
        bar = self.target
        bar.kindChanged.connect(self._kind_changed)
        bar.pictureRequested.connect(self.targetPictureRequested)
        bar.clearRequested.connect(self.paintClearRequested)
        bar.brushChanged.connect(self.brushChanged)

    # --- for the owner ---

    def state(self) -> str:
        """ "idle", "running", "paused" or "done"."""
        return self._state

    def choice(self) -> LearnChoice:
        """What is chosen now."""
        bar = self.target
        settings = LearnSettings(hidden=bar.preset(), size=bar.kernel_size(), steps=bar.steps())
        return LearnChoice(bar.kind(), self.options.applied(settings))

    def set_choice(self, choice: LearnChoice) -> None:
        """Show other choices, without a signal; what the controls do not offer stays as it is."""
        self.target.show_choice(choice.kind, choice.settings)
        self.options.show_settings(choice.settings)
        self.set_target(None)
        self.hidden.set_empty_text(_UNKNOWN[self.target.kind()])
        self._show_state()

    def set_target_name(self, name: str) -> None:
        """Name the chosen target picture."""
        self.target.set_picture_name(name)

    def set_source(self, words: str) -> None:
        """Say what is learned from where that is not the open picture."""
        self.controls.set_source(words)
        if self._state == IDLE and not self._step:
            self.controls.show_not_started()

    def set_paint_canvas(self, canvas: QWidget) -> None:
        """Give the widget on which edges are painted; it takes the curve's place but while a run goes on."""
        self._left.addWidget(Card("Paint", "the edges that the output shall show", canvas))
        self._show_state()

    def set_target(self, weights: Matrix | None) -> None:
        """Show the hidden kernel; None when the target is a picture or painted."""
        self._target = weights
        self.hidden.set_weights(weights)
        self._show_error()

    def show_progress(
        self,
        step: int,
        loss: float,
        weights: Matrix,
        *,
        steps: int | None = None,
        seconds_left: float | None = None,
    ) -> None:
        """A step was made: `loss` joins the curve, `weights` (rows × columns) fill the grid."""
        if self._state not in (RUNNING, PAUSED):
            self._state = RUNNING
        self._step, self._steps = step, steps or self._steps or self.target.steps()
        self.curve.add(step, loss)
        self.learned.set_weights(rows_of(weights))
        self._show_error()
        self.controls.show_step(step, self._steps, seconds_left)
        self._show_state()

    def show_done(self, weights: Matrix | None = None, message: str = "") -> None:
        """It ended: the last weights stay; `message` says why if it was not the last step."""
        if weights is not None:
            self.learned.set_weights(rows_of(weights))
            self._show_error()
        self._state = DONE
        self.controls.show_done(self._step, self._steps, message)
        self._show_state()

    def show_failed(self, message: str) -> None:
        """It could not go on; `message` says why."""
        self._state = IDLE
        self.controls.show_failed(self._step, self._steps, message)
        self._show_state()

    def largest_error(self) -> float | None:
        """The largest difference from the target, as a share of the target's largest weight."""
        return largest_error(self.learned.weights(), self._target)

    # --- inside ---

    def _start_or_pause(self) -> None:
        if self._state == RUNNING:
            self._state = PAUSED
            self.controls.show_paused(self._step, self._steps)
            self.pauseRequested.emit(True)
        elif self._state == PAUSED:
            self._state = RUNNING
            if not self._step:
                self.controls.show_working()
            self.pauseRequested.emit(False)
        else:
            self._clear()
            self._state, self._steps = RUNNING, self.target.steps()
            self.curve.clear(self._steps)
            self.controls.show_starting()
            self.startRequested.emit(self.choice())
        self._show_state()

    def _clear(self) -> None:
        self._step = 0
        self.curve.clear()
        self.learned.set_weights(None)
        self.controls.show_not_started()
        self._show_error()

    def _reset(self) -> None:
        if self._state in (RUNNING, PAUSED):
            self.cancelRequested.emit()
        self._state = IDLE
        self._clear()
        self._show_state()
        self.resetRequested.emit()

    def _use(self) -> None:
        weights = self.learned.weights()
        if weights is not None:
            self.useKernelRequested.emit(weights)

    def _kind_changed(self, kind: str) -> None:
        self.set_target(None)
        self.hidden.set_empty_text(_UNKNOWN[kind])
        self._show_state()
        self.targetKindChanged.emit(kind)

    def _show_state(self) -> None:
        busy = self._state in (RUNNING, PAUSED)
        self.controls.show_state(self._state, learned=self.learned.weights() is not None)
        self.target.setEnabled(not busy)
        self.options.setEnabled(not busy)
        # Where edges were painted, the photo with what was learned from them is worth more than the curve.
        resting = self._state in (IDLE, DONE)
        painting_now = resting and self.target.kind() == "painted" and self._left.count() > 1
        self._left.setCurrentIndex(1 if painting_now else 0)

    def _show_error(self) -> None:
        error = self.largest_error()
        if error is None:
            self.learned.remark.setText("")
            return
        self.learned.remark.setText(error_text(error))
        self.learned.remark.set_colour("success" if error <= CLOSE else "text3")

    def sizeHint(self) -> QSize:
        """The size of the drawing board in the reference window."""
        return QSize(1036, 720)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The canvas behind."""
        QPainter(self).fillRect(event.rect(), tokens().canvas)
