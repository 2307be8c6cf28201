"""A collapsible group of an inspector: a header of 36 px over a body of rows."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.gui import fonts, icons
from cnnstudio.gui.theme import theme, tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

HEADER, _LARGEST = 36, 16777215


class GroupHeader(KeyboardFocus, QAbstractButton):
    """The clickable line: chevron, title, a summary at the right."""

    ring_radius = 4

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.summary = ""
        self.room = 0.0
        self.setText(title)
        self.setCheckable(True)
        self.setChecked(True)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(340, HEADER)

    def ring_rect(self):  # type: ignore[no-untyped-def]
        return self.rect().adjusted(10, 6, -10, -6)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        fold = {Qt.Key.Key_Left: False, Qt.Key.Key_Right: True}.get(Qt.Key(event.key()))
        if fold is not None:
            if fold != self.isChecked():
                self.click()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        area = QRectF(self.rect())
        ink = t.text1 if self.underMouse() and self.isEnabled() else t.text3
        mark = QRectF(13, 0, 14, area.height())
        icons.paint(painter, mark, "caret-down" if self.isChecked() else "caret-right", ink, 14)
        end = -16.0 - self.room
        if self.summary:
            painting.text(
                painter, area.adjusted(120, 0, end, 0), self.summary, "hint", t.text3, painting.RIGHT
            )
            end -= fonts.width("hint", self.summary) + 8
        painting.text(painter, area.adjusted(32, 0, end, 0), self.text(), "name", t.text1)
        painter.end()


class Group(QWidget):
    """Header and body; `add` puts rows (which bring their own margins) or other widgets into the body.

    Signals
    -------
    resetAsked() : the arrow in the header was pressed.
    toggled(bool) : it was opened or closed.
    """

    resetAsked = Signal()
    toggled = Signal(bool)

    def __init__(
        self, title: str, *, summary: str = "", resettable: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.header = GroupHeader(title, self)
        self.body = QWidget(self)
        self._rows = QVBoxLayout(self.body)
        self._rows.setContentsMargins(0, 0, 0, 12)
        self._rows.setSpacing(0)
        self.reset_button = Button(
            "", "ghost", icon="arrow-counter-clockwise", height=24, name=f"Reset {title}", parent=self.header,
            on_click=self.resetAsked.emit,
        )  # fmt: skip
        self.reset_button.hide()
        self._resettable = resettable
        self._fold: QVariantAnimation | None = None
        self._open_height = -1
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 1)
        outer.setSpacing(0)
        outer.addWidget(self.header)
        outer.addWidget(self.body)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.header.toggled.connect(self._toggle)
        self.set_summary(summary)

    def title(self) -> str:
        """The words in the header."""
        return self.header.text()

    def add(self, widget: QWidget, *, margin: bool = False) -> QWidget:
        """Append to the body; `margin` gives the 16 px at both sides that rows bring themselves."""
        return self.insert(self._rows.count(), widget, margin=margin)

    def insert(self, index: int, widget: QWidget, *, margin: bool = False) -> QWidget:
        """Put a widget at a place in the body."""
        if margin:
            holder = QWidget(self.body)
            inner = QVBoxLayout(holder)
            inner.setContentsMargins(16, 4, 16, 4)
            inner.addWidget(widget)
            self._rows.insertWidget(index, holder)
        else:
            self._rows.insertWidget(index, widget)
        return widget

    def set_summary(self, words: str) -> None:
        """The words at the right of the header, such as "3 × 3"."""
        self.header.summary = words
        self.header.setAccessibleDescription(words)
        self.header.update()

    def set_changed(self, changed: bool) -> None:
        """Offer the reset arrow while something in the group differs from its default."""
        show = changed and self._resettable
        self.reset_button.setVisible(show)
        self.header.room = 20 if show else 0
        self.header.update()

    def is_open(self) -> bool:
        """Whether the body shows."""
        return self.header.isChecked()

    def set_open(self, is_open: bool, *, animate: bool = False) -> None:
        """Open or close."""
        if is_open == self.is_open():
            return
        if not animate:
            self.header.blockSignals(True)
            self.header.setChecked(is_open)
            self.header.blockSignals(False)
            self.body.setMaximumHeight(_LARGEST)
            self.body.setVisible(is_open)
            self.header.update()
            self.toggled.emit(is_open)
        else:
            self.header.setChecked(is_open)

    def _toggle(self, is_open: bool) -> None:
        length = theme().duration(160) if self.isVisible() else 0
        full = self.body.sizeHint().height()
        start = self.body.height() if self.body.isVisible() else 0
        if self._fold is not None:
            self._fold.stop()
        if length:
            self.body.setMaximumHeight(start)
            self.body.setVisible(True)
            self._fold = QVariantAnimation(self)
            self._fold.setDuration(length)
            self._fold.setEasingCurve(QEasingCurve.Type.OutCubic)
            self._fold.setStartValue(start)
            self._fold.setEndValue(full if is_open else 0)
            self._fold.valueChanged.connect(self.body.setMaximumHeight)
            self._fold.finished.connect(lambda: self._settle(is_open))
            self._fold.start()
        else:
            self._settle(is_open)
        self.toggled.emit(is_open)

    def _settle(self, is_open: bool) -> None:
        self.body.setVisible(is_open)
        self.body.setMaximumHeight(_LARGEST)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.reset_button.setGeometry(self.width() - 12 - 24 + 4, 6, 24, 24)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painter.fillRect(QRectF(0, self.height() - 1, self.width(), 1), tokens().line)
        painter.end()
