"""Settings classes become controls that a person can drive."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.choice_row import ChoiceRow
from cnnstudio.gui.widgets.menu_field import MenuField
from cnnstudio.gui.widgets.segmented import SegmentedControl
from cnnstudio.gui.widgets.settings_form import SettingsForm
from cnnstudio.gui.widgets.slider_row import SliderRow
from cnnstudio.gui.widgets.switch_row import SwitchRow
from cnnstudio.settings import declared, setting


@dataclass(frozen=True)
class Small:
    """A settings class with one field of each kind."""

    gain: float = setting(
        1.0, "Gain", minimum=0.0, maximum=2.0, step=0.1, group="Level", help="Factor.", formula="g x"
    )
    count: int = setting(3, "Count", minimum=1, maximum=9, step=1, group="Level")
    wide: float = setting(1.0, "Wide", minimum=0.01, maximum=1000.0, group="Level")
    soft: bool = setting(False, "Soft", group="Look")
    mode: str = setting("a", "Mode", choices={"a": "One", "b": "Two"}, group="Look")
    many: str = setting("1", "Many", choices={str(i): f"Choice {i}" for i in range(9)}, group="Look")
    secret: str = setting("", "Secret", hidden=True, group="Look")


@pytest.fixture
def form(shown, still):
    made = SettingsForm(Small)
    shown(made)
    return made


@pytest.fixture
def heard(form):
    out = []
    form.changed.connect(lambda value, final: out.append((value, final)))
    return out


def test_kinds_become_their_controls(form):
    kinds = {name: type(row) for name, row in form.rows().items()}
    assert kinds == {
        "gain": SliderRow,
        "count": SliderRow,
        "wide": SliderRow,
        "soft": SwitchRow,
        "mode": ChoiceRow,
        "many": ChoiceRow,
    }
    assert isinstance(form.row("mode").control, SegmentedControl)
    assert isinstance(form.row("many").control, MenuField)
    assert [g.title() for g in form.groups()] == ["Level", "Look"]


@pytest.mark.parametrize("cls", [FilterSettings, Kernel])
def test_every_visible_declaration_gets_a_row_with_a_name_and_a_tip(cls, qtbot):
    form = SettingsForm(cls)
    qtbot.addWidget(form)
    for one in declared(cls):
        if one.hidden:
            continue
        row = form.row(one.name)
        assert row.accessibleName() == one.label
        assert row.value() == one.default
        if one.help:
            assert tool_tip.tip_of(row) == tool_tip.Tip(one.label, one.help, one.formula)


def test_dragging_reports_live_and_final(form, heard):
    slider = form.row("gain").slider
    start = slider.thumb_rect().center().toPoint()
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    for dx in (5, 12, 20):
        QTest.mouseMove(slider, start + QPoint(dx, 0))
    assert heard
    assert not any(final for _, final in heard)
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=start + QPoint(20, 0))
    assert [final for _, final in heard].count(True) == 1
    assert heard[-1][0].gain == form.settings().gain > 1.0
    assert round(form.settings().gain * 10) == pytest.approx(form.settings().gain * 10)


def test_typing_and_refusing(form, heard):
    row = form.row("count")
    row.field.selectAll()
    QTest.keyClicks(row.field, "12")
    assert row.field.error() == "1 to 9"
    assert row.problem() == "1 to 9"
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    assert heard == []
    assert form.settings().count == 3
    QTest.keyClick(row.field, Qt.Key.Key_Escape)
    assert (row.field.text(), row.problem()) == ("3", "")
    QTest.keyClicks(row.field, "7")
    QTest.keyClick(row.field, Qt.Key.Key_Return)
    assert [(v.count, f) for v, f in heard] == [(7, True)]
    assert type(form.settings().count) is int


def test_half_a_count_is_refused(form):
    row = form.row("count")
    row.field.selectAll()
    QTest.keyClicks(row.field, "2.5")
    assert row.problem() == "A whole number"


def test_setting_from_outside_is_silent(form, heard):
    value = Small(gain=0.5, count=9, soft=True, mode="b", many="7")
    form.set_settings(value)
    assert heard == []
    assert {n: r.value() for n, r in form.rows().items()} == {
        "gain": 0.5,
        "count": 9,
        "wide": 1.0,
        "soft": True,
        "mode": "b",
        "many": "7",
    }


def test_values_between_steps_survive(form):
    form.set_settings(Small(gain=0.123))
    assert form.row("gain").value() == 0.123
    assert form.settings().gain == 0.123


def test_double_click_on_label_or_thumb_resets(form, heard):
    form.set_settings(Small(gain=1.7))
    row = form.row("gain")
    QTest.mouseDClick(row, Qt.MouseButton.LeftButton, pos=row.label_rect().center().toPoint())
    assert form.settings().gain == 1.0
    form.set_settings(Small(gain=1.7))
    QTest.mouseDClick(row.slider, Qt.MouseButton.LeftButton, pos=row.slider.thumb_rect().center().toPoint())
    assert form.settings().gain == 1.0
    assert heard[-1] == (Small(), True)


def test_group_arrow_shows_only_when_changed_and_resets_hidden_fields_too(form, heard):
    group = form.group("Look")
    assert not group.reset_button.isVisible()
    form.set_settings(Small(soft=True, secret="x", gain=0.3))
    assert group.reset_button.isVisible()
    QTest.mouseClick(group.reset_button, Qt.MouseButton.LeftButton)
    assert heard == [(Small(gain=0.3), True)]
    assert not group.reset_button.isVisible()


def test_switch_segments_and_menu_report(form, heard):
    QTest.mouseClick(form.row("soft").switch, Qt.MouseButton.LeftButton)
    QTest.keyClick(form.row("mode").control, Qt.Key.Key_Right)
    QTest.keyClick(form.row("many").control, Qt.Key.Key_Down)
    assert heard[-1] == (Small(soft=True, mode="b", many="2"), True)
    assert len(heard) == 3


def test_rows_hide_and_dim(form):
    form.set_visible("gain", False)
    form.set_enabled("count", False)
    assert not form.row("gain").isVisible()
    assert not form.row("count").field.isEnabled()


def test_log_scale_spends_equal_track_on_equal_ratios(form):
    slider = form.row("wide").slider
    places = []
    for value in (0.01, 1.0, 100.0):
        slider.set_value(value)
        places.append(slider.thumb_rect().center().x())
    assert places[1] - places[0] == pytest.approx(places[2] - places[1], abs=0.5)
