"""The example kernels that travel with the program, in a menu beside the preset."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.errors import StudioError
from cnnstudio.gui.widgets.button import icon_button
from cnnstudio.gui.widgets.menu import Menu
from cnnstudio.gui.widgets.row import MARGIN, Row
from cnnstudio.gui.widgets.tool_tip import install as install_tip
from cnnstudio.locate import resources_dir

SIDE, GAP = 28, 8


def kernels_dir() -> Path | None:
    """Where the example kernels lie; None when they are missing."""
    try:
        folder = resources_dir() / "kernels"
    except StudioError:
        return None
    return folder if folder.is_dir() else None


def shipped_kernels() -> list[tuple[str, Path]]:
    """Name and file of every example kernel, by name; files that are damaged are left out."""
    from cnnstudio.filters import kernel_from_json

    folder = kernels_dir()
    found = []
    for path in folder.glob("*.json") if folder is not None else ():
        try:
            found.append((kernel_from_json(path.read_bytes()).name or path.stem, path))
        except (OSError, StudioError):
            continue
    return sorted(found, key=lambda each: each[0].casefold())


class PresetWithMore(QWidget):
    """The preset's row, narrowed to make room for a button that opens the menu.

    Signals: `file_chosen(Path)`.
    """

    file_chosen = Signal(object)

    def __init__(self, row: Row, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = row
        row.setParent(self)
        self.button = icon_button("dots-three", "More kernels", self.open, parent=self)
        install_tip(self.button, "More kernels", "Example kernels that come with the program.")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def open(self) -> Menu:
        """Show the menu; the files are read anew each time, they are few and small."""
        menu = Menu(self, name="More kernels")
        for name, path in shipped_kernels():
            menu.add(name, partial(self.file_chosen.emit, path))
        if menu.isEmpty():
            menu.add("No example kernels are installed", enabled=False)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.open_below(self.button)
        return menu

    def sizeHint(self) -> QSize:
        return self._row.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._row.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._row.setGeometry(0, 0, self.width() - SIDE - GAP, self.height())
        self.button.setGeometry(self.width() - MARGIN - SIDE, 2, SIDE, SIDE)
