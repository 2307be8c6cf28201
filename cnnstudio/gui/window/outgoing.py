"""The ways in which a result leaves the window: as a file, onto the clipboard, onto the shelf, dragged out.

Each takes the result of the panel in front and hands it to the exporter; without a result nothing happens.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from cnnstudio.gui.panels.base import Result

if TYPE_CHECKING:
    from cnnstudio.gui.exporting import Exporter


class Outgoing:
    """`result` and `exporter` are asked for each time; `folder` says where the file dialog begins."""

    def __init__(
        self, window: QWidget, result: Callable[[], Result | None], exporter: Callable[[], Exporter],
        folder: Callable[[], str],
    ) -> None:  # fmt: skip
        self._window, self._result, self._exporter, self._folder = window, result, exporter, folder

    def available(self) -> bool:
        """Whether there is a result to take away."""
        return self._result() is not None

    def save(self) -> None:
        """Ask for a file name and save the result there."""
        result = self._result()
        if result is None:
            return
        from PySide6.QtWidgets import QFileDialog

        from cnnstudio.gui.exporting import FILE_FILTER

        start = str(Path(self._folder()) / f"{result.name}.png")
        name, _ = QFileDialog.getSaveFileName(self._window, "Save result", start, FILE_FILTER)
        if name:
            path = Path(name)
            self._exporter().save(result, path if path.suffix else path.with_suffix(".png"))

    def copy(self) -> None:
        """Copy the full-size result."""
        result = self._result()
        if result is not None:
            self._exporter().copy(result)

    def to_shelf(self) -> None:
        """Put the result on the shelf."""
        result = self._result()
        if result is not None:
            self._exporter().to_shelf(result)

    def drag(self, image: Any) -> None:
        """Carry the result into another program; its file is begun at once and waited for when the target asks."""
        from cnnstudio.gui.canvas.drag import start_drag

        result = self._result()
        if result is not None:
            start_drag(self._window, image, self._exporter().file_for_drag(result))
