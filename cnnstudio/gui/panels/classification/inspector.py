"""The panel's controls: the network with its facts, how many classes, the formula, and the classes as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.classification import ClassifySettings
from cnnstudio.gui.panels.classification.facts import Facts
from cnnstudio.gui.panels.classification.words import facts_of, score_text
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.menu_field import MenuField
from cnnstudio.gui.widgets.row import GAP, LABEL, MARGIN, Row
from cnnstudio.gui.widgets.settings_form import SettingsForm
from cnnstudio.gui.widgets.tool_tip import install as install_tip
from cnnstudio.settings import declared

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.models.registry import Model

NETWORK, CLASSES = "Network", "Classes"
_DECLARED = {one.name: one for one in declared(ClassifySettings)}


class NetworkRow(Row):
    """The choice of a network: always a menu, because networks come and go."""

    def __init__(self) -> None:
        one = _DECLARED["model"]
        super().__init__(one.label, one.default)
        self.field = MenuField(((one.default, one.default),), one.default, name=one.label, parent=self)
        self.field.valueChanged.connect(lambda value: self._report(value, True))
        install_tip(self, one.label, one.help)

    def value(self) -> object:
        return self.field.value()

    def show_value(self, value: object) -> None:
        self.field.set_value(value)

    def set_choices(self, choices: Sequence[tuple[str, str]], value: str) -> None:
        """Offer these, pairs of name and title."""
        self.field.set_choices(choices, value)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        left = MARGIN + LABEL + GAP
        self.field.setGeometry(left, 2, self.width() - MARGIN - left, 28)


class Inspector(QWidget):
    """All controls of the panel.

    Signals: `changed(ClassifySettings, final)`, `more_asked()` for networks that are not here yet, `text_asked()` and
    `csv_asked()` for the classes on the clipboard.
    """

    changed = Signal(object, bool)
    more_asked = Signal()
    text_asked = Signal()
    csv_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = SettingsForm(ClassifySettings)
        self.form.changed.connect(self.changed)
        self.network = NetworkRow()
        self.network.changed.connect(
            lambda name, final: self.changed.emit(replace(self.form.settings(), model=str(name)), final)
        )
        self.facts = Facts()
        self.more = Button("More networks…", icon="download-simple", on_click=self.more_asked.emit)
        self.formula = FormulaBox()
        top = _DECLARED["top"]
        install_tip(self.formula, "Softmax", top.help, top.formula)
        self.copy_text = Button("Copy as text", icon="copy", on_click=self.text_asked.emit)
        self.copy_csv = Button("Copy as CSV", icon="copy", on_click=self.csv_asked.emit)
        install_tip(self.copy_text, "Copy the classes as lines of text")
        install_tip(self.copy_csv, "Copy the classes as a table", "Comma-separated, for a spreadsheet.")
        self._lay_out()
        self.set_classes(None)

    def _lay_out(self) -> None:
        group = self.form.group(NETWORK)
        group.insert(0, self.network)
        group.add(self.facts)
        group.add(_row_of(self.more), margin=True)
        classes = self.form.group(CLASSES)
        classes.add(self.formula, margin=True)
        classes.add(_row_of(self.copy_text, self.copy_csv), margin=True)
        inner = Surface("panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        foot = Surface("panel", "top")
        foot.setFixedHeight(32)
        hint = QHBoxLayout(foot)
        hint.setContentsMargins(MARGIN, 0, MARGIN, 0)
        hint.addWidget(Label("Double-click a label to reset its value", "hint", "text3"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(foot)

    def set_settings(self, settings: ClassifySettings, choices: Sequence[tuple[str, str]]) -> None:
        """Show settings without a report, and the networks that can be chosen (the present one among them)."""
        self.form.set_settings(settings)
        self.network.set_choices(choices, settings.model)

    def set_network(self, network: Model | None) -> None:
        """The facts of the chosen network; None while they are not known."""
        self.facts.set_facts(facts_of(network) if network is not None else ())

    def set_classes(self, classes: Classes | None) -> None:
        """What was found: the formula with its numbers, and whether there is something to copy."""
        formula = _DECLARED["top"].formula
        if classes is None:
            self.formula.set_lines(formula)
        else:
            count = len(classes.scores)
            words = "the best class" if count == 1 else f"the best {count} together"
            self.formula.set_lines(formula, words, result=score_text(sum(classes.scores)))
        for button in (self.copy_text, self.copy_csv):
            button.setEnabled(classes is not None)


def _row_of(*buttons: Button) -> QWidget:
    """Buttons side by side, from the left."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 4, 0, 0)
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return holder
