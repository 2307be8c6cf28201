"""The line above the table: getting all recommended networks at once, how far everything is, and the search."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnstudio.gui.model_state import Batch, Together, amount, listed, progress_words
from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.widgets.button import HEADER, Button
from cnnstudio.gui.widgets.focus_ring import show_instead
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.progress_line import ProgressLine
from cnnstudio.gui.widgets.search_field import SearchField


class TopBar(QWidget):
    """`Get recommended (124 to 223 MB)`, or how far the downloads are; `search` is the field at the right."""

    def __init__(self, zoo: ModelZoo) -> None:
        super().__init__()
        self._zoo, self._batch = zoo, Batch()
        self.get = Button("Get recommended", "accent", icon="download-simple", height=HEADER, on_click=self._press)
        self.line = ProgressLine(name="Progress of all downloads")
        self.line.setFixedWidth(200)
        self.cancel = Button("Cancel all", on_click=self.cancel_all, name="Cancel all downloads")
        self.words = Label("", "body", "text2")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.search = SearchField("Search by name or task")
        self.search.setFixedWidth(240)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (self.get, self.line):
            row.addWidget(widget)
        row.addWidget(self.words, 1)
        row.addWidget(self.cancel)
        row.addWidget(self.search)
        self.setFixedHeight(HEADER)
        zoo.changed.connect(self.refresh)
        zoo.offline_changed.connect(self.refresh)

    def fetch(self) -> None:
        """Get every recommended network that is missing."""
        for name in self._zoo.recommended():
            if not self._zoo.installed(name):
                self._zoo.fetch(name)

    def refresh(self, _name: str = "") -> None:
        """Show how the recommended networks stand, or everything that is being fetched."""
        now = self._batch.look([self._zoo.state(name) for name in self._zoo.recommended()])
        everything = self._zoo.together()
        self.get.setEnabled(not self._zoo.offline or self._zoo.may_allow)
        self.get.setText(self._zoo.off or f"Get recommended ({amount(now.least, now.most)})")
        self.get.setAccessibleName(self.get.text())
        self.get.updateGeometry()
        self.cancel.setText("Cancel all" if everything.fetching > 1 else "Cancel")
        if everything.fetching:
            show_instead((self.cancel, self.line), (self.get,))
            self.line.set_fraction(everything.done / everything.total) if everything.done else self.line.set_unknown()
        elif now.missing:
            show_instead((self.get,), (self.cancel, self.line))
        else:
            show_instead((self.search,), (self.get, self.cancel, self.line))
        self.words.setText(_progress(everything) if everything.fetching else _standing(now))

    def _press(self) -> None:
        if self._zoo.offline:
            self._zoo.settings_requested.emit()
        else:
            self.fetch()

    def cancel_all(self) -> None:
        """Stop every download."""
        for name in self._zoo.fetching():
            self._zoo.cancel(name)


def _progress(now: Together) -> str:
    words = progress_words(now.done, now.total, now.seconds_left)
    if not now.grown:
        return words
    some = "It comes" if now.fetching == 1 else f"{now.grown} come" if now.grown > 1 else "One comes"
    archive = "a larger package archive" if now.grown == 1 else "larger package archives"
    return f"{words}. {some} from {archive}."


def _standing(now: Together) -> str:
    if any(not each.connection for each in now.troubles):
        return "Not all could be fetched; the reasons are in the table"
    if not now.missing:
        return "All recommended networks are here"
    many = len(now.missing)
    return f"{'One network' if many == 1 else f'{many} networks'} for {listed(each.task for each in now.missing)}"
