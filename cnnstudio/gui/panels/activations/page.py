"""The centre: the tree of layers, the canvas, and the card of the unit beside it, or below it where room is scarce."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Signal
from PySide6.QtGui import QHideEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui.numbers_text import milliseconds
from cnnstudio.gui.panels.activations.network_field import NetworkField
from cnnstudio.gui.panels.activations.tree import LayerTree
from cnnstudio.gui.panels.activations.unit_card import UnitCard
from cnnstudio.gui.panels.activations.views import MapViews
from cnnstudio.gui.panels.activations.words import parameters_text
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.button import SMALL, Button
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.activations import Subject
    from cnnstudio.gui.panels.activations.works import Seen

BESIDE_FROM = 900
"""From this width on the card stands beside the mosaic."""

_EDGE, _STRIP = 16, 176


class Untrained(QWidget):
    """Says in red that the weights are random, and leads to trained ones.

    Signals: `weights_asked()`.
    """

    weights_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.words = Label("Untrained: random weights", "hint-strong", "error")
        self.get = Button("Get weights", height=SMALL, on_click=self.weights_asked.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.get)
        self.hide()


class ActivationsPage(Surface):
    """`tree`, `views` and `card` in their places; `network` and the words on it above and below the tree.

    Signals: `hidden()` when another page is shown or the window closes.
    """

    hidden = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__("canvas")
        self.network = NetworkField(studio)
        self.untrained = Untrained()
        self.tree = LayerTree()
        self.facts = Label("", "hint", "text3", wrap=True)
        self.views = MapViews(studio.engine)
        self.card = UnitCard()
        self._instead: QWidget | None = None
        self._side = self._side_column()
        for part in (self._side, self.views, self.card):
            part.setParent(self)
        self._slim = False

    def _side_column(self) -> QWidget:
        side = Surface("panel", "right")
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 12, 1, 0)
        column.setSpacing(0)
        head = QWidget()
        above = QVBoxLayout(head)
        above.setContentsMargins(12, 0, 12, 8)
        above.setSpacing(6)
        above.addWidget(self.network)
        above.addWidget(self.untrained)
        foot = QWidget()
        below = QVBoxLayout(foot)
        below.setContentsMargins(12, 8, 12, 12)
        below.addWidget(self.facts)
        column.addWidget(head)
        column.addWidget(self.tree, 1)
        column.addWidget(foot)
        return side

    def set_subject(self, subject: Subject | None) -> None:
        """Another network: its layers, and whether it was trained."""
        self.untrained.setVisible(subject is not None and not subject.trained)
        self.tree.set_layers(subject.layers if subject else (), _input_of(subject))
        self.facts.setText("")

    def set_seen(self, seen: Seen | None) -> None:
        """What is known after a pass."""
        if seen is not None:
            words = f"{parameters_text(seen.parameters)}\nForward pass {milliseconds(seen.seconds * 1000)}"
            self.facts.setText(words)

    def set_instead(self, widget: QWidget | None) -> None:
        """Show this widget in the place of canvas and card, owned by the page; None brings them back."""
        old, self._instead = self._instead, widget
        if old is not None:
            old.hide()
            old.deleteLater()
        if widget is not None:
            widget.setParent(self)
            widget.show()
        self.views.setVisible(widget is None)
        self.card.setVisible(widget is None and self.card.facts() is not None)
        self._arrange()

    def instead(self) -> QWidget | None:
        """The widget in their place."""
        return self._instead

    def show_card(self, on: bool) -> None:
        """Whether there is a unit to tell of."""
        if self.card.isVisibleTo(self) != (on and self._instead is None):
            self.card.setVisible(on and self._instead is None)
            self._arrange()

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 380)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lay out anew."""
        super().resizeEvent(event)
        self._arrange()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody looks any more."""
        super().hideEvent(event)
        self.hidden.emit()

    def event(self, event: QEvent) -> bool:
        """The card may want another height."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._arrange()
        return super().event(event)

    def _arrange(self) -> None:
        wide, high = self.width(), self.height()
        side = min(340, max(228, round(wide * 0.27)))
        self._side.setGeometry(0, 0, side, high)
        room = wide - side
        if self._instead is not None:
            self._instead.setGeometry(side, 0, room, high)
            return
        beside = wide >= BESIDE_FROM
        if beside == self._slim:
            self._slim = not beside
            self.card.set_slim(self._slim)
        if not self.card.isVisibleTo(self):
            self.views.setGeometry(side, 0, room, high)
        elif beside:
            width = min(300, max(232, round(wide * 0.22)))
            self.views.setGeometry(side, 0, room - width - _EDGE, high)
            tall = min(high - 2 * _EDGE, self.card.sizeHint().height())
            self.card.setGeometry(wide - width - _EDGE, _EDGE, width, tall)
        else:
            self.views.setGeometry(side, 0, room, high - _STRIP - _EDGE)
            self.card.setGeometry(side + _EDGE, high - _STRIP - _EDGE, room - 2 * _EDGE, _STRIP)


def _input_of(subject: Subject | None) -> str:
    from cnnstudio.gui.numbers_text import THIN, TIMES

    return f"{THIN}{TIMES}{THIN}".join(map(str, (3, subject.side, subject.side))) if subject is not None else ""
