"""The header: panel and picture on the left, the view switch, zoom, search, and what to do with the result."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.chip import Chip
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.segmented import SegmentedControl
from cnnstudio.gui.widgets.tool_tip import install as install_tip

HEIGHT = 48
VIEWS_AT = 440 - 64
ROOMY = 1560 - 64
NARROW = 1200 - 64
KEYED = 1480 - 64
TIGHT = 1100 - 64


class Header(Surface):
    """Words and buttons over the canvas; it knows no panel, the window fills it.

    Signals: `view_chosen(id)`, `fit_requested()`, `zoom_requested(percent)`, `search_requested()`,
    `shelf_requested()`, `copy_requested()`, `save_requested()`.
    """

    view_chosen = Signal(object)
    fit_requested = Signal()
    zoom_requested = Signal(float)
    search_requested = Signal()
    shelf_requested = Signal()
    copy_requested = Signal()
    save_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("bg", "bottom", parent)
        self.setFixedHeight(HEIGHT)
        self._title = Label("", "title", "text1")
        self._name = Label("", "name", "text1")
        self._facts = Label("", "body", "text3")
        self.views: SegmentedControl | None = None
        self.fit = SegmentedControl(
            (
                ("fit", "Fit"),
                ("one", "100 %"),
            ),
            name="Zoom",
            height=32,
        )
        self.fit.valueChanged.connect(
            lambda v: self.fit_requested.emit() if v == "fit" else self.zoom_requested.emit(100.0)
        )
        self.zoom = NumberField(100, minimum=1, maximum=6400, unit="%", name="Zoom in per cent", width=72)
        self.zoom.setFixedHeight(32)
        self.zoom.valueChanged.connect(lambda value, final: final and self.zoom_requested.emit(float(value)))
        self.search = Button("Search", "ghost", icon="magnifying-glass", height=32)
        self.to_shelf = Button("Send to shelf", icon="cards", height=32)
        self.copy = Button("", icon="copy", height=32, name="Copy the result")
        self.save = Button("Save", "accent", icon="floppy-disk", height=32)
        for button, signal, tip, key in (
            (self.search, self.search_requested, "Find any action", "Ctrl K"),
            (self.to_shelf, self.shelf_requested, "Send the result to the shelf", "Ctrl D"),
            (self.copy, self.copy_requested, "Copy the result", "Ctrl C"),
            (self.save, self.save_requested, "Save the result with its recipe", "Ctrl S"),
        ):
            button.clicked.connect(signal)
            button.setAccessibleName(tip)
            install_tip(button, tip, shortcut=key)
        self._left = QWidget()
        left = QHBoxLayout(self._left)
        left.setContentsMargins(16, 0, 0, 0)
        left.setSpacing(12)
        self._divider = _divider()
        for widget in (self._title, self._divider, self._name, self._facts):
            left.addWidget(widget)
        left.addStretch(1)
        self._view_slot = QHBoxLayout()
        self._view_slot.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self._left)
        row.addLayout(self._view_slot)
        row.addStretch(1)
        row.addWidget(self.fit)
        row.addWidget(self.zoom)
        row.addSpacing(4)
        self._divider2 = _divider()
        row.addWidget(self._divider2)
        self._key = Chip("Ctrl K", kind="key")
        for widget in (self.search, self._key, self.to_shelf, self.copy, self.save):
            row.addWidget(widget)

    def set_panel(self, title: str, views: Sequence[tuple[str, str]], view: str) -> None:
        """Another panel is shown: its title and its views."""
        self._title.setText(title)
        if self.views is not None:
            self._view_slot.removeWidget(self.views)
            self.views.hide()
            self.views.deleteLater()
            self.views = None
        if len(views) > 1:
            self.views = SegmentedControl(tuple(views), name="View", height=32)
            self.set_view(view)
            self.views.valueChanged.connect(self.view_chosen)
            self._view_slot.addWidget(self.views)

    def set_view(self, view: str) -> None:
        """Mark the view that is shown."""
        if self.views is not None:
            self.views.set_value(view if view in self.views.values() else None)

    def set_picture(self, name: str, facts: str) -> None:
        """Name and facts of the picture; empty when none is open."""
        self._full_name, self._full_facts = name, facts
        self._divider.setVisible(bool(name))
        self._elide()

    _zoom_shown = True
    _tight = False
    _full_name = ""
    _full_facts = ""

    def _elide(self) -> None:
        room = self._left.width() - self._title.sizeHint().width() - 70
        metrics = self._name.fontMetrics()
        facts_width = self._facts.fontMetrics().horizontalAdvance(self._full_facts) + 12
        shows_facts = room - facts_width > min(120, metrics.horizontalAdvance(self._full_name))
        self._facts.setText(self._full_facts if shows_facts else "")
        self._name.setText(
            metrics.elidedText(
                self._full_name, Qt.TextElideMode.ElideMiddle, max(40, room - (facts_width if shows_facts else 0))
            )
        )
        self._name.setToolTip(f"{self._full_name}\n{self._full_facts}" if self._full_name else "")

    def set_zoom(self, percent: float, fitted: bool) -> None:
        """Show the zoom of the canvas."""
        self.zoom.set_value(round(percent, 1 if percent < 10 else 0))
        self.fit.set_value("fit" if fitted else "one" if abs(percent - 100) < 0.5 else None)

    def set_zoom_shown(self, shown: bool) -> None:
        """Views without a picture have no zoom."""
        self._zoom_shown = shown
        self.fit.setVisible(shown)
        self.zoom.setVisible(shown and not self._tight)

    def set_result_enabled(self, enabled: bool) -> None:
        """Whether there is a result to save, copy or send."""
        for button in (self.to_shelf, self.copy, self.save):
            button.setEnabled(enabled)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Under 1200 px labels go and icons stay; the view switch keeps its place."""
        narrow = self.width() < NARROW
        self._left.setFixedWidth(200 if narrow else VIEWS_AT - 8)
        self._tight = self.width() < TIGHT
        self.zoom.setVisible(self._zoom_shown and not self._tight)
        self.search.set_compact(narrow)
        self._key.setVisible(self.width() >= KEYED)
        self.to_shelf.set_compact(self.width() < ROOMY)
        self.save.set_compact(narrow)
        self._elide()
        super().resizeEvent(event)


def _divider() -> QWidget:
    line = Surface("line_strong")
    line.setFixedSize(1, 22)
    return line
