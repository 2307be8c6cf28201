"""What lies over the pictures and belongs to the canvas itself: the wipe's divider and the focus ring."""

from __future__ import annotations

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cnnstudio.gui.theme import Tokens

_HANDLE = 12.0


def paint_divider(painter: QPainter, line: QLineF) -> None:
    """A light line with dark edges, seen on any picture, and a handle in its middle."""
    x, top, bottom = round(line.x1()), round(line.y1()), round(line.y2())
    painter.fillRect(x - 2, top, 4, bottom - top, QColor(0, 0, 0, 110))
    painter.fillRect(x - 1, top, 2, bottom - top, QColor("#F2F2F2"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle = QPointF(x, (top + bottom) / 2)
    painter.setPen(QPen(QColor(0, 0, 0, 110), 1))
    painter.setBrush(QColor("#F2F2F2"))
    painter.drawEllipse(middle, _HANDLE, _HANDLE)
    pen = QPen(
        QColor("#1B1B1B"), 1.75, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
    )
    painter.setPen(pen)
    for side in (-1, 1):
        tip = middle + QPointF(side * 7, 0)
        painter.drawPolyline([tip + QPointF(-side * 3.5, -3.5), tip, tip + QPointF(-side * 3.5, 3.5)])
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def paint_focus_ring(painter: QPainter, rect: QRectF, colours: Tokens) -> None:
    """The 2 px ring of keyboard focus, inside `rect`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colours.accent_text, 2))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 4, 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
