"""The strip at the bottom of the window: thumbnails, painted in one widget.

Click or arrow keys choose, drag reorders, Delete removes, the menu reveals; the last tile opens or pastes.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from cnnstudio.gui.fonts import font
from cnnstudio.gui.icons import icon
from cnnstudio.gui.shelf.fades import EdgeFades
from cnnstudio.gui.shelf.model import ShelfItem, ShelfModel
from cnnstudio.gui.theme import theme, tokens

TILE = QSize(96, 64)
GAP = 12
MARGIN = 16


class ShelfStrip(QWidget):
    """Paints the model and turns mouse and keys into changes of it.

    Signals: `open_requested()` (the last tile), `menu_requested(item id, global position)`.
    """

    open_requested = Signal()
    menu_requested = Signal(int, QPoint)

    def __init__(self, model: ShelfModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self._hover = -1
        self._press: QPoint | None = None
        self._dragged: int | None = None
        self._drag_x = 0
        self._keyboard = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setAccessibleName("Shelf")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for signal in (model.added, model.removed, model.updated, model.current_changed):
            signal.connect(self._refresh)
        model.reordered.connect(self._refresh)
        theme().changed.connect(self.update)
        self._refresh()

    def tile_rect(self, index: int) -> QRect:
        """Where the thumbnail of item `index` stands; `len(items)` is the tile that opens more."""
        return QRect(QPoint(MARGIN + index * (TILE.width() + GAP), 10), TILE)

    def sizeHint(self) -> QSize:
        """Wide enough for all tiles."""
        return QSize(2 * MARGIN + (len(self._model.items) + 1) * (TILE.width() + GAP) + 16, 100)

    def _refresh(self, *_: object) -> None:
        self.setMinimumWidth(self.sizeHint().width())
        self.update()

    def _index_at(self, point: QPoint) -> int:
        reach = QRect(0, 0, TILE.width(), TILE.height() + 22)
        for index in range(len(self._model.items) + 1):
            if reach.translated(self.tile_rect(index).topLeft()).contains(point):
                return index
        return -1

    # -- painting ----------------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Tiles, names, the ring around the current one."""
        painter = QPainter(self)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
        for index, item in enumerate(self._model.items):
            rect = self.tile_rect(index)
            if item.id == self._dragged:
                rect.moveLeft(self._drag_x)
            if rect.adjusted(-4, -4, 4, 26).intersects(event.rect()):
                self._paint_item(painter, rect, item, index)
        self._paint_adder(painter, self.tile_rect(len(self._model.items)))
        painter.end()

    def _paint_item(self, painter: QPainter, rect: QRect, item: ShelfItem, index: int) -> None:
        t = tokens()
        current = item is self._model.current
        path = QPainterPath()
        path.addRoundedRect(rect, 4, 4)
        painter.save()
        painter.setClipPath(path)
        painter.fillRect(rect, t.raised)
        if item.thumbnail is not None:
            painter.drawImage(rect, item.thumbnail, _centre_crop(item.thumbnail, rect.size()))
        else:
            name = "warning" if item.problem else "image"
            spot = QRect(0, 0, 20, 20)
            spot.moveCenter(rect.center())
            icon(name, 20).paint(painter, spot)
        painter.restore()
        if current or index == self._hover:
            painter.setPen(QPen(t.accent if current else t.line_strong, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), 6, 6)
        if current and self._keyboard and self.hasFocus():
            painter.setPen(QPen(t.accent_text, 2))
            painter.drawRoundedRect(rect.adjusted(-5, -5, 5, 5), 8, 8)
        painter.setFont(font("hint"))
        painter.setPen(t.text1 if current else t.text2)
        line = QRect(rect.left(), rect.bottom() + 5, rect.width(), 16)
        text = painter.fontMetrics().elidedText(item.name, Qt.TextElideMode.ElideMiddle, line.width())
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _paint_adder(self, painter: QPainter, rect: QRect) -> None:
        t = tokens()
        pen = QPen(t.accent_text if self._hover == len(self._model.items) else t.line_strong, 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect.toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        spot = QRect(0, 0, 16, 16)
        spot.moveCenter(rect.center())
        icon("plus", 16).paint(painter, spot)
        painter.setFont(font("hint"))
        painter.setPen(t.text2)
        name = QRect(rect.left(), rect.bottom() + 5, rect.width() + 40, 16)
        painter.drawText(name, Qt.AlignmentFlag.AlignVCenter, "Drop or paste")
        if not self._model.items:
            painter.setFont(font("body"))
            painter.drawText(QRect(rect.right() + 14, rect.top(), 500, rect.height()), Qt.AlignmentFlag.AlignVCenter,
                             "The shelf keeps pictures and results at hand for every panel.")  # fmt: skip

    # -- mouse and keys ----------------------------------------------------------------------------------------
    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose a tile, or open more."""
        self._keyboard = False
        index = self._index_at(event.position().toPoint())
        if index == len(self._model.items):
            self.open_requested.emit()
        elif index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._press = event.position().toPoint()
            self._model.set_current(self._model.items[index].id)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Hover, or carry a tile to another place."""
        point = event.position().toPoint()
        current = self._model.current
        if self._press is not None and current is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if self._dragged is None and abs(point.x() - self._press.x()) > 12:
                self._dragged = current.id
            if self._dragged is not None:
                self._drag_x = point.x() - TILE.width() // 2
                target = (point.x() - MARGIN) // (TILE.width() + GAP)
                ids = [i.id for i in self._model.items]
                if 0 <= target < len(ids) and ids.index(self._dragged) != target:
                    self._model.move(self._dragged, target)
        hover = self._index_at(point)
        if hover != self._hover or self._dragged is not None:
            self._hover = hover
            items = self._model.items
            self.setToolTip(_tip(items[hover]) if 0 <= hover < len(items) else "Open pictures (Ctrl+O)")
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop a carried tile."""
        self._press = self._dragged = None
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Forget the hover."""
        self._hover = -1
        self.update()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The menu of a tile."""
        index = self._index_at(event.pos())
        if 0 <= index < len(self._model.items):
            self.menu_requested.emit(self._model.items[index].id, event.globalPos())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows choose, Ctrl+arrows reorder, Delete removes."""
        current = self._model.current
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Home: -10**6, Qt.Key.Key_End: 10**6}
        self._keyboard = True
        if event.key() in step and event.modifiers() & Qt.KeyboardModifier.ControlModifier and current:
            at = self._model.items.index(current)
            self._model.move(current.id, at + step[Qt.Key(event.key())])
        elif event.key() in step:
            self._model.step(step[Qt.Key(event.key())])
        elif event.key() == Qt.Key.Key_Delete and current is not None:
            self._model.remove([current.id])
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Insert):
            self.open_requested.emit()
        else:
            super().keyPressEvent(event)


