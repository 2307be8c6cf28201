"""The names of the table's columns; they stay while the rows scroll."""

from __future__ import annotations

from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.models_page.columns import columns
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

HEADING = 32


class Heading(Surface):
    """The names of the columns over a line as wide as they are."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__("panel", "", parent)
        self._left, self._wide = 0, 0

    def span(self, left: int, wide: int) -> None:
        """Where the table beneath begins, and its width."""
        self._left, self._wide = left, wide
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        t, painter = tokens(), painting.begin(self)
        painter.translate(self._left, 0)
        painter.fillRect(0, HEADING - 1, self._wide, 1, t.line_strong)
        at = columns(self._wide)
        for column in ("name", "task", "size", "licence", "state"):
            align = painting.RIGHT if column == "size" else painting.LEFT
            title = "Network" if column == "name" else column.capitalize()
            painting.text(painter, at.area(column, 0, HEADING), title, "hint", t.text3, align)
        painter.end()
