"""The table: a heading that stays, the registry's networks, and torchvision's in a section that opens on demand."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.models_page.heading import HEADING, Heading
from cnnstudio.gui.models_page.row import ModelRow
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.group import GroupHeader
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

MARGIN, WIDEST = 24, 1440


def side_margin(width: int) -> int:
    """Room left and right of everything on the page, in pixels, at this width."""
    return max(MARGIN, (width - WIDEST) // 2)


class ModelTable(QScrollArea):
    """Rows of networks, filtered by `search`.

    Signals: `import_requested(name)`; `more_wanted()` when torchvision's networks are to be shown and are not known;
    `tabbed()` when there are other rows, which Tab has to find in their order.
    """

    tabbed = Signal()

    import_requested = Signal(str)
    more_wanted = Signal()

    def __init__(self, zoo: ModelZoo) -> None:
        super().__init__()
        self._zoo = zoo
        self._query = ""
        self._own: list[ModelRow] = []
        self._more: list[ModelRow] = []
        self._waiting: tuple[Model, ...] | None = None
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setViewportMargins(0, HEADING, 0, 0)
        self._heading = Heading(self)
        self.section = GroupHeader("More networks, from torchvision")
        self.section.setChecked(False)
        self.section.clicked.connect(lambda _open: self._show())
        self._open_before_search = False
        self.nothing = Label("", "body", "text2")
        self.nothing.setContentsMargins(12, 16, 12, 16)
        self._rows, self._more_rows = QVBoxLayout(), QVBoxLayout()
        ground = Surface("panel")
        self._column = QVBoxLayout(ground)
        self._column.setSpacing(0)
        for part in (self._rows, self._more_rows):
            part.setSpacing(0)
        self._column.addLayout(self._rows)
        self._column.addSpacing(8)
        self._column.addWidget(self.section)
        self._column.addLayout(self._more_rows)
        self._column.addWidget(self.nothing)
        self._column.addStretch(1)
        self.setWidget(ground)
        zoo.changed.connect(self._changed)
        zoo.offline_changed.connect(self.refresh)

    def set_models(self, models: Iterable[Model]) -> None:
        """The registry's networks, the recommended ones on top."""
        for model in sorted(models, key=lambda each: not each.recommended):
            self._own.append(self._add(self._rows, model))
        self._show()
        self.tabbed.emit()

    def set_more(self, models: tuple[Model, ...]) -> None:
        """torchvision's networks; their rows are made when the section is opened first."""
        self._waiting = tuple(sorted(models, key=_by_numbers))
        self._show()

    def set_more_failed(self, words: str) -> None:
        """torchvision's list could not be had."""
        self.section.summary = words
        self._show()

    def rows(self) -> list[ModelRow]:
        """All rows that there are, shown or not."""
        return [*self._own, *self._more]

    def own_rows(self) -> list[ModelRow]:
        """Those of the registry."""
        return list(self._own)

    def tab_stops(self) -> list[QWidget]:
        """Everything that takes Tab, top to bottom and left to right."""

        def of(rows: list[ModelRow]) -> list[QWidget]:
            return [stop for row in rows for stop in (row.other, row.button, row.note.more)]

        return [*of(self._own), self.section, *of(self._more)]

    def shown_rows(self) -> list[ModelRow]:
        """The rows that search and section let through, top to bottom."""
        return [each for each in self.rows() if not each.isHidden()]

    def search(self, query: str) -> None:
        """Show only the networks that match, torchvision's too: their section is open meanwhile."""
        before, self._query = self._query, query.strip()
        if self._query and not before:
            self._open_before_search = self.section.isChecked()
        if bool(self._query) != bool(before):
            self.section.setChecked(bool(self._query) or self._open_before_search)
        self._show()

    def reveal(self, name: str) -> None:
        """Scroll to a network and put the focus on its button."""
        for row in self.rows():
            if row.model.name == name:
                if row.isHidden():
                    self.section.setChecked(True)
                    self._show()
                self.ensureWidgetVisible(row)
                row.take_focus()

    def refresh(self) -> None:
        """Look at every network again."""
        for row in self.rows():
            row.refresh()

    def row_at(self, point: QPoint) -> ModelRow | None:
        """The row under a point of this widget."""
        below = self.childAt(point)
        while below is not None and not isinstance(below, ModelRow):
            below = below.parentWidget()
        return below

    def set_target(self, row: ModelRow | None) -> None:
        """Mark the row that takes what would be dropped now."""
        for each in self.rows():
            each.set_target(each is row)

    def first_focus(self) -> None:
        """Put the focus on the first row of the list."""
        self._focus(0)

    def _add(self, layout: QVBoxLayout, model: Model) -> ModelRow:
        row = ModelRow(model, self._zoo)
        row.import_requested.connect(self.import_requested)
        row.stepped.connect(self._step)
        layout.addWidget(row)
        return row

    def _show(self) -> None:
        wanted = self.section.isChecked()
        if wanted and self._waiting is None:
            self.more_wanted.emit()
        if wanted and self._waiting and not self._more:
            self._more = [self._add(self._more_rows, model) for model in self._waiting]
            self.tabbed.emit()
        for row in self._own:
            row.setVisible(row.matches(self._query))
        for row in self._more:
            row.setVisible(wanted and row.matches(self._query))
        found = bool(self.shown_rows())
        reading = wanted and self._waiting is None and not self.section.summary
        self.nothing.setText("Reading torchvision's list…" if reading else f"No network matches “{self._query}”.")
        self.nothing.setVisible(reading or not found)
        self.section.setVisible(not self._query or any(row.matches(self._query) for row in self._more))
        self._count()

    def _count(self) -> None:
        """How many there are behind the section's heading, or how many of them match."""
        if self._waiting is None:
            return
        shown = sum(row.matches(self._query) for row in self._more) if self._query else len(self._waiting)
        of = f"{shown} of " if shown < len(self._waiting) else ""
        self.section.summary = f"{of}{len(self._waiting)} networks"
        self.section.setAccessibleDescription(self.section.summary)
        self.section.update()

    def _changed(self, name: str) -> None:
        for row in self.rows():
            if row.model.name == name:
                row.refresh()

    def _step(self, row: ModelRow, step: int) -> None:
        self._focus(self.shown_rows().index(row) + step)

    def _focus(self, index: int) -> None:
        shown = self.shown_rows()
        if 0 <= index < len(shown):
            shown[index].take_focus()
            self.ensureWidgetVisible(shown[index])

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The scroll bar lies in the right margin, so that the table stays in line with what is above and below it.
        margin = side_margin(self.width())
        self._heading.span(margin, self.width() - 2 * margin)
        self._heading.setGeometry(0, 0, self.width(), HEADING)
        self._column.setContentsMargins(margin, 0, margin - (self.width() - self.viewport().width()), 24)


def _by_numbers(model: Model) -> list[tuple[int, str]]:
    """resnet18 before resnet152: digits count as the number that they are."""
    return [(int(each) if each.isdigit() else -1, each) for each in re.split(r"(\d+)", model.title)]
