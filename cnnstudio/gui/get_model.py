"""What a panel shows in the place of its work while a network that it needs is not here: one button that gets it.

    empty = GetModel(self.studio, "yolov3-tiny", title="Detection needs a network")
    empty.ready.connect(self._show_contents)

Progress, errors and a second attempt happen in place; the rest of the window goes on working.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.model_state import Batch, ModelState, Together, get_words, listed, progress_words
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting, tool_tip
from cnnstudio.gui.widgets.button import HEADER, Button
from cnnstudio.gui.widgets.focus_ring import show_instead
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.note import Note
from cnnstudio.gui.widgets.progress_line import ProgressLine

MEASURE = 480
"""Widest line of text in pixels."""

DAMAGED = (
    "A file of it on this computer is not what its authors published, so it is not used. Getting it again mends that."
)


class GetModel(QWidget):
    """An empty state for the networks of these names: icon, title, sentence, and a button "Get NAME (35 MB, MIT)".

    While they come it shows the progress with Cancel, and after a failure the reason with Retry. It follows what
    other parts of the window do with the same networks. `title` and `sentence` have words that fit any network.

    Signals
    -------
    ready() : all networks are installed. Also when they were from the beginning; once a time.
    manager_requested() : the person wants other ways than the button. The window opens its page by itself.
    """

    ready = Signal()
    manager_requested = Signal()

    def __init__(
        self, studio: Studio, name: str | Sequence[str], *, title: str = "", sentence: str = "",
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._zoo = studio.models
        self._names = (name,) if isinstance(name, str) else tuple(name)
        self._batch = Batch()
        self._unknown = set(self._names)
        self._was_ready = False
        self._title, self._sentence = title, sentence
        self.title = Label(title, "empty-title", "text1", wrap=True)
        self.sentence = Label(sentence, "card", "text2", wrap=True)
        self.get = Button("Get", "accent", icon="download-simple", height=HEADER, on_click=self._press)
        self.other = Button("Other ways…", "ghost", height=HEADER, on_click=self._ask_manager)
        self.line = ProgressLine(name="Progress of the download")
        self.line.setFixedHeight(12)  # 4 px in the middle of it
        self.words = Label("", "body", "text2")
        self.cancel = Button("Cancel", on_click=self._cancel)
        self.note = Note()
        self.note.reshaped.connect(self.updateGeometry)
        self.gap = QWidget()
        self.gap.setFixedHeight(16)
        self._lay_out()
        self._zoo.changed.connect(self._changed)
        self._zoo.offline_changed.connect(self.refresh)
        for each in self._names:
            self._zoo.when_known(each, lambda each=each: self._known(each))
        self.refresh()

    def states(self) -> list[ModelState]:
        """The networks as they are now; those whose list is not read yet are left out."""
        return [self._zoo.state(each) for each in self._names if each not in self._unknown]

    def fetch(self) -> None:
        """Get what is missing."""
        for state in self.states():
            if not state.installed:
                self._zoo.fetch(state.name)

    def refresh(self) -> None:
        """Look at the networks again, as something outside the window may have changed them."""
        states = self.states()
        now = self._batch.look(states)
        loading = bool(self._unknown)
        self._say(states)
        self.note.set_words(
            " ".join(dict.fromkeys(each.words for each in now.troubles)),
            [line for each in now.troubles for line in each.details],
        )
        for widget in (self.note, self.gap):
            widget.setVisible(bool(now.troubles) and not now.fetching)
        may = not self._zoo.offline or self._zoo.may_allow
        self.get.setEnabled(bool(now.missing) and may and not loading)
        self.get.setText(self._button_words(now))
        coming, waiting = (self.cancel, self.line, self.words), (self.get, self.other)
        show_instead(*((coming, waiting) if now.fetching else (waiting, coming)))
        if now.fetching:
            self.words.setText(_coming(now))
            self.line.set_fraction(now.done / now.total) if now.done else self.line.set_unknown()
        self.get.setAccessibleName(self.get.text())
        self.get.updateGeometry()
        done = not loading and not now.missing
        if done and not self._was_ready:
            QTimer.singleShot(0, self, self.ready.emit)
        self._was_ready = done

    def _press(self) -> None:
        if self._zoo.offline:
            self._zoo.settings_requested.emit()
        else:
            self.fetch()

    def _button_words(self, now: Together) -> str:
        if self._zoo.off:
            return self._zoo.off
        if self._unknown:
            return "Reading the list of networks"
        if not now.missing:
            return "Installed"
        return "Retry" if now.troubles else get_words(now.missing, now.least, now.most)

    def _say(self, states: Sequence[ModelState]) -> None:
        names = listed(each.title for each in states) if states else "A network"
        many = len(self._names) > 1
        broken = [each.title for each in states if each.damaged]
        if broken:
            self.title.setText(f"{listed(broken)} {'are' if len(broken) > 1 else 'is'} damaged")
            self.sentence.setText(DAMAGED)
        else:
            self._say_missing(names, many)
        self.setAccessibleName(self.title.text())
        self.setAccessibleDescription(self.sentence.text())
        about = " ".join(f"{each.title}: {each.licence}; {each.licence_from}." for each in states)
        tool_tip.install(self.get, "Licence", about)

    def _say_missing(self, names: str, many: bool) -> None:
        self.title.setText(self._title or f"{names} {'are' if many else 'is'} not here yet")
        self.sentence.setText(
            self._sentence or f"This panel needs {'these networks' if many else 'this network'}. "
            f"{'They are' if many else 'It is'} fetched once and kept on this computer."
        )

    def _known(self, name: str) -> None:
        self._unknown.discard(name)
        self.refresh()

    def _changed(self, name: str) -> None:
        if name in self._names:
            self.refresh()

    def _cancel(self) -> None:
        for each in self._names:
            self._zoo.cancel(each)

    def _ask_manager(self) -> None:
        self.manager_requested.emit()
        self._zoo.manager_requested.emit(self._names[0])

    def _lay_out(self) -> None:
        card = _Card()
        rows = QVBoxLayout(card)
        rows.setContentsMargins(24, 24, 24, 24)
        rows.setSpacing(0)
        for label in (self.title, self.sentence):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setFixedWidth(MEASURE)
        self.note.setFixedWidth(MEASURE)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addStretch(1)
        buttons.addWidget(self.get)
        buttons.addWidget(self.other)
        buttons.addStretch(1)
        below = QHBoxLayout()
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.words, 1)
        below.addWidget(self.cancel)
        rows.addWidget(_Icon(), 0, Qt.AlignmentFlag.AlignHCenter)
        rows.addSpacing(16)
        rows.addWidget(self.title)
        rows.addSpacing(4)
        rows.addWidget(self.sentence)
        rows.addSpacing(24)
        rows.addWidget(self.note)
        rows.addWidget(self.gap)
        rows.addWidget(self.line)
        rows.addLayout(below)
        rows.addLayout(buttons)
        middle = QGridLayout(self)
        middle.addWidget(card, 0, 0, Qt.AlignmentFlag.AlignCenter)


def _coming(now: Together) -> str:
    words = progress_words(now.done, now.total, now.seconds_left)
    return f"{words}. It comes from a larger package archive." if now.grown else words


class _Card(QWidget):
    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painting.box(painter, self.rect(), t.panel, t.line, 8)
        painter.end()


class _Icon(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(QSize(40, 40))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        icons.paint(painter, QRectF(self.rect()), "package", tokens().text2, 40)
        painter.end()