def _tip(item: ShelfItem) -> str:
    size = f"\n{item.width} × {item.height}" if item.width else ""
    return f"{item.name}{size}" + (f"\n{item.problem}" if item.problem else "")


def _centre_crop(image: QImage, size: QSize) -> QRect:
    """The largest part of the image, around its centre, that has the proportions of `size`."""
    shape = QSize(size).scaled(image.size(), Qt.AspectRatioMode.KeepAspectRatio)
    crop = QRect(QPoint(0, 0), shape)
    crop.moveCenter(image.rect().center())
    return crop


class ShelfArea(QScrollArea):
    """The strip with its scroll bar hidden; the wheel scrolls sideways, and the current tile stays in view."""

    def __init__(self, model: ShelfModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # Asking Qt for the viewport it made itself makes PySide load every kind of widget (28 ms at start).
        self.setViewport(QWidget())
        self.strip = ShelfStrip(model)
        self.setWidget(self.strip)
        self.strip.setAutoFillBackground(False)  # setWidget switches it on, and would hide the ground
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._model = model
        self.fades = EdgeFades(self)
        model.current_changed.connect(self._follow)

    def _follow(self, item: ShelfItem | None) -> None:
        if item is not None and item in self._model.items:
            rect = self.strip.tile_rect(self._model.items.index(item))
            self.ensureVisible(rect.center().x(), rect.center().y(), 120, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow(self._model.current)

    def wheelEvent(self, event: object) -> None:
        """Vertical wheels scroll the strip sideways."""
        bar = self.horizontalScrollBar()
        delta = event.angleDelta()  # type: ignore[attr-defined]
        bar.setValue(bar.value() - (delta.y() or delta.x()))


