"""The card with the answer: the classes, or why there are none yet."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from cnnstudio.gui.numbers_text import milliseconds
from cnnstudio.gui.panels.classification.class_bars import ClassBars
from cnnstudio.gui.panels.classification.notice import Notice
from cnnstudio.gui.panels.classification.words import doubt, heading
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from cnnstudio.classification import Classes

ACROSS, DOWN = 24, 20
_HEAD, _GAP = 20, 14
_WAITING_HEIGHT = 148


class AnswerCard(QWidget):
    """A rounded card with one page in front: the classes, or a sentence.

    Signals: `reshaped()` when it shows something that may want another height.
    """

    reshaped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.bars = ClassBars()
        self.notice = Notice()
        self._heading = Label("", "name", "text2")
        self._time = Label("", "body", "text3")
        self._said = Label("", "card", "text1", wrap=True)
        self._line = ProgressLine(name="Classifying")
        self._pages = QStackedLayout(self)
        self._answer, self._words = self._answer_page(), self._words_page()
        self._pages.addWidget(self._words)
        self._pages.addWidget(self._answer)

    def _answer_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(ACROSS, DOWN, ACROSS, DOWN)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.addWidget(self._heading)
        head.addStretch(1)
        head.addWidget(self._time)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setAccessibleName("Classes")
        scroll.setWidget(self.bars)
        # Its ground would hide the card's.
        scroll.viewport().setAutoFillBackground(False)
        self.bars.setAutoFillBackground(False)
        self._scroll = scroll
        column.addLayout(head)
        column.addSpacing(_GAP)
        column.addWidget(self.notice)
        self._under_notice = QWidget()
        self._under_notice.setFixedHeight(_GAP)
        column.addWidget(self._under_notice)
        column.addWidget(scroll, 1)
        return page

    def _words_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(ACROSS, DOWN, ACROSS, DOWN)
        column.setSpacing(12)
        column.addStretch(1)
        column.addWidget(self._said)
        column.addWidget(self._line)
        column.addStretch(1)
        return page

    # -- what it shows -----------------------------------------------------------------------------------------
    def show_classes(self, classes: Classes, seconds: float) -> None:
        """The answer."""
        self._heading.setText(heading(classes))
        self._time.setText(milliseconds(seconds * 1000))
        words = doubt(classes)
        self.notice.set_words(words)
        self._under_notice.setVisible(bool(words))
        self.bars.set_classes(tuple(zip(classes.labels, classes.scores, strict=True)))
        self._show(self._answer)

    def show_words(self, words: str, *, waiting: bool) -> None:
        """A sentence; with a running bar while the answer is on its way."""
        self._said.setText(words)
        self._line.setVisible(waiting)
        if waiting:
            self._line.set_unknown()
        self.bars.set_classes(())
        self._show(self._words)

    def sentence(self) -> str:
        """What the card says in words; "" while it shows classes."""
        return self._said.text() if self._pages.currentWidget() is self._words else ""

    def _show(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.reshaped.emit()

    # -- how much room it wants --------------------------------------------------------------------------------
    def fitted(self, width: int, most: int, *, stacked: bool) -> int:
        """Lay the classes out for a card of this width and at most this height; returns the height it wants."""
        inner = width - 2 * ACROSS
        if self._pages.currentWidget() is not self._answer:
            return min(most, _WAITING_HEIGHT)
        above = 2 * DOWN + _HEAD + _GAP
        if self.notice.words():
            self.notice.setFixedHeight(self.notice.height_at(inner))
            above += self.notice.height() + _GAP
        self.bars.set_room(most - above, stacked=stacked)
        rows = math.ceil(self.bars.layout_for(inner).height)
        self.bars.setFixedHeight(rows)
        return min(most, above + rows)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The card's ground."""
        painter = painting.begin(self)
        painting.box(painter, self.rect(), tokens().panel, None, 8)
        painter.end()
