"""Push buttons in four kinds: accent, neutral, ghost and icon only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QEnterEvent, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import Tokens, tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

Kind = Literal["accent", "neutral", "ghost"]
HEADER, NORMAL, SMALL = 32, 28, 20


class Button(KeyboardFocus, QPushButton):
    """A button of 32 (header), 28 or 20 px height; without text it is square and needs a `name`.

    Signals: those of QPushButton; `clicked` is connected to `on_click` when given.
    """

    def __init__(
        self,
        words: str = "",
        kind: Kind = "neutral",
        *,
        icon: str = "",
        height: int = NORMAL,
        name: str = "",
        on_click: Callable[[], object] | None = None,
        checkable: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self.kind: Kind = kind
        self._icon_name, self._height = icon, height
        self._compact = False
        self.ring_radius = 6 if height > SMALL else 4
        self.setCheckable(checkable)
        self.setAccessibleName(name or words)
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if on_click is not None:
            self.clicked.connect(lambda *_: on_click())

    def set_icon(self, icon: str) -> None:
        """Show another icon."""
        self._icon_name = icon
        self.updateGeometry()
        self.update()

    def set_compact(self, on: bool) -> None:
        """Show the icon alone (narrow windows)."""
        self._compact = on and bool(self._icon_name)
        self.updateGeometry()
        self.update()

    def _words(self) -> str:
        return "" if self._compact else self.text().replace("&", "")

    def _icon_side(self) -> int:
        return 16 if self._height >= NORMAL else 13

    def sizeHint(self) -> QSize:
        words = self._words()
        if not words:
            return QSize(max(self._height, 24), self._height)
        padding = {HEADER: 14, NORMAL: 12}.get(self._height, 8)
        role = "button" if self._height >= NORMAL else "hint"
        width = fonts.width(role, words) + 2 * padding
        if self._icon_name:
            width += self._icon_side() + 8
        return QSize(round(width), self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def _colours(self, t: Tokens) -> tuple[QColor | None, QColor | None, QColor]:
        """Fill, edge and text of the present state."""
        if not self.isEnabled():
            return None, (None if self.kind == "ghost" else t.line), t.disabled
        down, over = self.isDown(), self.underMouse()
        if self.kind == "accent":
            fill = t.accent_pressed if down else t.accent_hover if over else t.accent
            return fill, None, t.on_accent
        if self.isChecked():
            return t.tint, t.accent, t.accent_text
        if down:
            return t.pressed, (None if self.kind == "ghost" else t.line_strong), t.text1
        if over:
            return t.hover, (None if self.kind == "ghost" else t.line_strong), t.text1
        if self.kind == "ghost":
            return None, None, t.text2
        return t.raised, t.line_strong, t.text1

    def paintEvent(self, event: QPaintEvent) -> None:
        fill, edge, ink = self._colours(tokens())
        painter = painting.begin(self)
        radius = 6 if self._height > SMALL else 4
        painting.box(painter, self.rect(), fill, edge, radius)
        words, side = self._words(), self._icon_side()
        role = "button" if self._height >= NORMAL else "hint"
        area = QRectF(self.rect())
        if not words:
            icons.paint(painter, area, self._icon_name, ink, side)
        elif self._icon_name:
            total = side + 8 + fonts.width(role, words)
            left = max(6.0, (area.width() - total) / 2)
            icons.paint(painter, QRectF(left, 0, side, area.height()), self._icon_name, ink, side)
            painting.text(painter, area.adjusted(left + side + 8, 0, -4, 0), words, role, ink)
        else:
            painting.text(painter, area, words, role, ink, painting.CENTRE)
        painter.end()


def icon_button(icon: str, name: str, on_click: Callable[[], object] | None = None, **more: object) -> Button:
    """A square button with an icon alone; `name` is what a screen reader says."""
    return Button("", icon=icon, name=name, on_click=on_click, **more)  # type: ignore[arg-type]
