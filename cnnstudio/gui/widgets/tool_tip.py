"""Rich tool tips: a name with its key, or a title, one sentence and the formula behind a control.

After 500 ms, the next one at once; at most 320 px wide; beside the control, flipped at the screen's
edges.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from PySide6.QtCore import QElapsedTimer, QEvent, QObject, QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QPaintEvent
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

WAIT_MS, AGAIN_MS, WIDEST = 500, 400, 320
_SHADOW = 16
_LINE = {"name": 20.0, "body": 18.0, "formula": 16.0}
_ENDING = (QEvent.Type.Leave, QEvent.Type.Hide)
_ANYWHERE = (QEvent.Type.MouseButtonPress, QEvent.Type.KeyPress, QEvent.Type.Wheel)


class Tip(NamedTuple):
    """The parts of a tip; empty ones are left out."""

    title: str
    text: str = ""
    formula: str = ""
    shortcut: str = ""


class TipPopup(QWidget):
    """The tip on screen; never takes focus or mouse."""

    def __init__(self, tip: Tip, *, shadow: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tip = tip
        self._margin = _SHADOW if shadow else 0
        if parent is None:
            self.setWindowFlags(
                Qt.WindowType.ToolTip
                | Qt.WindowType.FramelessWindowHint
                | Qt.WindowType.NoDropShadowWindowHint
            )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.resize(self.sizeHint())

    def margin(self) -> int:
        """Room around the visible box for its shadow."""
        return self._margin

    def _plain(self) -> bool:
        return not (self.tip.text or self.tip.formula)

    def _inner_width(self) -> float:
        tip = self.tip
        if self._plain():
            key = fonts.width("hint", tip.shortcut) + 24 if tip.shortcut else 0
            return min(WIDEST - 20.0, fonts.width("body", tip.title) + key)
        parts = (("name", tip.title), ("body", tip.text), ("formula", tip.formula))
        return min(WIDEST - 24.0, max(math.ceil(fonts.width(role, words)) + 1.0 for role, words in parts))

    def _text_height(self, role: str, words: str) -> float:
        return _LINE[role] * len(painting.wrapped(role, words, self._inner_width()))

    def _lines(self) -> list[tuple[str, str, float]]:
        """Role, words and height of the paragraphs."""
        out = [("name", self.tip.title, 20.0)]
        if self.tip.text:
            out.append(("body", self.tip.text, self._text_height("body", self.tip.text)))
        if self.tip.formula:
            out.append(("formula", self.tip.formula, self._text_height("formula", self.tip.formula) + 8))
        return out

    def sizeHint(self) -> QSize:
        around = 2 * self._margin
        if self._plain():
            return QSize(round(self._inner_width()) + 20 + around, 32 + around)
        height = sum(h for _, _, h in self._lines()) + 20
        return QSize(round(self._inner_width()) + 25 + around, round(height) + around)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        m = self._margin
        panel = QRectF(self.rect()).adjusted(m, m, -m, -m)
        if m:
            painting.shadow(painter, panel, t.shadow, blur=m, drop=4, radius=6)
        painting.box(painter, panel, t.tip, t.line_strong, 6)
        if self._plain():
            self._paint_plain(painter, panel)
        else:
            y = panel.top() + 10
            for role, words, height in self._lines():
                room = QRectF(
                    panel.left() + 12, y + (8 if role == "formula" else 0), self._inner_width(), height
                )
                ink = t.text1 if role == "name" else t.text2
                painting.paragraph(painter, room, words, role, ink, _LINE[role])
                y += height
        painter.end()

    def _paint_plain(self, painter, panel: QRectF) -> None:  # type: ignore[no-untyped-def]
        t, tip = tokens(), self.tip
        painting.text(painter, panel.adjusted(10, 0, -8, 0), tip.title, "body", t.text1)
        if tip.shortcut:
            width = fonts.width("hint", tip.shortcut) + 12
            key = QRectF(panel.right() - 8 - width, panel.center().y() - 9, width, 18)
            painting.box(painter, key, None, t.line_strong, 4)
            painting.text(painter, key, tip.shortcut, "hint", t.text2, painting.CENTRE, elide=False)


class _Tips(QObject):
    """Knows the tips of all widgets and shows one of them at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.popup: TipPopup | None = None
        self._tips: dict[int, Tip] = {}
        self._over: QWidget | None = None
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.timeout.connect(self._show)
        self._since = QElapsedTimer()
        self._listening = False

    def set_tip(self, widget: QWidget, tip: Tip) -> None:
        key = id(widget)
        if key not in self._tips:
            widget.installEventFilter(self)
            widget.destroyed.connect(lambda *_: self._tips.pop(key, None))
        self._tips[key] = tip

    def tip(self, widget: QWidget) -> Tip | None:
        return self._tips.get(id(widget))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind in _ANYWHERE:
            self.hide()
        elif id(watched) not in self._tips:
            return False
        elif kind == QEvent.Type.Enter:
            self._over = watched if isinstance(watched, QWidget) else None
            self._listen(True)
            recent = self._since.isValid() and self._since.elapsed() < AGAIN_MS
            self._wait.start(0 if recent else WAIT_MS)
        elif kind in _ENDING:
            self.hide()
        return False

    def _listen(self, on: bool) -> None:
        """Hear presses anywhere while a tip waits or shows; children keep them from their parents."""
        app = QGuiApplication.instance()
        if on != self._listening and app is not None:
            self._listening = on
            app.installEventFilter(self) if on else app.removeEventFilter(self)

    def hide(self) -> None:
        self._wait.stop()
        self._listen(False)
        self._over = None
        if self.popup is not None:
            if isValid(self.popup):
                self.popup.close()
                self.popup.deleteLater()
            self.popup = None
            self._since.start()

    def _show(self) -> None:
        widget = self._over
        if widget is None or not isValid(widget) or not widget.isVisible():
            return
        tip = self._tips.get(id(widget))
        if tip is not None:
            self.show_at(tip, QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()))

    def show_at(self, tip: Tip, around: QRect) -> None:
        if self.popup is not None and isValid(self.popup):
            self.popup.close()
            self.popup.deleteLater()
        self._listen(True)
        self.popup = TipPopup(tip)
        self.popup.move(_beside(around, self.popup))
        self.popup.show()


