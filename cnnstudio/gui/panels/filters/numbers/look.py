"""Colours and fonts that only number grids need, derived from the theme's tokens."""

from __future__ import annotations

from functools import cache

from PySide6.QtGui import QColor, QFont

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import contrast, tokens
from cnnstudio.gui.widgets.painting import mix

# Cells without a sign: plain input, under the window, padding, not reached yet; and the lines of the
# hatching.
_OWN = {
    "cell_plain": ("#262626", "#DDDDDD"),
    "cell_lit": ("#3A3A3A", "#F7F7F7"),
    "cell_lit_ink": ("#FFFFFF", "#161616"),
    "cell_padding": ("#181818", "#CFCFCF"),
    "cell_waiting": ("#1D1D1D", "#D3D3D3"),
    "hatch": ("#4A4A4A", "#A2A2A2"),
    "padding_line": ("#383838", "#B2B2B2"),
    "positive": ("#F2A35C", "#9A4F0B"),
    "negative": ("#6FB4EE", "#1A589F"),
}


def colour(name: str) -> QColor:
    """A token of the theme, or one of this room's own."""
    if name in _OWN:
        return QColor(_OWN[name][0 if tokens().dark else 1])
    value = getattr(tokens(), name)
    assert isinstance(value, QColor)
    return value


def font(pixels: float, weight: int = 400) -> QFont:
    """Inter with tabular figures in any size; whole pixels."""
    return _font(max(int(pixels), 6), weight)


@cache
def _font(pixels: int, weight: int) -> QFont:
    made = QFont(fonts.font("body"))
    made.setPixelSize(pixels)
    made.setVariableAxis(QFont.Tag("wght"), weight)
    return made


def signed_ink(value: float, ground: QColor, zero: str = "text3") -> QColor:
    """Orange for positive, blue for negative, grey for zero; nearer to text where contrast is short."""
    ink = colour("positive" if value > 0 else "negative" if value < 0 else zero)
    goal = colour("text1")
    for share in (0.0, 0.25, 0.5, 0.75):
        mixed = mix(ink, goal, share)
        if contrast(mixed, ground) >= 4.5:
            return mixed
    return goal
