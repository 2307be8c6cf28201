"""A sentence on a tinted ground that stays where it is: why something failed, beside what it is about."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

_LEFT, _RIGHT, _ABOVE, _LINE = 36, 12, 8, 16


class Note(QWidget):
    """Icon and wrapped sentence; as high as the sentence needs at the width it is given."""

    def __init__(
        self, words: str = "", kind: Literal["error", "warning", "info"] = "error", *, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._words, self._kind = words, kind
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(words)

    def words(self) -> str:
        """What it says."""
        return self._words

    def set_words(self, words: str) -> None:
        """Say something else."""
        if words != self._words:
            self._words = words
            self.setAccessibleName(words)
            self._fit()
            self.update()

    def _fit(self) -> None:
        # Not heightForWidth: layouts that centre their contents do not ask for it.
        width = max(60, self.width() - _LEFT - _RIGHT)
        self.setFixedHeight(_LINE * len(painting.wrapped("body", self._words, width)) + 2 * _ABOVE)

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
        room = QRectF(_LEFT, _ABOVE, max(60, self.width() - _LEFT - _RIGHT), self.height())
        painting.paragraph(painter, room, self._words, "body", t.text1, _LINE)
        painter.end()
