"""Taking results away: nothing is lost on closing, nothing waits for a file, nothing stays for ever."""

from __future__ import annotations

import os
import threading
import time

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication, QImage

from cnnstudio.errors import StudioError
from cnnstudio.gui.canvas import PictureMime
from cnnstudio.gui.panels.base import Result
from cnnstudio.gui.shelf.store import KEPT_SECONDS, sweep
from cnnstudio.imaging.recipes import Recipe, recipe_of
from tests.gui.conftest import settled

RECIPE = Recipe("filters", {"stride": 2}, "cat.jpg", "0" * 64, "1")


def noise(height: int = 30, width: int = 40, channels: int = 3, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, channels), np.uint8)


def result(pixels: np.ndarray, name: str = "edges", until: threading.Event | None = None) -> Result:
    """A result whose computing takes until the event is set, giving way meanwhile."""

    def work(job):
        while until is not None and not until.wait(0.01):
            job.checkpoint()
        return pixels

    return Result(name, work, (), RECIPE)


def after(seconds: float, act) -> None:
    timer = threading.Timer(seconds, act)
    timer.daemon = True
    timer.start()


def writers() -> list[threading.Thread]:
    """The threads that encode and write now; a save of 16 megapixels takes one most of a second."""
    return [thread for thread in threading.enumerate() if "saving" in thread.name]


def plain_image() -> QImage:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(0)
    return image


# -- closing -------------------------------------------------------------------------------------------------


def test_what_is_being_saved_when_the_window_closes_is_written(qtbot, studio, tmp_path):
    app = studio()
    exporter, pixels, ready = app.window.exporter, noise(), threading.Event()
    assert not exporter.pending()
    exporter.save(result(pixels, until=ready), tmp_path / "a.png")
    exporter.to_shelf(result(pixels, "shelved", ready))
    assert exporter.pending()
    after(0.3, ready.set)
    assert exporter.finish(20)
    assert not exporter.pending()
    assert [item.name for item in app.window.shelf.items] == ["shelved.png"]
    app.window.close()
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), pixels)
    assert recipe_of(tmp_path / "a.png") == RECIPE


def test_writing_outlives_the_engine(qtbot, studio, tmp_path):
    app = studio()
    exporter, pixels = app.window.exporter, noise(3000, 3000)
    exporter.save(result(pixels), tmp_path / "a.png")
    qtbot.waitUntil(lambda: bool(writers()), timeout=10_000)
    assert not any(thread.daemon for thread in writers())
    assert not exporter.finish(0)
    assert app.engine.stop(5)
    assert exporter.finish(60)
    np.testing.assert_array_equal(np.asarray(Image.open(tmp_path / "a.png")), pixels)


def test_finishing_does_not_wait_for_other_work(qtbot, studio, tmp_path):
    app = studio()

    def endless(job):
        while True:
            time.sleep(0.005)
            job.checkpoint()

    app.bridge.submit("endless", endless, lane="long", title="Endless")
    app.window.exporter.save(result(noise()), tmp_path / "a.png")
    assert app.window.exporter.finish(20)
    assert (tmp_path / "a.png").exists()


def test_finishing_is_limited_in_time(qtbot, studio, tmp_path):
    app = studio()
    released = threading.Event()
    app.window.exporter.save(result(noise(), until=released), tmp_path / "a.png")
    start = time.monotonic()
    assert not app.window.exporter.finish(0.2)
    assert time.monotonic() - start < 2
    assert app.window.exporter.pending()
    released.set()  # or closing the window would wait for it as long as it may


def test_a_tile_taken_off_the_shelf_does_not_come_back_on_closing(qtbot, studio):
    app = studio()
    app.window.exporter.to_shelf(result(noise()))
    settled(qtbot, app)
    app.window.shelf.remove([app.window.shelf.items[0].id])
    app.window.exporter.finish(5)
    assert app.window.shelf.items == ()


# -- saving --------------------------------------------------------------------------------------------------


def test_two_results_of_one_name_both_reach_the_shelf(qtbot, studio):
    app = studio()
    ready = threading.Event()
    first, second = noise(seed=1), noise(seed=2)
    app.window.exporter.to_shelf(result(first, until=ready))
    app.window.exporter.to_shelf(result(second, until=ready))
    ready.set()
    settled(qtbot, app)
    assert [item.name for item in app.window.shelf.items] == ["edges.png", "edges 2.png"]
    for item, expected in zip(app.window.shelf.items, (first, second), strict=True):
        np.testing.assert_array_equal(np.asarray(Image.open(item.path)), expected)


def test_others_are_served_while_a_large_picture_is_saved(qtbot, studio, tmp_path):
    app = studio()
    app.window.exporter.save(result(noise(4000, 4000)), tmp_path / "a.png")
    qtbot.waitUntil(lambda: bool(writers()), timeout=10_000)
    while_saving = []
    app.bridge.submit("quick", lambda job: not (tmp_path / "a.png").exists(), done=while_saving.append)
    qtbot.waitUntil(lambda: bool(while_saving), timeout=10_000)
    assert while_saving == [True]
    settled(qtbot, app)
    assert (tmp_path / "a.png").exists()


