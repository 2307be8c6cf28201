"""Bringing pictures in: silent servers, slow folders and large photos never hold the engine."""

from __future__ import annotations

import io
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QColor, QImage

from cnnstudio.errors import PictureError
from cnnstudio.gui.opening import Brought
from cnnstudio.imaging import finding
from cnnstudio.imaging.reading import read_picture
from cnnstudio.imaging.recipes import Recipe
from cnnstudio.imaging.saving import save_picture
from cnnstudio.imaging.thumbnails import read_thumbnail, thumbnail
from cnnstudio.locate import samples_dir
from tests.gui.conftest import settled
from tests.imaging.profile_bytes import wide_gamut


def png(height: int = 20, width: int = 30) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((height, width, 3), 90, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


class _Answers(BaseHTTPRequestHandler):
    hold = threading.Event()
    asked = threading.Event()

    def do_GET(self):
        if self.path == "/hang":
            self.asked.set()
            self.hold.wait(30)
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write({"/page": b"<html>", "/large.png": png(200, 300)}.get(self.path, png()))

    def log_message(self, *_):
        pass


@pytest.fixture
def site(monkeypatch):
    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    server.daemon_threads = True
    _Answers.hold.clear()
    _Answers.asked.clear()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    _Answers.hold.set()
    server.shutdown()
    thread.join()
    server.server_close()


def bring(app, *paths: Path, **options) -> None:
    app.window.intake.bring(Brought(tuple(paths)), **options)


# -- addresses -----------------------------------------------------------------------------------------------


def test_a_silent_server_holds_nobody_and_can_be_cancelled(qtbot, studio, site):
    app = studio()
    app.window.intake.bring(Brought(addresses=(f"{site}/hang",)))
    qtbot.waitUntil(_Answers.asked.is_set, timeout=10_000)
    served = []
    app.bridge.submit("quick", lambda job: True, done=served.append)
    qtbot.waitUntil(lambda: served == [True], timeout=2000)
    app.bridge.cancel_shown()
    qtbot.waitUntil(lambda: not app.bridge.busy(), timeout=2000)
    assert app.window.shelf.items == ()
    assert app.window.message_bar.message() is None


def test_a_fetched_picture_becomes_current(qtbot, studio, site):
    app = studio()
    app.window.intake.bring(Brought(addresses=(f"{site}/a%20cat.png",)))
    settled(qtbot, app)
    assert [item.name for item in app.window.shelf.items] == ["a cat.png"]
    assert (app.window.picture.width, app.window.picture.height) == (30, 20)


@pytest.mark.parametrize(("address", "words"), [("page", "not a picture"), ("large.png", "300 × 200")])
def test_what_cannot_be_opened_is_not_kept(qtbot, studio, site, address, words):
    app = studio(max_megapixels=0.01)
    app.window.intake.bring(Brought(addresses=(f"{site}/{address}",)))
    settled(qtbot, app)
    assert words in app.window.message_bar.message().words
    assert app.window.shelf.items == ()
    assert not list((app.places.data / "shelf").glob("*"))


# -- folders and searches ------------------------------------------------------------------------------------


def test_walking_a_slow_folder_can_be_stopped(qtbot, studio, tmp_path, monkeypatch):
    app = studio()
    held, walking = threading.Event(), threading.Event()

    def slow_walk(folder, **_):
        walking.set()
        held.wait(30)
        return iter(())

    monkeypatch.setattr(finding.os, "walk", slow_walk)
    folder = tmp_path / "pictures"
    folder.mkdir()
    bring(app, folder)
    qtbot.waitUntil(walking.is_set, timeout=5000)
    start = time.monotonic()
    app.engine.cancel_all()
    qtbot.waitUntil(lambda: not app.bridge.busy(), timeout=5000)
    assert time.monotonic() - start < 1
    held.set()


def test_looking_for_a_source_can_be_stopped(qtbot, studio, tmp_path, monkeypatch, with_recipe):
    app = studio()
    bring(app, with_recipe, adopt_recipes=False)
    settled(qtbot, app)
    photo = tmp_path / "photo.bin"
    photo.write_bytes(bytes(64 << 20))
    reads = []
    usual = Path.open

    class Slow(io.FileIO):
        def read(self, size=-1):
            reads.append(size)
            data = super().read(size)
            time.sleep(len(data) / 20e6)
            return data

    monkeypatch.setattr(Path, "open", lambda self, *how, **more: (Slow if self == photo else usual)(self, *how, **more))
    app.window.intake.find_source(Recipe("filters", {}, "photo.bin", "0" * 64, "1"))
    qtbot.waitUntil(lambda: bool(reads), timeout=5000)
    start = time.monotonic()
    app.engine.cancel_all()
    qtbot.waitUntil(lambda: not app.bridge.busy(), timeout=5000)
    assert time.monotonic() - start < 1


# -- recipes -------------------------------------------------------------------------------------------------


@pytest.fixture
def with_recipe(tmp_path) -> Path:
    path = tmp_path / "made.png"
    recipe = Recipe("filters", {"stride": 2}, "nowhere.jpg", "0" * 64, "1")
    save_picture(np.full((20, 30, 3), 80, np.uint8), path, recipe=recipe)
    return path


@pytest.fixture
def found(studio):
    """A studio and the recipes that its intake finds; finding one changes nothing else."""
    app, recipes = studio(), []
    app.window.intake.recipe_found.disconnect()
    app.window.intake.recipe_found.connect(recipes.append)
    return app, recipes


def test_an_opened_file_gives_its_recipe_each_time_it_is_opened(qtbot, found, with_recipe):
    app, recipes = found
    other = samples_dir() / "cat.jpg"
    for path, count in ((with_recipe, 1), (with_recipe, 2), (other, 2), (with_recipe, 3)):
        bring(app, path)
        settled(qtbot, app)
        assert len(recipes) == count
    assert recipes[0].settings == {"stride": 2}


def test_the_file_is_not_read_again_for_its_recipe(qtbot, found, with_recipe, monkeypatch):
    app, recipes = found
    again = []
    monkeypatch.setattr("cnnstudio.imaging.recipes.recipe_of", again.append)
    bring(app, with_recipe)
    settled(qtbot, app)
    assert len(recipes) == 1
    assert not again


def test_choosing_on_the_shelf_gives_no_recipe(qtbot, found, with_recipe):
    app, recipes = found
    items = app.window.intake.add_paths(
        [("made.png", str(with_recipe), False), ("cat.jpg", str(samples_dir() / "cat.jpg"), False)]
    )
    for index in (0, 1, 0):
        app.window.shelf.set_current(items[index].id)
        settled(qtbot, app)
    assert recipes == []


def test_several_files_or_no_wish_give_no_recipe(qtbot, found, with_recipe):
    app, recipes = found
    bring(app, with_recipe, adopt_recipes=False)
    settled(qtbot, app)
    bring(app, with_recipe, samples_dir() / "cat.jpg")
    settled(qtbot, app)
    assert recipes == []


def test_a_file_that_was_left_before_it_was_read_gives_no_recipe_later(qtbot, found, with_recipe):
    app, recipes = found
    cat = app.window.intake.add_paths([("cat.jpg", str(samples_dir() / "cat.jpg"), False)])[0]
    app.window.shelf.current_changed.connect(
        lambda item: app.window.shelf.set_current(cat.id) if item.name == "made.png" and not left else None
    )
    left = []
    bring(app, with_recipe)
    settled(qtbot, app)
    left.append(True)
    app.window.shelf.set_current(next(i.id for i in app.window.shelf.items if i.name == "made.png"))
    settled(qtbot, app)
    assert app.window.picture.name == "made.png"
    assert recipes == []


# -- pasting -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["Format_RGB32", "Format_ARGB32", "Format_RGB888", "Format_Grayscale8"])
def test_a_pasted_picture_keeps_its_values(qtbot, studio, kind):
    app = studio()
    image = QImage(31, 300, QImage.Format.Format_RGB32)
    for y in range(300):
        for x in range(31):
            image.setPixelColor(x, y, QColor(y % 256, y % 256, y % 256) if "Gray" in kind else QColor(x, y % 256, 7))
    app.window.intake.bring(Brought(image=image.convertToFormat(QImage.Format[kind])))
    settled(qtbot, app)
    rows, columns = np.mgrid[0:300, 0:31]
    planes = [rows % 256] * 3 if "Gray" in kind else [columns, rows % 256, np.full((300, 31), 7)]
    np.testing.assert_array_equal(app.window.picture.pixels, np.stack(planes, axis=2))


def test_pasting_does_not_convert_on_the_windows_thread(qtbot, studio, monkeypatch):
    app = studio()
    threads = []

    class Watched(QImage):
        def copy(self, *where):
            threads.append(threading.current_thread())
            return super().copy(*where)

        def convertToFormat(self, *how):
            threads.append(threading.current_thread())
            return super().convertToFormat(*how)

    image = Watched(30, 20, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    app.window.intake.bring(Brought(image=image))
    settled(qtbot, app)
    assert threads
    assert threading.main_thread() not in threads


# -- thumbnails ----------------------------------------------------------------------------------------------


def photo(height: int, width: int) -> np.ndarray:
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    planes = [127 + 100 * np.sin(rows / a) * np.cos(columns / b) for a, b in ((90, 70), (40, 110), (150, 33))]
    return np.stack(planes, axis=2).astype(np.uint8)


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_thumbnail_of_a_jpeg_is_that_of_the_whole_picture(tmp_path, orientation, mode):
    path = tmp_path / "photo.jpg"
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(photo(1301, 1777)).convert(mode).save(path, "JPEG", quality=95, exif=exif)
    whole = read_picture(path)
    made = read_thumbnail(path, 256)
    expected = thumbnail(whole, 256)
    assert (made.width, made.height) == (whole.width, whole.height)
    assert made.pixels.shape == expected.shape
    assert made.pixels.flags.c_contiguous
    difference = np.abs(made.pixels.astype(int) - expected)
    assert difference.mean() < 1
    assert difference.max() <= 8


def test_the_thumbnail_of_a_jpeg_has_srgb_colours(tmp_path):
    path = tmp_path / "wide.jpg"
    Image.fromarray(photo(1000, 1200)).save(path, "JPEG", icc_profile=wide_gamut())
    whole = read_picture(path)
    assert any("sRGB" in note for note in whole.notes)
    difference = np.abs(read_thumbnail(path, 256).pixels.astype(int) - thumbnail(whole, 256))
    assert difference.mean() < 2


@pytest.mark.parametrize(("height", "width", "name"), [(8, 9, "a.jpg"), (300, 200, "a.jpg"), (700, 900, "a.png")])
def test_other_thumbnails_are_the_ordinary_ones(tmp_path, height, width, name):
    path = tmp_path / name
    Image.fromarray(photo(height, width)).save(path)
    made = read_thumbnail(path, 256)
    np.testing.assert_array_equal(made.pixels, thumbnail(read_picture(path), 256))
    assert (made.width, made.height) == (width, height)


def test_the_shelf_of_many_photos_decodes_reduced(qtbot, studio, tmp_path):
    path = tmp_path / "photo.jpg"
    Image.fromarray(photo(3000, 4000)).save(path, "JPEG", quality=95)
    app = studio()
    item = app.window.intake.add_paths([("photo.jpg", str(path), False)])[0]
    settled(qtbot, app)
    shown = app.window.shelf.item(item.id)
    assert (shown.width, shown.height) == (4000, 3000)
    assert max(shown.thumbnail.width(), shown.thumbnail.height()) == 256
    start = time.perf_counter()
    thumbnail(read_picture(path), 256)
    whole = time.perf_counter() - start
    start = time.perf_counter()
    read_thumbnail(path, 256)
    assert time.perf_counter() - start < whole / 1.5


def test_the_limit_and_the_checkpoint_reach_the_thumbnail(tmp_path):
    class Stop(Exception):
        pass

    def stop():
        raise Stop

    path = tmp_path / "photo.jpg"
    Image.fromarray(photo(1000, 1200)).save(path, "JPEG")
    with pytest.raises(PictureError, match="1200 × 1000"):
        read_thumbnail(path, 256, 1_000_000)
    with pytest.raises(Stop):
        read_thumbnail(path, 256, checkpoint=stop)
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(PictureError, match="cut off"):
        read_thumbnail(path, 256)
