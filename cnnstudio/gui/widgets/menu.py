"""Menus with icons, names and keys, painted to the tokens: 28 px rows, radius 8, one of the few
surfaces with a shadow.

Qt keeps its own handling of keys, mouse and screen edges; it lays the rows out from a style sheet and
`Menu` paints them, because a style sheet cannot give the key another colour than the name.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QAction, QKeySequence, QPaintEvent
from PySide6.QtWidgets import QMenu, QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

SHADOW = 16
_RULES = f"""QMenu {{ background: transparent; border: none; padding: {SHADOW + 4}px; }}
QMenu::item {{ height: 28px; padding: 0 12px 0 36px; }}
QMenu::separator {{ height: 13px; }}"""


class Menu(QMenu):
    """A menu; `add` takes the icon's name instead of a QIcon."""

    def __init__(self, parent: QWidget | None = None, *, name: str = "") -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWindowFlags(
            self.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFont(fonts.font("body"))
        self.setStyleSheet(_RULES)

    def add(
        self,
        words: str,
        on_choose: Callable[[], object] | None = None,
        *,
        icon: str = "",
        shortcut: str = "",
        checked: bool | None = None,
        enabled: bool = True,
    ) -> QAction:
        """Add one entry; `checked` None makes it a plain one."""
        action = QAction(words, self)
        action.setProperty("icon_name", icon)
        action.setEnabled(enabled)
        if shortcut:
            action.setShortcut(QKeySequence(shortcut))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        if checked is not None:
            action.setCheckable(True)
            action.setChecked(checked)
        if on_choose is not None:
            action.triggered.connect(lambda *_: on_choose())
        self.addAction(action)
        return action

    def open_below(self, widget: QWidget, current: QAction | None = None) -> None:
        """Open under `widget`, its visible edge flush with it."""
        self.setMinimumWidth(widget.width() + 2 * SHADOW)
        corner = widget.mapToGlobal(QPoint(-SHADOW, widget.height() + 4 - SHADOW))
        self.popup(corner)
        if current is not None:
            self.setActiveAction(current)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        panel = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        painting.shadow(painter, panel, t.shadow, blur=SHADOW, drop=4)
        painting.box(painter, panel, t.menu, t.line_strong, 8)
        for action in self.actions():
            area = QRectF(self.actionGeometry(action))
            if not area.intersects(QRectF(event.rect())):
                continue
            if action.isSeparator():
                painter.fillRect(
                    QRectF(area.left() + 8, round(area.center().y()), area.width() - 16, 1), t.line_strong
                )
                continue
            self._paint_entry(painter, action, area)
        painter.end()

    def _paint_entry(self, painter, action: QAction, area: QRectF) -> None:  # type: ignore[no-untyped-def]
        t, on = tokens(), action.isEnabled()
        if action is self.activeAction() and on:
            painting.box(painter, area, t.hover, None, 4)
        mark = "check" if action.isChecked() else str(action.property("icon_name") or "")
        if mark:
            ink = t.disabled if not on else t.accent_text if action.isChecked() else t.text2
            icons.paint(painter, QRectF(area.left() + 8, area.top(), 16, area.height()), mark, ink)
        words = action.text().partition("\t")[0].replace("&&", "\0").replace("&", "").replace("\0", "&")
        inner = area.adjusted(32, 0, -8, 0)
        painting.text(painter, inner, words, "body", t.text1 if on else t.disabled)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
        if keys:
            painting.text(painter, inner, keys, "hint", t.text3 if on else t.disabled, painting.RIGHT)
