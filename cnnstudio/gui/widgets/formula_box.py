"""A formula, and below it the same with the current numbers in it."""

from __future__ import annotations

import re

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting


class FormulaBox(QWidget):
    """Lines of mono text, broken at operators where the box is narrow; the result stands out at the end."""

    def __init__(self, formula: str = "", worked: str = "", *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[str, ...] = ()
        self._wrong = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_lines(formula, worked)

    def set_lines(self, *lines: str, result: str = "", wrong: bool = False) -> None:
        """Show the formula, and worked lines below it, the last with its result ("" when it has none in it).

        `wrong`: what comes out is impossible, and the worked lines are in the colour of errors.
        """
        self._result, self._wrong = result, wrong
        self._lines = lines = tuple(line for line in lines if line)
        self.updateGeometry()
        self.setAccessibleName("Formula")
        self.setAccessibleDescription("; ".join(lines) + (f" = {result}" if result else ""))
        self.update()

    def is_wrong(self) -> bool:
        """Whether an impossible result is shown as such."""
        return self._wrong

    def lines(self) -> tuple[str, ...]:
        """The text shown."""
        return self._lines

    def result(self) -> str:
        """The number after the worked line."""
        return self._result

    def sizeHint(self) -> QSize:
        return QSize(308, 16 + 16 * max(1, len(self._wrapped())))

    def minimumSizeHint(self) -> QSize:
        return QSize(120, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another number of lines."""
        super().resizeEvent(event)
        if self.sizeHint().height() != self.height():
            self.updateGeometry()

    def shown_lines(self) -> tuple[str, ...]:
        """The lines as they are broken now, with the result at the end of the last."""
        return tuple(body + result for body, result in self._wrapped())

    def _wrapped(self) -> list[tuple[str, str]]:
        """Body and result of every line; all but the last have no result."""
        room = self.width() - 20
        out: list[tuple[str, str]] = []
        for index, line in enumerate(self._lines):
            last = index == len(self._lines) - 1
            result = self._result if last else ""
            pieces = _broken(line + (" = " + result if result else ""), room)
            out += [(piece, "") for piece in pieces[:-1]]
            end = pieces[-1]
            out.append((end.removesuffix(result), result) if result else (end, ""))
        return out

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        painting.box(painter, self.rect(), t.formula, None, 4)
        first = len(_broken(self._lines[0], self.width() - 20)) if self._lines else 0
        for index, (body, result) in enumerate(self._wrapped()):
            area = QRectF(10, 8 + 16 * index, self.width() - 20, 16)
            ink = t.error if self._wrong and index >= first else t.text3
            painting.text(painter, area, body, "formula", ink)
            if result:
                area.adjust(fonts.width("formula", body), 0, 0, 0)
                painting.text(painter, area, result, "formula-result", t.text1)
        painter.end()


def _broken(line: str, room: float) -> list[str]:
    """The line in pieces that fit `room`: broken before operators, and between words where there is none."""
    if fonts.width("formula", line) <= room:
        return [line]
    for pattern in (r"(?= = )|(?= [+-] 1(?: |$))", r"(?= [=+-] )", r"(?= )"):
        out = [""]
        for piece in re.split(pattern, line):
            if out[-1] and fonts.width("formula", out[-1] + piece) > room:
                out.append("  " + piece.strip())
            else:
                out[-1] += piece
        if all(fonts.width("formula", one) <= room for one in out):
            break
    return out
