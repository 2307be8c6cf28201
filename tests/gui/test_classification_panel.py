"""The classification panel with a really trained network, driven as a person drives it."""

from __future__ import annotations

import csv
import io
import json
import threading
from types import SimpleNamespace

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from cnnstudio.classification import ClassifySettings
from cnnstudio.engine import Engine
from cnnstudio.gui import application
from cnnstudio.gui.get_model import GetModel
from cnnstudio.gui.panels.classification import tour
from cnnstudio.imaging.recipes import recipe_of
from cnnstudio.locate import samples_dir
from cnnstudio.models import place
from tests.gui.conftest import settled
from tests.gui.test_window import drop

CAT, COFFEE, ASTRONAUT = (samples_dir() / f"{name}.jpg" for name in ("cat", "coffee", "astronaut"))
ABSENT = "squeezenet1_0"


@pytest.fixture
def at_work(qtbot, studio, with_weights, still):
    """The window with the panel in front and these photos dropped on it one after the other."""
    with_weights("efficientnet-lite0")

    def open_photos(*photos):
        app = studio()
        app.window.show_panel("classification")
        for photo in photos:
            drop(app.window, photo)
            settled(qtbot, app)
        return app, app.window.panels["classification"]

    return open_photos


def labels(panel) -> list[str]:
    """The labels that the bars show."""
    return [bar.label for bar in panel.page().card.bars.bars()]


def number_field(panel) -> QLineEdit:
    return panel.inspector().findChild(QLineEdit)


# -- photos come, classes follow -------------------------------------------------------------------------------
def test_the_classes_of_a_dropped_photo_appear_and_follow_the_shelf(at_work, qtbot):
    app, panel = at_work(CAT, COFFEE)
    bars = panel.page().card.bars.bars()
    assert bars[0].label == "espresso"
    assert [bar.score for bar in bars] == sorted((bar.score for bar in bars), reverse=True)
    assert [bar.share for bar in bars] == [bar.score for bar in bars]
    assert len(bars) == 5
    assert "espresso" in panel.page().card.bars.accessibleDescription()

    QTest.mouseClick(app.window.frame.shelf_area.strip, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
    settled(qtbot, app)
    assert app.window.picture.name == "cat.jpg"
    assert labels(panel)[0] == "tiger cat"
    assert panel.page().photo.photo.title == "cat.jpg"


def test_the_photo_is_marked_where_the_network_looks(at_work):
    app, panel = at_work(CAT)  # 451 × 300: short side to 256, the middle 224 of it
    crop = panel.classes().crop
    side = 224 / (256 / 300)
    assert (crop.width, crop.height) == pytest.approx((side, side), abs=0.5)
    assert (crop.x, crop.y) == pytest.approx(((451 - side) / 2, (300 - side) / 2), abs=1)
    assert panel.page().photo.photo.subtitle == "The network sees this square, at 224\u00a0×\u00a0224"

    canvas, photo = panel.page().photo.canvas, panel.page().photo.photo
    marked = canvas.grab().toImage()
    canvas.setFocus()
    QTest.keyPress(app.window, Qt.Key.Key_Space)
    bare = canvas.grab().toImage()
    QTest.keyRelease(app.window, Qt.Key.Key_Space)
    assert canvas.grab().toImage() == marked
    zoom = canvas.zoom / 100 / canvas.devicePixelRatioF()
    left, top = (canvas.width() - photo.width * zoom) / 2, (canvas.height() + 30 - photo.height * zoom) / 2
    for at, dimmed in (((10, 150), True), ((440, 150), True), ((225, 8), True), ((225, 150), False)):
        spot = QPoint(round(left + at[0] * zoom), round(top + at[1] * zoom))
        assert (marked.pixelColor(spot).value() < 0.8 * bare.pixelColor(spot).value()) == dimmed, at


def test_an_unsure_network_is_not_taken_at_its_word(at_work, qtbot):
    app, panel = at_work(CAT)
    card = panel.page().card
    assert not card.notice.isVisible()
    drop(app.window, ASTRONAUT)
    settled(qtbot, app)
    assert panel.classes().scores[0] < 0.3
    assert card.notice.isVisible()
    assert "none of the 1000 classes" in card.notice.words()
    for size in ((2560, 1440), (1440, 900), (1024, 700)):
        app.window.resize(*size)
        settled(qtbot, app)
        assert card.notice.height() == card.notice.height_at(card.notice.width())
        assert card.bars.height() >= card.bars.layout_for(card.bars.width()).height - 1


def test_zoom_and_hover_work_as_on_every_photo(at_work, qtbot):
    app, panel = at_work(CAT)
    app.window.header.zoom_requested.emit(100.0)
    assert panel.page().photo.canvas.zoom == pytest.approx(100)
    with qtbot.waitSignal(panel.hovered) as heard:
        panel.page().photo.canvas.hovered.emit("photo", 3, 7)
    values = Image.open(CAT).getpixel((3, 7))
    assert heard.args[0].split() == ["x", "3,", "y", "7", *map(str, values)]


# -- how many ----------------------------------------------------------------------------------------------
def test_the_number_of_classes_is_typed_and_undone(at_work, qtbot):
    app, panel = at_work(CAT)
    first = labels(panel)
    box = number_field(panel)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "20")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert labels(panel)[:5] == first
    assert len(labels(panel)) == 20
    assert not app.bridge.busy()  # the network need not look again
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert labels(panel) == first
    assert panel.settings == ClassifySettings()


