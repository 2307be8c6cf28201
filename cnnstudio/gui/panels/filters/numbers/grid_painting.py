"""How a number grid is drawn: cells, hatching, corner weights, outlines, sheets, the turning kernel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPainterPath, QPen

from cnnstudio.gui.panels.filters.numbers import look, wording
from cnnstudio.gui.panels.filters.numbers.problem import Cell
from cnnstudio.gui.theme import cell_colour, text_on
from cnnstudio.gui.widgets.painting import mix

if TYPE_CHECKING:
    from cnnstudio.gui.panels.filters.numbers.number_grid import NumberGrid

RADIUS = 3
CENTRE = Qt.AlignmentFlag.AlignCenter
FIGURES_FROM = 16  # below this cells are colour alone
SMALL_CELL = 32  # below this the corner weights would collide with the figure
LARGE_CELL = 44  # from here an output has room for a digit more, as the sum below writes it
CORNER_TYPE = (10, 9)  # smaller corner weights could not be read


def largest(grid: NumberGrid) -> float:
    """The value that gets the full colour: the same for every channel of a grid."""
    return max((abs(v) for rows in grid.grids for row in rows for v in row), default=0.0)


def paint_sheet_behind(painter: QPainter, grid: NumberGrid, depth: int) -> None:
    """A channel behind the front one: its cells as fills only, darker the further back."""
    channel = grid.order()[depth]
    top = largest(grid)
    rows = grid.grids[channel]
    painter.setPen(Qt.PenStyle.NoPen)
    ground = grid.sheet_rect(depth).adjusted(-2, -2, 2, 2)
    painter.setBrush(look.colour("canvas"))
    painter.drawRoundedRect(ground, RADIUS, RADIUS)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            fill = look.colour("cell_plain") if grid.plain else _fill(grid, (row, column), value, top)
            painter.setBrush(mix(fill, look.colour("canvas"), 0.25 + 0.2 * (depth - 1)))
            painter.drawRoundedRect(grid.cell_rect(row, column, depth), RADIUS, RADIUS)


def paint_front(painter: QPainter, grid: NumberGrid) -> None:
    """The front sheet with its figures."""
    if len(grid.grids) > 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("canvas"))
        painter.drawRoundedRect(grid.sheet_rect().adjusted(-2, -2, 2, 2), RADIUS, RADIUS)
    top = largest(grid)
    size, corners = figure_size(grid), corner_texts(grid)
    for row, values in enumerate(grid.grids[grid.front]):
        for column, value in enumerate(values):
            _paint_cell(painter, grid, (row, column), value, top, size, corners)


def figure(grid: NumberGrid, value: float) -> str:
    """A value as the grid writes it."""
    return wording.number(value, 4 if grid.exact and grid.cell >= LARGE_CELL else 3)


def corner_texts(grid: NumberGrid) -> tuple[int, dict[Cell, str]]:
    """Type size and texts of the corner weights: all with their sign of multiplication, or all without it.

    Empty where not all of them can be read: some of them left out, or cut off, would say something else.
    """
    texts = {cell: text for cell, (text, _) in grid.marks.corners.items()}
    room = grid.cell - 6
    if grid.cell >= SMALL_CELL:
        for made in (texts, {cell: text.removeprefix("×") for cell, text in texts.items()}):
            for size in CORNER_TYPE if grid.cell >= 46 else CORNER_TYPE[1:]:
                metrics = QFontMetricsF(look.font(size, 400))
                if all(metrics.horizontalAdvance(text) <= room for text in made.values()):
                    return size, made
    return CORNER_TYPE[-1], {}


def figure_size(grid: NumberGrid) -> float:
    """One type size for the whole grid, so that the longest figure fits its cell."""
    size = min(18.0, grid.cell / 3 + (4 if grid.cell < 42 else 0))
    texts = [figure(grid, v) for v in grid.marks.partial.values()]
    texts += [figure(grid, v) for row in grid.grids[grid.front] for v in row]
    metrics = QFontMetricsF(look.font(size, 500))
    widest = max((metrics.horizontalAdvance(text) for text in texts), default=0.0)
    room = grid.cell - 4
    return max(size * min(1.0, room / widest), 7.0) if widest else size


def _paint_cell(
    painter: QPainter, grid: NumberGrid, cell: Cell, value: float, top: float, size: float,
    corners: tuple[int, dict[Cell, str]],
) -> None:
    marks = grid.marks
    rect = QRectF(grid.cell_rect(*cell))
    partial = marks.partial.get(cell)
    waiting = cell in marks.hidden
    padding, dropped = grid.is_padding(*cell), grid.is_dropped(*cell)
    if waiting:
        fill, ink = look.colour("cell_waiting"), look.colour("text3")
    else:
        fill = _fill(grid, cell, value if partial is None else partial, top)
        ink = _ink(grid, cell, fill)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, RADIUS, RADIUS)
    if padding:
        painter.setPen(QPen(look.colour("padding_line"), 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
    if dropped:
        _hatch(painter, rect)
    if grid.cell < FIGURES_FROM:
        return
    text = "·" if waiting else figure(grid, value if partial is None else partial)
    painter.setFont(look.font(size, 500 if partial is None else 400))
    painter.setPen(ink)
    corner = corners[1].get(cell)
    lift = max(grid.cell * 0.045, 3.0) if corner is not None else 0.0
    painter.drawText(rect.translated(0, -lift), CENTRE, text)
    if corner is not None:
        _paint_corner(painter, rect, (corner, marks.corners[cell][1]), fill, corners[0])


def _paint_corner(painter: QPainter, rect: QRectF, corner: tuple[str, float], fill: QColor, size: int) -> None:
    text, sign = corner
    painter.setFont(look.font(size, 400))
    painter.setPen(look.signed_ink(sign, fill))
    place = rect.adjusted(2, 2, -4 if rect.width() >= 40 else -3, -1)
    painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom, text)


def _fill(grid: NumberGrid, cell: Cell, value: float, top: float) -> QColor:
    marks = grid.marks
    if not grid.plain:
        fill = cell_colour(value if grid.coloured else 0.0, top)
        return mix(fill, look.colour("canvas"), 0.45) if cell in marks.partial else fill
    if cell in marks.lit:
        return look.colour("cell_lit")
    return look.colour("cell_padding") if grid.is_padding(*cell) else look.colour("cell_plain")


def _ink(grid: NumberGrid, cell: Cell, fill: QColor) -> QColor:
    if not grid.plain:
        return text_on(fill)
    if cell in grid.marks.lit:
        return look.colour("cell_lit_ink")
    if grid.is_padding(*cell) or grid.is_dropped(*cell):
        return look.colour("text3")
    return look.colour("text2")


def _hatch(painter: QPainter, rect: QRectF) -> None:
    path = QPainterPath()
    path.addRoundedRect(rect, RADIUS, RADIUS)
    painter.save()
    painter.setClipPath(path)
    painter.setPen(QPen(look.colour("hatch"), 1))
    step, height = 7, rect.height()
    for k in range(math.ceil((rect.width() + height) / step)):
        x = rect.left() - height + k * step
        painter.drawLine(QPointF(x, rect.bottom()), QPointF(x + height, rect.top()))
    painter.restore()


def paint_outlines(painter: QPainter, grid: NumberGrid) -> None:
    """The window, the current cell, and the keyboard's cursor cell."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    marks = grid.marks
    if marks.window is not None:
        row, column, rows, columns = marks.window
        last = grid.cell_rect(row + rows - 1, column + columns - 1)
        _outline(painter, grid.cell_rect(row, column).united(last), "accent")
    if marks.current is not None:
        _outline(painter, grid.cell_rect(*marks.current), "accent")
    if grid.cursor_cell is not None and grid.hasFocus():
        _outline(painter, grid.cell_rect(*grid.cursor_cell), "accent_text")


