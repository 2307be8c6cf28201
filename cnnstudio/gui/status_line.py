"""The status bar: device, running job with progress and Cancel, the last routine success, memory."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.gui.numbers_text import percent, time_left
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.chip import Chip
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.progress_line import ProgressLine

HEIGHT = 28
SHOW_JOB_AFTER_MS = 300


class StatusLine(Surface):
    """One line at the bottom of the window.

    Signals: `cancel_requested()`.
    """

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg", "top", parent)
        self.setFixedHeight(HEIGHT)
        self.device = Chip("Engine starting", icon="cpu")
        self.job = Label("", "hint", "text2")
        self.bar = ProgressLine()
        self.bar.setFixedWidth(120)
        self.left = Label("", "hint", "text3")
        self.cancel = Button("Cancel", height=20, name="Cancel the running job")
        self.cancel.clicked.connect(self.cancel_requested)
        self.pointer = Label("", "hint", "text2")
        self.said = Label("", "hint", "text2")
        self.memory = Label("", "hint", "text2")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 16, 0)
        row.setSpacing(12)
        for widget in (self.device, self.job, self.bar, self.left, self.cancel, self.said):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self.pointer)
        row.addSpacing(12)
        row.addWidget(self.memory)
        self._late = QTimer(self)
        self._late.setSingleShot(True)
        self._late.setInterval(SHOW_JOB_AFTER_MS)
        self._late.timeout.connect(lambda: self._show_job(True))
        self._show_job(False)

    def set_device(self, description: str) -> None:
        """What the engine computes on: "CPU · 2 threads"."""
        self.device.set_text(description)

    def set_memory(self, used: str) -> None:
        """Memory of this process and of the machine: "1.2 / 23 GB"."""
        self.memory.setText(used)

    def set_job(self, title: str, done: float | None, total: float | None, seconds_left: float | None) -> None:
        """Show the running long job; short ones never flash up because they end before the delay."""
        self.job.setText(title)
        if done is None or not total:
            self.bar.set_unknown()
            self.left.setText("")
        else:
            self.bar.set_fraction(done / total)
            words = percent(done / total)
            self.left.setText(f"{words}, {time_left(seconds_left)}" if seconds_left is not None else words)
        if not self.cancel.isVisible() and not self._late.isActive():
            self._late.start()

    def clear_job(self) -> None:
        """No long job runs."""
        self._late.stop()
        self._show_job(False)

    def say(self, text: str) -> None:
        """A routine success, such as "Saved edges.png"."""
        self.said.setText(text)

    def _show_job(self, shown: bool) -> None:
        for widget in (self.job, self.bar, self.left, self.cancel):
            widget.setVisible(shown)
