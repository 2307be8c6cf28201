"""Step, play and speed: the row of controls under the card.

Signals: stepRequested(position) from 1 to the number of steps, playingChanged(bool).
"""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.button import HEADER, Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.slider import Scale, Slider

SLOWEST, USUAL, FASTEST = 1, 2, 20
ROOM_FOR_BOTH = 640  # narrower, two sliders would push the buttons into each other


class Transport(QWidget):
    """First, previous, Play, next, last; a position slider; the speed in steps a second."""

    stepRequested = Signal(int)
    playingChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.first = self._button("skip-back", "First step", "Home")
        self.previous = self._button("caret-left", "Previous step", "Left")
        self.play = Button("Play", "accent", icon="play", height=HEADER)
        tool_tip.install(self.play, "Play or pause", shortcut="Space")
        self.play.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.next = self._button("caret-right", "Next step", "Right")
        self.last = self._button("skip-forward", "Last step", "End")
        self.slider = Slider(_steps(1), 1, 1, name="Step")
        self.label = Label("", "body", "text1")
        self.speed = Slider(Scale(SLOWEST, FASTEST, 1, whole=True, log=True), USUAL, USUAL, name="Speed")
        self.field = NumberField(
            USUAL, minimum=SLOWEST, maximum=FASTEST, whole=True, unit="per s", name="Steps a second", width=68
        )
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._tick)
        self._count, self._position = 1, 1
        self._lay_out()
        self._connect()
        self.set_speed(USUAL)

    def _button(self, icon: str, tip: str, key: str) -> Button:
        button = Button("", icon=icon, name=tip, height=HEADER)
        tool_tip.install(button, tip, shortcut=key)
        # A click must not take the focus away from the view, whose keys step and play.
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        return button

    def _lay_out(self) -> None:
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for button in (self.first, self.previous, self.play, self.next, self.last):
            layout.addWidget(button)
        self.play.setFixedWidth(92)
        self.label.setMinimumWidth(96)
        layout.addSpacing(16)
        layout.addWidget(self.slider, 3)
        layout.addSpacing(8)
        layout.addWidget(self.label)
        layout.addSpacing(16)
        layout.addWidget(Label("Speed"))
        layout.addWidget(self.speed, 1)
        layout.addWidget(self.field)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _connect(self) -> None:
        self.first.clicked.connect(lambda: self._ask(1))
        self.previous.clicked.connect(lambda: self._ask(self._position - 1))
        self.next.clicked.connect(lambda: self._ask(self._position + 1))
        self.last.clicked.connect(lambda: self._ask(self._count))
        self.play.clicked.connect(self.toggle)
        self.slider.moved.connect(lambda value, _: self._ask(value))
        self.slider.resetAsked.connect(lambda: self._ask(1))
        self.speed.moved.connect(lambda value, _: self.set_speed(value))
        self.speed.resetAsked.connect(lambda: self.set_speed(USUAL))
        self.field.valueChanged.connect(lambda value, _: self.set_speed(value))

    # --- state ---

    @property
    def playing(self) -> bool:
        """Whether steps follow each other by themselves."""
        return self._timer.isActive()

    def set_count(self, count: int, position: int) -> None:
        """The number of steps, and where it stands."""
        self._count = max(count, 1)
        self.slider.set_scale(_steps(self._count))
        self.set_position(position)

    def set_position(self, position: int) -> None:
        """Show a position; asks for nothing."""
        self._position = min(max(position, 1), self._count)
        self.slider.set_value(self._position)
        self.label.setText(f"Step {self._position} of {self._count}")
        for button in (self.first, self.previous):
            button.setEnabled(self._position > 1)
        for button in (self.next, self.last):
            button.setEnabled(self._position < self._count)

    def set_speed(self, per_second: float) -> None:
        """Steps a second, 1 to 20."""
        self._speed = min(max(round(per_second), SLOWEST), FASTEST)
        self._timer.setInterval(1000 // self._speed)
        self.speed.set_value(self._speed)
        self.field.set_value(self._speed)

    def start(self) -> None:
        """Play; from the first step when it stands at the last."""
        if self._count < 2:
            return
        self.stepRequested.emit(1 if self._position >= self._count else self._position + 1)
        self._timer.start()
        self._show_playing()

    def pause(self) -> None:
        """Stop playing."""
        if self._timer.isActive():
            self._timer.stop()
            self._show_playing()

    def toggle(self) -> None:
        """Play or pause."""
        if self.playing:
            self.pause()
        else:
            self.start()

    def _show_playing(self) -> None:
        self.play.setText("Pause" if self.playing else "Play")
        self.play.set_icon("pause" if self.playing else "play")
        self.playingChanged.emit(self.playing)

    def _tick(self) -> None:
        if self._position >= self._count:
            self.pause()
            return
        self.stepRequested.emit(self._position + 1)
        if self._position >= self._count:
            self.pause()

    def _ask(self, position: int) -> None:
        self.pause()
        self.stepRequested.emit(min(max(position, 1), self._count))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room the speed has its field alone."""
        super().resizeEvent(event)
        self.speed.setVisible(self.width() >= ROOM_FOR_BOTH)

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing plays unseen."""
        self.pause()
        super().hideEvent(event)


def _steps(count: int) -> Scale:
    return Scale(1, max(count, 2), 1, whole=True, log=False)
