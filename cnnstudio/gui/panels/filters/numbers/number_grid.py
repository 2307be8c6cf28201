"""One grid of numbers: a kernel, an input with its padding, or an output that is still being filled.

Signals: cellHovered(row, column), cellLeft(), cellClicked(row, column), channelPicked(channel). Rows and
columns count from the padded corner.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QMouseEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.filters import Matrix
from cnnstudio.gui.panels.filters.numbers import grid_painting as painting
from cnnstudio.gui.panels.filters.numbers.marks import NONE, Marks
from cnnstudio.gui.panels.filters.numbers.problem import Cell, size_of

EDGE = 5  # room round the cells for the outline and the focus ring
SHIFT = 12  # how far each slice behind peeps out, right and up


def gap_of(cell: int) -> int:
    """Pixels between cells of that side."""
    return 2 if cell >= 20 else 1


class NumberGrid(QWidget):
    """Cells with numbers; channels lie behind each other like sheets; a click brings one to the front."""

    cellHovered = Signal(int, int)
    cellLeft = Signal()
    cellClicked = Signal(int, int)
    channelPicked = Signal(int)

    def __init__(self, name: str, *, plain: bool = False, parent: QWidget | None = None):
        """`name` is spoken by screen readers; `plain` cells are grey, others are coloured by sign."""
        super().__init__(parent)
        self.grids: tuple[Matrix, ...] = ()
        self.margin = (0, 0, 0, 0)
        self.dropped: Cell = (0, 0)
        self.front = 0
        self.marks = NONE
        self.plain = plain
        self.coloured = True
        self.exact = False
        """Whether results are written, which have a digit more where there is room."""
        self.cell = 54
        self.turn = 0.0
        self.cursor_cell: Cell | None = None
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    # --- content ---

    def set_grids(
        self,
        grids: tuple[Matrix, ...],
        margin: tuple[int, int, int, int] = (0, 0, 0, 0),
        dropped: Cell = (0, 0),
    ) -> None:
        """Show `grids` (one per channel); `margin` (t, l, b, r) cells are padding, `dropped` hatched."""
        self.grids, self.margin, self.dropped = grids, margin, dropped
        self.front = min(self.front, max(len(grids) - 1, 0))
        self._resize()

    def set_front(self, channel: int) -> None:
        """Bring one channel to the front."""
        self.front = min(max(channel, 0), max(len(self.grids) - 1, 0))
        self.update()

    def set_cell_size(self, pixels: int) -> None:
        """Side of a cell."""
        self.cell = pixels
        self._resize()

    def set_marks(self, marks: Marks) -> None:
        """Light cells; see `Marks`."""
        if marks != self.marks:
            self.marks = marks
            self.update()

    def set_coloured(self, coloured: bool) -> None:
        """Colour cells by sign, or leave them grey."""
        self.coloured = coloured
        self.update()

    def set_turn(self, degrees: float) -> None:
        """Turn the sheet of cells round its centre while the figures stay upright."""
        self.turn = degrees
        self.update()

    # --- geometry ---

    @property
    def rows_columns(self) -> Cell:
        """Rows and columns, padding included."""
        return size_of(self.grids)

    @property
    def overhang(self) -> int:
        """Pixels by which the sheets behind stick out."""
        return SHIFT * (len(self.grids) - 1) if self.grids else 0

    def extent(self, cell: int) -> QSize:
        """The size this grid has with cells of that side."""
        rows, columns = self.rows_columns
        edge = 2 * EDGE + self.overhang
        gap = gap_of(cell)
        return QSize(columns * (cell + gap) - gap + edge, rows * (cell + gap) - gap + edge)

    def sizeHint(self) -> QSize:
        """As large as its cells."""
        return self.extent(self.cell)

    def cell_rect(self, row: int, column: int, depth: int = 0) -> QRect:
        """Where a cell of the sheet `depth` places behind the front one is drawn, in this widget."""
        step = self.cell + gap_of(self.cell)
        x = EDGE + column * step + depth * SHIFT
        y = EDGE + self.overhang + row * step - depth * SHIFT
        return QRect(x, y, self.cell, self.cell)

    def sheet_rect(self, depth: int = 0) -> QRect:
        """The whole sheet `depth` places behind the front one."""
        rows, columns = self.rows_columns
        return self.cell_rect(0, 0, depth).united(self.cell_rect(rows - 1, columns - 1, depth))

    def cell_at(self, point: QPoint) -> Cell | None:
        """The cell of the front sheet under a point; gaps belong to the cell before them."""
        rows, columns = self.rows_columns
        step = self.cell + gap_of(self.cell)
        row, column = (point.y() - EDGE - self.overhang) // step, (point.x() - EDGE) // step
        return (row, column) if 0 <= row < rows and 0 <= column < columns else None

    def sheet_at(self, point: QPoint) -> int | None:
        """The channel whose sheet shows at a point."""
        for depth, channel in enumerate(self.order()):
            if self.sheet_rect(depth).adjusted(0, 0, 2, 2).contains(point):
                return channel
        return None

    def order(self) -> list[int]:
        """Channels from front to back."""
        return [(self.front + k) % len(self.grids) for k in range(len(self.grids))]

    def is_padding(self, row: int, column: int) -> bool:
        """Whether the cell was added by padding."""
        rows, columns = self.rows_columns
        top, left, bottom, right = self.margin
        return row < top or column < left or row >= rows - bottom or column >= columns - right

    def is_dropped(self, row: int, column: int) -> bool:
        """Whether no window reaches the cell because the size was rounded down."""
        rows, columns = self.rows_columns
        return row >= rows - self.dropped[0] or column >= columns - self.dropped[1]

    def _resize(self) -> None:
        self.setFixedSize(self.sizeHint())
        self.update()

    # --- people ---

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which cell is under the pointer."""
        cell = self.cell_at(event.position().toPoint())
        if cell is None:
            self.cellLeft.emit()
        else:
            self.cellHovered.emit(*cell)

    def leaveEvent(self, event: object) -> None:
        """The pointer went elsewhere."""
        self.cellLeft.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Bring a sheet behind to the front, or choose a cell of the front one."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = event.position().toPoint()
        sheet = self.sheet_at(point)
        if sheet is not None and sheet != self.front:
            self.channelPicked.emit(sheet)
            return
        cell = self.cell_at(point)
        if cell is None:
            return
        self.cellClicked.emit(*cell)

    # --- drawing ---

    def paintEvent(self, event: QPaintEvent) -> None:
        """Sheets from back to front, then the outlines."""
        if not self.grids:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.turn:
            painting.paint_turned(painter, self, QPointF(QRectF(self.sheet_rect()).center()))
            return
        for depth in reversed(range(1, len(self.grids))):
            painting.paint_sheet_behind(painter, self, depth)
        painting.paint_front(painter, self)
        painting.paint_outlines(painter, self)
