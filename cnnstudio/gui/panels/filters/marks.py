"""Marks on the input picture: the lines that the floor drops, and how many windows use each pixel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen

from cnnstudio.errors import StudioError
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.gui.canvas.panes import Overlay, ToView
from cnnstudio.gui.theme import SEQUENTIAL, between, tokens


def input_marks(settings: FilterSettings, height: int, width: int, coverage: bool) -> list[Overlay]:
    """The overlays for an input of this size; none when the settings give no output."""
    from cnnstudio.filters.sizes import checked_sides, dropped_pixels

    try:
        rows, columns = dropped_pixels(settings, height, width)
        down, across = checked_sides(settings, height, width)
    except StudioError:
        return []
    made: list[Overlay] = []
    if coverage:
        made.append(_coverage(down.windows().tolist(), across.windows().tolist()))
    if rows or columns:
        made.append(_dropped(height, width, rows, columns))
    return made


def _dropped(height: int, width: int, rows: int, columns: int) -> Overlay:
    def paint(painter: QPainter, to_view: ToView) -> None:
        hatch = QBrush(tokens().error, Qt.BrushStyle.BDiagPattern)
        wash = QColor(tokens().error)
        wash.setAlpha(70)
        for rect in (
            to_view.rect(width - columns, 0, columns, height),
            to_view.rect(0, height - rows, width - columns, rows),
        ):
            if not rect.isEmpty():
                # A dropped line of a large picture is thinner than a screen pixel: keep it visible.
                grown = rect.united(QRectF(rect.right() - 2, rect.bottom() - 2, 2, 2))
                painter.fillRect(grown, wash)
                painter.fillRect(grown, hatch)

    return paint


def _coverage(down: list[int], across: list[int]) -> Overlay:
    """The number of windows is a product, so runs of equal counts make few rectangles, whatever the picture's size."""
    most = max(max(down) * max(across), 1)
    rows, columns = _runs(down), _runs(across)

    def paint(painter: QPainter, to_view: ToView) -> None:
        painter.setPen(QPen(Qt.PenStyle.NoPen))
        for top, bottom, a in rows if len(rows) * len(columns) <= 20_000 else []:
            for left, right, b in columns:
                colour = between(SEQUENTIAL, a * b / most)
                colour.setAlpha(215)
                rect = to_view.rect(left, top, right - left, bottom - top)
                painter.fillRect(rect, colour)
                if rect.width() > 22 and rect.height() > 16 and (right - left) * (bottom - top) <= 64:
                    painter.setPen(QColor("#FFFFFF") if a * b / most < 0.6 else QColor("#161616"))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(a * b))

    return paint


def _runs(counts: list[int]) -> list[tuple[int, int, int]]:
    out: list[tuple[int, int, int]] = []
    for at, count in enumerate(counts):
        if out and out[-1][2] == count:
            out[-1] = (out[-1][0], at + 1, count)
        else:
            out.append((at, at + 1, count))
    return out