@pytest.mark.parametrize(("size", "beside"), [((1440, 900), True), ((1024, 700), False)])
def test_twenty_classes_stay_on_the_card(at_work, qtbot, size, beside):
    app, panel = at_work(ASTRONAUT)
    app.window.resize(*size)
    panel.change(ClassifySettings(top=20), True)
    settled(qtbot, app)
    page = panel.page()
    assert page.rect().contains(page.card.geometry())
    assert (page.card.x() > page.photo.width() - 1) == beside
    assert not page.card.geometry().intersects(page.photo.geometry())


# -- networks --------------------------------------------------------------------------------------------------
def test_a_network_that_is_not_here_is_offered_and_used_once_it_is(at_work, qtbot, monkeypatch, tmp_path):
    app, panel = at_work(CAT)
    here = []
    installed = place.installed
    monkeypatch.setattr(place, "installed", lambda model: model.name in here or installed(model))
    monkeypatch.setattr(place, "shipped_path", lambda *_: None)
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    app.window.studio.models.changed.emit("efficientnet-lite0")  # as after it was removed
    settled(qtbot, app)
    offer = panel.page().instead()
    assert isinstance(offer, GetModel)
    assert offer.isVisible()
    assert "EfficientNet-Lite0" in offer.title.text()
    assert panel.result() is None
    assert panel.classes() is None
    monkeypatch.undo()
    app.window.studio.models.changed.emit("efficientnet-lite0")  # as after it was fetched
    settled(qtbot, app)
    assert panel.page().instead() is None
    assert panel.page().card.isVisible()
    assert labels(panel)[0] == "tiger cat"


def test_networks_of_torchvision_are_known_by_name_and_offered(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(ClassifySettings(model=ABSENT), True)
    settled(qtbot, app)
    facts = dict(panel.inspector().currentWidget().facts.facts())
    assert "1.2 M" in facts["Architecture"]  # 1 248 424 weights, as torchvision states
    assert isinstance(panel.page().instead(), GetModel)
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, app)
    assert labels(panel)[0] == "tiger cat"


def test_classifiers_of_torchvision_that_are_here_can_be_chosen(at_work, qtbot, monkeypatch, tmp_path):
    installed = place.installed
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    monkeypatch.setattr(place, "installed", lambda model: model.name == ABSENT or installed(model))
    for name in (ABSENT, "resnet18", "no-network"):
        (tmp_path / name).mkdir()
    app, panel = at_work(CAT)
    inspector = panel.inspector().currentWidget()
    assert inspector.network.field.values() == ("efficientnet-lite0", ABSENT)
    with qtbot.waitSignal(app.window.studio.models.manager_requested):
        inspector.more.click()


