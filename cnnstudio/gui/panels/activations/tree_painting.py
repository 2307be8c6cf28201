"""How a row of the tree is painted: chevron, icon, name, and in columns at the right shape and receptive field."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from cnnstudio.gui import icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

ROW, MARGIN = 28, 12
SHAPE, FIELD = 80, 32
FIELD_FROM = 236
"""Width of the tree from which on there is room for the receptive fields."""

ICON_ROLE, SHAPE_ROLE, FIELD_ROLE = (Qt.ItemDataRole.UserRole + number for number in (1, 2, 3))


def columns(width: int) -> tuple[float, float]:
    """Right edges of the shapes and of the receptive fields; the second is 0 where these have no room."""
    right = width - MARGIN
    return (right - FIELD, right) if width >= FIELD_FROM else (right, 0.0)


class RowPainter(QStyledItemDelegate):
    """Paints groups with their chevron, layers indented below them."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(200, ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        t, state = tokens(), option.state  # type: ignore[attr-defined]
        tree: Any = option.widget  # type: ignore[attr-defined]
        wide = tree.viewport().width()
        area = QRectF(0, option.rect.top(), wide, ROW)  # type: ignore[attr-defined]
        group, inside = index.model().hasChildren(index), index.parent().isValid()
        chosen = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if chosen:
            painter.fillRect(area, t.tint)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(area, t.hover)
        if tree.hasFocus() and index == tree.currentIndex() and tree.by_keyboard():
            painting.box(painter, area.adjusted(2, 1, -2, -1), None, t.accent_text, 4, 2)
        left = area.left() + MARGIN - 4
        if group:
            mark = "caret-down" if tree.isExpanded(index) else "caret-right"
            icons.paint(painter, QRectF(left, area.top(), 14, ROW), mark, t.text3, 14)
        left += 26 if inside else 20
        spot = QRectF(left, area.top(), 16, ROW)
        icons.paint(painter, spot, str(index.data(ICON_ROLE)), t.accent_text if chosen else t.text3, 15)
        shape, field = columns(wide)
        words, size = str(index.data(Qt.ItemDataRole.DisplayRole)), str(index.data(SHAPE_ROLE) or "")
        room = QRectF(left + 22, area.top(), max(0.0, shape - SHAPE - left - 26), ROW)
        if group or not size:
            room.setRight(wide - MARGIN)
        role, colour = ("name", t.text1) if group or chosen else ("body", t.text2)
        painting.text(painter, room, words, role, colour)
        ink = t.text2 if chosen else t.text3
        painting.text(painter, QRectF(shape - SHAPE, area.top(), SHAPE, ROW), size, "hint", ink, painting.RIGHT)
        if field:
            seen = QRectF(field - FIELD, area.top(), FIELD, ROW)
            painting.text(painter, seen, str(index.data(FIELD_ROLE) or ""), "hint", ink, painting.RIGHT)
        painter.restore()
