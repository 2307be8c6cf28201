"""The card beside the mosaic: one unit, how it responds in this picture, and what excites it most elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui.numbers_text import percent
from cnnstudio.gui.panels.activations.patches_card import PatchesCard
from cnnstudio.gui.panels.activations.words import value_text
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label

INSET = 16


@dataclass(frozen=True)
class UnitFacts:
    """A unit in this picture. quiet: the share of its map that does not respond, 0…1. contribution: to the class."""

    layer: str
    unit: int
    peak: float
    mean: float
    quiet: float
    contribution: float | None
    off: bool


class UnitCard(QWidget):
    """Title, figures, the switch, the patches.

    Signals: `switched()` when the unit is to be switched off, or on again.
    """

    switched = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._facts: UnitFacts | None = None
        self.title = Label("", "name", "text1")
        self.peak = Label("", "body", "text2")
        self.figures = _Figures()
        self.patches = PatchesCard()
        self.switch = Button("Switch off", icon="prohibit", on_click=self.switched.emit)
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.peak)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.figures)
        left.addWidget(self.switch)
        left.addStretch(1)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._body.setContentsMargins(INSET, INSET, INSET, INSET)
        self._body.setSpacing(16)
        self._body.addLayout(left)
        self._body.addWidget(self.patches, 100)
        self._body.addStretch(1)
        self.set_facts(None)

    def set_facts(self, facts: UnitFacts | None) -> None:
        """Show another unit; None while there is none."""
        self._facts = facts
        for part in (self.switch, self.figures, self.peak, self.patches):
            part.setVisible(facts is not None)
        self.title.setText(f"Unit {facts.unit}" if facts else "")
        if facts is None:
            return
        mute = facts.quiet == 1 and facts.peak == 0
        self.peak.setText("silent here" if mute else f"peak {value_text(facts.peak)} here")
        self.figures.set_facts(facts)
        self.switch.setText("Switch on again" if facts.off else "Switch off")
        self.switch.set_icon("arrow-counter-clockwise" if facts.off else "prohibit")
        self.switch.setAccessibleName(f"{self.switch.text()}: unit {facts.unit}")
        self.switch.updateGeometry()
        self.patches.set_unit(facts.layer, facts.unit)

    def facts(self) -> UnitFacts | None:
        """What is shown."""
        return self._facts

    def set_slim(self, slim: bool) -> None:
        """Lie flat below the mosaic instead of standing beside it."""
        self.patches.set_slim(slim)
        direction = QBoxLayout.Direction.LeftToRight if slim else QBoxLayout.Direction.TopToBottom
        self._body.setDirection(direction)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painting.box(painter, self.rect(), tokens().panel, None, 8)
        painter.end()


class _Figures(QWidget):
    """Words at the left, figures at the right, a line each."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[str, str], ...] = ()

    def set_facts(self, facts: UnitFacts) -> None:
        """Show these."""
        self._rows = (("Mean", value_text(facts.mean)), ("Not responding", percent(facts.quiet)))
        if facts.contribution is not None:
            self._rows = (*self._rows, ("Contribution", value_text(facts.contribution)))
        self.setFixedHeight(20 * len(self._rows))
        self.setAccessibleName("; ".join(f"{word} {value}" for word, value in self._rows))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        for index, (word, value) in enumerate(self._rows):
            line = QRectF(0, 20 * index, self.width(), 20)
            painting.text(painter, line, word, "body", t.text2)
            painting.text(painter, line, value, "body", t.text1, painting.RIGHT)
        painter.end()
