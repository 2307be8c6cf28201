"""The choice of a network: a field that opens a searchable list of the zoo's and torchvision's."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from cnnstudio.gui import icons
from cnnstudio.gui.actions import PaletteEntry
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.command_palette import CommandPalette
from cnnstudio.gui.widgets.focus_ring import KeyboardFocus

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model


@dataclass(frozen=True)
class Choice:
    """A network that can be looked into. state: "", "not here" or "untrained"."""

    name: str
    title: str
    state: str


class NetworkField(KeyboardFocus, QAbstractButton):
    """28 px high; shows the chosen network.

    Signals: `chosen(name)`.
    """

    chosen = Signal(str)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._palette: CommandPalette | None = None
        self._words = ""
        self.setAccessibleName("Network")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)

    def set_network(self, name: str) -> None:
        """Show this one as chosen."""
        self._words = next((each.title for each in shipped(self._studio) if each.name == name), name)
        self.setAccessibleDescription(self._words)
        self.update()

    def words(self) -> str:
        """The title of the chosen network."""
        return self._words

    def open(self) -> None:
        """Offer the networks; torchvision's follow as soon as they are known."""
        self._offer(shipped(self._studio))
        self._studio.models.list_all(self._offer_all, self._studio.messages.error)

    def palette_shown(self) -> CommandPalette | None:
        """The open list, None while it is closed."""
        return self._palette if self._palette is not None and self._palette.isVisible() else None

    def _offer_all(self, models: tuple[Model, ...]) -> None:
        shown = self.palette_shown()
        if shown is not None:
            query = shown.search.text()
            self._offer((*shipped(self._studio), *classifiers(models)))
            shown.search.setText(query)

    def _offer(self, choices: tuple[Choice, ...]) -> None:
        if self._palette is None:
            self._palette = CommandPalette(self.window(), "Find a network", "No network is called so")
        self._palette.open([
            PaletteEntry(each.title, each.state, partial(self.chosen.emit, each.name), True) for each in choices
        ])  # fmt: skip

    def sizeHint(self) -> QSize:
        return QSize(180, 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        painting.box(painter, self.rect(), t.hover if self.underMouse() else t.raised, t.line_strong, 6)
        area = QRectF(self.rect())
        painting.text(painter, area.adjusted(10, 0, -28, 0), self._words, "body", t.text1)
        icons.paint(painter, QRectF(area.right() - 24, 0, 14, area.height()), "caret-down", t.text3, 14)
        painter.end()


def shipped(studio: Studio) -> tuple[Choice, ...]:
    """The registry's networks; each file of those that are several networks."""
    from cnnstudio.models.catalogue import registered

    made = []
    for model in registered():
        state = "" if studio.models.installed(model.name) else "not here"
        parts = [each.name for each in model.files if each.name.endswith(".pt")]
        if len(parts) > 1:
            made += [Choice(f"{model.name}/{part}", f"{model.title}: {part[:-3]}", state) for part in parts]
        else:
            made.append(Choice(model.name, model.title, state))
    return tuple(made)


def classifiers(models: tuple[Model, ...]) -> tuple[Choice, ...]:
    """torchvision's classifiers, untrained where their weights are not here."""
    from cnnstudio.models import place

    return tuple(
        Choice(each.name, each.name, "" if place.installed(each) else "untrained")
        for each in models
        if each.task == "classification" and "torchvision" in each.input
    )
