"""The page "Networks", the offer at the first start and `GetModel`: the real window, engine, downloads and server."""

from __future__ import annotations

import json
import threading
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QFileDialog

from cnnstudio.gui.model_state import OFF, Batch, ModelState, amount, get_words, listed, part_of, progress_words
from cnnstudio.gui.models_page.columns import columns
from cnnstudio.gui.widgets.command_palette import CommandPalette
from cnnstudio.locate import samples_dir
from cnnstudio.models import catalogue
from tests.gui.conftest import settled
from tests.gui.networks import (
    EDGES,
    EYES,
    FACES,
    HALF,
    NBSP,
    drop_on,
    installed,
    known,
    middle_of,
    network,
    page_in_front,
    press,
    row_of,
)  # fmt: skip


@pytest.fixture
def window(studio, qtbot, zoo_models):
    """The window with the page in front."""
    return page_in_front(studio, qtbot)


def test_get_shows_progress_is_cancelled_and_goes_on_from_there(window, qtbot, secure, zoo):
    secure.change("/edges.bin", stalls_after=HALF)
    row = row_of(window, "edges")
    assert (row.told.state, row.button.text()) == ("Not here", "Get")
    press(row.button)
    qtbot.waitUntil(lambda: row.state.done == HALF, timeout=10_000)
    assert row.line.isVisible()
    assert row.line.fraction() == pytest.approx(0.5)
    assert window.networks.page.top.line.fraction() == pytest.approx(0.5)
    assert row.button.text() == "Cancel"
    press(row.button)
    qtbot.waitUntil(lambda: not row.state.fetching, timeout=3000)
    assert (row.told.state, row.button.text()) == ("Stopped", "Resume")
    assert row.told.more == f"131 of 262{NBSP}kB here"  # 131 072 of 262 144 bytes

    secure.change("/edges.bin", stalls_after=None)
    secure.closing.set()  # the silent connection ends
    press(row.button)
    installed(qtbot, window, "edges")
    assert (zoo / "edges" / "edges.bin").read_bytes() == EDGES
    assert secure.asked_for("/edges.bin")[-1].range == f"bytes={HALF}-"
    assert (row.told.state, row.button.text()) == ("Installed", "Remove")


def test_an_error_is_told_in_the_row_and_retry_mends_it(window, qtbot, secure):
    secure.change("/edges.bin", status=503)
    row = row_of(window, "edges")
    press(row.button)
    qtbot.waitUntil(lambda: row.note.isVisible(), timeout=10_000)
    assert "503" in row.note.details()[0]
    assert row.note.geometry().bottom() < row.height()
    assert row.button.text() == "Retry"
    secure.change("/edges.bin", status=200)
    press(row.button)
    installed(qtbot, window, "edges")
    assert not row.note.isVisible()


def test_removed_weights_are_gone_and_can_be_had_again(window, qtbot, zoo):
    row = row_of(window, "faces")
    press(row.button)
    installed(qtbot, window, "faces")
    assert window.networks.page.footer.words.text().startswith(f"25{NBSP}kB in ")  # 15 000 + 10 000 bytes
    press(row.button)
    assert not (zoo / "faces").exists()
    assert (row.told.state, row.button.text()) == ("Removed", "Get again")
    press(row.button)
    installed(qtbot, window, "faces")
    assert (zoo / "faces" / "eyes.bin").read_bytes() == EYES


def test_all_recommended_networks_at_once(window, qtbot):
    top = window.networks.page.top
    assert top.get.text() == f"Get recommended (287{NBSP}kB)"  # 262 144 + 15 000 + 10 000 bytes
    press(top.get)
    installed(qtbot, window, "edges")
    installed(qtbot, window, "faces")
    assert not top.get.isVisible()
    assert not row_of(window, "edges").other.isVisible()


@pytest.mark.parametrize(
    ("name", "data", "where"),
    [("edges.bin", EDGES, ""), ("weights(1).bin", EDGES, "edges"), ("weights(1).bin", EDGES, "")],
    ids=["name", "row", "hash"],
)
def test_a_dropped_file_finds_its_network(window, qtbot, tmp_path, zoo, secure, name, data, where):
    path = tmp_path / name
    path.write_bytes(data)
    drop_on(window, middle_of(window, where) if where else QPoint(30, 8), path)
    installed(qtbot, window, "edges")
    assert (zoo / "edges" / "edges.bin").read_bytes() == EDGES
    assert path.read_bytes() == data
    assert not secure.asked


