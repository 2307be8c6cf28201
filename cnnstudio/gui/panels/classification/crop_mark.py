"""The part of the photo that the network sees: outlined, and everything beside it dimmed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen

from cnnstudio.gui.canvas.panes import Overlay, ToView

if TYPE_CHECKING:
    from cnnstudio.classification import Crop

_DIM = QColor(0, 0, 0, 120)
_LIGHT, _DARK = QColor("#F2F2F2"), QColor(0, 0, 0, 150)


def paint_crop(painter: QPainter, picture: QRectF, crop: QRectF, line: float) -> None:
    """Outline `crop` and dim the rest of `picture`; a light line between dark edges is seen on any photo."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    beside = QPainterPath()
    beside.addRect(picture)
    inner = QPainterPath()
    inner.addRect(crop)
    painter.fillPath(beside.subtracted(inner), _DIM)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for inset, colour in ((0.5, _DARK), (1.5, _LIGHT), (2.5, _DARK)):
        edge = inset * line
        painter.setPen(QPen(colour, line, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, Qt.PenJoinStyle.MiterJoin))
        painter.drawRect(crop.adjusted(edge, edge, -edge, -edge))
    painter.restore()


def crop_mark(crop: Crop, width: int, height: int) -> Overlay:
    """The mark for a photo of width × height on the canvas."""

    def paint(painter: QPainter, to_view: ToView) -> None:
        paint_crop(
            painter, to_view.rect(0, 0, width, height), to_view.rect(crop.x, crop.y, crop.width, crop.height), 1.0
        )

    return paint
