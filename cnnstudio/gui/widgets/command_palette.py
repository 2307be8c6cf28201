"""Ctrl+K: type a few letters of any action and press Enter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.fuzzy import score

_WIDE, _ROW, _SHOWN, _SHADOW, _FIELD = 560, 32, 10, 24, 44


class Entry(Protocol):
    """What the palette lists; the window's actions have these."""

    title: str
    shortcut: str
    callback: Callable[[], object]
    enabled: bool


class CommandPalette(QWidget):
    """A card over the window with a search line and the actions that match; disabled ones are left out.

    Other things than actions can be listed as well; `hint` and `nothing` are the words for an empty search line and
    for a search without a hit.

    Signals
    -------
    closed() : it went away, with or without an action.
    """

    closed = Signal()

    def __init__(
        self, window: QWidget, hint: str = "Find an action", nothing: str = "No action matches"
    ) -> None:
        super().__init__(window)
        self.hide()
        self._nothing = nothing
        self._entries: tuple[Entry, ...] = ()
        self._found: list[Entry] = []
        self._at = 0
        self._top = 0
        self._return_to: QWidget | None = None
        self.setMouseTracking(True)
        self.setAccessibleName(hint)
        self.search = QLineEdit(self)
        self.search.setFont(fonts.font("card"))
        self.search.setFrame(False)
        self.search.setPlaceholderText(hint)
        self.search.setAccessibleName(hint)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)

    def open(self, entries: Sequence[Entry]) -> None:
        """Show the palette with these actions."""
        self._entries = tuple(e for e in entries if e.enabled)
        self._return_to = self.window().focusWidget()
        self.search.clear()
        self._filter("")
        self._place()
        self.show()
        self.raise_()
        self.search.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_palette(self) -> None:
        """Hide, and give the focus back."""
        if self.isHidden():
            return
        self.hide()
        if self._return_to is not None:
            self._return_to.setFocus(Qt.FocusReason.OtherFocusReason)
        self._return_to = None
        self.closed.emit()

    def titles(self) -> list[str]:
        """The titles that match, best first."""
        return [e.title for e in self._found]

    def current(self) -> Entry | None:
        """The marked action."""
        return self._found[self._at] if self._found else None

    def _filter(self, query: str) -> None:
        ranked = [(score(query, e.title), -i, e) for i, e in enumerate(self._entries)]
        hits = [(s, i, e) for s, i, e in ranked if s is not None]
        if query.strip():
            hits.sort(key=lambda h: (h[0], h[1]), reverse=True)
        self._found = [e for _, _, e in hits]
        self._at = self._top = 0
        if self.isVisible():
            self._place()
        self.update()

    def _place(self) -> None:
        window = self.window()
        rows = max(1, min(_SHOWN, len(self._found)))
        width = min(_WIDE, window.width() - 32)
        height = _FIELD + rows * _ROW + 12
        left = (window.width() - width) // 2 - _SHADOW
        self.setGeometry(left, 64 - _SHADOW, width + 2 * _SHADOW, height + 2 * _SHADOW)
        self.search.setGeometry(_SHADOW + 40, _SHADOW + 6, width - 56, _FIELD - 12)

    def _run(self) -> None:
        entry = self.current()
        self.close_palette()
        if entry is not None:
            entry.callback()

    def _go(self, index: int) -> None:
        if not self._found:
            return
        self._at = index % len(self._found)
        self._top = min(max(self._top, self._at - _SHOWN + 1), self._at)
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        if event.type() == QEvent.Type.FocusOut and self.isVisible():
            self.close_palette()
        return False

    def _key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}.get(key)
        if step is not None:
            self._go(self._at + step)
        elif key == Qt.Key.Key_PageDown:
            self._go(min(len(self._found) - 1, self._at + _SHOWN))
        elif key == Qt.Key.Key_PageUp:
            self._go(max(0, self._at - _SHOWN))
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._run()
        elif key == Qt.Key.Key_Escape:
            self.close_palette()
        else:
            return False
        return True

    def row_rect(self, index: int) -> QRectF:
        """Where the row of the match `index` stands."""
        top = _SHADOW + _FIELD + 6 + (index - self._top) * _ROW
        return QRectF(_SHADOW + 6, top, self.width() - 2 * _SHADOW - 12, _ROW)

    def _row_at(self, point: QPoint) -> int | None:
        for index in range(self._top, min(self._top + _SHOWN, len(self._found))):
            if self.row_rect(index).contains(point):
                return index
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row is not None and row != self._at:
            self._at = row
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event.position().toPoint())
        if row is not None:
            self._at = row
            self._run()

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._go(max(0, min(len(self._found) - 1, self._at + (-1 if event.angleDelta().y() > 0 else 1))))
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        panel = QRectF(self.rect()).adjusted(_SHADOW, _SHADOW, -_SHADOW, -_SHADOW)
        painting.shadow(painter, panel, t.shadow, blur=_SHADOW)
        painting.box(painter, panel, t.menu, t.line_strong, 8)
        icons.paint(painter, QRectF(panel.left() + 12, panel.top(), 20, _FIELD), "magnifying-glass", t.text3)
        painter.fillRect(QRectF(panel.left() + 1, panel.top() + _FIELD, panel.width() - 2, 1), t.line_strong)
        for index in range(self._top, min(self._top + _SHOWN, len(self._found))):
            entry, area = self._found[index], self.row_rect(index)
            if index == self._at:
                painting.box(painter, area, t.hover, None, 4)
            inner = area.adjusted(10, 0, -10, 0)
            painting.text(painter, inner.adjusted(0, 0, -90, 0), entry.title, "body", t.text1)
            keys = entry.shortcut.replace("+", " ")
            painting.text(painter, inner, keys, "hint", t.text3, painting.RIGHT)
        if not self._found:
            painting.text(
                painter, self.row_rect(0).adjusted(10, 0, 0, 0), self._nothing, "body", t.text3
            )
        painter.end()
