"""The layers as a tree: groups that fold, shapes and receptive fields, a search, all by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from cnnstudio.gui.panels.activations.tree_painting import (
    FIELD_ROLE,
    ICON_ROLE,
    MARGIN,
    SHAPE_ROLE,
    RowPainter,
    columns,
)
from cnnstudio.gui.panels.activations.tree_rows import branches, icon_of, label_of
from cnnstudio.gui.panels.activations.words import field_of, shape_of
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.fuzzy import score
from cnnstudio.gui.widgets.search_field import SearchField

if TYPE_CHECKING:
    from cnnstudio.networks.layers import Layer

_NAME = Qt.ItemDataRole.UserRole


class LayerTree(QWidget):
    """Search field, heading and tree.

    Signals: `chosen(name)` when the person goes to another layer.
    """

    chosen = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.search = SearchField("Find a layer")
        self.search.textChanged.connect(self._filter)
        self.search.left_down.connect(self._into_list)
        self.tree = _Tree()
        self.tree.currentItemChanged.connect(self._went)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._silent = False
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(MARGIN, 0, MARGIN, 8)
        inner.addWidget(self.search)
        column.addWidget(holder)
        column.addWidget(_Heading(self.tree))
        column.addWidget(self.tree, 1)

    def set_layers(self, layers: Sequence[Layer], input_shape: str) -> None:
        """Show these; input_shape: of what the network is given, "" without a network."""
        self._silent = True
        self.tree.clear()
        self._items = {}
        if input_shape:
            top = _item("Input", "image", input_shape, "1", "What the network is given")
            top.setFlags(Qt.ItemFlag.ItemIsEnabled)
            self.tree.addTopLevelItem(top)
        for branch in branches(layers):
            home: QTreeWidgetItem | None = None
            if branch.title:
                home = _item(branch.title, "stack")
                home.setFlags(Qt.ItemFlag.ItemIsEnabled)
                self.tree.addTopLevelItem(home)
            for layer in branch.layers:
                self._items[layer.name] = self._add(layer, home)
        self._silent = False
        self._filter(self.search.text())

    def _add(self, layer: Layer, home: QTreeWidgetItem | None) -> QTreeWidgetItem:
        sees = f"{layer.name}, {layer.type}: {shape_of(layer)}, sees {field_of(layer)} pixels"
        made = _item(label_of(layer), icon_of(layer), shape_of(layer), field_of(layer), sees)
        made.setData(0, _NAME, layer.name)
        if home is None:
            self.tree.addTopLevelItem(made)
        else:
            home.addChild(made)
        return made

    def set_current(self, name: str) -> None:
        """Mark this layer and open its group, without a report."""
        item = self._items.get(name)
        if item is None or item is self.tree.currentItem():
            return
        self._silent = True
        home = item.parent()
        if home is not None:
            home.setExpanded(True)
        self.tree.setCurrentItem(item)
        self.tree.scrollToItem(item)
        self._silent = False

    def current(self) -> str:
        """The name of the marked layer."""
        item = self.tree.currentItem()
        return str(item.data(0, _NAME) or "") if item is not None else ""

    def names(self) -> list[str]:
        """The layers that the search lets through, in order."""
        return [name for name, item in self._items.items() if not item.isHidden()]

    def _went(self, item: QTreeWidgetItem | None, _before: object) -> None:
        name = str(item.data(0, _NAME) or "") if item is not None else ""
        if name and not self._silent:
            self.chosen.emit(name)

    def _filter(self, query: str) -> None:
        wanted = query.strip()
        for name, item in self._items.items():
            item.setHidden(bool(wanted) and score(wanted, name) is None)
        for index in range(self.tree.topLevelItemCount()):
            top = self.tree.topLevelItem(index)
            if top is not None and top.childCount():
                hits = any(not item.isHidden() for item in self._items.values() if item.parent() is top)
                top.setHidden(not hits)
                if wanted:
                    top.setExpanded(hits)

    def _into_list(self) -> None:
        self.tree.setFocus(Qt.FocusReason.TabFocusReason)
        found = self.names()
        if found and self.current() not in found:
            self.tree.setCurrentItem(self._items[found[0]])


class _Tree(QTreeWidget):
    """A tree of one column whose rows are painted by `RowPainter`."""

    def __init__(self) -> None:
        super().__init__()
        self._by_keyboard = False
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setUniformRowHeights(True)
        self.setMouseTracking(True)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QTreeWidget.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setItemDelegate(RowPainter(self))
        self.setAccessibleName("Layers")
        self.viewport().setAutoFillBackground(False)

    def by_keyboard(self) -> bool:
        """Whether the focus came by keyboard."""
        return self._by_keyboard

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 80)

    def focusInEvent(self, event: QFocusEvent) -> None:
        self._by_keyboard = event.reason() != Qt.FocusReason.MouseFocusReason
        super().focusInEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click anywhere on a group folds it."""
        item = self.itemAt(event.position().toPoint())
        if item is not None and item.childCount() and event.button() == Qt.MouseButton.LeftButton:
            item.setExpanded(not item.isExpanded())
        super().mouseReleaseEvent(event)


class _Heading(QWidget):
    """The words above the columns."""

    def __init__(self, tree: _Tree) -> None:
        super().__init__()
        self._tree = tree
        self.setFixedHeight(20)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), QPainter(self)
        shape, field = columns(self._tree.viewport().width())
        painting.text(painter, QRectF(MARGIN, 0, 80, 20), "Layer", "hint", t.text3)
        painting.text(painter, QRectF(shape - 80, 0, 80, 20), "Output", "hint", t.text3, painting.RIGHT)
        if field:
            painting.text(painter, QRectF(field - 40, 0, 40, 20), "Sees", "hint", t.text3, painting.RIGHT)
        painter.end()


def _item(words: str, icon: str, shape: str = "", field: str = "", about: str = "") -> QTreeWidgetItem:
    made = QTreeWidgetItem([words])
    for role, value in ((ICON_ROLE, icon), (SHAPE_ROLE, shape), (FIELD_ROLE, field)):
        made.setData(0, role, value)
    made.setData(0, Qt.ItemDataRole.AccessibleTextRole, about or words)
    made.setToolTip(0, about)
    return made