def test_a_cancelled_save_leaves_the_old_file(qtbot, studio, tmp_path):
    app = studio()
    path = tmp_path / "a.png"
    path.write_bytes(b"old")
    app.window.exporter.save(result(noise(4000, 4000)), path)
    qtbot.waitUntil(lambda: bool(writers()), timeout=10_000)
    start = time.monotonic()
    app.bridge.cancel_shown()
    qtbot.waitUntil(lambda: not app.bridge.busy(), timeout=10_000)
    assert time.monotonic() - start < 0.5
    assert not app.window.exporter.pending()
    qtbot.waitUntil(lambda: not writers(), timeout=30_000)
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["a.png"]


def test_a_save_that_fails_is_told(qtbot, studio, tmp_path):
    app = studio()
    app.window.exporter.save(result(noise()), tmp_path / "missing" / "a.png")
    settled(qtbot, app)
    assert "folder does not exist" in app.window.message_bar.message().words
    assert not app.window.exporter.pending()


# -- clipboard and drag --------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
def test_the_clipboard_gets_the_exact_pixels(qtbot, studio, channels):
    app = studio()
    pixels = noise(301, 211, channels)  # more than one band, rows that Qt pads
    app.window.exporter.copy(result(pixels))
    settled(qtbot, app)
    image = QGuiApplication.clipboard().image().convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    np.testing.assert_array_equal(
        rows[:, : 3 * 211].reshape(301, 211, 3), np.broadcast_to(pixels, (301, 211, 3))
    )


def test_the_dragged_file_is_computed_by_the_engine_from_the_start_of_the_drag(qtbot, studio):
    app = studio()
    threads = []

    def work(job):
        threads.append(threading.current_thread())
        return pixels

    pixels = noise()
    write = app.window.exporter.file_for_drag(Result("edges", work, (), RECIPE))
    qtbot.waitUntil(lambda: bool(threads), timeout=10_000)
    assert threads[0] is not threading.main_thread()
    mime = PictureMime(plain_image(), write)
    path = mime.urls()[0].toLocalFile()
    np.testing.assert_array_equal(np.asarray(Image.open(path)), pixels)
    assert recipe_of(path) == RECIPE
    assert app.window.shelf.items == ()


def test_a_drag_waits_two_seconds_at_most_and_only_once(qtbot, studio):
    app = studio()
    ready = threading.Event()
    mime = PictureMime(plain_image(), app.window.exporter.file_for_drag(result(noise(), until=ready)))
    start = time.monotonic()
    assert mime.urls() == []
    assert mime.urls() == []
    assert 1.9 < time.monotonic() - start < 3
    assert isinstance(mime.error, StudioError)
    assert mime.hasImage()
    ready.set()
    settled(qtbot, app)
    assert len(mime.urls()) == 1


def test_a_drag_whose_file_fails_keeps_the_image(qtbot, studio):
    app = studio()

    def work(job):
        raise StudioError("no room")

    mime = PictureMime(plain_image(), app.window.exporter.file_for_drag(Result("edges", work, (), RECIPE)))
    assert mime.urls() == []
    assert mime.hasImage()
    assert "no room" in str(mime.error)


def test_the_window_begins_the_file_with_the_drag(qtbot, studio, monkeypatch):
    app = studio()
    panel, got = app.window.panels["filters"], []
    monkeypatch.setattr(type(panel), "result", lambda self: result(noise()))
    monkeypatch.setattr("cnnstudio.gui.canvas.drag.start_drag", lambda source, image, write: got.append(write))
    panel.drag_requested.emit(plain_image())
    settled(qtbot, app)
    assert got[0]().suffix == ".png"


# -- the store -----------------------------------------------------------------------------------------------


def aged(path, content: bytes = b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    old = time.time() - KEPT_SECONDS - 60
    os.utime(path, (old, old))
    return path


def test_only_old_files_that_nobody_refers_to_are_swept(tmp_path):
    store = tmp_path / "shelf"
    kept = aged(store / "kept.png")
    gone = [aged(store / "gone.png"), aged(store / ".gone.png.0011.part"), aged(store / "dragged" / "gone too.png")]
    young = store / "young.png"
    young.write_bytes(b"x")
    elsewhere = [aged(tmp_path / "photo.png"), aged(store / "folder" / "photo.png")]
    link = store / "link.png"
    link.symlink_to(elsewhere[0])
    names = sweep(store, {str(kept), str(store / "missing.png")})
    assert sorted(names) == sorted(path.name for path in gone)
    assert not any(path.exists() for path in gone)
    assert all(path.exists() for path in (kept, young, link, *elsewhere))


def test_sweeping_a_folder_that_is_not_there(tmp_path):
    assert sweep(tmp_path / "none", set()) == []


def test_a_linked_part_of_the_store_is_left_alone(tmp_path):
    photo = aged(tmp_path / "photos" / "photo.png")
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "dragged").symlink_to(tmp_path / "photos")
    assert sweep(tmp_path / "shelf", set()) == []
    assert photo.exists()


def test_the_exporter_sweeps_on_the_engine(qtbot, studio):
    app = studio()
    app.window.exporter.to_shelf(result(noise()))
    settled(qtbot, app)
    item = app.window.shelf.items[0]
    store = app.places.data / "shelf"
    old = time.time() - KEPT_SECONDS - 60
    os.utime(item.path, (old, old))
    forgotten = aged(store / "forgotten.png")
    app.window.exporter.sweep({item.path})
    settled(qtbot, app)
    assert not forgotten.exists()
    assert os.path.exists(item.path)  # noqa: PTH110
