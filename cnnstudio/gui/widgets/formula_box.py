"""A formula, and below it the same with the current numbers in it."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting


class FormulaBox(QWidget):
    """Lines of mono text; in each, what follows the last " = " is the result and stands out."""

    def __init__(self, formula: str = "", worked: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_lines(formula, worked)

    def set_lines(self, formula: str, worked: str = "", result: str = "") -> None:
        """Show the formula, the worked line and its result ("" when the worked line has none)."""
        self._result = result
        lines = tuple(line for line in (formula, worked) if line)
        if len(lines) != len(self._lines):
            self.updateGeometry()
        self._lines = lines
        self.setAccessibleName("Formula")
        self.setAccessibleDescription("; ".join(lines) + (f" = {result}" if result else ""))
        self.update()

    def lines(self) -> tuple[str, ...]:
        """The text shown."""
        return self._lines

    def result(self) -> str:
        """The number after the worked line."""
        return self._result

    def sizeHint(self) -> QSize:
        return QSize(308, 16 + 16 * max(1, len(self._lines)))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painting.box(painter, self.rect(), t.formula, None, 4)
        for index, line in enumerate(self._lines):
            area = QRectF(10, 8 + 16 * index, self.width() - 20, 16)
            last = index == len(self._lines) - 1
            body = line + " = " if last and self._result else line
            painting.text(painter, area, body, "formula", t.text3)
            if last and self._result:
                area.adjust(fonts.width("formula", body), 0, 0, 0)
                painting.text(painter, area, self._result, "formula-result", t.text1)
        painter.end()