def _outline(painter: QPainter, rect: QRect, token: str) -> None:
    painter.setPen(QPen(look.colour(token), 2))
    painter.drawRoundedRect(QRectF(rect).adjusted(-1, -1, 1, 1), RADIUS + 1, RADIUS + 1)


def paint_turned(painter: QPainter, grid: NumberGrid, centre: QPointF) -> None:
    """The front sheet turned round its centre; each figure stays upright so that it can be followed."""
    top = largest(grid)
    size = figure_size(grid)
    radians = math.radians(grid.turn)
    # A turned square needs up to 1.41 times its side: shrink on the way so that the sheet stays inside its
    # place.
    scale = 1 / (abs(math.cos(radians)) + abs(math.sin(radians)))
    for row, values in enumerate(grid.grids[grid.front]):
        for column, value in enumerate(values):
            middle = QRectF(grid.cell_rect(row, column)).center() - centre
            x = (middle.x() * math.cos(radians) - middle.y() * math.sin(radians)) * scale
            y = (middle.x() * math.sin(radians) + middle.y() * math.cos(radians)) * scale
            fill = _fill(grid, (row, column), value, top)
            painter.save()
            painter.translate(centre + QPointF(x, y))
            painter.rotate(grid.turn)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            half = grid.cell * scale / 2
            painter.drawRoundedRect(QRectF(-half, -half, 2 * half, 2 * half), RADIUS, RADIUS)
            painter.rotate(-grid.turn)
            painter.setFont(look.font(size * scale, 500))
            painter.setPen(text_on(fill))
            painter.drawText(
                QRectF(-grid.cell, -grid.cell, 2 * grid.cell, 2 * grid.cell), CENTRE, wording.number(value)
            )
            painter.restore()
