"""The real window with the real engine, driven as a person drives it."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from scipy import ndimage

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.locate import samples_dir
from tests.gui.conftest import settled


def drop(window, *paths: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(p)) for p in paths])
    event = QDropEvent(
        QPointF(400, 400), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    window.dropEvent(event)


def result_pixels(studio) -> np.ndarray:
    """What the canvas shows of the result, as RGB."""
    image = studio.window.panels["filters"].picture_page().result.frame.image
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def type_weight(qtbot, studio, text: str) -> None:
    """Click the first cell of the kernel grid and type a weight."""
    grid = studio.window.panels["filters"].inspector().findChild(type(_grid(studio)))
    QTest.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(12, 12))
    QTest.keyClicks(QGuiApplication.focusObject() or grid, text)
    QTest.keyClick(QGuiApplication.focusObject() or grid, Qt.Key.Key_Return)


def _grid(studio):
    from cnnstudio.gui.widgets.kernel_grid import KernelGrid

    return studio.window.panels["filters"].inspector().findChild(KernelGrid)


@pytest.fixture
def small_photo(tmp_path) -> Path:
    path = tmp_path / "steps.png"
    rng = np.random.default_rng(3)
    Image.fromarray(rng.integers(0, 256, (40, 60, 3), dtype=np.uint8)).save(path)
    return path


def test_drop_edit_undo_save_and_drop_back(qtbot, studio, small_photo, tmp_path, monkeypatch):
    app = studio()
    window = app.window
    drop(window, small_photo)
    settled(qtbot, app)
    assert window.picture.name == "steps.png"
    panel = window.panels["filters"]
    before = result_pixels(app)

    type_weight(qtbot, app, "5")
    settled(qtbot, app)
    assert panel.settings.filters[0].slices[0][0][0] == 5
    assert not np.array_equal(result_pixels(app), before)

    target = tmp_path / "edges.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(target.exists, timeout=10_000)
    settled(qtbot, app)
    edited = panel.settings

    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, app)
    assert panel.settings == FilterSettings()
    assert np.array_equal(result_pixels(app), before)

    drop(window, target)
    settled(qtbot, app)
    assert panel.settings == edited
    assert window.picture.name == "steps.png"
    assert str(tmp_path) not in target.read_bytes().decode("latin-1")


def test_saved_picture_equals_an_independent_filter(qtbot, studio, small_photo, tmp_path, monkeypatch):
    app = studio()
    drop(app.window, small_photo)
    settled(qtbot, app)
    panel = app.window.panels["filters"]
    panel.change(replace(FilterSettings(), mode="abs", range=1000.0, border="replicate"), True)
    settled(qtbot, app)
    target = tmp_path / "out.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    app.window.save_result()
    qtbot.waitUntil(target.exists, timeout=10_000)
    settled(qtbot, app)
    pixels = np.asarray(Image.open(small_photo)).astype(float)
    kernel = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], float)
    expected = np.stack([ndimage.correlate(pixels[..., c], kernel, mode="nearest") for c in range(3)], axis=2)
    expected = np.clip(np.abs(expected) * 255 / 1000, 0, 255)
    assert np.abs(np.asarray(Image.open(target)).astype(float) - expected).max() <= 0.51


def test_wipe_and_views_by_keyboard_and_palette(qtbot, studio):
    app = studio()
    drop(app.window, samples_dir() / "cat.jpg")
    settled(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(QGuiApplication.focusObject(), "view wipe")
    QTest.keyClick(QGuiApplication.focusObject(), Qt.Key.Key_Return)
    settled(qtbot, app)
    panel = app.window.panels["filters"]
    assert panel.view() == "wipe"
    canvas = panel.picture_page().canvas
    assert canvas.mode == "wipe"
    start = canvas.wipe
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right)
    assert canvas.wipe > start


def test_result_goes_to_the_shelf_and_becomes_an_input(qtbot, studio):
    app = studio()
    drop(app.window, samples_dir() / "coffee.jpg")
    settled(qtbot, app)
    QTest.keyClick(app.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(app.window.shelf.items) == 2, timeout=10_000)
    settled(qtbot, app)
    item = app.window.shelf.items[1]
    assert item.is_result
    assert (item.width, item.height) == (600, 400)
    app.window.shelf.set_current(item.id)
    settled(qtbot, app)
    assert app.window.picture.name == item.name


def test_session_comes_back_after_a_crash(qtbot, studio, small_photo):
    first = studio()
    drop(first.window, small_photo, samples_dir() / "cat.jpg")
    settled(qtbot, first)
    panel = first.window.panels["filters"]
    changed = replace(panel.settings, stride=3, padding="full")
    panel.change(changed, True)
    qtbot.waitUntil(lambda: _saved_stride(first) == 3, timeout=5000)
    # No close: the second one starts from what the first wrote while it ran.
    second = studio()
    settled(qtbot, second)
    assert [i.name for i in second.window.shelf.items] == ["steps.png", "cat.jpg"]
    assert second.window.picture.name == "steps.png"
    assert second.window.panels["filters"].settings == changed


def _saved_stride(app) -> int:
    path = app.places.data / "session.json"
    return json.loads(path.read_text())["panels"]["filters"]["settings"]["stride"] if path.exists() else 0


def test_damaged_session_is_set_aside(qtbot, studio):
    app = studio()
    app.window.close()
    path = app.places.data / "session.json"
    path.write_text('{"shelf": [{"name"')
    again = studio()
    assert again.window.shelf.items == ()
    assert path.with_suffix(".damaged").read_text() == '{"shelf": [{"name"'


@pytest.mark.parametrize(
    "content", [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40], ids=["empty", "text", "cut"]
)
def test_unreadable_file_is_named_and_nothing_is_lost(qtbot, studio, tmp_path, small_photo, content):
    app = studio()
    drop(app.window, small_photo)
    settled(qtbot, app)
    bad = tmp_path / "broken.png"
    bad.write_bytes(content)
    drop(app.window, bad)
    settled(qtbot, app)
    message = app.window.message_bar.message()
    assert message.kind == "error"
    assert "broken.png" in message.words
    assert [i.name for i in app.window.shelf.items] == ["steps.png"]
    assert app.window.picture.name == "steps.png"
    app.window.message_bar.dismiss()
    drop(app.window, bad)  # a second time: the same answer
    settled(qtbot, app)
    assert app.window.message_bar.message() == message


def test_unreadable_files_among_others_are_left_out_and_all_named(qtbot, studio, tmp_path, small_photo):
    folder = tmp_path / "mixed"
    folder.mkdir()
    for name in ("a.jpg", "c.png"):
        (folder / name).write_bytes(b"not a picture")
    Image.open(small_photo).save(folder / "b.png")
    app = studio()
    drop(app.window, folder)
    settled(qtbot, app)
    assert [i.name for i in app.window.shelf.items] == ["b.png"]
    assert app.window.picture.name == "b.png"
    words = app.window.message_bar.message().words
    assert "a.jpg" in words
    assert "c.png" in words
    app.window.close()
    again = studio()
    settled(qtbot, again)
    assert [i.name for i in again.window.shelf.items] == ["b.png"]


def test_a_file_that_is_away_keeps_its_place_on_the_shelf(qtbot, studio, small_photo):
    first = studio()
    drop(first.window, small_photo, samples_dir() / "cat.jpg")
    settled(qtbot, first)
    first.window.close()
    away = small_photo.rename(small_photo.with_suffix(".away"))
    second = studio()
    settled(qtbot, second)
    assert [i.name for i in second.window.shelf.items] == ["steps.png", "cat.jpg"]
    away.rename(small_photo)
    second.window.shelf.set_current(second.window.shelf.items[1].id)
    settled(qtbot, second)
    second.window.shelf.set_current(second.window.shelf.items[0].id)
    settled(qtbot, second)
    assert second.window.picture.name == "steps.png"


def test_a_dropped_kernel_file_becomes_the_kernel_and_can_be_undone(qtbot, studio, tmp_path, small_photo):
    app = studio()
    kernel = tmp_path / "tiny.json"
    kernel.write_text(json.dumps({"format": "cnnstudio-kernel", "version": 1, "name": "tiny",
                                  "slices": [[[0.25, -1e-7], [3, 4]]]}))  # fmt: skip
    drop(app.window, small_photo, kernel)
    settled(qtbot, app)
    panel = app.window.panels["filters"]
    assert panel.settings.filters[0].slices == (((0.25, -1e-7), (3.0, 4.0)),)
    assert [i.name for i in app.window.shelf.items] == ["steps.png"]
    assert app.window.message_bar.message() is None
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, app)
    assert panel.settings == FilterSettings()
    kernel.write_text('{"weights": 3}')
    app.window.open_paths([kernel])
    settled(qtbot, app)
    assert app.window.message_bar.message().words.startswith("tiny.json is not a kernel")
    assert panel.settings == FilterSettings()


def test_kernel_larger_than_the_picture_says_so(qtbot, studio, tmp_path):
    path = tmp_path / "dot.png"
    Image.fromarray(np.full((1, 1, 3), 128, np.uint8)).save(path)
    app = studio()
    drop(app.window, path)
    settled(qtbot, app)
    assert result_pixels(app).shape == (1, 1, 3)
    panel = app.window.panels["filters"]
    panel.change(replace(panel.settings, padding="valid"), True)
    settled(qtbot, app)
    assert panel.result() is None
    assert "less dilation or more padding" in panel.picture_page().result.notice[1]


def test_close_while_busy_ends_within_two_seconds(qtbot, studio):
    app = studio(load_torch=True)
    drop(app.window, samples_dir() / "cat.jpg")
    settled(qtbot, app)

    def endless(job):
        while True:
            sum(range(20000))
            yield

    app.bridge.submit("endless", endless, lane="long", title="Endless")
    qtbot.waitUntil(app.window.status.cancel.isVisible, timeout=10_000)
    start = time.monotonic()
    app.window.close()
    assert time.monotonic() - start < 2.0
    assert json.loads((app.places.data / "session.json").read_text())["shelf"][0]["name"] == "cat.jpg"


def test_cancel_in_the_status_bar(qtbot, studio):
    app = studio()
    ended = []

    def endless(job):
        while True:
            yield

    app.bridge.submit("endless", endless, lane="long", title="Endless", ended=lambda: ended.append(1))
    qtbot.waitUntil(app.window.status.cancel.isVisible, timeout=10_000)
    QTest.mouseClick(app.window.status.cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: ended == [1], timeout=3000)
    qtbot.waitUntil(lambda: not app.window.status.cancel.isVisible(), timeout=3000)


def test_paste_copy_and_theme(qtbot, studio):
    app = studio()
    image = QImage(30, 20, QImage.Format.Format_RGB888)
    image.fill(0x336699)
    QGuiApplication.clipboard().setImage(image)
    QTest.keyClick(app.window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: app.window.picture is not None, timeout=10_000)
    settled(qtbot, app)
    assert (app.window.picture.width, app.window.picture.height) == (30, 20)
    QTest.keyClick(app.window, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: QGuiApplication.clipboard().image().pixelColor(5, 5).name() == "#3c3c3c", timeout=10_000)


def test_every_action_has_words_and_shortcuts_are_unique(qtbot, studio):
    app = studio()
    keys = [k for a in app.window.actions_list for k in a.shortcut.split(" | ") if k]
    assert len(keys) == len(set(keys))
    assert all(a.title and a.id for a in app.window.actions_list)
    assert len({a.id for a in app.window.actions_list}) == len(app.window.actions_list)


@pytest.mark.parametrize("size", [(1024, 700), (1440, 900), (2560, 1440)])
def test_nothing_is_squeezed(qtbot, studio, size):
    app = studio()
    app.window.resize(*size)
    drop(app.window, samples_dir() / "cat.jpg")
    settled(qtbot, app)
    for child in app.window.header.findChildren(type(app.window.header.save)):
        if child.isVisible():
            assert child.width() >= child.minimumSizeHint().width()
            assert app.window.header.rect().contains(child.geometry())


def test_saving_from_another_view_saves_what_is_set_now(qtbot, studio, small_photo, tmp_path, monkeypatch):
    from cnnstudio.imaging.recipes import recipe_of
    from cnnstudio.settings import to_plain

    app = studio()
    drop(app.window, samples_dir() / "coffee.jpg")
    settled(qtbot, app)
    panel = app.window.panels["filters"]
    panel.set_view("code")
    drop(app.window, small_photo)
    settled(qtbot, app)
    panel.change(replace(panel.settings, mode="clip", stride=2), True)
    target = tmp_path / "strided.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    app.window.save_result()
    qtbot.waitUntil(target.exists, timeout=10_000)
    settled(qtbot, app)
    with Image.open(target) as saved:
        assert saved.size == (30, 20)
    recipe = recipe_of(target)
    assert recipe.source_name == "steps.png"
    assert recipe.settings == json.loads(json.dumps(to_plain(panel.settings)))


def test_switching_pictures_leaves_nothing_of_the_last_one(qtbot, studio):
    app = studio()
    drop(app.window, samples_dir() / "astronaut.jpg", samples_dir() / "cat.jpg")
    settled(qtbot, app)
    page = app.window.panels["filters"].picture_page()
    for _ in range(4):  # quickly there and back, while views are still being computed
        app.window.shelf.step(1)
        qtbot.wait(20)
        app.window.shelf.step(-1)
        qtbot.wait(20)
    app.window.shelf.step(1)
    settled(qtbot, app)
    assert app.window.picture.name == "cat.jpg"
    for pane in (page.source, page.result):
        for frame in (pane.frame, pane.backdrop):
            assert frame.x + frame.width <= 451
            assert frame.y + frame.height <= 300


def test_a_session_with_impossible_settings_opens_with_the_defaults(qtbot, studio):
    app = studio()
    drop(app.window, samples_dir() / "cat.jpg")
    settled(qtbot, app)
    app.window.close()
    path = app.places.data / "session.json"
    state = json.loads(path.read_text())
    state["panels"]["filters"]["settings"]["filters"] = []
    path.write_text(json.dumps(state))
    again = studio()
    settled(qtbot, again)
    assert again.window.panels["filters"].settings == FilterSettings()
    assert again.window.panels["filters"].picture_page().result.frame is not None


def test_window_and_command_line_give_the_same_picture(qtbot, studio, small_photo, tmp_path, monkeypatch):
    from cnnstudio.__main__ import main

    app = studio()
    drop(app.window, small_photo)
    settled(qtbot, app)
    target = tmp_path / "window.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    app.window.save_result()
    qtbot.waitUntil(target.exists, timeout=10_000)
    settled(qtbot, app)
    other = tmp_path / "command.png"
    assert main(["filter", str(small_photo), "--kernel", "sobel-v", "-o", str(other)]) == 0
    assert np.array_equal(np.asarray(Image.open(target)), np.asarray(Image.open(other)))


@pytest.mark.parametrize("view", ["result", "side", "wipe", "flicker", "numbers", "layer", "learn", "code"])
def test_every_view_works_with_and_without_a_picture(qtbot, studio, view):
    app = studio()
    panel = app.window.panels["filters"]
    panel.set_view(view)
    settled(qtbot, app)
    drop(app.window, samples_dir() / "cat.jpg")
    settled(qtbot, app)
    assert panel.view() == view
    app.window.shelf.remove([i.id for i in app.window.shelf.items])
    settled(qtbot, app)
    assert app.window.picture is None
    message = app.window.message_bar.message()
    assert message is None or message.kind != "error"


def test_the_shelf_fades_where_more_pictures_lie_beyond_its_ends(qtbot, studio, tmp_path):
    app = studio()
    folder = tmp_path / "many"
    folder.mkdir()
    for n in range(20):
        Image.new("RGB", (8, 8), (90, 10 * n, 90)).save(folder / f"{n:02}.png")
    drop(app.window, folder)
    settled(qtbot, app)
    fades, shelf = app.window.frame.shelf_area.fades, app.window.shelf
    assert fades.geometry() == app.window.frame.shelf_area.rect()
    assert fades.ends() == (False, True)
    shelf.set_current(shelf.items[10].id)
    assert fades.ends() == (True, True)
    grab = fades.parentWidget().grab().toImage()
    ground = grab.pixelColor(0, 1)
    assert all(close(grab.pixelColor(x, 40), ground) for x in (0, grab.width() - 1))
    shelf.remove([item.id for item in shelf.items[3:]])
    settled(qtbot, app)
    assert fades.ends() == (False, False)


def close(one: QColor, other: QColor) -> bool:
    """Equal but for the rounding of a gradient's last step."""
    return max(abs(a - b) for a, b in zip(one.getRgb(), other.getRgb(), strict=True)) <= 4