def _beside(around: QRect, popup: TipPopup) -> QPoint:
    """Below `around`, or above it when there is no room; always on the screen."""
    m, size = popup.margin(), popup.size()
    screen = QGuiApplication.screenAt(around.center()) or QGuiApplication.primaryScreen()
    room = screen.availableGeometry()
    y = around.bottom() + 6 - m
    if y + size.height() - m > room.bottom():
        y = around.top() - 6 - size.height() + m
    x = min(around.left() - m, room.right() - size.width() + m)
    return QPoint(max(room.left() - m, x), max(room.top() - m, y))


_shared: list[_Tips] = []


def _tips() -> _Tips:
    if not _shared or not isValid(_shared[0]):
        _shared[:] = [_Tips()]
    return _shared[0]


def install(widget: QWidget, title: str, text: str = "", formula: str = "", shortcut: str = "") -> None:
    """Give `widget` a tip, or another one; the sentence also becomes its accessible description."""
    _tips().set_tip(widget, Tip(title, text, formula, shortcut.replace("+", " ")))
    if text and not widget.accessibleDescription():
        widget.setAccessibleDescription(text)


def tip_of(widget: QWidget) -> Tip | None:
    """The tip that was installed on `widget`."""
    return _tips().tip(widget)


def show_at(tip: Tip, around: QRect) -> None:
    """Show a tip now beside a rectangle in global coordinates (cells of a grid, points of a chart)."""
    _tips().show_at(tip, around)


def say(widget: QWidget, words: str) -> None:
    """Say now, beside a field, why its text cannot be taken; "" takes it away."""
    if words:
        show_at(Tip(words), QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size()))
    else:
        hide()


def hide() -> None:
    """Take the tip away."""
    _tips().hide()


def visible_tip() -> TipPopup | None:
    """The tip on screen."""
    popup = _tips().popup
    return popup if popup is not None and isValid(popup) and popup.isVisible() else None
