"""What the numbers view shows beside the numbers: colours, weights, the sum; one small button each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.gui.panels.filters.numbers.numbers_view import NumbersView
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.button import Button, icon_button

SWITCHES = (
    ("colours", "palette", "Colour cells by sign", "Blue negative, grey 0, orange positive."),
    ("weights", "text:w", "Weights inside the window", "Writes each weight into the corner of the cell it covers."),
    ("sum", "text:Σ", "Write the sum out", "Every product, and what they add up to."),
)


class ShowSwitches(QWidget):
    """Three checkable buttons that set a `NumbersView`; all on at first."""

    def __init__(self, view: NumbersView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sets: dict[str, Callable[[bool], None]] = {
            "colours": view.set_coloured, "weights": view.set_weights_shown, "sum": view.set_sum_shown,
        }  # fmt: skip
        self.buttons: dict[str, Button] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for name, icon, words, help_text in SWITCHES:
            button = icon_button(icon, words, checkable=True)
            button.setChecked(True)
            button.toggled.connect(self._sets[name])
            tool_tip.install(button, words, help_text)
            self.buttons[name] = button
            row.addWidget(button)

    def state(self) -> dict[str, bool]:
        """Which are on."""
        return {name: button.isChecked() for name, button in self.buttons.items()}

    def restore(self, state: Any) -> None:
        """Take over `state`; what is damaged or missing stays as it is."""
        for name, on in state.items() if isinstance(state, dict) else ():
            if name in self.buttons and isinstance(on, bool):
                self.buttons[name].setChecked(on)
