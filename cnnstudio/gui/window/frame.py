"""Where the parts of the window lie: rail on the left, header on top, canvas, inspector, shelf, status line.

Layout only, so that the wiring in `main_window.py` can be read without it.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from cnnstudio.gui.header import Header
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.rail import Rail
from cnnstudio.gui.shelf.ground import ShelfGround
from cnnstudio.gui.shelf.model import ShelfModel
from cnnstudio.gui.shelf.strip import ShelfArea
from cnnstudio.gui.status_line import StatusLine
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.message_bar import MessageBar

NARROWEST, WIDEST = 340, 420
"""Widths of the inspector in pixels; it begins at its narrowest."""

WINDOW = (1440, 900)
CANVAS_LEAST = 640
RAIL = 64


class WindowFrame(Surface):
    """All parts in their places. `centre` and `controls` are the stacks that panels and pages are put into."""

    def __init__(self, shelf: ShelfModel) -> None:
        super().__init__("bg")
        self.rail, self.header, self.status = Rail(), Header(), StatusLine()
        self.message_bar = MessageBar()
        self.centre, self.controls = Pages(), Pages()
        self.shelf_area = ShelfArea(shelf)
        self.shelf_ground = ShelfGround(shelf, self.shelf_area)
        self.inspector = Surface("panel", "left")
        self.inspector.setMinimumWidth(NARROWEST)
        self.inspector.setMaximumWidth(WIDEST)
        _column(self.inspector, self.controls)
        self.splitter = self._split()
        right = QWidget()
        _column(right, self.header, self.splitter)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(right, 1)
        _column(self, body, self.status)

    def _split(self) -> QSplitter:
        canvas = Surface("canvas")
        _column(canvas, self.message_bar, self.centre)
        middle = QWidget()
        _column(middle, canvas, self.shelf_ground)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(middle)
        splitter.addWidget(self.inspector)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 0)
        splitter.setSizes([WINDOW[0] - RAIL - NARROWEST, NARROWEST])
        return splitter

    def inspector_width(self) -> int:
        """Its width in pixels, or the one it begins with while it is hidden."""
        return self.inspector.width() if self.inspector.isVisible() else NARROWEST

    def set_inspector_width(self, width: int, window_width: int) -> None:
        """Give it this width, as far as its limits and the canvas's room in a window of that width allow."""
        width = max(NARROWEST, min(WIDEST, width))
        self.splitter.setSizes([max(CANVAS_LEAST, window_width - RAIL - width), width])


def _column(parent: QWidget, *widgets: QWidget) -> None:
    edges = parent.edges if isinstance(parent, Surface) else ()
    column = QVBoxLayout(parent)
    column.setContentsMargins(int("left" in edges), int("top" in edges), 0, 0)
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)
