"""Counts of signed responses as bars in the colours of the map, on a logarithmic height."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.theme import DIVERGING, SEQUENTIAL, between, tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.number_field import short_number


class Histogram(QWidget):
    """Bars over minimum … maximum, 1 px apart, log(1 + count) high; coloured by sign when `signed`."""

    def __init__(
        self, caption: str = "Response, log count", *, signed: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._caption, self._signed = caption, signed
        self._counts: tuple[int, ...] = ()
        self._low, self._high, self._full = -1.0, 1.0, 1.0
        self.setAccessibleName(caption)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_counts(
        self, counts: Sequence[int], minimum: float, maximum: float, full_colour: float | None = None
    ) -> None:
        """Counts of equal bins from `minimum` to `maximum`; `full_colour` is the value shown in full
        colour."""
        self._counts = tuple(int(c) for c in counts)
        self._low, self._high = minimum, maximum
        self._full = full_colour or max(abs(minimum), abs(maximum)) or 1.0
        total = sum(self._counts)
        self.setAccessibleDescription(
            f"{numbers_text.number(total)} values from {short_number(minimum)}"
            f" to {short_number(maximum)}"
        )
        self.update()

    def clear(self) -> None:
        """Show nothing: there are no values."""
        self._counts = ()
        self.setAccessibleDescription("")
        self.update()

    def counts(self) -> tuple[int, ...]:
        """The counts shown."""
        return self._counts

    def ends(self) -> tuple[str, str]:
        """The numbers at both ends, short whatever their size."""
        return short_number(self._low), short_number(self._high, sign=self._signed)

    def sizeHint(self) -> QSize:
        return QSize(250, 82)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 64)

    def bar_rects(self) -> list[QRectF]:
        """The bars, on whole pixels."""
        if not self._counts:
            return []
        base, top = self.height() - 24.0, math.log1p(max(self._counts)) or 1.0
        each = self.width() / len(self._counts)
        out = []
        for index, count in enumerate(self._counts):
            left, right = round(index * each), round((index + 1) * each) - 1
            high = round((base - 2) * math.log1p(count) / top)
            out.append(QRectF(left, base - high, max(1, right - left), high))
        return out

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self._counts:
            return
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        count = len(self._counts)
        for index, area in enumerate(self.bar_rects()):
            centre = self._low + (index + 0.5) * (self._high - self._low) / count
            zero = self._signed and abs(centre) < (self._high - self._low) / count / 2 * 1.001
            part = centre / self._full
            fill = t.chart_other if zero else between(DIVERGING if self._signed else SEQUENTIAL, part)
            painter.fillRect(area, fill)
        base = self.height() - 24
        painter.fillRect(QRectF(0, base, self.width(), 1), t.track)
        low, high = self.ends()
        line = QRectF(0, base + 6, self.width(), 16)
        painting.text(painter, line, low, "hint", t.text3)
        painting.text(painter, line, high, "hint", t.text3, painting.RIGHT)
        # The caption stands in the middle, clear of both numbers, or not at all.
        taken = max(fonts.width("hint", low), fonts.width("hint", high)) + 8
        if fonts.width("hint", self._caption) <= line.width() - 2 * taken:
            painting.text(painter, line, self._caption, "hint", t.text3, painting.CENTRE)
        painter.end()
