"""The card under the grids: one output cell written out term by term."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.panels.filters.numbers import look
from cnnstudio.gui.panels.filters.numbers.sum_text import SumRow, SumText

PAD_X, PAD_Y = 24, 20
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


class SumCard(QWidget):
    """Rows of products on the left, the total on the right of a hairline; says the same to screen readers."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self._text: SumText | None = None
        self._hint = ""
        self._lines = 3
        self._compact = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Sum")

    def text(self) -> SumText | None:
        """What is written now."""
        return self._text

    def show_text(self, text: SumText | None, hint: str = "") -> None:
        """Write a sum out, or a one-line hint when there is none."""
        self._text, self._hint = text, hint
        self.setAccessibleDescription(text.plain() if text else hint)
        self.update()

    def set_lines(self, lines: int) -> None:
        """Reserve the height for that many rows, so that stepping never moves the page; 0 for a hint alone."""
        lines = max(lines, 3) if lines else 1
        if lines != self._lines:
            self._lines = lines
            self.updateGeometry()

    def set_compact(self, compact: bool) -> None:
        """Use less height, so that the grids above keep readable figures."""
        if compact != self._compact:
            self._compact = compact
            self.updateGeometry()
            self.update()

    def _pad(self) -> int:
        return 10 if self._compact else PAD_Y

    def _line(self) -> int:
        if self._compact:
            return 20 if self._lines <= 4 else 17
        return 28 if self._lines <= 4 else 22 if self._lines <= 6 else 19

    def sizeHint(self) -> QSize:
        """As high as the reserved rows."""
        return QSize(640, 2 * self._pad() + self._line() * self._lines)

    def minimumSizeHint(self) -> QSize:
        """The height holds; the width may shrink."""
        return QSize(320, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Card, rows, hairline, total."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("panel"))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        inner = QRectF(self.rect()).adjusted(PAD_X, self._pad(), -PAD_X, -self._pad())
        if self._text is None:
            painter.setFont(look.font(13))
            painter.setPen(look.colour("text3"))
            painter.drawText(inner, CENTRE, self._hint)
            return
        widths = _Columns(self._text.rows, inner.width() * 0.62)
        divider = inner.left() + max(widths.total, inner.width() * 0.46) + 28
        self._paint_rows(painter, inner, widths, divider - 28)
        painter.setPen(QPen(look.colour("line_strong"), 1))
        painter.drawLine(
            QPointF(round(divider) + 0.5, inner.top()), QPointF(round(divider) + 0.5, inner.bottom())
        )
        self._paint_total(
            painter, QRectF(divider + 32, inner.top(), inner.right() - divider - 32, inner.height())
        )

    def _paint_rows(self, painter: QPainter, inner: QRectF, widths: _Columns, right: float) -> None:
        assert self._text is not None
        line = self._line()
        top = inner.center().y() - line * len(self._text.rows) / 2
        for k, row in enumerate(self._text.rows):
            self._paint_row(
                painter, QRectF(inner.left(), top + k * line, right - inner.left(), line), row, widths
            )

    def _paint_row(self, painter: QPainter, line: QRectF, row: SumRow, widths: _Columns) -> None:
        painter.setFont(look.font(12))
        painter.setPen(look.colour("text3"))
        painter.drawText(line, LEFT, row.label)
        spare = max(line.width() - widths.total, 0) / (len(widths.terms) + 1)
        x = line.left() + widths.label + spare / 2
        for k, term in enumerate(row.terms):
            place = QRectF(x, line.top(), widths.terms[k], line.height())
            _paint_term(painter, place, term, widths.size, widths.weights[k])
            x = place.right()
            gap = QRectF(x, line.top(), widths.joint + spare, line.height())
            painter.setPen(look.colour("text3"))
            painter.setFont(look.font(widths.size))
            painter.drawText(gap, CENTRE, row.joint if k + 1 < len(row.terms) else "")
            x = gap.right()
        painter.setPen(look.colour("text3"))
        painter.setFont(look.font(widths.size))
        end = QRectF(line.right() - widths.result, line.top(), widths.result, line.height())
        equals = (
            line.left() + widths.label + sum(widths.terms) + (widths.joint + spare) * (len(widths.terms) - 1)
        )
        equals += spare / 2
        painter.drawText(QRectF(equals, line.top(), end.left() - equals, line.height()), CENTRE, row.equals)
        painter.setFont(look.font(widths.size, 600))
        painter.setPen(look.colour("text1"))
        painter.drawText(end, RIGHT, row.result)

    def _paint_total(self, painter: QPainter, area: QRectF) -> None:
        text = self._text
        assert text is not None
        size, lines = _fitted(text, area.width())
        height = 20 + len(lines) * (size + 10) + 18 * len(text.notes)
        y = area.top() + max((area.height() - height) / 2, 0)
        painter.setFont(look.font(12))
        painter.setPen(look.colour("text2"))
        painter.drawText(QRectF(area.left(), y, area.width(), 20), LEFT, text.caption)
        y += 20
        for k, line in enumerate(lines):
            place = QRectF(area.left(), y, area.width(), size + 10)
            painter.setFont(look.font(size))
            painter.setPen(look.colour("text1"))
            painter.drawText(place, LEFT, line)
            if text.result and k + 1 == len(lines):
                offset = QFontMetricsF(look.font(size)).horizontalAdvance(line)
                painter.setFont(look.font(size, 600))
                painter.drawText(place.adjusted(offset, 0, 0, 0), LEFT, text.result)
            y += size + 10
        for k, note in enumerate(text.notes):
            painter.setFont(look.font(11 if k == 0 else 12))
            painter.setPen(look.colour("text3" if k == 0 else "text1"))
            painter.drawText(QRectF(area.left(), y, area.width(), 18), LEFT, note)
            y += 18


class _Columns:
    """Widths of the label, each term, the joints and the result, at the largest type size that fits."""

    def __init__(self, rows: tuple[SumRow, ...], room: float):
        for size in (15, 13, 12, 11, 10, 9):
            self.size = size
            regular, bold = QFontMetricsF(look.font(size)), QFontMetricsF(look.font(size, 600))
            label = QFontMetricsF(look.font(12))
            count = max((len(row.terms) for row in rows), default=0)
            self.label = max((label.horizontalAdvance(r.label) for r in rows), default=0.0) + 24
            self.weights = [
                max(regular.horizontalAdvance(r.terms[k][1]) for r in rows if k < len(r.terms))
                for k in range(count)
            ]
            self.terms = [
                max(regular.horizontalAdvance(_before_weight(r.terms[k])) for r in rows if k < len(r.terms))
                + weight
                for k, weight in enumerate(self.weights)
            ]
            self.joint = 1.6 * size
            self.result = max((bold.horizontalAdvance(r.result) for r in rows), default=0.0) + 4
            self.total = self.label + sum(self.terms) + self.joint * count + self.result
            if self.total <= room:
                break


def _before_weight(term: tuple[str, str, float]) -> str:
    return f"{term[0]} · " if term[1] else term[0]


def _paint_term(
    painter: QPainter, place: QRectF, term: tuple[str, str, float], size: int, weight_width: float
) -> None:
    # The dots stand under each other: values end before them, weights begin after them.
    painter.setFont(look.font(size))
    painter.setPen(look.colour("text1"))
    painter.drawText(place.adjusted(0, 0, -weight_width, 0), RIGHT, _before_weight(term))
    painter.setPen(look.signed_ink(term[2], look.colour("panel")))
    painter.drawText(
        QRectF(place.right() - weight_width, place.top(), weight_width, place.height()), LEFT, term[1]
    )


def _fitted(text: SumText, width: float) -> tuple[int, list[str]]:
    """Type size of the total and its lines; long sums are broken at a plus sign."""
    tail = f" {text.equals} " if text.result else ""
    for size in (20, 18, 15):
        whole = QFontMetricsF(look.font(size, 600)).horizontalAdvance(text.work + tail + text.result)
        if whole <= width:
            return size, [text.work + tail]
    metrics = QFontMetricsF(look.font(13, 600))
    lines, line = [], ""
    for k, part in enumerate(text.work.split(" + ")):
        piece = part if k == 0 else f" + {part}"
        if line and metrics.horizontalAdvance(line + piece) > width:
            lines.append(line)
            line = piece.strip()
        else:
            line += piece
    if metrics.horizontalAdvance(line + tail + text.result) > width and line:
        return 13, [*lines, line, tail.strip() + " "]
    return 13, [*lines, line + tail]
