"""Colours as named tokens, dark and light, and the one object that says which of them hold.

Painted widgets read `tokens()` while painting. Changing the theme replaces the application's palette,
so Qt repaints every widget by itself; only what stores a colour needs `theme().changed`.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from cnnstudio.gui.widgets.colour import Stops, between, contrast, text_on
from cnnstudio.gui.widgets.token_values import (
    CELLS_LIGHT,
    CLASS_COLOURS,
    DIVERGING,
    LABEL_TEXT,
    SEQUENTIAL,
    Tokens,
    tokens_for,
)

__all__ = [
    "CELLS_LIGHT", "CLASS_COLOURS", "DIVERGING", "LABEL_TEXT", "SEQUENTIAL", "Mode", "Stops", "Theme",
    "Tokens",
    "between", "cell_colour", "contrast", "palette", "text_on", "theme", "tokens", "tokens_for",
]  # fmt: skip

Mode = Literal["system", "dark", "light"]


def cell_colour(value: float, largest: float) -> QColor:
    """Fill of a number cell: the diverging map, dimmed so that text stays readable; neutral for 0."""
    now = tokens()
    if value == 0 or largest <= 0:
        return QColor(now.cell_zero)
    return between(now.cell_stops, now.cell_scale * value / largest)


class Theme(QObject):
    """Which theme holds; follows the system unless told otherwise.

    Signals
    -------
    changed : the colours or the motion setting are others now.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._mode: Mode = "system"
        self._dark = True
        self._reduce_motion = False
        self._applied = False

    def current(self) -> Tokens:
        """The colours that hold now."""
        return tokens_for(self._dark)

    def mode(self) -> Mode:
        """What was asked for: "system", "dark" or "light"."""
        return self._mode

    def reduce_motion(self) -> bool:
        """Whether animations are off."""
        return self._reduce_motion

    def set_reduce_motion(self, on: bool) -> None:
        """Switch all animations off or on."""
        if on != self._reduce_motion:
            self._reduce_motion = on
            self.changed.emit()

    def duration(self, milliseconds: int) -> int:
        """The length an animation should have: 0 when motion is reduced."""
        return 0 if self._reduce_motion else milliseconds

    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or hold the dark or the light theme."""
        self._mode = mode
        hints = QGuiApplication.styleHints()
        wanted = {"dark": Qt.ColorScheme.Dark, "light": Qt.ColorScheme.Light}.get(
            mode, Qt.ColorScheme.Unknown
        )
        if hasattr(hints, "setColorScheme"):  # Qt 6.8; makes the title bar follow too
            hints.setColorScheme(wanted)
        self._decide()

    def apply(self) -> None:
        """Give the application its style, palette, fonts and style sheet; call once, before the first
        widget."""
        from cnnstudio.gui import fonts

        QApplication.setStyle("Fusion")
        fonts.load()
        QApplication.setFont(fonts.font("body"))
        self._applied = True
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(self._decide)
        self._dark = self._wants_dark()
        self._dress()

    def _wants_dark(self) -> bool:
        if self._mode != "system":
            return self._mode == "dark"
        return QGuiApplication.styleHints().colorScheme() != Qt.ColorScheme.Light

    def _decide(self, *_: object) -> None:
        dark = self._wants_dark()
        if dark == self._dark:
            return
        self._dark = dark
        if self._applied:
            self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        from cnnstudio.gui import stylesheet

        app = QApplication.instance()
        QApplication.setPalette(palette(self.current()))
        if isinstance(app, QApplication):
            app.setStyleSheet(stylesheet.build(self.current()))


def palette(t: Tokens) -> QPalette:
    """The palette for what Qt paints by itself."""
    p, role = QPalette(), QPalette.ColorRole
    for which, colour in (
        (role.Window, t.bg),
        (role.WindowText, t.text1),
        (role.Base, t.field),
        (role.AlternateBase, t.panel),
        (role.Text, t.text1),
        (role.Button, t.raised),
        (role.ButtonText, t.text1),
        (role.ToolTipBase, t.tip),
        (role.ToolTipText, t.text1),
        (role.Highlight, t.tint),
        (role.HighlightedText, t.text1),
        (role.PlaceholderText, t.text3),
        (role.Link, t.accent_text),
        (role.LinkVisited, t.accent_text),
        (role.Mid, t.line),
        (role.Dark, t.line_strong),
        (role.Light, t.hover),
    ):
        p.setColor(which, colour)
    for which in (role.WindowText, role.Text, role.ButtonText):
        p.setColor(QPalette.ColorGroup.Disabled, which, t.disabled)
    return p


@cache
def theme() -> Theme:
    """The application's one theme."""
    return Theme()


def tokens() -> Tokens:
    """The colours that hold now."""
    return theme().current()
