"""Classes as labels, bars and scores, drawn with any painter: the window's card and the saved picture look alike.

Fonts are made anew for each `Lettering`, because the saved picture is drawn on the engine's thread, and because both
grow with the room they get: a class has to be read from the last row of a lecture hall.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter

from cnnstudio.gui import fonts
from cnnstudio.gui.panels.classification.words import score_text
from cnnstudio.gui.theme import Tokens
from cnnstudio.gui.widgets.painting import LEFT, RIGHT, box

STACKED_WIDTH, LINE_WIDTH = 360.0, 640.0
"""Widths at which the type has its own size; more room makes it larger."""

SMALLEST, LARGEST = 0.9, 1.7
_FIRST, _OTHER = (20, 600), (15, 400)


@dataclass(frozen=True)
class Bar:
    """One class. share: 0…1, how far the bar reaches now; while it moves that is not yet the score."""

    label: str
    score: float
    share: float


@dataclass(frozen=True)
class Layout:
    """How the rows lie: label and score above the bar (`stacked`) or on one line with it, and the scale of all."""

    stacked: bool
    scale: float
    count: int

    @property
    def pitches(self) -> tuple[float, float]:
        """Height of the first row and of every other one, with the gap below."""
        first, other = (66, 46) if self.stacked else (36, 28)
        return first * self.scale, other * self.scale

    @property
    def height(self) -> float:
        """Of all rows."""
        first, other = self.pitches
        gap = (14 if self.stacked else 4) * self.scale
        return first + other * (self.count - 1) - gap if self.count else 0.0


def arranged(width: float, height: float, count: int, *, stacked: bool) -> Layout:
    """The largest rows that fit a box; where even the smallest do not, they are higher than it."""
    wide = width / (STACKED_WIDTH if stacked else LINE_WIDTH)
    scale = min(LARGEST, max(SMALLEST, wide))
    made = Layout(stacked, scale, count)
    if made.height > height:
        made = Layout(stacked, max(SMALLEST, scale * height / made.height), count)
    if made.height > height and stacked:
        return arranged(width, height, count, stacked=False)
    return made


class Lettering:
    """The fonts of one drawing, each made once."""

    def __init__(self, scale: float) -> None:
        self.scale = scale
        self._made: dict[tuple[float, int], QFont] = {}

    def font(self, pixels: float, weight: int) -> QFont:
        """The font of `pixels` at scale 1."""
        key = (pixels, weight)
        if key not in self._made:
            self._made[key] = fonts.fresh(fonts.Role(round(pixels * self.scale), 0, weight))
        return self._made[key]

    def write(
        self, painter: QPainter, area: QRectF, words: str, pixels: float, weight: int,
        align: Qt.AlignmentFlag = LEFT, *, least: float | None = None,
    ) -> float:  # fmt: skip
        """One line in the painter's pen; a long one is set smaller down to `least`, then elided. Returns its width."""
        smallest = pixels if least is None else least
        while pixels > smallest and QFontMetricsF(self.font(pixels, weight)).horizontalAdvance(words) > area.width():
            pixels -= 1
        font = self.font(pixels, weight)
        metrics = QFontMetricsF(font)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, area.width() + 0.5)
        painter.setFont(font)
        painter.drawText(area, align | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip, words)
        return metrics.horizontalAdvance(words)


def paint_bars(painter: QPainter, area: QRectF, bars: Sequence[Bar], layout: Layout, colours: Tokens) -> None:
    """The rows from the top of `area`; the first is the surest and stands out."""
    letters = Lettering(layout.scale)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = area.top()
    for index, bar in enumerate(bars):
        height = layout.pitches[0 if index == 0 else 1]
        row = QRectF(area.left(), top, area.width(), height)
        (_paint_stacked if layout.stacked else _paint_line)(painter, row, bar, index == 0, letters, colours)
        top += height
    painter.restore()


def _paint_stacked(
    painter: QPainter, row: QRectF, bar: Bar, first: bool, letters: Lettering, colours: Tokens
) -> None:
    s = letters.scale
    line, thick = (28 * s, 12 * s) if first else (20 * s, 6 * s)
    words = QRectF(row.left(), row.top(), row.width(), line)
    used = _paint_score(painter, words, bar, first, letters, colours)
    _paint_label(painter, words.adjusted(0, 0, -used - 12 * s, 0), bar, first, letters, colours)
    under = words.bottom() + (5 if first else 4) * s
    _paint_bar(painter, QRectF(row.left(), under, row.width(), thick), bar, first, colours)


def _paint_line(painter: QPainter, row: QRectF, bar: Bar, first: bool, letters: Lettering, colours: Tokens) -> None:
    s = letters.scale
    thick = 12 * s if first else 8 * s
    score, label = 84 * s, row.width() * 0.36
    _paint_score(painter, row, bar, first, letters, colours)
    _paint_label(painter, QRectF(row.left(), row.top(), label, row.height()), bar, first, letters, colours)
    left = row.left() + label + 12 * s
    length = row.right() - score - left
    _paint_bar(painter, QRectF(left, row.center().y() - thick / 2, length, thick), bar, first, colours)


def _paint_score(
    painter: QPainter, area: QRectF, bar: Bar, first: bool, letters: Lettering, colours: Tokens
) -> float:
    painter.setPen(colours.text1)
    return letters.write(painter, area, score_text(bar.score), *(_FIRST if first else _OTHER), RIGHT)


def _paint_label(
    painter: QPainter, area: QRectF, bar: Bar, first: bool, letters: Lettering, colours: Tokens
) -> None:
    painter.setPen(colours.text1)
    pixels, weight = _FIRST if first else _OTHER
    letters.write(painter, area, bar.label, pixels, weight, least=14 if first else 12)


def _paint_bar(painter: QPainter, area: QRectF, bar: Bar, first: bool, colours: Tokens) -> None:
    box(painter, area, colours.line, None, 2)
    reach = area.width() * min(1.0, bar.share)
    if bar.share > 0:
        # A class that was found has a bar that can be seen.
        shown = QRectF(area.left(), area.top(), max(2.0, reach), area.height())
        box(painter, shown, colours.accent if first else colours.chart_other, None, min(2.0, shown.width() / 2))
