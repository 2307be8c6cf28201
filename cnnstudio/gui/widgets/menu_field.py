"""A field that opens a menu of choices: for more choices than segments can show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus
from cnnstudio.gui.widgets.menu import Menu


class MenuField(KeyboardFocus, QComboBox):
    """A combo box of 28 px; keys and screen readers work as in QComboBox, the list is a `Menu`.

    Signals
    -------
    valueChanged(object) : the person chose another value.
    """

    valueChanged = Signal(object)

    def __init__(
        self,
        choices: Sequence[tuple[object, str]] = (),
        value: object = None,
        *,
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._values: tuple[object, ...] = ()
        self._shown: object = None
        self._menu: Menu | None = None
        self.setFont(fonts.font("body"))
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.set_choices(choices, value)
        self.currentIndexChanged.connect(self._moved)

    def set_choices(self, choices: Sequence[tuple[object, str]], value: object = None) -> None:
        """Offer other choices without a signal; selects `value`, or the first."""
        self.blockSignals(True)
        self.clear()
        self._values = tuple(v for v, _ in choices)
        self.addItems([words for _, words in choices])
        self.setCurrentIndex(self._values.index(value) if value in self._values else 0)
        self.blockSignals(False)

    def value(self) -> object:
        """The chosen value; None while there is no choice."""
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def values(self) -> tuple[object, ...]:
        """All values, in their order."""
        return self._values

    def set_value(self, value: object) -> None:
        """Select `value` without a signal; raises ValueError for one that is not among the choices."""
        self.blockSignals(True)
        self.setCurrentIndex(self._values.index(value))
        self.blockSignals(False)
        self.update()

    def rename(self, value: object, words: str) -> None:
        """Other words for one of the choices."""
        self.setItemText(self._values.index(value), words)
        self.update()

    def _moved(self, index: int) -> None:
        self.update()
        if index >= 0:
            self.valueChanged.emit(self.value())

    def sizeHint(self) -> QSize:
        widest = max((fonts.width("body", self.itemText(i)) for i in range(self.count())), default=60.0)
        return QSize(round(widest) + 40, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, 28)

    def menu(self) -> Menu | None:
        """The open or last opened menu."""
        return self._menu

    def showPopup(self) -> None:
        menu = Menu(self, name=self.accessibleName())
        entries = []
        for index in range(self.count()):
            entries.append(
                menu.add(
                    self.itemText(index),
                    partial(self.setCurrentIndex, index),
                    checked=index == self.currentIndex(),
                )
            )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.destroyed.connect(self._forget)
        self._menu = menu
        menu.open_below(self, entries[self.currentIndex()] if entries else None)

    def hidePopup(self) -> None:
        if self._menu is not None:
            self._menu.close()

    def _forget(self, *_: object) -> None:
        self._menu = None

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, on, painter = tokens(), self.isEnabled(), painting.begin(self)
        fill = t.hover if self.underMouse() else t.raised
        painting.box(painter, self.rect(), fill if on else None, t.line_strong if on else t.line, 6)
        area = QRectF(self.rect())
        painting.text(
            painter, area.adjusted(10, 0, -28, 0), self.currentText(), "body", t.text1 if on else t.disabled
        )
        mark = QRectF(area.right() - 24, 0, 14, area.height())
        icons.paint(painter, mark, "caret-down", t.text3 if on else t.disabled, 14)
        painter.end()
