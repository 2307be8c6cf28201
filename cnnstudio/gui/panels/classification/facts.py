"""Facts as rows of a word and a text, in the measures of an inspector."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.row import GAP, LABEL, MARGIN

_LINE, _BETWEEN, _EDGE = 16, 8, 8


class Facts(QWidget):
    """Pairs of a word and a text that wraps; as high as its lines need at the width it has."""

    def __init__(self) -> None:
        super().__init__()
        self._facts: tuple[tuple[str, str], ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Facts")

    def facts(self) -> tuple[tuple[str, str], ...]:
        """What is shown."""
        return self._facts

    def set_facts(self, facts: Sequence[tuple[str, str]]) -> None:
        """Show these; those with an empty text are left out."""
        self._facts = tuple(pair for pair in facts if pair[1])
        self.setAccessibleDescription("; ".join(f"{word}: {words}" for word, words in self._facts))
        self.updateGeometry()
        self.update()

    def _rows(self) -> list[tuple[str, list[str]]]:
        room = max(80, self.width() - 2 * MARGIN - LABEL - GAP)
        return [(word, painting.wrapped("body", words, room)) for word, words in self._facts]

    def sizeHint(self) -> QSize:
        rows = self._rows()
        lines = sum(len(words) for _, words in rows)
        return QSize(340, 2 * _EDGE + _LINE * lines + _BETWEEN * (len(rows) - 1) if rows else 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width may need another number of lines."""
        super().resizeEvent(event)
        if self.sizeHint().height() != self.height():
            self.updateGeometry()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        top = float(_EDGE)
        for word, lines in self._rows():
            painting.text(painter, QRectF(MARGIN, top, LABEL, _LINE), word, "body", t.text2)
            for line in lines:
                area = QRectF(MARGIN + LABEL + GAP, top, self.width() - 2 * MARGIN - LABEL - GAP, _LINE)
                painting.text(painter, area, line, "body", t.text1, elide=False)
                top += _LINE
            top += _BETWEEN
        painter.end()
