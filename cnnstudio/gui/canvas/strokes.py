"""The brush of the canvas' paint mode, and the stroke being painted before anything is computed from it."""

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cnnstudio.gui.canvas.panes import ToView


@dataclass(frozen=True)
class Brush:
    """A round brush. diameter: in pixels of the pane painted on; colour: how the running stroke looks."""

    diameter: float = 3.0
    colour: QColor = field(default_factory=lambda: QColor(242, 163, 92, 190))


@dataclass
class Stroke:
    """One stroke on one pane: pixel coordinates (fractions of pixels kept) in the order they were touched."""

    pane_id: str
    erase: bool
    points: list[tuple[float, float]] = field(default_factory=list)

    def paint(self, painter: QPainter, to_view: ToView, brush: Brush) -> None:
        """Paint the stroke in logical pixels; erasing shows as a pale line."""
        colour = QColor(255, 255, 255, 150) if self.erase else brush.colour
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = max(1.0, brush.diameter * to_view.scale_x)
        painter.setPen(
            QPen(colour, width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        first = to_view(*self.points[0])
        if len(self.points) == 1:
            painter.drawPoint(first)
            return
        path = QPainterPath(first)
        for point in self.points[1:]:
            path.lineTo(to_view(*point))
        painter.drawPath(path)


def paint_cursor(painter: QPainter, to_view: ToView, at: tuple[float, float], brush: Brush) -> None:
    """The ring that shows what the brush would touch, at pixel coordinates `at`."""
    centre = to_view(*at)
    across = max(3.0, brush.diameter * to_view.scale_x)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, grow in ((QColor(0, 0, 0, 160), 1.0), (QColor(255, 255, 255, 220), 0.0)):
        ring = QRectF(0, 0, across + 2 * grow, across + 2 * grow)
        ring.moveCenter(centre)
        painter.setPen(QPen(colour, 1))
        painter.drawEllipse(ring)
