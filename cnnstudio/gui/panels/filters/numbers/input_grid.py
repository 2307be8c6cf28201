"""The input's grid, whose cells can be typed into, by mouse and by keyboard.

Signals, beside those of `NumberGrid`: cellEdited(channel, row, column, value) in unpadded coordinates,
tablePasted(rows), pasteRefused(why).
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from cnnstudio.errors import UsageError
from cnnstudio.filters import Matrix
from cnnstudio.gui.numbers_text import MINUS
from cnnstudio.gui.panels.filters.numbers.number_grid import NumberGrid
from cnnstudio.gui.panels.filters.numbers.problem import LARGEST, Cell, size_of
from cnnstudio.gui.widgets.cell_editor import CellEditor
from cnnstudio.gui.widgets.table_text import read_table

_MOVES = {
    Qt.Key.Key_Left.value: (0, -1),
    Qt.Key.Key_Right.value: (0, 1),
    Qt.Key.Key_Up.value: (-1, 0),
    Qt.Key.Key_Down.value: (1, 0),
}


class InputGrid(NumberGrid):
    """A `NumberGrid` of plain cells with a cursor cell and a field that opens over it, not over padding."""

    cellEdited = Signal(int, int, int, float)
    tablePasted = Signal(object)
    pasteRefused = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None):
        super().__init__(name, plain=True, parent=parent)
        self._editor: CellEditor | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleDescription("Click a cell and type, or paste a table from a spreadsheet.")
        self.cellClicked.connect(self._clicked)

    def set_grids(
        self,
        grids: tuple[Matrix, ...],
        margin: tuple[int, int, int, int] = (0, 0, 0, 0),
        dropped: Cell = (0, 0),
    ) -> None:
        """As in `NumberGrid`; another size closes the field."""
        if size_of(grids) != self.rows_columns or margin != self.margin:
            self.close_editor(take=False)
            self.cursor_cell = None
        super().set_grids(grids, margin, dropped)

    def _clicked(self, row: int, column: int) -> None:
        if not self.is_padding(row, column):
            self.edit(row, column)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the cursor cell, Return or a digit edits it, Ctrl+V pastes a table."""
        text = event.text()
        if not self.grids:
            event.ignore()
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.paste()
        elif event.key() in _MOVES:
            self.move_cursor(*_MOVES[event.key()])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2):
            self.edit(*self._cursor())
        elif text and text in f"0123456789-{MINUS}.,":
            self.edit(*self._cursor(), text)
        else:
            event.ignore()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Reached by keyboard: show where typing would go."""
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.cursor_cell = self._cursor()
        super().focusInEvent(event)

    def _cursor(self) -> Cell:
        return self.cursor_cell or (self.margin[0], self.margin[1])

    def move_cursor(self, down: int, right: int) -> None:
        """Move the cursor cell inside the unpadded grid."""
        rows, columns = self.rows_columns
        top, left, bottom, end = self.margin
        row, column = self._cursor()
        self.cursor_cell = (
            min(max(row + down, top), rows - bottom - 1), min(max(column + right, left), columns - end - 1),
        )  # fmt: skip
        self.update()

    def edit(self, row: int, column: int, start: str | None = None) -> None:
        """Open the field over a cell; `start` replaces its text."""
        self.close_editor()
        self.cursor_cell = (row, column)
        editor = CellEditor(self.grids[self.front][row][column], self.cell_rect(row, column), start, self)
        editor.setAccessibleName("Cell value")
        editor.taken.connect(lambda value: self._take(row, column, value))
        editor.moved.connect(self.move_cursor)
        editor.closed.connect(self._forget_editor)
        editor.installEventFilter(self)
        self._editor = editor
        self.update()

    def editor(self) -> CellEditor | None:
        """The open field, if any."""
        return self._editor

    def close_editor(self, take: bool = True) -> None:
        """Close the field; what was typed is kept unless `take` is False."""
        if self._editor is not None:
            self._editor.finish(take)

    def _forget_editor(self) -> None:
        if self._editor is not None:
            self._editor.deleteLater()
            self._editor = None
            self.update()

    def _take(self, row: int, column: int, value: float) -> None:
        top, left = self.margin[:2]
        if value != self.grids[self.front][row][column]:
            self.cellEdited.emit(self.front, row - top, column - left, value)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A table pasted while a cell is being edited is a table all the same."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            pasting = event.matches(QKeySequence.StandardKey.Paste)
            if pasting and len(QGuiApplication.clipboard().text().split()) > 1:
                self.close_editor(take=False)
                self.paste()
                return True
        return super().eventFilter(watched, event)

    def paste(self) -> None:
        """Take a table from the clipboard; what is none is refused with the reason."""
        try:
            rows = read_table(QGuiApplication.clipboard().text(), LARGEST)
        except UsageError as error:
            self.pasteRefused.emit(str(error))
        else:
            self.tablePasted.emit(rows)
