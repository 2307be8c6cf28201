"""A row of segments of which one is selected: two to five short choices that are all worth seeing."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

_PAD = 10.0
_EDGE = 2.0


def natural_width(labels: Sequence[str]) -> int:
    """The width at which every label of a segmented control is readable."""
    return round(sum(fonts.width("button", one) + 2 * _PAD for one in labels) + 2 * _EDGE + 0.5)


class SegmentedControl(KeyboardFocus, QWidget):
    """Exclusive choice among `choices`, pairs of value and label.

    Arrow keys, Home and End move the selection; a segment's first letter selects it.

    Signals
    -------
    valueChanged(object) : the person selected another value.
    """

    valueChanged = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[object, str]],
        value: object = None,
        *,
        name: str = "",
        height: int = 28,
        stretch: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._choices = tuple(choices)
        self._index = 0
        self._hover = -1
        self._height = height
        self._name = name
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        wide = QSizePolicy.Policy.Expanding if stretch else QSizePolicy.Policy.Fixed
        self.setSizePolicy(wide, QSizePolicy.Policy.Fixed)
        if value is not None:
            self.set_value(value)
        self._tell()

    def value(self) -> object:
        """The selected value; None while none is selected."""
        return self._choices[self._index][0] if self._index >= 0 else None

    def values(self) -> tuple[object, ...]:
        """All values, from left to right."""
        return tuple(v for v, _ in self._choices)

    def set_value(self, value: object) -> None:
        """Select `value` without a signal; None selects nothing. Raises ValueError for any other unknown value."""
        self._index = -1 if value is None and None not in self.values() else self.values().index(value)
        self._tell()
        self.update()

    def set_choices(self, choices: Sequence[tuple[object, str]], value: object) -> None:
        """Offer other choices and select `value`."""
        self._choices = tuple(choices)
        self.set_value(value)
        self.updateGeometry()

    def _tell(self) -> None:
        self.setAccessibleName(self._name)
        self.setAccessibleDescription(self._choices[self._index][1] if self._index >= 0 else "")

    def _select(self, index: int) -> None:
        index = max(0, min(len(self._choices) - 1, index))
        if index != self._index:
            self._index = index
            self._tell()
            self.update()
            self.valueChanged.emit(self.value())

    def sizeHint(self) -> QSize:
        return QSize(natural_width([label for _, label in self._choices]), self._height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def segment_rects(self) -> list[QRectF]:
        """The area of every segment; spare width is shared out equally."""
        widths = [fonts.width("button", label) + 2 * _PAD for _, label in self._choices]
        spare = (self.width() - 2 * _EDGE - sum(widths)) / len(widths)
        out, x = [], _EDGE
        for width in widths:
            right = x + width + spare
            out.append(QRectF(round(x), _EDGE, round(right) - round(x), self.height() - 2 * _EDGE))
            x = right
        return out

    def _at(self, x: float) -> int:
        for index, area in enumerate(self.segment_rects()):
            if x < area.right():
                return index
        return len(self._choices) - 1

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._select(self._at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        inside = self.rect().contains(event.position().toPoint())
        hover = self._at(event.position().x()) if inside else -1
        if event.buttons() & Qt.MouseButton.LeftButton and inside:
            self._select(hover)
        if hover != self._hover:
            self._hover = hover
            self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover = -1
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, last = event.key(), len(self._choices) - 1
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._select(self._index - 1)
        elif key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._select(self._index + 1)
        elif key == Qt.Key.Key_Home:
            self._select(0)
        elif key == Qt.Key.Key_End:
            self._select(last)
        elif event.text().strip() and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            order = [*range(self._index + 1, last + 1), *range(self._index + 1)]
            typed = event.text().lower()
            hit = [i for i in order if self._choices[i][1].lower().startswith(typed)]
            if not hit:
                event.ignore()
                return
            self._select(hit[0])
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter, on = tokens(), painting.begin(self), self.isEnabled()
        painting.box(painter, self.rect(), t.trough if on else None, t.field_line if on else t.line, 6)
        for index, (area, (_, label)) in enumerate(zip(self.segment_rects(), self._choices, strict=True)):
            chosen = index == self._index
            if chosen:
                painting.box(painter, area, t.segment if on else t.line, None, 4)
            ink = t.text1 if chosen or index == self._hover else t.text2
            painting.text(painter, area, label, "button", ink if on else t.disabled, painting.CENTRE)
        painter.end()
