"""Channels as a flow of numbers that can be clicked, or gone through with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.numbers_text import number
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

MOST = 40
"""So many are written out; the rest is counted."""

_HIGH, _GAP, _LINE = 20, 4, 20


class ChannelList(QWidget):
    """A heading with the count, then chips. An entry is its words and the unit that it leads to.

    Signals: `picked(unit)`.
    """

    picked = Signal(int)

    def __init__(self, title: str, none: str) -> None:
        super().__init__()
        self._title, self._none = title, none
        self._entries: tuple[tuple[str, int], ...] = ()
        self._known, self._total = False, 0
        self._at = self._hover = -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(title)
        self._fit()

    def set_entries(self, entries: Sequence[tuple[str, int]] | None) -> None:
        """Show these; None while they are being looked for."""
        self._known, self._total = entries is not None, len(entries or ())
        self._entries = tuple(entries or ())[:MOST]
        self._at = self._hover = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._entries else Qt.FocusPolicy.NoFocus)
        self.setAccessibleDescription(", ".join(words for words, _ in self._entries) or self._none)
        self._fit()
        self.update()

    def entries(self) -> tuple[tuple[str, int], ...]:
        """What is written out."""
        return self._entries

    def rects(self) -> list[QRectF]:
        """Where the chips lie."""
        left, top, made = 0.0, float(_LINE), []
        for words, _unit in self._entries:
            wide = fonts.width("hint", words) + 12
            if left and left + wide > self.width():
                left, top = 0.0, top + _HIGH + _GAP
            made.append(QRectF(left, top, wide, _HIGH))
            left += wide + _GAP
        return made

    def _fit(self) -> None:
        rects = self.rects()
        more = _LINE if self._total > len(self._entries) else 0
        self.setFixedHeight(round(rects[-1].bottom() if rects else _LINE) + more + 8)

    def sizeHint(self) -> QSize:
        return QSize(308, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._fit()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = next((i for i, each in enumerate(self.rects()) if each.contains(event.position())), -1)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._hover >= 0:
            self._go(self._hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {
            Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if step is None or not self._entries:
            super().keyPressEvent(event)
        else:
            self._go((self._at + step) % len(self._entries))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def _go(self, index: int) -> None:
        self._at = index
        self.update()
        self.picked.emit(self._entries[index][1])

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        head = QRectF(0, 0, self.width(), _LINE - 4)
        painting.text(painter, head, self._title, "body", t.text2)
        told = number(self._total) if self._total else self._none if self._known else ""
        painting.text(painter, head, told, "hint", t.text3, painting.RIGHT)
        for index, ((words, _unit), area) in enumerate(zip(self._entries, self.rects(), strict=True)):
            ring = self.hasFocus() and index == max(self._at, 0)
            fill = t.hover if index == self._hover else t.raised
            painting.box(painter, area, fill, t.accent_text if ring else None, 4)
            painting.text(painter, area, words, "hint", t.text1, painting.CENTRE, elide=False)
        if self._total > len(self._entries):
            rest = QRectF(0, self.height() - _LINE - 4, self.width(), _LINE)
            painting.text(painter, rest, f"and {number(self._total - len(self._entries))} more", "hint", t.text3)
        painter.end()
