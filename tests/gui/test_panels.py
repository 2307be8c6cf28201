"""What every panel has to stand, run for each entry of PANELS: a new panel is tested on arrival."""

from __future__ import annotations

import json
import time
from dataclasses import fields, is_dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from cnnstudio.gui.panels import panel_classes
from cnnstudio.gui.widgets.row import Row
from cnnstudio.locate import samples_dir
from cnnstudio.settings import declared, from_plain, to_plain
from tests.gui.conftest import settled
from tests.gui.test_window import drop

PANELS = pytest.mark.parametrize("cls", panel_classes(), ids=lambda cls: cls.ID)


@pytest.fixture
def at_work(qtbot, studio, with_weights):
    """The window with a photo open and the panel in front; a panel that works with a network has it."""

    def open_panel(cls, **options):
        network = getattr(cls.SETTINGS(), "model", "")
        if network:
            with_weights(network)
        app = studio(**options)
        app.window.show_panel(cls.ID)
        drop(app.window, samples_dir() / "cat.jpg")
        settled(qtbot, app)
        return app, app.window.panels[cls.ID]

    return open_panel


@PANELS
def test_it_says_what_it_is(cls):
    assert cls.ID
    assert cls.TITLE
    assert cls.ICON
    assert is_dataclass(cls.SETTINGS)
    assert all(one.label for one in declared(cls.SETTINGS))
    assert all(one.help or one.hidden for one in declared(cls.SETTINGS))


@PANELS
def test_it_fits_the_smallest_window(at_work, qtbot, cls):
    app, panel = at_work(cls)
    app.window.resize(app.window.minimumSize())
    for view, _ in cls.VIEWS:
        panel.set_view(view)
        settled(qtbot, app)
        assert (app.window.width(), app.window.height()) == (1024, 700), view


@PANELS
def test_every_control_can_be_reached_by_keyboard(at_work, cls):
    _, panel = at_work(cls)
    inspector = panel.inspector()
    for control in (*inspector.findChildren(QAbstractButton), *inspector.findChildren(QLineEdit)):
        if control.isVisible() and control.isEnabled():
            assert control.focusPolicy() & Qt.FocusPolicy.TabFocus, control.accessibleName()
            assert control.accessibleName() or control.text(), control


@PANELS
def test_every_change_can_be_undone_and_redone(at_work, qtbot, cls):
    app, panel = at_work(cls)
    start = panel.settings
    changed = tried = 0
    for row in panel.inspector().findChildren(Row):
        if not row.isVisible() or not row.isEnabled():
            continue
        before = panel.settings
        fields_of_row = row.findChildren(QLineEdit)
        if not fields_of_row:
            continue
        box = fields_of_row[0]
        tried += 1
        box.setFocus()
        QTest.keyClick(box, Qt.Key.Key_Up)
        QTest.keyClick(box, Qt.Key.Key_Return)
        if panel.settings != before:
            changed += 1
    assert changed >= min(3, tried) > 0
    end = panel.settings
    for _ in range(100):
        QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.settings == start
    for _ in range(100):
        QTest.keyClick(app.window, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert panel.settings == end
    settled(qtbot, app)


@PANELS
def test_settings_survive_the_session_file(cls):
    settings = cls.SETTINGS()
    assert from_plain(cls.SETTINGS, json.loads(json.dumps(to_plain(settings)))) == settings
    assert {f.name for f in fields(cls.SETTINGS)} == set(to_plain(settings))


@PANELS
def test_its_result_goes_to_clipboard_and_shelf(at_work, qtbot, cls):
    app, panel = at_work(cls)
    assert panel.result() is not None
    QApplication.clipboard().clear()
    QTest.keyClick(app.window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: not QApplication.clipboard().image().isNull(), timeout=20_000)
    QTest.keyClick(app.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(app.window.shelf.items) == 2, timeout=20_000)
    settled(qtbot, app)


@PANELS
def test_it_may_be_closed_while_busy(at_work, cls):
    app, panel = at_work(cls)
    panel.set_settings(cls.SETTINGS())
    app.window.copy_result()
    began = time.monotonic()
    app.window.close()
    assert time.monotonic() - began < 2.0
