"""A sentence on a tinted ground that stays where it is: why something failed, beside what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import SMALL, Button

_LEFT, _RIGHT, _ABOVE, _LINE = 36, 12, 8, 16


class Note(QWidget):
    """Icon and wrapped sentence, and details behind a button; as high as the words need at the width it is given.

    Signals: `reshaped()` when the details were folded or unfolded.
    """

    reshaped = Signal()

    def __init__(
        self, words: str = "", kind: Literal["error", "warning", "info"] = "error", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._kind = words, kind
        self._details: tuple[str, ...] = ()
        self.more = Button("Details", "ghost", height=SMALL, checkable=True, parent=self)
        self.more.toggled.connect(self._fold)
        self.more.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def words(self) -> str:
        """What it says."""
        return self._words

    def details(self) -> tuple[str, ...]:
        """What it says when it is unfolded, line by line."""
        return self._details

    def set_words(self, words: str, details: Sequence[str] = ()) -> None:
        """Say something else; the details are folded."""
        if (words, tuple(details)) == (self._words, self._details):
            return
        self._words, self._details = words, tuple(details)
        self.more.setChecked(False)
        self.more.setVisible(bool(details))
        self.setAccessibleName(words)
        self.setAccessibleDescription("")
        self._fit()
        self.update()

    def _fold(self, unfolded: bool) -> None:
        self.setAccessibleDescription(" ".join(self._details) if unfolded else "")
        self._fit()
        self.update()
        self.reshaped.emit()

    def _width(self) -> int:
        return max(60, self.width() - _LEFT - _RIGHT)

    def _sentence_width(self) -> int:
        return max(60, self._width() - (self.more.sizeHint().width() + 8 if self._details else 0))

    def _lines(self) -> list[str]:
        shown = self._details if self.more.isChecked() else ()
        return [line for each in shown for line in painting.wrapped("hint", each, self._width())]

    def _fit(self) -> None:
        # Not heightForWidth: layouts that centre their contents do not ask for it.
        hint = self.more.sizeHint()
        self.more.setGeometry(self.width() - 6 - hint.width(), _ABOVE - 2, hint.width(), hint.height())
        above = _LINE * len(painting.wrapped("body", self._words, self._sentence_width()))
        lines = self._lines()
        self.setFixedHeight(above + 2 * _ABOVE + (4 + _LINE * len(lines) if lines else 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(320, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        ground = {"error": t.error_bar, "warning": t.warning_bar, "info": t.info_bar}[self._kind]
        shape = {"error": "warning-circle", "warning": "warning", "info": "info"}[self._kind]
        painting.box(painter, self.rect(), ground, None, 4)
        icons.paint(painter, QRectF(10, _ABOVE, 16, _LINE), shape, getattr(t, self._kind), 16)
        room = QRectF(_LEFT, _ABOVE, self._sentence_width(), self.height())
        painting.paragraph(painter, room, self._words, "body", t.text1, _LINE)
        y = _ABOVE + _LINE * len(painting.wrapped("body", self._words, self._sentence_width())) + 4.0
        for line in self._lines():
            painting.text(painter, QRectF(_LEFT, y, self._width(), _LINE), line, "hint", t.text2)
            y += _LINE
        painter.end()
