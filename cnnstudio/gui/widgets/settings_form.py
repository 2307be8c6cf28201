"""Controls from a settings class: what `setting()` declares once becomes rows in collapsible groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.choice_row import ChoiceRow
from cnnstudio.gui.widgets.group import Group
from cnnstudio.gui.widgets.row import Row
from cnnstudio.gui.widgets.slider_row import SliderRow
from cnnstudio.gui.widgets.switch_row import SwitchRow
from cnnstudio.settings import Setting, declared

_LOG_FROM = 1000.0


def make_row(one: Setting, value: Any) -> Row | None:
    """The row for a declaration; None for what has no control of its own (texts, tuples, numbers
    without a range)."""
    row: Row
    if one.kind is bool:
        row = SwitchRow(one.label, value, default=one.default)
    elif one.choices:
        row = ChoiceRow(one.label, [(c.value, c.label) for c in one.choices], value, default=one.default)
    elif one.kind in (int, float) and one.minimum is not None and one.maximum is not None:
        whole = one.kind is int
        step = one.step or (1.0 if whole else (one.maximum - one.minimum) / 100)
        log = not whole and one.minimum > 0 and one.maximum / one.minimum >= _LOG_FROM
        low, high = (int(one.minimum), int(one.maximum)) if whole else (one.minimum, one.maximum)
        row = SliderRow(
            one.label, value, low, high, step, default=one.default, unit=one.unit, whole=whole, log=log
        )
    else:
        return None
    if one.help or one.formula:
        tool_tip.install(row, one.label, one.help, one.formula)
    return row


class SettingsForm(QWidget):
    """The groups of a settings class, in the order of its fields (or of `groups`), 340 px wide.

    Panels put their own widgets between the rows through `group(name).insert(...)`, and show only what
    matters now with `set_visible`.

    Signals
    -------
    changed(object, bool) : the whole settings value after a person's change; False while a drag goes on.
    """

    changed = Signal(object, bool)

    def __init__(
        self, cls: type, groups: Sequence[str] | None = None, value: Any = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._value: Any = cls() if value is None else value
        self._declared = {one.name: one for one in declared(cls)}
        self._groups: dict[str, Group] = {}
        self._rows: dict[str, Row] = {}
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        for title in (
            groups if groups is not None
            else dict.fromkeys(o.group for o in self._declared.values() if o.group or not o.hidden)
        ):
            group = Group(title, parent=self)
            group.resetAsked.connect(lambda title=title: self.reset_group(title))
            self._groups[title] = group
            outer.addWidget(group)
        for one in self._declared.values():
            self._add_row(one)
        self._mark_groups()

    def _add_row(self, one: Setting) -> None:
        group = self._groups.get(one.group)
        row = make_row(one, getattr(self._value, one.name)) if group is not None and not one.hidden else None
        if group is None or row is None:
            return
        row.changed.connect(lambda value, final, name=one.name: self._row_changed(name, value, final))
        self._rows[one.name] = row
        group.add(row)

    def settings(self) -> Any:
        """The settings as the controls show them."""
        return self._value

    def set_settings(self, value: Any) -> None:
        """Show other settings without a signal."""
        self._value = value
        for name, row in self._rows.items():
            new = getattr(value, name)
            if new != row.value() or row.problem():
                row.set_value(new)
        self._mark_groups()

    def group(self, title: str) -> Group:
        """A group by its title."""
        return self._groups[title]

    def groups(self) -> tuple[Group, ...]:
        """All groups, top to bottom."""
        return tuple(self._groups.values())

    def row(self, name: str) -> Row:
        """The row of a field; raises KeyError for hidden fields and those without a control."""
        return self._rows[name]

    def rows(self) -> dict[str, Row]:
        """All rows by field name."""
        return dict(self._rows)

    def set_visible(self, name: str, visible: bool) -> None:
        """Show or hide a field's row."""
        self._rows[name].setVisible(visible)

    def set_enabled(self, name: str, enabled: bool) -> None:
        """Enable or disable a field's row."""
        self._rows[name].setEnabled(enabled)

    def reset(self, name: str) -> None:
        """Bring one field back to its default, as the person's change."""
        self._rows[name].reset()

    def reset_group(self, title: str) -> None:
        """Bring every field of a group back to its default, hidden ones too; one change."""
        back = {n: one.default for n, one in self._declared.items() if one.group == title}
        new = replace(self._value, **back)
        if new != self._value:
            self.set_settings(new)
            self.changed.emit(new, True)

    def _row_changed(self, name: str, value: Any, final: bool) -> None:
        self._value = replace(self._value, **{name: value})
        self._mark_groups()
        self.changed.emit(self._value, final)

    def _mark_groups(self) -> None:
        for title, group in self._groups.items():
            mine = (one for one in self._declared.values() if one.group == title)
            group.set_changed(any(getattr(self._value, one.name) != one.default for one in mine))
