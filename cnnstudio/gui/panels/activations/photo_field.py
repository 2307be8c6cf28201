"""The photo in the inspector, with the receptive field of a position outlined where it lies, clipped at the border."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

if TYPE_CHECKING:
    from collections.abc import Callable

TALLEST = 216
_DIM, _DARK, _LIGHT, _CHIP = QColor(0, 0, 0, 130), QColor(0, 0, 0, 170), QColor("#F4F4F4"), QColor(0, 0, 0, 175)

Box = tuple[float, float, float, float]


class PhotoField(QWidget):
    """A photo with two boxes in its pixels: what the network saw of it, and the field.

    Signals: `pointed(x, y)` the place under the pointer in pixels of the picture, None beside it; `picked(x, y)`.
    """

    pointed = Signal(object, object)
    picked = Signal(float, float)

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._size = (1, 1)
        self._seen: Box | None = None
        self._field: Box | None = None
        self._tag = ""
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Picture and receptive field")

    def set_photo(self, image: QImage | None, width: int, height: int) -> None:
        """Show a photo of `width` × `height` pixels, of which the image may be a reduced one."""
        self._image, self._size = image, (max(1, width), max(1, height))
        self._field = self._seen = None
        self.setFixedHeight(self._tall())
        self.update()

    def set_boxes(self, seen: Box | None, field: Box | None, tag: str) -> None:
        """x1, y1, x2, y2 in pixels of the picture; tag: the words at the field."""
        self._seen, self._field, self._tag = seen, field, tag
        self.setAccessibleDescription(tag)
        self.update()

    def field(self) -> Box | None:
        """What is outlined."""
        return self._field

    def to_widget(self, x: float, y: float) -> QPointF:
        """A place in the picture, in coordinates of the widget."""
        area = self._area()
        return QPointF(area.x() + x * area.width() / self._size[0], area.y() + y * area.height() / self._size[1])

    def _area(self) -> QRectF:
        width, height = self._size
        scale = min(self.width() / width, self.height() / height)
        wide, high = width * scale, height * scale
        return QRectF((self.width() - wide) / 2, (self.height() - high) / 2, wide, high)

    def _tall(self) -> int:
        return max(48, min(TALLEST, round(self.width() * self._size[1] / self._size[0])))

    def sizeHint(self) -> QSize:
        return QSize(308, self._tall())

    def resizeEvent(self, event: object) -> None:
        if self.height() != self._tall():
            self.setFixedHeight(self._tall())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._report(event, self.pointed.emit, lambda: self.pointed.emit(None, None))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._report(event, self.picked.emit, lambda: None)

    def leaveEvent(self, event: QEvent) -> None:
        self.pointed.emit(None, None)

    def _report(
        self, event: QMouseEvent, there: Callable[[float, float], object], beside: Callable[[], object]
    ) -> None:
        area, at = self._area(), event.position()
        if self._image is None or not area.contains(at):
            beside()
            return
        width, height = self._size
        there((at.x() - area.x()) / area.width() * width, (at.y() - area.y()) / area.height() * height)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        area = self._area()
        if self._image is None:
            painting.box(painter, self.rect(), tokens().formula, None, 4)
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.save()
        round_edge = QPainterPath()
        round_edge.addRoundedRect(area, 4, 4)
        painter.setClipPath(round_edge)
        painter.drawImage(area, self._image, QRectF(self._image.rect()))
        if self._seen is not None:
            _dim_beside(painter, area, self._rect(self._seen))
        painter.restore()
        if self._field is not None and self._field[2] > self._field[0]:
            self._paint_field(painter, area, self._rect(self._field))
        painter.end()

    def _rect(self, box: Box) -> QRectF:
        return QRectF(self.to_widget(box[0], box[1]), self.to_widget(box[2], box[3]))

    def _paint_field(self, painter: QPainter, area: QRectF, field: QRectF) -> None:
        frame = paint_outline(painter, field)
        wide = fonts.width("hint", self._tag) + 12
        top = min(max(frame.top(), area.top() + 4), area.bottom() - 22)
        if frame.right() + 6 + wide < area.right():
            left = frame.right() + 6
        elif frame.left() - 6 - wide > area.left():
            left = frame.left() - 6 - wide
        else:
            left, top = frame.left() + 7, frame.top() + 7
        chip = QRectF(left, top, wide, 18)
        painting.box(painter, chip, _CHIP, None, 4)
        painting.text(painter, chip, self._tag, "hint", _LIGHT, painting.CENTRE, elide=False)


def paint_outline(painter: QPainter, field: QRectF) -> QRectF:
    """A light line between dark ones, seen on any photo; never so small that it cannot be found. Returns its place."""
    across, down = max(0.0, 5 - field.width()) / 2, max(0.0, 5 - field.height()) / 2
    frame = field.adjusted(-across, -down, across, down)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, wide in ((_DARK, 4.0), (_LIGHT, 2.0)):
        join = Qt.PenJoinStyle.MiterJoin
        painter.setPen(QPen(colour, wide, Qt.PenStyle.SolidLine, Qt.PenCapStyle.SquareCap, join))
        painter.drawRect(frame.adjusted(1, 1, -1, -1) if min(frame.width(), frame.height()) > 8 else frame)
    return frame


def _dim_beside(painter: QPainter, area: QRectF, seen: QRectF) -> None:
    outside, inside = QPainterPath(), QPainterPath()
    outside.addRect(area)
    inside.addRect(seen)
    painter.fillPath(outside.subtracted(inside), _DIM)
