"""The card on the welcome page that offers the recommended networks once, at the first start."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.model_state import Batch, Together, amount, listed, progress_words
from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.focus_ring import show_instead
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.progress_line import ProgressLine

_NUMBERS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")
_HEIGHT, _BUTTON = 152, 128


def is_first_start(zoo: ModelZoo) -> bool:
    """Whether nothing was fetched yet: of the recommended networks only those that came with CNN Studio are here."""
    states = [zoo.state(name) for name in zoo.recommended()]
    return any(not each.installed for each in states) and not any(each.removable for each in states)


class Offer(QWidget):
    """What there is to get and how much it is; then the progress, then that all is here.

    Signals: `answered()` when it was taken up or declined, `closed()` when it can go.
    """

    answered = Signal()
    closed = Signal()

    def __init__(self, zoo: ModelZoo) -> None:
        super().__init__()
        self._zoo, self._batch = zoo, Batch()
        self.title = Label("", "title", "text1")
        self.sentence = Label("", "card", "text2", wrap=True)
        self.hint = Label("", "hint", "text3", wrap=True)
        self.line = ProgressLine(name="Progress of all downloads")
        self.line.setFixedHeight(12)
        self.get = Button("Get", icon="download-simple", on_click=self._get)
        self.cancel = Button("Cancel", name="Cancel the downloads", on_click=self._cancel)
        self.show_all = Button("Show networks", "ghost", on_click=lambda: zoo.manager_requested.emit(""))
        self.later = Button("Not now", "ghost", on_click=self._decline)
        self.setAccessibleName("Recommended networks")
        self.setFixedHeight(_HEIGHT)  # the page must not move when the words change
        self._lay_out()
        zoo.changed.connect(self.refresh)
        zoo.offline_changed.connect(self.refresh)
        self.refresh()

    def refresh(self, _name: str = "") -> None:
        """Show how the networks stand."""
        now = self._batch.look([self._zoo.state(name) for name in self._zoo.recommended()])
        self.get.setEnabled(not self._zoo.offline)
        self.get.setText("Fetching is off" if self._zoo.offline else "Retry" if now.troubles else "Get")
        self.get.setAccessibleName(f"{self.get.text()} the recommended networks")
        if now.fetching:
            show_instead((self.cancel, self.line), (self.get, self.sentence))
        elif now.missing:
            show_instead((self.get, self.sentence), (self.cancel, self.line))
        else:
            show_instead((self.later, self.sentence), (self.get, self.cancel, self.line))
        self.later.setText("Hide" if now.fetching else "Not now" if now.missing else "Close")
        self._say(now)

    def _say(self, now: Together) -> None:
        if now.fetching:
            self.title.setText("Getting the recommended networks")
            now = self._zoo.together()
            self.line.set_fraction(now.done / now.total) if now.done else self.line.set_unknown()
            self.hint.setText(progress_words(now.done, now.total, now.seconds_left))
        elif not now.missing:
            self.title.setText("The recommended networks are here")
            self.sentence.setText("Every panel works now, without a connection too.")
            self.hint.setText("")
        else:
            many = len(now.missing)
            number = _NUMBERS[many] if many < len(_NUMBERS) else str(many)
            self.title.setText(f"Recommended networks, {amount(now.least, now.most)}")
            networks = f"{number} {'network' if many == 1 else 'networks'}"
            tasks = listed(each.task for each in now.missing)
            self.sentence.setText(f"{networks} for {tasks}. Everything else works meanwhile.")
            licences = listed(each.licence.partition(" (")[0] for each in now.missing)
            self.hint.setText(
                now.troubles[0].words if now.troubles
                else f"Checked by SHA-256 and kept on this computer. Licences: {licences}."
            )  # fmt: skip

    def _get(self) -> None:
        for name in self._zoo.recommended():
            if not self._zoo.installed(name):
                self._zoo.fetch(name)
        self.answered.emit()

    def _cancel(self) -> None:
        for name in self._zoo.fetching():
            self._zoo.cancel(name)

    def _decline(self) -> None:
        self.answered.emit()
        self.closed.emit()

    def _lay_out(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(self.title)
        words.addSpacing(4)
        words.addWidget(self.sentence)
        words.addWidget(self.line)
        words.addSpacing(8)
        words.addWidget(self.hint)
        words.addStretch(1)
        buttons = QVBoxLayout()
        buttons.setSpacing(4)
        buttons.addStretch(1)
        for button in (self.get, self.cancel, self.show_all, self.later):
            button.setMinimumWidth(_BUTTON)
            buttons.addWidget(button, 0, Qt.AlignmentFlag.AlignHCenter)
        buttons.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(66, 20, 24, 20)
        row.setSpacing(24)
        row.addLayout(words, 1)
        row.addLayout(buttons)

    def sizeHint(self) -> QSize:
        return QSize(752, _HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painting.box(painter, self.rect(), t.panel, t.line, 8)
        icons.paint(painter, QRectF(24, 0, 24, self.height()), "package", t.accent_text, 24)
        painter.end()
