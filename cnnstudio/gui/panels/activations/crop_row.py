"""What a position sees, cut out and enlarged, and beside it the units that respond most there."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.panels.activations.words import value_text
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

SIDE, _LINE, UNITS = 100, 20, 4
"""Side of the crop in pixels, height of a line, and how many units have room."""


class CropRow(KeyboardFocus, QWidget):
    """Crop at the left, title and lines at the right; a line can be clicked.

    Signals: `unit_picked(unit)`.
    """

    unit_picked = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._image: QImage | None = None
        self._source = QRectF()
        self._units: tuple[tuple[int, float], ...] = ()
        self._title, self._hover = "", -1
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(SIDE)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_crop(self, image: QImage | None, source: QRectF) -> None:
        """The part `source` of an image, in its pixels."""
        self._image, self._source = image, source
        self.update()

    def set_units(self, title: str, units: Sequence[tuple[int, float]]) -> None:
        """Units with their values, strongest first."""
        self._title, self._units = title, tuple(units)
        told = ", ".join(f"unit {unit} {value_text(value)}" for unit, value in self._units) or "none"
        self.setAccessibleName(f"{title}: {told}")
        self.update()

    def units(self) -> tuple[tuple[int, float], ...]:
        """What is listed."""
        return self._units

    def sizeHint(self) -> QSize:
        return QSize(308, SIDE)

    def row_rect(self, index: int) -> QRectF:
        """Where a unit's line stands."""
        return QRectF(SIDE + 12, _LINE * (index + 1), self.width() - SIDE - 12, _LINE)

    def _row_at(self, event: QMouseEvent) -> int:
        rows = range(len(self._units))
        return next((row for row in rows if self.row_rect(row).contains(event.position())), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._row_at(event)
        self.setCursor(Qt.CursorShape.PointingHandCursor if self._hover >= 0 else Qt.CursorShape.ArrowCursor)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        row = self._row_at(event)
        if row >= 0:
            self.unit_picked.emit(self._units[row][0])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down go through the lines, Return takes one."""
        key, count = Qt.Key(event.key()), len(self._units)
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(key)
        if step is not None and count:
            self._hover = (self._hover + step) % count if self._hover >= 0 else 0
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._hover < count:
            self.unit_picked.emit(self._units[self._hover][0])
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        self._paint_crop(painter)
        head = QRectF(SIDE + 12, 0, self.width() - SIDE - 12, _LINE)
        painting.text(painter, head, self._title, "body", t.text2)
        for index, (unit, value) in enumerate(self._units):
            area = self.row_rect(index)
            if index == self._hover:
                painting.box(painter, area.adjusted(-4, 0, 4, 0), t.hover, None, 4)
            painting.text(painter, area, f"unit {unit}", "body", t.text1)
            painting.text(painter, area, value_text(value), "body", t.text1, painting.RIGHT)
        if not self._units and self._title:
            painting.text(painter, self.row_rect(0), "no unit", "body", t.text3)
        painter.end()

    def _paint_crop(self, painter: QPainter) -> None:
        square = QRectF(0, 0, SIDE, SIDE)
        painting.box(painter, square, tokens().formula, None, 4)
        if self._image is None or self._source.isEmpty():
            return
        scale = SIDE / max(self._source.width(), self._source.height())
        wide, high = self._source.width() * scale, self._source.height() * scale
        place = QRectF((SIDE - wide) / 2, (SIDE - high) / 2, wide, high)
        painter.save()
        edge = QPainterPath()
        edge.addRoundedRect(square, 4, 4)
        painter.setClipPath(edge)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self._source.width() > SIDE / 3)
        painter.drawImage(place, self._image, self._source)
        painter.restore()
