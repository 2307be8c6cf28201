"""The table: a heading that stays, the registry's networks, and torchvision's in a section that opens on demand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout

from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.models_page.heading import HEADING, Heading
from cnnstudio.gui.models_page.row import ModelRow
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.group import GroupHeader
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

MARGIN, WIDEST = 24, 1240


def side_margin(width: int) -> int:
    """Room left and right of everything on the page, in pixels, at this width."""
    return max(MARGIN, (width - WIDEST) // 2)


class ModelTable(QScrollArea):
    """Rows of networks, filtered by `search`.

    Signals: `import_requested(name)`; `more_wanted()` when torchvision's networks are to be shown and are not known.
    """

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
        self.section.toggled.connect(lambda _open: self._show())
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

    def set_more(self, models: tuple[Model, ...]) -> None:
        """torchvision's networks; their rows are made when the section is opened first."""
        self._waiting = models
        self.section.summary = f"{len(models)} networks"
        self.section.setAccessibleDescription(self.section.summary)
        self._show()

    def set_more_failed(self, words: str) -> None:
        """torchvision's list could not be had."""
        self.section.summary = words
        self._show()

    def rows(self) -> list[ModelRow]:
        """All rows that there are, shown or not."""
        return [*self._own, *self._more]

    def shown_rows(self) -> list[ModelRow]:
        """The rows that search and section let through, top to bottom."""
        return [each for each in self.rows() if not each.isHidden()]

    def search(self, query: str) -> None:
        """Show only the networks that match, torchvision's too."""
        self._query = query.strip()
        self._show()

    def reveal(self, name: str) -> None:
        """Scroll to a network and put the focus on its button."""
        for row in self.rows():
            if row.model.name == name:
                if row.isHidden():
                    self.section.setChecked(True)
                self.ensureWidgetVisible(row)
                row.button.setFocus(Qt.FocusReason.TabFocusReason)

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
        """Put the focus on the first button of the list."""
        self._focus(0, 1)

    def _add(self, layout: QVBoxLayout, model: Model) -> ModelRow:
        row = ModelRow(model, self._zoo)
        row.import_requested.connect(self.import_requested)
        row.stepped.connect(self._step)
        layout.addWidget(row)
        return row

    def _show(self) -> None:
        wanted = self.section.isChecked() or bool(self._query)
        if wanted and self._waiting is None:
            self.more_wanted.emit()
        if wanted and self._waiting and not self._more:
            self._more = [self._add(self._more_rows, model) for model in self._waiting]
        for row in self._own:
            row.setVisible(row.matches(self._query))
        for row in self._more:
            row.setVisible(wanted and row.matches(self._query))
        found = bool(self.shown_rows())
        reading = wanted and self._waiting is None and not self.section.summary
        self.nothing.setText("Reading torchvision's list…" if reading else f"No network matches “{self._query}”.")
        self.nothing.setVisible(reading or not found)
        self.section.setVisible(not self._query or any(not each.isHidden() for each in self._more))
        self.section.update()

    def _changed(self, name: str) -> None:
        for row in self.rows():
            if row.model.name == name:
                row.refresh()

    def _step(self, row: ModelRow, step: int) -> None:
        self._focus(self.shown_rows().index(row) + step, step)

    def _focus(self, index: int, step: int) -> None:
        """Focus the next row from here on that has a button to press."""
        shown = self.shown_rows()
        while 0 <= index < len(shown):
            if not shown[index].button.isHidden() and shown[index].button.isEnabled():
                shown[index].button.setFocus(Qt.FocusReason.TabFocusReason)
                self.ensureWidgetVisible(shown[index])
                return
            index += step

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The scroll bar lies in the right margin, so that the table stays in line with what is above and below it.
        margin = side_margin(self.width())
        self._heading.span(margin, self.width() - 2 * margin)
        self._heading.setGeometry(0, 0, self.width(), HEADING)
        self._column.setContentsMargins(margin, 0, margin - (self.width() - self.viewport().width()), 24)
