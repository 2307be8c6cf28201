"""A network as a row of the table: what it is on the left, its state and what can be done about it on the right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import icons, numbers_text
from cnnstudio.gui.model_state import ModelState, progress_words
from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.models_page.columns import Columns, columns
from cnnstudio.gui.models_page.telling import Told, told
from cnnstudio.gui.theme import Tokens, tokens
from cnnstudio.gui.widgets import painting, tool_tip
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.note import Note
from cnnstudio.gui.widgets.progress_line import ProgressLine

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

LINE, ABOVE, TITLE = 16, 9, 16
_MOST_LINES = 2


class ModelRow(QWidget):
    """Name and training, task, size, licence, state, and the one button that fits the state.

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
        self.told: Told = told(self.state, zoo.offline, self._removed)
        self._about = _capital(model.trained_on)
        self.button = Button("", parent=self, on_click=self._act)
        self.take = Button(
            "", "ghost", icon="folder-open", name=f"Import a file for {model.title}…", parent=self,
            on_click=lambda: self.import_requested.emit(model.name),
        )  # fmt: skip
        tool_tip.install(self.take, "Import…", "Takes in a file that you have already; it is recognised by its hash.")
        self.line = ProgressLine(name=f"Progress of {model.title}", parent=self)
        self.note = Note(parent=self)
        for button in (self.button, self.take):
            button.installEventFilter(self)
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
        self.told = told(state, self._zoo.offline, self._removed)
        self.button.setText(self.told.action)
        self.button.setAccessibleName(f"{self.told.action} {self.model.title}")
        self.button.setEnabled(self.told.enabled)
        self.button.setVisible(bool(self.told.action))
        tool_tip.install(self.button, f"{self.told.action} {self.model.title}", self.told.why)
        self.take.setVisible(self.told.may_import)
        self.line.setVisible(state.fetching)
        if state.fetching:
            known = bool(state.done and state.total and state.total > 1)
            self.line.set_fraction((state.done or 0) / (state.total or 1)) if known else self.line.set_unknown()
        self.note.set_words(state.error)
        self.note.setVisible(bool(state.error) and not state.fetching)
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

    def _act(self) -> None:
        match self.told.action:
            case "Cancel":
                self._zoo.cancel(self.model.name)
            case "Remove":
                self._removed = True
                self._zoo.remove(self.model.name)
            case _:
                self._zoo.fetch(self.model.name)

    # -- layout ------------------------------------------------------------------------------------------------
    def _columns(self) -> Columns:
        return columns(self.width())

    def _about_lines(self) -> list[str]:
        width = self._columns().name[1]
        lines = painting.wrapped("hint", self._about, width)
        if len(lines) > _MOST_LINES:
            rest = self._about[self._about.index(lines[_MOST_LINES - 1]) :]
            lines = [*lines[: _MOST_LINES - 1], rest]
        return lines

    def _band(self) -> int:
        """Height of the row without the note beneath it."""
        return 2 * ABOVE + TITLE + LINE * len(self._about_lines())

    def _place(self) -> None:
        at, band = self._columns(), self._band()
        left, width = at.actions
        hint = self.button.sizeHint()
        right = left + width - 32
        self.take.setGeometry(right + 4, (band - 28) // 2, 28, 28)
        self.button.setGeometry(right - hint.width(), (band - 28) // 2, hint.width(), 28)
        self.line.setGeometry(QRect(at.state[0], band // 2 - 11, at.state[1], 4))
        height = band + 1
        if self.state.error and not self.state.fetching:
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
        self._paint_what(painter, t)
        self._paint_state(painter, t)
        painter.end()

    def _paint_what(self, painter: QPainter, t: Tokens) -> None:
        at, band = self._columns(), self._band()
        painting.text(painter, at.area("name", ABOVE, TITLE), self.model.title, "name", t.text1)
        for number, line in enumerate(self._about_lines()):
            area = at.area("name", ABOVE + TITLE + number * LINE, LINE)
            painting.text(painter, area, line, "hint", t.text3)
        task = _capital(self.model.task)
        size = numbers_text.byte_count(self.state.size)
        painting.text(painter, at.area("task", 0, band), task, "body", t.text2)
        painting.text(painter, at.area("size", 0, band), size, "body", t.text1, painting.RIGHT)
        painting.text(painter, at.area("licence", 0, band), self.model.licence, "body", t.text2)

    def _paint_state(self, painter: QPainter, t: Tokens) -> None:
        area = self._columns().area("state", 0, self._band())
        if self.state.fetching:
            words = progress_words(self.state.done or 0, self.state.total or 0, self.state.seconds_left)
            painting.text(painter, area.adjusted(0, 14, 0, 0), words, "hint", t.text2)
            return
        if self.told.icon:
            spot = QRectF(area.left(), area.top(), 16, area.height())
            icons.paint(painter, spot, self.told.icon, getattr(t, self.told.colour), 16)
            area.adjust(24, 0, 0, 0)
        ink = t.text1 if self.told.icon else t.text3
        if self.told.more:
            painting.text(painter, area.adjusted(0, -16, 0, 0), self.told.state, "body", ink)
            painting.text(painter, area.adjusted(0, 16, 0, 0), self.told.more, "hint", t.text3)
        else:
            painting.text(painter, area, self.told.state, "body", ink)

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


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