def test_a_network_that_is_no_classifier_is_refused_in_words(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(ClassifySettings(model="yolov3-tiny"), True)
    settled(qtbot, app)
    assert "no classifier" in panel.page().card.sentence() or isinstance(panel.page().instead(), GetModel)
    assert panel.result() is None


def test_while_torch_loads_the_panel_says_so_and_the_classes_follow(at_work, qtbot, monkeypatch):
    go = threading.Event()
    monkeypatch.setattr(application, "_make_engine", lambda device: Engine(device="cpu", loader=lambda: go.wait(20)))
    app, panel = at_work()
    drop(app.window, CAT)
    qtbot.waitUntil(lambda: "PyTorch is loading" in panel.page().card.sentence(), timeout=20_000)
    assert panel.page().photo.photo.frame is not None
    assert panel.result() is None
    go.set()
    settled(qtbot, app)
    assert labels(panel)[0] == "tiger cat"


# -- taking it away --------------------------------------------------------------------------------------------
def test_the_saved_picture_brings_panel_settings_and_photo_back(at_work, qtbot, tmp_path, monkeypatch):
    app, panel = at_work(CAT)
    panel.change(ClassifySettings(top=3), True)
    target = tmp_path / "cat classes.png"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    QTest.keyClick(app.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(target.exists, timeout=20_000)
    settled(qtbot, app)
    recipe = recipe_of(target)
    assert (recipe.capability, recipe.source_name) == ("classification", "cat.jpg")
    assert recipe.settings | {"model": "efficientnet-lite0", "top": 3} == recipe.settings

    app.window.show_panel("filters")
    panel.set_settings(ClassifySettings())
    drop(app.window, target)
    settled(qtbot, app)
    assert app.window.panel is panel
    assert panel.settings.top == 3
    assert app.window.picture.name == "cat.jpg"
    assert len(labels(panel)) == 3


def test_the_classes_are_copied_as_text_and_as_a_table(at_work):
    _, panel = at_work(CAT)
    for action in panel.actions():
        assert action.enabled()
    inspector = panel.inspector().currentWidget()
    inspector.copy_text.click()
    lines = QGuiApplication.clipboard().text().splitlines()
    assert lines[0].startswith("cat.jpg")
    assert len(lines) == 6
    assert lines[1].endswith("tiger cat")
    inspector.copy_csv.click()
    rows = list(csv.DictReader(io.StringIO(QGuiApplication.clipboard().text())))
    found = panel.classes()
    assert [row["class"] for row in rows] == list(found.labels)
    assert [int(row["index"]) for row in rows] == list(found.indices)
    assert [float(row["score"]) for row in rows] == pytest.approx(list(found.scores), abs=1e-6)


# -- closing, session, tour ------------------------------------------------------------------------------------
def test_the_window_closes_while_the_network_is_being_asked(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(ClassifySettings(model="EfficientNet-Lite0"), True)  # any change of the name asks again
    assert app.bridge.busy()
    app.window.close()
    assert app.stopped


def test_the_session_keeps_the_settings(at_work, qtbot, studio):
    app, panel = at_work(CAT)
    panel.change(ClassifySettings(top=8), True)
    app.window.close()
    saved = json.loads((app.places.data / "session.json").read_text("utf-8"))
    assert saved["panels"]["classification"]["settings"]["top"] == 8
    again = studio()
    settled(qtbot, again)
    assert again.window.panel.ID == "classification"
    assert len(labels(again.window.panel)) == 8


def test_the_tour_shows_cat_coffee_and_rocket(at_work, qtbot):
    app, panel = at_work()
    first = {}
    for name, act in tour.shots(quick=False):
        act(app)
        settled(qtbot, app)
        first[name] = labels(panel)[0]
    assert "cat" in first["classification-cat"]
    assert first["classification-coffee"] == "espresso"
    assert first["classification-rocket"] == "missile"
    assert [name for name, _ in tour.shots(quick=True)] == ["classification-cat"]


def test_the_time_shown_is_that_of_the_pass_alone(at_work, qtbot, monkeypatch):
    from cnnstudio.classification import computing

    clock = iter(float(number) for number in range(100))
    monkeypatch.setattr(computing, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
    _app, panel = at_work(CAT)
    qtbot.waitUntil(lambda: panel.classes() is not None, timeout=30_000)
    assert panel.classes().seconds == 1.0  # the clock was asked before and after the pass, and not before loading
