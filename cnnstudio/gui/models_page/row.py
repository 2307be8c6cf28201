"""A network as a row of the table: what it is on the left, its state and what can be done about it on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import numbers_text
from cnnstudio.gui.model_state import ModelState
from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.models_page.columns import Columns, columns
from cnnstudio.gui.models_page.row_painting import (
    ABOVE,
    LINE,
    TITLE,
    about_lines,
    capital,
    line_top,
    paint_state,
    paint_what,
)
from cnnstudio.gui.models_page.telling import DISCARD, IMPORT, Told, told
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting, tool_tip
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus
from cnnstudio.gui.widgets.note import Note
from cnnstudio.gui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from cnnstudio.gui.fetch_trouble import Trouble
    from cnnstudio.models.registry import Model

_OTHERWISE = {
    IMPORT: "Takes in a file that you have already; it is recognised by its hash. Files can also be dropped here.",
    DISCARD: "Throws away what is here of the download that was stopped.",
}


class ModelRow(KeyboardFocus, QWidget):
    """Name and training, task, size, licence, state, and the buttons that fit the state.

    Up and Down go to the next row. Signals: `import_requested(name)`, `stepped(row, step)` for Up and Down.
    """

    import_requested = Signal(str)
    stepped = Signal(object, int)

    def __init__(self, model: Model, zoo: ModelZoo) -> None:
        super().__init__()
        self.model, self._zoo = model, zoo
        self._removed = False
        self._target = False
        self._tip = ""
        self.state: ModelState = zoo.state(model.name)
        self.told: Told = told(self.state, zoo.off, self._removed)
        self._about = capital(model.trained_on)
        self.button = Button("", parent=self, on_click=self.act)
        self.other = Button("", "ghost", parent=self, on_click=self._act_otherwise)
        self.line = ProgressLine(name=f"Progress of {model.title}", parent=self)
        self.note = Note(parent=self)
        self.note.reshaped.connect(self._place)
        # From left to right, as Tab goes.
        QWidget.setTabOrder(self.other, self.button)
        for each in (self, self.button, self.other):
            each.installEventFilter(self)
        self.setMouseTracking(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh()

    def matches(self, query: str) -> bool:
        """Whether every word of a search occurs in its name, title, task or architecture."""
        model = self.model
        text = f"{model.name} {model.title} {model.task} {model.architecture}".lower()
        return all(word in text for word in query.lower().split())

    def refresh(self) -> None:
        """Show the network's present state."""
        self.state = state = self._zoo.state(self.model.name)
        self._removed = self._removed and not (state.installed or state.fetching)
        self.told = told(state, self._zoo.off, self._removed)
        self.button.setText(self.told.action)
        self.button.setAccessibleName(f"{self.told.action} {self.model.title}")
        self.button.setEnabled(self.told.enabled)
        self.button.setVisible(bool(self.told.action))
        tool_tip.install(self.button, f"{self.told.action} {self.model.title}", self.told.why)
        self.other.setText(self.told.other)
        self.other.setAccessibleName(f"{self.told.other} {self.model.title}")
        self.other.setVisible(bool(self.told.other))
        tool_tip.install(self.other, f"{self.told.other} {self.model.title}", _OTHERWISE.get(self.told.other, ""))
        self.line.setVisible(state.fetching)
        if state.fetching:
            known = bool(state.done and state.total and state.total > 1)
            self.line.set_fraction((state.done or 0) / (state.total or 1)) if known else self.line.set_unknown()
        trouble = self._trouble()
        self.note.set_words(trouble.words if trouble else "", trouble.details if trouble else ())
        self.note.setVisible(trouble is not None)
        self.setAccessibleName(self.model.title)
        self.setAccessibleDescription(
            f"{self._about}. {self.model.task}, {numbers_text.byte_count(state.size)}, licence {self.model.licence}, "
            f"{self.told.state}"
        )
        self._place()
        self.update()

    def set_target(self, on: bool) -> None:
        """Show that a file dropped now would be imported into this row."""
        if on != self._target:
            self._target = on
            self.update()

    def _trouble(self) -> Trouble | None:
        """What is told here; that nobody can be reached stands once above the table."""
        trouble = self.state.trouble
        return None if trouble is None or trouble.connection or self.state.fetching else trouble

    def _act_otherwise(self) -> None:
        if self.told.other == DISCARD:
            self._zoo.discard(self.model.name)
        else:
            self.import_requested.emit(self.model.name)

    def act(self) -> None:
        """What the button does."""
        match self.told.action:
            case "Cancel":
                self._zoo.cancel(self.model.name)
            case "Remove":
                self._removed = True
                self._zoo.remove(self.model.name)
            case _:
                self._zoo.fetch(self.model.name)

    def take_focus(self) -> None:
        """Put the focus on the button, or on the row where there is nothing to press."""
        can = not self.button.isHidden() and self.button.isEnabled()
        (self.button if can else self).setFocus(Qt.FocusReason.TabFocusReason)

    # -- layout ------------------------------------------------------------------------------------------------
    def _columns(self) -> Columns:
        return columns(self.width())

    def _band(self) -> int:
        """Height of the row without the note beneath it."""
        return 2 * ABOVE + TITLE + LINE * len(about_lines(self._about, self._columns().name[1]))

    def _place(self) -> None:
        at, band = self._columns(), self._band()
        left, width = at.actions
        right, top = left + width, (band - 28) // 2
        for button in (self.button, self.other):
            wide = button.sizeHint().width()
            button.setGeometry(right - wide, top, wide, 28)
            right -= wide + 4
        self.line.setGeometry(QRect(at.state[0], line_top(band, self.told), at.state[1], 4))
        height = band + 1
        if self._trouble():
            self.note.setGeometry(at.name[0], band - 2, self.width() - 2 * at.name[0], self.note.height())
            height += self.note.height() + 8
        if height != self.height() or self.minimumHeight() != height:
            self.setFixedHeight(height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def sizeHint(self) -> QSize:
        return QSize(900, self.minimumHeight())

    # -- painting ----------------------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        if self._target:
            painter.setPen(QPen(t.accent, 1.5))
            painter.setBrush(t.tint)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -2), 4, 4)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), t.line)
        at, band = self._columns(), self._band()
        paint_what(painter, at, band, self.model, self._about, self.state.size)
        paint_state(painter, at.area("state", 0, band), self.state, self.told)
        painter.end()

    # -- tips and keys -----------------------------------------------------------------------------------------
    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event.pos())
            return True
        return bool(super().event(event))

    def _column_at(self, point: QPointF) -> str:
        at, band = self._columns(), self._band()
        return next((each for each in ("name", "licence") if at.area(each, 0, band).contains(point)), "")

    def _show_tip(self, point: QPoint) -> None:
        column, model = self._column_at(QPointF(point)), self.model
        if not column:
            return
        self._tip = column
        words = {
            "name": tool_tip.Tip(model.title, f"{model.architecture}. {self._about}."),
            "licence": tool_tip.Tip(model.licence, f"As stated by: {model.licence_from}."),
        }
        area = self._columns().area(column, ABOVE, self._band() - 2 * ABOVE).toRect()
        tool_tip.show_at(words[column], QRect(self.mapToGlobal(area.topLeft()), area.size()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._tip and self._column_at(event.position()) != self._tip:
            self._hide_tip()

    def leaveEvent(self, event: QEvent) -> None:
        self._hide_tip()

    def _hide_tip(self) -> None:
        if self._tip:
            self._tip = ""
            tool_tip.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt's buttons take Up and Down as Tab; in a table they mean the row above and below.
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
            if step is not None:
                self.stepped.emit(self, step)
                return True
        return False
