"""Marks on the input picture: the lines that the floor drops, and how many windows use each pixel."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter

from cnnstudio.errors import StudioError
from cnnstudio.filters import FilterSettings
from cnnstudio.gui.canvas.panes import Overlay, ToView
from cnnstudio.gui.theme import SEQUENTIAL, between, tokens

MOST_RECTS = 20_000


def input_marks(settings: FilterSettings, height: int, width: int, coverage: bool) -> list[Overlay]:
    """The overlays for an input of this size; none when the settings give no output."""
    from cnnstudio.filters import checked_sides, dropped_pixels

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
    """The number of windows is a product, so runs of equal counts make few rectangles, whatever the picture's size.

    Where stride makes the counts alternate, lines thinner than a screen pixel are shown by their mean.
    """
    most = max(max(down) * max(across), 1)

    def paint(painter: QPainter, to_view: ToView) -> None:
        rows, columns = _runs(down, 1 / to_view.scale_y), _runs(across, 1 / to_view.scale_x)
        seen = painter.clipBoundingRect()
        rows = [r for r in rows if to_view.rect(0, r[0], 1, r[1] - r[0]).intersects(_band(seen, rows=True))]
        columns = [c for c in columns if to_view.rect(c[0], 0, c[1] - c[0], 1).intersects(_band(seen, rows=False))]
        while len(rows) * len(columns) > MOST_RECTS:
            rows, columns = _joined(rows), _joined(columns)
        for top, bottom, a in rows:
            for left, right, b in columns:
                rect = to_view.rect(left, top, right - left, bottom - top)
                colour = between(SEQUENTIAL, a * b / most)
                colour.setAlpha(round(215 - 135 * a * b / most))  # the photo shows through where nothing is lacking
                painter.fillRect(rect, colour)
                if rect.width() > 22 and rect.height() > 16 and (right - left) * (bottom - top) <= 64:
                    painter.setPen(QColor("#FFFFFF") if a * b / most < 0.6 else QColor("#161616"))
                    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, f"{a * b:.0f}")

    return paint


def _band(seen: QRectF, *, rows: bool) -> QRectF:
    """The visible part, stretched along the other axis, so that only one axis is compared."""
    far = 1e7
    if rows:
        return QRectF(-far, seen.top(), 2 * far, seen.height())
    return QRectF(seen.left(), -far, seen.width(), 2 * far)


Run = tuple[int, int, float]


def _joined(runs: list[Run]) -> list[Run]:
    """Half as many runs: neighbours share their mean count."""
    pairs = [runs[i : i + 2] for i in range(0, len(runs), 2)]
    return [
        (pair[0][0], pair[-1][1], sum((last - first) * c for first, last, c in pair) / (pair[-1][1] - pair[0][0]))
        for pair in pairs
    ]


def _runs(counts: list[int], shortest: float) -> list[Run]:
    """Runs of equal counts as (first, after the last, count), joined until none is shorter than `shortest`."""
    out: list[Run] = []
    for at, count in enumerate(counts):
        if out and out[-1][2] == count:
            out[-1] = (out[-1][0], at + 1, count)
        else:
            out.append((at, at + 1, float(count)))
    while len(out) > 2 and len(counts) / len(out) < shortest:
        out = _joined(out)
    return out
