"""Which of a layer's filters is edited, and how many there are."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui.widgets.button import icon_button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.segmented import SegmentedControl
from cnnstudio.gui.widgets.tool_tip import install as install_tip

MOST_FILTERS = 8
BESIDE = 4
"""So many tabs stand beside the label; more get a line of their own, since the inspector never grows wider."""


class FilterTabs(QWidget):
    """Which of several filters is edited; plus and minus.

    Signals: `chosen(index)`, `add_asked()`, `remove_asked()`.
    """

    chosen = Signal(object)
    add_asked = Signal()
    remove_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(16, 0, 16, 4)
        self._column.setSpacing(4)
        self._row = QHBoxLayout()
        self._row.setSpacing(4)
        self._column.addLayout(self._row)
        self._label = Label("Filters", "body", "text2")
        self._label.setFixedWidth(84)
        self._tabs: SegmentedControl | None = None
        self._count = 0
        self.add = icon_button("plus", "Add a filter: the layer then gives one map each", self.add_asked.emit)
        self.remove = icon_button("minus", "Remove this filter", self.remove_asked.emit)
        for button in (self.add, self.remove):
            install_tip(button, button.accessibleName())
        self._row.addWidget(self._label)
        self._row.addSpacing(8)
        self._row.addStretch(1)
        self._row.addWidget(self.remove)
        self._row.addWidget(self.add)

    def set_filters(self, names: tuple[str, ...], index: int) -> None:
        """One tab a filter; the name of each is its tool tip."""
        if self._count != len(names) or self._tabs is None:
            if self._tabs is not None:
                self._tabs.hide()
                self._tabs.deleteLater()
            self._count = len(names)
            many = len(names) > BESIDE
            choices = tuple((i, str(i + 1)) for i in range(len(names)))
            self._tabs = SegmentedControl(choices, index, name="Filter", stretch=many)
            self._tabs.valueChanged.connect(self.chosen)
            if many:
                self._column.addWidget(self._tabs)
            else:
                self._row.insertWidget(2, self._tabs)
        self._tabs.set_value(index)
        self._tabs.setToolTip("\n".join(f"{i + 1}  {name}" for i, name in enumerate(names)))
        self.remove.setEnabled(len(names) > 1)
        self.add.setEnabled(len(names) < MOST_FILTERS)