def test_both_files_of_a_network_dropped_at_once(window, qtbot, tmp_path, zoo):
    for name, data in (("faces.bin", FACES), ("eyes.bin", EYES)):
        (tmp_path / name).write_bytes(data)
    drop_on(window, middle_of(window, "edges"), tmp_path / "faces.bin", tmp_path / "eyes.bin")
    installed(qtbot, window, "faces")
    assert not row_of(window, "edges").state.installed
    assert sorted(path.name for path in (zoo / "faces").glob("*.bin")) == ["eyes.bin", "faces.bin"]


def test_a_wrong_file_is_refused_in_words(window, qtbot, tmp_path, expected_errors):
    path = tmp_path / "holiday.doc"
    path.write_bytes(b"no network")
    drop_on(window, middle_of(window, "edges"), path)
    row = row_of(window, "edges")
    qtbot.waitUntil(row.note.isVisible, timeout=10_000)
    assert "holiday.doc" in row.note.words()
    drop_on(window, QPoint(30, 8), path)
    qtbot.waitUntil(lambda: window.window.message_bar.message() is not None, timeout=10_000)
    assert "holiday.doc" in window.window.message_bar.message().words


def dragged_over(app, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    event = QDragEnterEvent(
        QPoint(30, 8), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    app.networks.page.dragEnterEvent(event)
    assert event.isAccepted()


def test_a_picture_dropped_on_the_page_leads_to_the_panel_last_used(window, qtbot, tmp_path):
    window.window.show_panel("classification")
    window.window.show_panel("models")
    window.window.studio.messages.warning("An older message")
    overlay = window.networks.page.overlay
    dragged_over(window, tmp_path / "edges.bin")
    assert overlay.words() == "Drop to import the file of a network"
    cat = samples_dir() / "cat.jpg"
    dragged_over(window, cat)
    assert overlay.words() == "Drop to open the picture"
    (tmp_path / "edges.bin").write_bytes(EDGES)
    drop_on(window, middle_of(window, "edges"), cat, tmp_path / "edges.bin")
    assert overlay.words() == ""
    qtbot.waitUntil(lambda: window.window.picture is not None, timeout=10_000)
    assert window.window.panel is window.window.panels["classification"]
    assert window.window.message_bar.message() is None
    installed(qtbot, window, "edges")  # the other file of the same drop
    window.window.panel.set_picture(None)
    settled(qtbot, window)


def test_import_by_dialog(window, qtbot, tmp_path, monkeypatch):
    path = tmp_path / "anything"
    path.write_bytes(EDGES)
    monkeypatch.setattr(QFileDialog, "getOpenFileNames", lambda *a, **k: ([str(path)], ""))
    press(row_of(window, "edges").other)
    installed(qtbot, window, "edges")


def test_search_and_torchvisions_list_which_may_take_its_time(studio, qtbot, zoo_models, secure, monkeypatch):
    let_go = threading.Event()
    others = [network(n, n, {f"{n}.pth": b"more"}, secure.url, recommended=False, task="classification")
              for n in ("resnet101", "resnet18", "vgg11")]  # fmt: skip
    every = known(monkeypatch, zoo_models[:2], *others, zoo_models[2])
    monkeypatch.setattr(catalogue, "every_model", lambda: let_go.wait(20) and every)
    app = studio()
    app.window.show_panel("models")
    page = app.networks.page
    qtbot.waitUntil(lambda: len(page.table.shown_rows()) == 2, timeout=3000)
    page.top.search.setFocus()
    QTest.keyClicks(page.top.search, "resnet5")
    assert "torchvision" in page.table.nothing.text()
    let_go.set()
    qtbot.waitUntil(lambda: [r.model.name for r in page.table.shown_rows()] == ["resnet5"], timeout=10_000)
    QTest.keyClick(page.top.search, Qt.Key.Key_Escape)
    assert [row.model.name for row in page.table.shown_rows()] == ["edges", "faces"]
    QTest.mouseClick(page.table.section, Qt.MouseButton.LeftButton)
    names = [row.model.name for row in page.table.shown_rows()]
    assert names == ["edges", "faces", "resnet5", "resnet18", "resnet101", "vgg11"]
    assert page.table.section.summary == f"{len(every) - 2} networks"
    QTest.mouseClick(page.table.section, Qt.MouseButton.LeftButton)
    QTest.keyClicks(page.top.search, "resnet")
    assert [row.model.name for row in page.table.shown_rows()] == ["resnet5", "resnet18", "resnet101"]
    assert (page.table.section.isChecked(), page.table.section.summary) == (True, "3 of 4 networks")
    QTest.keyClick(page.top.search, Qt.Key.Key_Escape)
    assert (page.table.section.isChecked(), page.table.section.summary) == (False, "4 networks")
    QTest.keyClicks(page.top.search, "FACE net")
    assert [row.model.name for row in page.table.shown_rows()] == ["faces"]
    QTest.keyClicks(page.top.search, " zzz")
    assert page.table.nothing.isVisible()


def test_everything_is_reached_by_keyboard(studio, qtbot, zoo_models, zoo):
    app = studio()
    QTest.keyClick(app.window, Qt.Key.Key_M, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    settled(qtbot, app)
    page = app.networks.page
    assert page.isVisible()
    page.top.search.setFocus()
    QTest.keyClick(page.top.search, Qt.Key.Key_Down)
    assert QGuiApplication.focusObject() is row_of(app, "edges").button
    QTest.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Down)
    assert QGuiApplication.focusObject() is row_of(app, "faces").button
    QTest.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Space)
    installed(qtbot, app, "faces")
    assert QGuiApplication.focusObject() is row_of(app, "faces").button  # the next state's button has the focus
    buttons = [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
    assert all(each.focusPolicy() & Qt.FocusPolicy.TabFocus and each.accessibleName() for each in buttons)
    reached, at = [], page.top.get
    for _ in range(200):
        reached.append(at)
        at = at.nextInFocusChain()
    assert set(buttons) <= set(reached)
    top, one, two, foot = page.top, row_of(app, "edges"), row_of(app, "faces"), page.footer
    eye = [top.get, top.search, one.other, one.button, two.button, page.table.section, foot.copy, foot.show_folder]
    assert [each for each in reached if each in eye][: len(eye)] == eye
    page.top.get.setFocus()
    QTest.keyClick(app.window, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.focusObject() is page.top.search


def test_the_palette_knows_what_can_be_done_with_each_network(studio, qtbot, zoo_models, secure):
    app = studio()

    def titles() -> list[str]:
        return [action.title for action in app.networks.page.row_actions(app.networks.show)]

    assert titles() == ["Get Edge net", "Import a file of Edge net…", "Get Face net", "Import a file of Face net…"]
    secure.change("/edges.bin", stalls_after=HALF)
    app.window.search()
    palette = app.window.findChild(CommandPalette)
    QTest.keyClicks(palette.search, "get edge net")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: app.window.studio.models.state("edges").done == HALF, timeout=10_000)
    assert titles()[0] == "Cancel getting Edge net"
    app.window.studio.models.cancel("edges")
    qtbot.waitUntil(lambda: titles()[0] == "Resume Edge net", timeout=3000)


def test_the_first_start_offers_once(studio, qtbot, zoo_models):
    first = studio()
    card = first.networks.offer
    assert card.isVisible()
    assert card.title.text() == f"Recommended networks, 287{NBSP}kB"
    press(card.later)
    qtbot.waitUntil(lambda: first.networks.offer is None, timeout=1000)
    first.window.close()
    second = studio()
    assert second.networks.offer is None
    second.window.show_panel("models")
    settled(qtbot, second)
    assert second.networks.page.top.get.isVisible()


def test_the_offer_gets_all_of_them_in_one_click(studio, qtbot, zoo_models, zoo):
    app = studio()
    press(app.networks.offer.get)
    qtbot.waitUntil(lambda: app.networks.offer.title.text().endswith("are here"), timeout=10_000)
    settled(qtbot, app)
    assert (zoo / "edges" / "edges.bin").read_bytes() == EDGES
    assert (zoo / "faces" / "faces.bin").read_bytes() == FACES
    press(app.networks.offer.later)
    app.window.close()
    assert studio().networks.offer is None


def test_never_fetch_holds_at_once_and_at_the_next_start(studio, qtbot, zoo_models, secure, monkeypatch):
    from cnnstudio.gui.get_model import GetModel

    app = studio()
    window = app.window
    window.show_panel("models")
    settled(qtbot, app)
    secure.change("/edges.bin", stalls_after=HALF)
    row = row_of(app, "edges")
    press(row.button)
    assert secure.stalled.wait(10)
    switch = window.host.pages["settings"].form.row("offline").switch
    window.show_panel("settings")
    press(switch)
    qtbot.waitUntil(lambda: not row.state.fetching, timeout=3000)
    empty = GetModel(window.studio, "faces")
    qtbot.addWidget(empty)
    top = app.networks.page.top
    assert (empty.get.text(), top.get.text(), row.button.isEnabled()) == (OFF, OFF, False)
    window.show_panel("models")
    press(top.get)
    assert window.host.pages["settings"].isVisible()
    asked = len(secure.asked)
    window.close()

    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "0")  # another process would not know it
    again = studio()
    again.window.studio.models.fetch("faces")
    settled(qtbot, again)
    assert "Fetching is off" in again.window.studio.models.state("faces").trouble.words
    assert len(secure.asked) == asked
    press_switch = again.window.host.pages["settings"].form.row("offline").switch
    again.window.show_panel("settings")
    press(press_switch)
    assert not again.window.studio.models.offline


def test_the_command_lines_offline_is_not_undone_by_the_switch(studio, qtbot, zoo_models, monkeypatch):
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "1")
    app = studio()
    settings = app.window.host.pages["settings"]
    settings.change(offline=True)
    settings.change(offline=False)
    assert app.window.studio.models.offline
    app.window.show_panel("models")
    settled(qtbot, app)
    assert app.networks.page.top.get.text() == "Fetching is off (--offline)"
    assert app.networks.offer is None


