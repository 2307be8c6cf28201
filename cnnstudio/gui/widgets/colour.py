"""Arithmetic of colours: interpolation of colour maps and the contrast of WCAG 2.1."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtGui import QColor

Stops = tuple[tuple[float, str], ...]


def between(stops: Stops, at: float) -> QColor:
    """Linear sRGB interpolation of colour stops; `at` is clamped to the ends."""
    if at <= stops[0][0]:
        return QColor(stops[0][1])
    for (low, first), (high, second) in pairwise(stops):
        if at <= high:
            part = (at - low) / (high - low)
            a, b = QColor(first), QColor(second)
            return QColor(
                round(a.red() + part * (b.red() - a.red())),
                round(a.green() + part * (b.green() - a.green())),
                round(a.blue() + part * (b.blue() - a.blue())),
            )
    return QColor(stops[-1][1])


def luminance(colour: QColor) -> float:
    """Relative luminance of WCAG 2.1, 0 to 1."""
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(first: QColor, second: QColor) -> float:
    """Contrast ratio of WCAG 2.1, 1 to 21."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def text_on(fill: QColor) -> QColor:
    """White or near-black, whichever contrasts more with `fill`."""
    white, black = QColor("#FFFFFF"), QColor("#161616")
    return white if contrast(fill, white) >= contrast(fill, black) else black
