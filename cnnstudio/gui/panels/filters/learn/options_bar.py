"""How the learner goes about it: a quiet row of controls made from what `LearnSettings` declares."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.filters import LearnSettings
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.menu_field import MenuField
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.switch_row import Switch
from cnnstudio.settings import Setting, declared

OFFERED = ("optimiser", "rate", "bias", "seed")


class OptionsBar(QWidget):
    """One labelled control for each field in `OFFERED`; the other fields have theirs in the target bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.controls: dict[str, MenuField | NumberField | Switch] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for one in declared(LearnSettings):
            if one.name in OFFERED:
                label, control = Label(one.label, colour="caption"), _control(one)
                for part in (label, control):
                    tool_tip.install(part, one.label, one.help, one.formula)
                if self.controls:
                    row.addSpacing(12)
                row.addWidget(label)
                row.addWidget(control)
                self.controls[one.name] = control
        row.addStretch(1)

    def applied(self, settings: LearnSettings) -> LearnSettings:
        """`settings` with the values of this bar."""
        return replace(settings, **{name: _value(control) for name, control in self.controls.items()})

    def show_settings(self, settings: LearnSettings) -> None:
        """Show the values of `settings`."""
        for name, control in self.controls.items():
            if isinstance(control, Switch):
                control.setChecked(getattr(settings, name))
            else:
                control.set_value(getattr(settings, name))


def _control(one: Setting) -> MenuField | NumberField | Switch:
    if one.choices:
        field = MenuField([(c.value, c.label) for c in one.choices], one.default, name=one.label)
        field.setFixedWidth(156)
        return field
    if one.kind is bool:
        return Switch(one.default, name=one.label)
    return NumberField(
        one.default, minimum=one.minimum, maximum=one.maximum, step=one.step or 1, whole=one.kind is int,
        name=one.label, width=64 if one.kind is float else 92,
    )  # fmt: skip


def _value(control: MenuField | NumberField | Switch) -> Any:
    return control.isChecked() if isinstance(control, Switch) else control.value()