def test_close_during_a_download_and_the_next_start_goes_on(window, qtbot, studio, secure, zoo):
    secure.change("/edges.bin", stalls_after=HALF)
    press(row_of(window, "edges").button)
    qtbot.waitUntil(lambda: row_of(window, "edges").state.done == HALF, timeout=10_000)
    start = time.monotonic()
    window.window.close()
    assert time.monotonic() - start < 2.0
    assert json.loads((window.places.data / "downloads.json").read_text()) == ["edges"]
    secure.change("/edges.bin", stalls_after=None)
    secure.closing.set()
    again = studio()
    qtbot.waitUntil(lambda: again.window.studio.models.installed("edges"), timeout=10_000)
    settled(qtbot, again)
    assert (zoo / "edges" / "edges.bin").read_bytes() == EDGES
    assert secure.asked_for("/edges.bin")[-1].range == f"bytes={HALF}-"
    assert not (window.places.data / "downloads.json").exists()


@pytest.mark.parametrize("content", [b"", b"[1, null]", b'{"a": 2}', b'["no-such-network"]'])
def test_a_damaged_list_of_downloads_stops_nothing(studio, qtbot, zoo_models, tmp_path, content):
    path = tmp_path / "home" / "data" / "downloads.json"
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    app = studio()
    settled(qtbot, app)
    assert not app.window.studio.models.fetching()


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900), (2560, 1440)])
@pytest.mark.parametrize("mode", ["dark", "light"])
def test_nothing_is_cut_off_in_either_theme(window, qtbot, size, mode):
    from cnnstudio.gui.theme import theme, tokens

    theme().set_mode(mode)
    window.window.resize(*size)
    settled(qtbot, window)
    page = window.networks.page
    assert page.grab().toImage().pixelColor(4, page.height() // 2) == tokens().panel
    for button in page.findChildren(QAbstractButton):
        if button.isVisible():
            place = button.mapTo(page, QPoint(0, 0))
            assert page.rect().contains(button.rect().translated(place))
            assert button.width() >= button.minimumSizeHint().width()


# -- GetModel ------------------------------------------------------------------------------------------------------
@pytest.fixture
def empty(studio, qtbot, zoo_models):
    """An application and the empty state of one network, shown beside its window."""
    from cnnstudio.gui.get_model import GetModel

    app = studio()
    made = GetModel(app.window.studio, "edges", title="Edges need a network")
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    return app, made


def test_an_empty_state_gets_its_network_and_says_when_it_is_ready(empty, qtbot, secure):
    app, made = empty
    assert made.get.text() == f"Get Edge net (262{NBSP}kB, MIT)"
    secure.change("/edges.bin", status=404)
    press(made.get)
    qtbot.waitUntil(made.note.isVisible, timeout=10_000)
    assert made.get.text() == "Retry"
    secure.change("/edges.bin", status=200, stalls_after=HALF)
    press(made.get)
    qtbot.waitUntil(lambda: made.line.fraction() == pytest.approx(0.5), timeout=10_000)
    assert made.words.text().startswith(f"131 of 262{NBSP}kB")
    press(made.cancel)
    qtbot.waitUntil(lambda: made.get.text() == f"Resume Edge net (131{NBSP}kB, MIT)", timeout=3000)
    secure.change("/edges.bin", stalls_after=None)
    secure.closing.set()
    with qtbot.waitSignal(made.ready, timeout=10_000):
        press(made.get)
    settled(qtbot, app)


def test_an_empty_state_leads_to_the_page(empty, qtbot):
    app, made = empty
    with qtbot.waitSignal(made.manager_requested):
        press(made.other)
    settled(qtbot, app)
    assert app.networks.page.isVisible()
    assert app.window.focusWidget() is row_of(app, "edges").button


def test_ready_comes_also_when_another_part_fetched_it_or_it_was_there(empty, qtbot):
    from cnnstudio.gui.get_model import GetModel

    app, made = empty
    with qtbot.waitSignal(made.ready, timeout=10_000):
        app.window.studio.models.fetch("edges")
    settled(qtbot, app)
    late = GetModel(app.window.studio, ("edges", "faces"))
    qtbot.addWidget(late)
    assert late.get.text() == f"Get Face net (25{NBSP}kB, MIT)"
    there = GetModel(app.window.studio, "edges")
    qtbot.addWidget(there)
    qtbot.waitSignal(there.ready, timeout=1000).wait()


# -- words and places ----------------------------------------------------------------------------------------------
def test_words():
    assert listed(["MIT", "CC0-1.0", "MIT"]) == "MIT and CC0-1.0"
    assert listed(["a", "b", "c"]) == "a, b and c"
    assert part_of(12_300_000, 54_752_911) == f"12 of 55{NBSP}MB"
    assert part_of(400_000, 2_400_000) == f"0.4 of 2.4{NBSP}MB"
    assert progress_words(12_300_000, 54_752_911, 78.2) == f"12 of 55{NBSP}MB, 1{NBSP}min 19{NBSP}s left"
    assert progress_words(0, 1, None) == "Starting"
    state = ModelState("y", "YOLOv3-tiny", "detection", "MIT (as distributed)", 35_434_956, False)
    assert get_words([state], 35_434_956, 65_806_804) == f"Get YOLOv3-tiny (35 to 66{NBSP}MB, MIT)"
    assert amount(900_000, 1_400_000) == f"900{NBSP}kB to 1.4{NBSP}MB"
    assert amount(1_990_986, 2_030_000) == f"2{NBSP}MB"


def test_the_sum_of_a_batch_never_falls_when_a_download_ends():
    def state(name: str, done: int | None, here: bool) -> ModelState:
        # 120 bytes on disk come as 100 packed ones.
        total = None if done is None else 100
        return ModelState(name, name, "edges", "MIT", 120, here, 0 if here else 100, 0, done, total)

    batch = Batch()
    steps = [(0, 0), (60, 10), (100, 40), (None, 60)]
    seen = [batch.look([state("a", a, a is None), state("b", b, False)]) for a, b in steps]
    assert [each.done for each in seen] == [0, 70, 140, 160]
    assert {each.total for each in seen} == {200}


@given(st.integers(912, 2600))
def test_columns_never_overlap(width):
    at = columns(width)
    assert at[0][0] >= 0
    assert at[-1][0] + at[-1][1] <= width
    assert all(left + wide < following for (left, wide), (following, _) in pairwise(at))
