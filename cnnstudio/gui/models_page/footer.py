"""The line beneath the table: where the networks lie and how much room they take."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout

from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label

HEIGHT = 44
_SELDOM_S = 1.0


class Room(NamedTuple):
    """Bytes in the folder, and how many of them are copies that CNN Studio made so that networks load fast."""

    size: int
    copies: int


class Footer(Surface):
    """ "264 MB, 117 MB of them copies for fast loading, in /home/ada/…", Copy path, Open folder. `say` gets routine
    success."""

    def __init__(self, engine: EngineBridge, say: Callable[[str], None]) -> None:
        super().__init__("panel", "top")
        self._engine, self._say = engine, say
        self._room, self._asked_at = Room(0, 0), 0.0
        self.setFixedHeight(HEIGHT)
        self.words = Label("", "body", "text2")
        self.words.setMinimumWidth(80)
        self.copy = Button("Copy path", "ghost", icon="copy", on_click=self._copy)
        self.show_folder = Button("Open folder", "neutral", icon="folder-open", on_click=self._open)
        self._row = QHBoxLayout(self)
        self._row.setSpacing(8)
        self._row.addWidget(self.words, 1)
        self._row.addWidget(self.copy)
        self._row.addWidget(self.show_folder)

    def set_margin(self, margin: int) -> None:
        """Room left and right in pixels."""
        self._row.setContentsMargins(margin + 12, 0, margin, 0)

    def refresh(self, *, soon: bool = True) -> None:
        """Measure the folder again, in the background; what is not to be told soon is left out within a second."""
        if soon or time.monotonic() - self._asked_at > _SELDOM_S:
            self._asked_at = time.monotonic()
            self._engine.submit("models size", _measure, quiet=True, done=self._measured)

    def folder(self) -> Path:
        """Where the networks lie."""
        from cnnstudio.models.place import models_dir

        return models_dir()

    def _measured(self, room: Room) -> None:
        self._room = room
        self._tell()

    def _tell(self) -> None:
        path = str(self.folder())
        copies = numbers_text.byte_count(self._room.copies)
        of_them = f", {copies} of them copies for fast loading," if self._room.copies else ""
        lead = f"{numbers_text.byte_count(self._room.size)}{of_them} in " if self._room.size else "Nothing yet in "
        room = self.words.width() - fonts.width("body", lead) - 2
        shown = fonts.metrics("body").elidedText(path, Qt.TextElideMode.ElideMiddle, room)
        self.words.setText(lead + shown)
        tool_tip.install(self.words, "Folder of the networks", f"{path}. Another one is set with CNNSTUDIO_MODELS.")

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._tell()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(str(self.folder()))
        self._say("Path copied")

    def _open(self) -> None:
        from cnnstudio.errors import ModelError
        from cnnstudio.models import place

        try:
            folder = place.made(self.folder())
        except ModelError as error:
            self._say(str(error))
            return
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _measure(job: object) -> Room:
    from cnnstudio.models.place import models_dir

    size = copies = 0
    # os.walk passes over folders that go while we look; pathlib's own walk raises.
    for folder, _, names in os.walk(models_dir()):
        for name in names:
            try:
                bytes_here = Path(folder, name).stat().st_size
            except OSError:
                continue
            size += bytes_here
            copies += bytes_here if name.endswith(".safetensors") else 0
    return Room(size, copies)
