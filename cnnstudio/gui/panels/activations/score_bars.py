"""The classes that the network is surest of, and how the scores move when channels are switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.numbers_text import NBSP, number, with_unit
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

ROW, _LABEL, _VALUE, _CHANGE, _GAP = 26, 104, 50, 48, 12


@dataclass(frozen=True)
class Score:
    """A class. before: its score with all channels, 0…1; now: with some switched off."""

    index: int
    label: str
    before: float
    now: float


class ScoreBars(KeyboardFocus, QWidget):
    """A row a class: name, bar, score, and, while channels are off, by how many points it moved.

    A light line on a bar marks the score before. Signals: `picked(index)` of the class that contributions are made to.
    """

    picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._scores: tuple[Score, ...] = ()
        self._compared = False
        self._chosen = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Classes")
        self.setFixedHeight(0)

    def set_scores(self, scores: Sequence[Score], chosen: int, compared: bool) -> None:
        """Show these; chosen: the class whose bar is in accent; compared: whether channels are switched off."""
        self._scores, self._chosen, self._compared = tuple(scores), chosen, compared
        words = "; ".join(f"{each.label} {percents(each.now)}" for each in self._scores)
        self.setAccessibleDescription(words)
        self.setFixedHeight(ROW * len(self._scores))
        self.update()

    def scores(self) -> tuple[Score, ...]:
        """What is shown."""
        return self._scores

    def sizeHint(self) -> QSize:
        return QSize(308, ROW * len(self._scores))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pick(int(event.position().y() // ROW))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        if step is None:
            super().keyPressEvent(event)
            return
        here = next((row for row, each in enumerate(self._scores) if each.index == self._chosen), -1)
        self._pick(here + step)

    def _pick(self, row: int) -> None:
        if 0 <= row < len(self._scores):
            self.picked.emit(self._scores[row].index)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        change = _CHANGE if self._compared else 0
        track = self.width() - _LABEL - _VALUE - change - 2 * _GAP
        for row, each in enumerate(self._scores):
            top, chosen = row * ROW, each.index == self._chosen
            painting.text(painter, QRectF(0, top, _LABEL, ROW), each.label, "body", t.text1 if chosen else t.text2)
            bar = QRectF(_LABEL + _GAP, top + ROW / 2 - 3, track, 6)
            painting.box(painter, bar, t.track, None, 2)
            now = QRectF(bar.x(), bar.y(), max(1.0, track * each.now), 6)
            painting.box(painter, now, t.accent if chosen else t.text3, None, 2)
            if self._compared:
                at = bar.x() + track * each.before
                painter.fillRect(QRectF(at - 1, bar.y() - 4, 2, 14), t.text1)
                moved = (each.now - each.before) * 100
                ink = t.text3 if abs(moved) < 0.05 else t.warning if moved < 0 else t.accent_text
                end = QRectF(self.width() - change, top, change, ROW)
                painting.text(painter, end, points(moved), "hint", ink, painting.RIGHT)
            value = QRectF(bar.right(), top, _VALUE + _GAP, ROW)
            painting.text(painter, value, percents(each.now), "body", t.text1, painting.RIGHT, elide=False)
        painter.end()


def percents(score: float) -> str:
    """A share of 0 to 1 as "38.6 %"; what would round to nothing as "< 0.1 %"."""
    return f"<{NBSP}0.1{NBSP}%" if 0 < score < 0.0005 else with_unit(number(score * 100, 1), "%")


def points(moved: float) -> str:
    """A change in percentage points with its sign."""
    return "±0" if abs(moved) < 0.05 else number(moved, 1, sign=True)
