"""The ways in which a person brings pictures into the window: dialog, samples, clipboard, drop, and the recent ones.

All of them end in one `Brought` for the intake, which does the reading.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.panels.base import Messages

if TYPE_CHECKING:
    from cnnstudio.gui.intake import Intake
    from cnnstudio.gui.opening import Brought

RECENT, RECENT_AT_ONCE = 20, 10
"""How many opened files are remembered, and how many of one drop."""


class Incoming(QObject):
    """Asks, looks at what was given, and hands it on.

    `intake` is asked for when there is something to read, because its modules are loaded late. `take_file` is
    offered every file first and says whether it was one for a panel, such as a kernel.

    Signals: `changed()` when the list of recent files changed, `bringing()` when pictures are about to come.
    """

    changed = Signal()
    bringing = Signal()

    def __init__(
        self, window: QWidget, intake: Callable[[], Intake], messages: Messages, take_file: Callable[[Path], bool]
    ) -> None:
        super().__init__()
        self._window, self._intake, self._messages, self._take_file = window, intake, messages, take_file
        self.recent: list[str] = []

    def open_paths(self, paths: list[Path]) -> None:
        """Open files and folders, as if dropped."""
        from cnnstudio.gui.opening import Brought

        self._hand_on(Brought(tuple(paths)))

    def open_dialog(self) -> None:
        """Ask for pictures."""
        from PySide6.QtWidgets import QFileDialog

        from cnnstudio.gui.file_types import open_filter

        names, _ = QFileDialog.getOpenFileNames(self._window, "Open pictures", self.last_folder(), open_filter())
        if names:
            self.open_paths([Path(n) for n in names])

    def open_samples(self) -> None:
        """Put all sample pictures on the shelf."""
        from cnnstudio.locate import samples_dir

        self.open_paths([samples_dir()])

    def paste(self) -> None:
        """Open what the clipboard holds."""
        if not self._bring(QGuiApplication.clipboard().mimeData()):
            self._messages.info("The clipboard holds no picture, file or address.")

    def drop(self, data: QMimeData) -> bool:
        """Open what was dropped; returns whether there was something to open."""
        found = self._bring(data)
        if not found:
            self._messages.info("What was dropped holds no picture, file or address.")
        return found

    def _bring(self, data: QMimeData) -> bool:
        from cnnstudio.gui.opening import brought_by

        brought = brought_by(data)
        self._hand_on(brought)
        return bool(brought)

    def _hand_on(self, brought: Brought) -> None:
        pictures = replace(brought, paths=tuple(path for path in brought.paths if not self._take_file(path)))
        if pictures:
            self.bringing.emit()
            self._intake().bring(pictures)

    def last_folder(self) -> str:
        """Where a file dialog begins."""
        return str(Path(self.recent[0]).parent) if self.recent else str(Path.home())

    def remember(self, paths: list[str]) -> None:
        """These files were opened just now."""
        others = [p for p in self.recent if p not in paths]
        self.recent = [*paths[:RECENT_AT_ONCE], *others][:RECENT]
        self.changed.emit()


def may_be_picture(data: QMimeData) -> bool:
    """Whether it is worth accepting a drag; what it holds is found out when it is dropped."""
    return data.hasUrls() or data.hasImage() or data.hasText()
