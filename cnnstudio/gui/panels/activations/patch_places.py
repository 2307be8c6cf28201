"""Three rows of three patches with the activation under each, strongest first; empty places until there are some."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.canvas.frame import image_from_rgb
from cnnstudio.gui.panels.activations.patch_works import Tile
from cnnstudio.gui.panels.activations.words import value_text
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting, tool_tip
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

GAP, WORDS, WIDEST, SLIM = 4, 16, 280, 136
_STEPS = {Qt.Key.Key_Right: 1, Qt.Key.Key_Left: -1, Qt.Key.Key_Down: 3, Qt.Key.Key_Up: -3}


class PatchPlaces(KeyboardFocus, QWidget):
    """Nine places; a patch can be clicked, or chosen with the arrow keys and Return.

    Signals: `picked(Tile)`.
    """

    picked = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._tiles: tuple[Tile, ...] = ()
        self._images: tuple[QImage | None, ...] = ()
        self._at = -1
        self._slim = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.set_slim(False)

    def set_tiles(self, tiles: Sequence[Tile]) -> None:
        """Show these, at most nine."""
        self._tiles, self._at = tuple(tiles[:9]), -1
        self._images = tuple(_image(each) for each in self._tiles)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._tiles else Qt.FocusPolicy.NoFocus)
        self.setAccessibleDescription("; ".join(_told(each) for each in self._tiles))
        self.update()

    def tiles(self) -> tuple[Tile, ...]:
        """What is shown."""
        return self._tiles

    def set_slim(self, slim: bool) -> None:
        """A square without the values, where there is little room."""
        self._slim = slim
        kind = QSizePolicy.Policy.Fixed if slim else QSizePolicy.Policy.Expanding
        self.setSizePolicy(kind, kind)
        self.setMinimumSize(*((SLIM, SLIM) if slim else (96, 132)))
        self.setMaximumHeight(SLIM if slim else self.sizeHint().height())
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        if self._slim:
            return QSize(SLIM, SLIM)
        side = min(max(self.width(), 200), WIDEST)
        return QSize(side, side + 3 * WORDS)

    def resizeEvent(self, event: object) -> None:
        self.setMaximumHeight(self.sizeHint().height())

    def cell(self, place: int) -> QRectF:
        """Where a patch lies."""
        words = 0 if self._slim else WORDS
        side = min((self.width() - 2 * GAP) / 3, (self.height() - 2 * GAP) / 3 - words)
        row, column = divmod(place, 3)
        return QRectF(column * (side + GAP), row * (side + words + GAP), side, side)

    # -- choosing ----------------------------------------------------------------------------------------------
    def _place_at(self, at: QPointF) -> int:
        return next((place for place in range(len(self._tiles)) if self.cell(place).contains(at)), -1)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = self._place_at(event.position())
        if place == self._at:
            return
        self._point_at(place)
        live = place >= 0 and not self._tiles[place].trouble
        self.setCursor(Qt.CursorShape.PointingHandCursor if live else Qt.CursorShape.ArrowCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._take(self._place_at(event.position()))

    def leaveEvent(self, event: QEvent) -> None:
        self._point_at(-1)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._point_at(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows go from patch to patch, Return opens one."""
        key, count = Qt.Key(event.key()), len(self._tiles)
        if key in _STEPS and count:
            self._point_at(min(max(self._at + _STEPS[key], 0), count - 1) if self._at >= 0 else 0)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._at >= 0:
            self._take(self._at)
        else:
            super().keyPressEvent(event)

    def _point_at(self, place: int) -> None:
        if place == self._at:
            return
        self._at = place
        self.update()
        if place < 0:
            tool_tip.hide()
            return
        tile, cell = self._tiles[place], self.cell(place).toRect()
        tip = tool_tip.Tip(tile.patch.image.name, tile.trouble or _where(tile))
        tool_tip.show_at(tip, QRect(self.mapToGlobal(QPoint(cell.x(), cell.y())), cell.size()))

    def _take(self, place: int) -> None:
        if place >= 0 and not self._tiles[place].trouble:
            tool_tip.hide()
            self.picked.emit(self._tiles[place])

    # -- painting ----------------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        for place in range(9):
            cell = self.cell(place)
            if place >= len(self._tiles):
                painter.setPen(QPen(t.line_strong, 1, Qt.PenStyle.DashLine))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
                continue
            tile = self._tiles[place]
            self._paint_patch(painter, cell, self._images[place])
            if place == self._at:
                painter.setPen(QPen(t.accent, 2))
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawRoundedRect(cell.adjusted(1, 1, -1, -1), 3, 3)
            if not self._slim:
                under = QRectF(cell.left(), cell.bottom(), cell.width(), WORDS)
                painting.text(painter, under, value_text(tile.patch.activation), "hint", t.text2, painting.CENTRE)
        painter.end()

    def _paint_patch(self, painter: QPainter, cell: QRectF, image: QImage | None) -> None:
        t = tokens()
        painting.box(painter, cell.toRect(), t.formula, None, 3)
        if image is None:
            painting.text(painter, cell, "gone", "hint", t.text3, painting.CENTRE)
            return
        scale = cell.width() / max(image.width(), image.height())
        wide, high = image.width() * scale, image.height() * scale
        painter.save()
        edge = QPainterPath()
        edge.addRoundedRect(cell, 3, 3)
        painter.setClipPath(edge)
        # Single pixels stay visible as squares, as on the canvas.
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 3)
        place = QRectF(cell.center().x() - wide / 2, cell.center().y() - high / 2, wide, high)
        painter.drawImage(place, image, QRectF(image.rect()))
        painter.restore()


def _image(tile: Tile) -> QImage | None:
    if tile.pixels is None:
        return None
    return image_from_rgb(tile.pixels, tile.pixels.shape[1], tile.pixels.shape[0])


def _told(tile: Tile) -> str:
    return f"{value_text(tile.patch.activation)} in {tile.patch.image.name}"


def _where(tile: Tile) -> str:
    x1, y1, x2, y2 = tile.patch.box
    return f"Activation {value_text(tile.patch.activation)} at x {x1}–{x2}, y {y1}–{y2}. Click to open the picture."
