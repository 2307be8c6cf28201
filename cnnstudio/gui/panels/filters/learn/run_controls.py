"""The row under the kernels: start, stop, start over, use what was learned, and how far the run has come.

It shows a state and never changes it; the view decides what a press means.
"""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.gui import numbers_text
from cnnstudio.gui.widgets.button import HEADER, Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.progress_line import ProgressLine

IDLE, RUNNING, PAUSED, DONE = "idle", "running", "paused", "done"
_START = {RUNNING: ("Pause", "pause"), PAUSED: ("Continue", "play")}


class RunControls(QWidget):
    """Four buttons, a progress line, and the step in words."""

    def __init__(self) -> None:
        super().__init__()
        self._source = ""
        self.start = Button("Start", "accent", icon="play", height=HEADER)
        self.stop = Button("Stop", icon="stop", height=HEADER)
        self.reset = Button("Reset", icon="arrow-counter-clockwise", height=HEADER)
        self.use = Button("Use this kernel", icon="check", height=HEADER)
        self.progress = ProgressLine(name="Learning")
        self.counter = Label("Not started", "body", "caption")
        self.start.setFixedWidth(96)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for button in (self.start, self.stop, self.reset):
            row.addWidget(button)
        row.addSpacing(16)
        row.addWidget(self.progress, 1)
        row.addSpacing(16)
        row.addWidget(self.counter)
        row.addSpacing(16)
        row.addWidget(self.use)

    def set_source(self, words: str) -> None:
        """What is learned from, where that has to be said."""
        self._source = words

    def show_state(self, state: str, *, learned: bool) -> None:
        """Offer what can be done in this state; `learned`: there are weights."""
        busy = state in (RUNNING, PAUSED)
        text, icon = _START.get(state, ("Start", "play"))
        self.start.setText(text)
        self.start.set_icon(icon)
        self.stop.setEnabled(busy)
        self.reset.setEnabled(busy or learned)
        self.use.setEnabled(learned)

    def show_step(self, step: int, steps: int, seconds_left: float | None = None) -> None:
        """How far it has come."""
        self.progress.set_fraction(_share(step, steps))
        left = f"  {numbers_text.time_left(seconds_left)}" if seconds_left is not None else ""
        self.counter.setText(f"Step {step} of {steps}{left}")

    def show_paused(self, step: int, steps: int) -> None:
        """It waits where it is."""
        self.progress.set_fraction(_share(step, steps))

    def show_working(self) -> None:
        """It runs, and nobody knows yet how far it is."""
        self.progress.set_unknown()

    def show_starting(self) -> None:
        """It was asked to begin."""
        self.show_working()
        self.counter.setText("Starting")

    def show_not_started(self) -> None:
        """Nothing was learned."""
        self.progress.set_fraction(0.0)
        self.counter.setText("Not started" + (f", learns {self._source}" if self._source else ""))

    def show_done(self, step: int, steps: int, message: str) -> None:
        """It ended; `message` says why if it was not the last step."""
        self.progress.set_fraction(_share(step, steps) if message else 1.0)
        self.counter.setText(message or f"Done after {step} steps")

    def show_failed(self, step: int, steps: int, message: str) -> None:
        """It could not go on; `message` says why."""
        self.progress.set_failed(_share(step, steps))
        self.counter.setText(message)


def _share(step: int, steps: int) -> float:
    return min(step / max(steps, 1), 1.0)
