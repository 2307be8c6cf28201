"""What every row of an inspector shares: a label of 84 px, the dot of a changed value, and reset by
double click."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

LABEL, GAP, FIELD, MARGIN = 84, 12, 60, 16
_ERROR = 18


class Row(QWidget):
    """Base of the rows: paints the label and lays its control out by hand, 32 px high (switches 28).

    A row spans the inspector with its margins of 16 px; the dot of a changed value stands in the left
    one.

    Signals
    -------
    changed(object, bool) : the person changed the value; the flag is False while a drag or repeat goes on.
    """

    changed = Signal(object, bool)

    def __init__(
        self, label: str, default: Any = None, *, height: int = 32, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.label = label
        self._default = default
        self._height = height
        self._problem = ""
        self.setAccessibleName(label)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def value(self) -> Any:
        """The value shown."""
        raise NotImplementedError

    def show_value(self, value: Any) -> None:
        """Show `value` in the controls, silently."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show `value` without a signal."""
        self.show_value(value)
        self.update()

    def default(self) -> Any:
        """The value that a reset brings back."""
        return self._default

    def set_default(self, default: Any) -> None:
        """Let a reset bring back another value."""
        self._default = default
        self.update()

    def is_changed(self) -> bool:
        """Whether the value differs from its default."""
        return self._default is not None and self.value() != self._default

    def reset(self) -> None:
        """Bring the default back, as the person's change."""
        if self.is_changed() or self._problem:
            self.set_value(self._default)
            self.changed.emit(self._default, True)

    def problem(self) -> str:
        """The line of text beneath the row; "" when all is well."""
        return self._problem

    def set_problem(self, words: str) -> None:
        """Show what is wrong beneath the row."""
        if words != self._problem:
            grows = bool(words) != bool(self._problem)
            self._problem = words
            if grows:
                self.updateGeometry()
            self.update()

    def _report(self, value: Any, final: bool) -> None:
        self.update()
        self.changed.emit(value, final)

    def sizeHint(self) -> QSize:
        return QSize(340, self._height + (_ERROR if self._problem else 0))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.sizeHint().height())

    def label_rect(self) -> QRectF:
        """Where the label stands; double-clicking it resets."""
        return QRectF(MARGIN, 0, LABEL, self._height)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.label_rect().contains(event.position()):
            self.reset()
        else:
            super().mouseDoubleClickEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.EnabledChange:
            self.update()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        altered = self.is_changed()
        if altered:
            painting.box(painter, QRectF(6, self._height / 2 - 2, 4, 4), t.accent, None, 2)
        painting.text(painter, self.label_rect(), self.label, "body", t.text1 if altered else t.text2)
        if self._problem:
            area = QRectF(MARGIN, self._height - 2, self.width() - 2 * MARGIN, _ERROR - 2)
            painting.text(painter, area, self._problem, "hint", t.error, painting.RIGHT)
        painter.end()
