"""The weights of a kernel as a grid of cells, coloured by sign, edited in place.

Click a cell and type; arrow keys move; drag up and down or turn the wheel to change a weight; paste a
table from a spreadsheet. Numbers are printed as long as they fit, beyond that colour and a tip tell the
value.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import QEvent, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from cnnstudio.errors import UsageError
from cnnstudio.gui import numbers_text
from cnnstudio.gui.theme import cell_colour, text_on, tokens
from cnnstudio.gui.widgets import painting, tool_tip
from cnnstudio.gui.widgets.cell_editor import LARGEST, CellEditor
from cnnstudio.gui.widgets.cell_grid import CellGrid
from cnnstudio.gui.widgets.fitted_numbers import fitted
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus
from cnnstudio.gui.widgets.number_field import short_number
from cnnstudio.gui.widgets.table_text import read_table, write_table

_DRAG_PX = 6
_ROLES = ("cell-editor", "cell-small", "cell-tiny")


class KernelGrid(KeyboardFocus, CellGrid):
    """A grid of 1 × 1 to 31 × 31 weights.

    Signals
    -------
    weightsChanged(object, bool) : all weights as a tuple of rows; False while dragging, True when finished.
        A pasted table may have another size than the grid had.
    pasteRefused(str) : why the clipboard could not be used.
    """

    weightsChanged = Signal(object, bool)
    pasteRefused = Signal(str)
    ring_radius = 4

    def __init__(
        self,
        weights: Sequence[Sequence[float]] = ((0.0,),),
        *,
        name: str = "Kernel",
        editable: bool = True,
        step: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(weights, name=name, parent=parent)
        self._row = self._column = 0
        self._editable, self._step = editable, step
        self._editor: CellEditor | None = None
        self._drag: tuple[float, float] | None = None
        self._dragged = False
        self._hover: tuple[int, int] | None = None
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if editable else Qt.FocusPolicy.NoFocus)
        self._tell()

    def set_weights(self, weights: Sequence[Sequence[float]]) -> None:
        """Show other weights without a signal; an open cell editor closes when the size changes."""
        if (len(weights), len(weights[0])) != self.shape():
            self._close_editor()
            self._row = min(self._row, len(weights) - 1)
            self._column = min(self._column, len(weights[0]) - 1)
        super().set_weights(weights)
        self._tell()

    def cell(self) -> tuple[int, int]:
        """Row and column of the current cell, from 0."""
        return self._row, self._column

    def set_cell(self, row: int, column: int) -> None:
        """Make another cell the current one."""
        rows, columns = self.shape()
        self._row, self._column = max(0, min(rows - 1, row)), max(0, min(columns - 1, column))
        self._tell()
        self.update()

    def _tell(self) -> None:
        value = numbers_text.number(self._weights[self._row][self._column])
        self.setAccessibleDescription(f"Row {self._row + 1}, column {self._column + 1}: {value}")

    def _put(self, value: float, final: bool) -> None:
        rows = [list(row) for row in self._weights]
        rows[self._row][self._column] = max(-LARGEST, min(LARGEST, value))
        self._weights = tuple(tuple(row) for row in rows)
        self._tell()
        self.update()
        self.weightsChanged.emit(self._weights, final)

    def edit(self, start: str | None = None) -> None:
        """Open the editor in the current cell, with the typed `start` instead of its value."""
        if not self._editable or not self.isEnabled():
            return
        self._close_editor()
        value = self._weights[self._row][self._column]
        area = self.cell_rect(self._row, self._column)
        self._editor = CellEditor(value, area, start, self)
        self._editor.taken.connect(self._take)
        self._editor.moved.connect(self._move)
        self._editor.closed.connect(self._forget_editor)

    def editor(self) -> CellEditor | None:
        """The open editor of a cell."""
        return self._editor

    def _take(self, value: float) -> None:
        if value != self._weights[self._row][self._column]:
            self._put(value, True)

    def _forget_editor(self) -> None:
        if self._editor is not None:
            self._editor.deleteLater()
            self._editor = None
        self.update()

    def _close_editor(self) -> None:
        if self._editor is not None:
            self._editor.finish()

    def _move(self, down: int, right: int) -> None:
        self.set_cell(self._row + down, self._column + right)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = self.cell_at(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or place is None or not self._editable:
            return
        tool_tip.hide()
        self._close_editor()
        self.set_cell(*place)
        self._drag = (event.position().y(), self._weights[place[0]][place[1]])
        self._dragged = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            self._point_at(self.cell_at(event.position().toPoint()))
            return
        start, value = self._drag
        steps = round((start - event.position().y()) / _DRAG_PX)
        if steps or self._dragged:
            self._dragged = True
            new = self._stepped(value, steps, event.modifiers())
            if new != self._weights[self._row][self._column]:
                self._put(new, False)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._drag is None:
            return
        self._drag = None
        if self._dragged:
            self.weightsChanged.emit(self._weights, True)
        elif self.number_role() is not None:
            self.edit()

    def _stepped(self, value: float, steps: int, modifiers: Qt.KeyboardModifier) -> float:
        """So many steps further, a tenth each with Shift; reckoned in decimals, so that no digit is lost or added."""
        fine = Decimal("0.1") if modifiers & Qt.KeyboardModifier.ShiftModifier else 1
        return float(Decimal(repr(value)) + steps * Decimal(repr(self._step)) * fine)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self._editable and self.hasFocus() and event.angleDelta().y():
            up = 1 if event.angleDelta().y() > 0 else -1
            self._put(self._stepped(self._weights[self._row][self._column], up, event.modifiers()), True)
            event.accept()
        else:
            event.ignore()

    def _point_at(self, place: tuple[int, int] | None) -> None:
        if place == self._hover:
            return
        self._hover = place
        if place is None or self.number_role() is not None:
            tool_tip.hide()
        else:
            area = self.cell_rect(*place)
            words = short_number(self._weights[place[0]][place[1]])
            spot = QRect(self.mapToGlobal(area.topLeft()), area.size())
            tool_tip.show_at(tool_tip.Tip(f"Row {place[0] + 1}, column {place[1] + 1}: {words}"), spot)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        key = Qt.Key(event.key())
        if event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.matches(QKeySequence.StandardKey.Copy):
            QGuiApplication.clipboard().setText(write_table(self._weights))
        elif key in moves:
            self._move(*moves[key])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._put(0.0, True)
        elif (
            event.text()
            and event.text() in "0123456789-+.,−"
            and not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.edit(event.text())
        else:
            event.ignore()

    def paste(self) -> None:
        """Take the clipboard: one number goes into the current cell, a table becomes the kernel."""
        try:
            table = read_table(QGuiApplication.clipboard().text())
        except UsageError as error:
            self.pasteRefused.emit(str(error))
            return
        if max(abs(w) for row in table for w in row) > LARGEST:
            self.pasteRefused.emit("The table has a weight beyond 1e9; a kernel takes weights from −1e9 to 1e9.")
        elif len(table) == len(table[0]) == 1:
            self._put(table[0][0], True)
        else:
            self.set_weights(table)
            self.weightsChanged.emit(self._weights, True)

    def number_role(self) -> str | None:
        """The type in which every weight fits its cell, short where it is large or tiny; None for colour alone."""
        made = self._written()
        return made[0] if made is not None else None

    def texts(self) -> list[str]:
        """What stands in the cells, row by row; empty when colour alone must do."""
        made = self._written()
        return made[1] if made is not None else []

    def _written(self) -> tuple[str, list[str]] | None:
        area = self.cell_rect(0, 0)
        flat = [w for row in self._weights for w in row]
        return fitted(flat, area.width() - 4, area.height(), _ROLES, decimals=(2,))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        largest = max(abs(w) for row in self._weights for w in row)
        role, texts = self._written() or ("", [])
        for r, row in enumerate(self._weights):
            for c, weight in enumerate(row):
                fill, area = cell_colour(weight, largest), self.cell_rect(r, c)
                radius = 3 if min(area.width(), area.height()) > 12 else self._gap()
                painting.box(painter, area, fill, None, radius)
                if texts:
                    words = texts[r * len(row) + c]
                    painting.text(painter, area, words, role, text_on(fill), painting.CENTRE, elide=False)
        self._paint_current(painter)
        painter.end()

    def _paint_current(self, painter: QPainter) -> None:
        if not (self._editable and self.isEnabled() and (self.hasFocus() or self._editor is not None)):
            return
        area = QRectF(self.cell_rect(self._row, self._column)).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(tokens().accent_text, 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(area, 2, 2)
