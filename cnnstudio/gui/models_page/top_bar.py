"""The line above the table: getting all recommended networks at once, with their progress as one, and the search."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from cnnstudio.gui import numbers_text
from cnnstudio.gui.model_state import Batch, progress_words
from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.widgets.button import HEADER, Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.progress_line import ProgressLine
from cnnstudio.gui.widgets.search_field import SearchField


class TopBar(QWidget):
    """`Get recommended (127 MB)`, or how far it is; `search` is the field at the right."""

    def __init__(self, zoo: ModelZoo) -> None:
        super().__init__()
        self._zoo, self._batch = zoo, Batch()
        self.get = Button("Get recommended", "accent", icon="download-simple", height=HEADER, on_click=self.fetch)
        self.line = ProgressLine(name="Progress of all downloads")
        self.line.setFixedWidth(200)
        self.cancel = Button("Cancel", on_click=self._cancel, name="Cancel all downloads")
        self.words = Label("", "body", "text2")
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.search = SearchField("Search by name or task")
        self.search.setFixedWidth(260)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (self.get, self.line):
            row.addWidget(widget)
        row.addWidget(self.words, 1)
        row.addWidget(self.cancel)
        row.addSpacing(12)
        row.addWidget(self.search, 0, Qt.AlignmentFlag.AlignRight)
        self.setFixedHeight(HEADER)
        zoo.changed.connect(self.refresh)
        zoo.offline_changed.connect(self.refresh)

    def fetch(self) -> None:
        """Get every recommended network that is missing."""
        for name in self._zoo.recommended():
            if not self._zoo.installed(name):
                self._zoo.fetch(name)

    def refresh(self, _name: str = "") -> None:
        """Show how the recommended networks stand."""
        now = self._batch.look([self._zoo.state(name) for name in self._zoo.recommended()])
        left = len(now.missing)
        for widget in (self.line, self.cancel):
            widget.setVisible(now.fetching)
        self.get.setVisible(bool(left) and not now.fetching)
        self.get.setEnabled(not self._zoo.offline)
        self.get.setText(self._zoo.off or f"Get recommended ({numbers_text.byte_count(now.size)})")
        self.get.setAccessibleName(self.get.text())
        self.get.updateGeometry()
        if now.fetching:
            self.line.set_fraction(now.done / now.total) if now.done else self.line.set_unknown()
            self.words.setText(progress_words(now.done, now.total, now.seconds_left))
        elif now.errors:
            self.words.setText("Not all could be fetched; the reasons are in the table")
        elif left:
            self.words.setText(f"{'One network' if left == 1 else f'{left} networks'} that panels build on")
        else:
            self.words.setText("All recommended networks are here")

    def _cancel(self) -> None:
        for name in self._zoo.fetching():
            self._zoo.cancel(name)
