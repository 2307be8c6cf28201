"""The nine patches of a unit, scanned and looked at as a person does it, with a really trained network."""

from __future__ import annotations

import math
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from cnnstudio.activations import subject_named
from cnnstudio.gui.widgets.tool_tip import tip_of
from cnnstudio.locate import samples_dir
from cnnstudio.paths import HOME_VARIABLE
from tests.gui.conftest import settled
from tests.gui.test_window import drop

CAT = samples_dir() / "cat.jpg"
LAYER = "_conv_stem"  # 32 units
NINE = "Nine maximum patches of 12 pictures, strongest first"


@pytest.fixture
def folder(tmp_path) -> Path:
    """Twelve pictures with stripes, spots and noise, as large as the network's input."""
    made, rng = tmp_path / "twelve", np.random.default_rng(3)
    made.mkdir()
    rows, columns = np.mgrid[:224, :224]
    for number in range(12):
        waves = np.sin(columns / (1 + number)) + np.cos(rows / (13 - number))
        pixels = 127 + 50 * waves[..., None] * rng.uniform(0.2, 1, 3) + rng.normal(0, 3, (224, 224, 3))
        Image.fromarray(pixels.clip(0, 255).astype(np.uint8)).save(made / f"{number:02}.png")
    return made


@pytest.fixture
def panel(qtbot, studio, with_weights, still, tmp_path, monkeypatch):
    """The activations panel in front with a photo, its cache in a place of its own."""
    with_weights("efficientnet-lite0")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
    app = studio()
    app.window.show_panel("activations")
    drop(app.window, CAT)
    settled(qtbot, app)
    made = app.window.panels["activations"]
    made.app = app
    return made


def card(panel):
    return panel.desk().page.card.patches


def ask(qtbot, panel, folder, monkeypatch, *, wait=True) -> None:
    """Click "Scan a folder…" and choose this one."""
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *a, **k: str(folder))
    QTest.mouseClick(card(panel).scan, Qt.MouseButton.LeftButton)
    if wait:
        settled(qtbot, panel.app)


def strongest(folder, unit: int) -> list[tuple[str, float]]:
    """File and activation of a unit's nine strongest pictures, through the network alone."""
    subject, found = subject_named("efficientnet-lite0"), []
    for path in sorted(folder.iterdir()):
        kept = []
        hook = subject.network.get_submodule(LAYER).register_forward_hook(lambda _m, _i, out, to=kept: to.append(out))
        with torch.inference_mode():
            subject.network(subject.prepared(np.asarray(Image.open(path).convert("RGB"))).tensor)
        hook.remove()
        found.append((path.name, float(kept[0][0, unit].max())))
    return sorted(found, key=lambda each: -each[1])[:9]


def shown(panel) -> list[tuple[str, float]]:
    return [(each.patch.image.name, each.patch.activation) for each in card(panel).places.tiles()]


def same(first, second) -> bool:
    names = [name for name, _ in first] == [name for name, _ in second]
    return names and np.allclose([value for _, value in first], [value for _, value in second], rtol=1e-3)


def pixels_touched(panel) -> tuple[int, ...]:
    """The whole pixels that the outlined field lies in, at least in part."""
    x1, y1, x2, y2 = panel.desk().inspector.photo.field()
    return math.floor(x1), math.floor(y1), math.ceil(x2), math.ceil(y2)


def select(qtbot, panel, unit: int, layer: str = LAYER) -> None:
    panel.change(replace(panel.settings, layer=layer, unit=unit))
    settled(qtbot, panel.app)


def test_a_folder_is_scanned_and_every_unit_shows_what_excites_it_most(qtbot, panel, folder, monkeypatch):
    select(qtbot, panel, 5)
    assert card(panel).places.tiles() == ()
    ask(qtbot, panel, folder, monkeypatch)
    assert card(panel).sentence.text() == NINE
    assert same(shown(panel), strongest(folder, 5))
    for tile in card(panel).places.tiles():
        x1, y1, x2, y2 = tile.patch.box
        pixels = np.asarray(Image.open(tile.patch.image))[y1:y2, x1:x2]
        assert np.array_equal(tile.pixels, pixels)
    before = shown(panel)
    select(qtbot, panel, 11)
    assert shown(panel) != before
    assert same(shown(panel), strongest(folder, 11))


def test_a_click_on_a_patch_opens_its_picture_with_the_patch_outlined(qtbot, panel, folder, monkeypatch):
    ask(qtbot, panel, folder, monkeypatch)
    places = card(panel).places
    tile = places.tiles()[2]
    unit = panel.shown_settings().unit
    QTest.mouseClick(places, Qt.MouseButton.LeftButton, pos=places.cell(2).center().toPoint())
    settled(qtbot, panel.app)
    assert panel.app.window.shelf.current.path == str(tile.patch.image)
    assert panel.shown_settings().unit == unit
    assert pixels_touched(panel) == tile.patch.box
    QTest.mouseClick(places, Qt.MouseButton.LeftButton, pos=places.cell(0).center().toPoint())
    settled(qtbot, panel.app)
    assert pixels_touched(panel) == places.tiles()[0].patch.box


def test_a_cancelled_scan_goes_on_where_it_stopped(qtbot, panel, folder, monkeypatch):
    seen, cancelled = [], threading.Event()
    monkeypatch.setattr("cnnstudio.activations.scanning.read_picture", reading(seen, "08.png", cancelled))
    ask(qtbot, panel, folder, monkeypatch, wait=False)
    qtbot.waitUntil(lambda: "so far" in card(panel).sentence.text(), timeout=60_000)
    panel.app.window.status.cancel_requested.emit()
    cancelled.set()
    settled(qtbot, panel.app)
    assert card(panel).sentence.text().startswith("Eight maximum patches of 8 pictures so far")
    states = list((Path(panel.app.places.cache) / "patches").rglob("unfinished-*"))
    assert len(states) == 1
    seen.clear()
    ask(qtbot, panel, folder, monkeypatch)
    assert sorted(seen) == ["08.png", "09.png", "10.png", "11.png"]
    assert card(panel).sentence.text() == NINE
    assert same(shown(panel), strongest(folder, panel.shown_settings().unit))
    seen.clear()
    ask(qtbot, panel, folder, monkeypatch)
    assert card(panel).sentence.text() == NINE
    assert seen == []


def reading(seen: list[str], last: str, go_on: threading.Event):
    """Reads pictures and notes their names; the one called `last` waits until it may."""
    from cnnstudio.imaging.reading import read_picture

    def read(path, **options):
        seen.append(Path(path).name)
        if Path(path).name == last:
            assert go_on.wait(60)
        return read_picture(path, **options)

    return read


def test_changed_pictures_are_scanned_anew(qtbot, panel, folder, monkeypatch):
    ask(qtbot, panel, folder, monkeypatch)
    (folder / "00.png").unlink()
    (folder / "broken.png").write_bytes(b"no picture at all")
    ask(qtbot, panel, folder, monkeypatch)
    assert card(panel).sentence.text() == "Nine maximum patches of 11 pictures, strongest first"
    assert card(panel).unread.isVisible()
    assert card(panel).unread.text() == "1 picture could not be read"
    assert "broken.png" in tip_of(card(panel).unread).text
    (folder / "broken.png").unlink()
    assert same(shown(panel), strongest(folder, panel.shown_settings().unit))


def test_the_shelf_can_be_scanned(qtbot, panel):
    QTest.mouseClick(card(panel).shelf, Qt.MouseButton.LeftButton)
    settled(qtbot, panel.app)
    assert card(panel).sentence.text() == "One maximum patch of 1 picture, strongest first"
    assert [name for name, _ in shown(panel)] == ["cat.jpg"]


def test_no_picture_and_no_convolution_are_said_in_words(qtbot, panel, folder, monkeypatch, tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    ask(qtbot, panel, empty, monkeypatch)
    assert panel.app.window.message_bar.message().words == f"{empty} holds no picture."
    assert card(panel).sentence.text() == "Scan a folder to see what excites this unit."
    ask(qtbot, panel, folder, monkeypatch)
    select(qtbot, panel, 0, "_blocks.1._relu0")
    assert card(panel).sentence.text().startswith("Only convolutions are scanned.")
    assert card(panel).places.tiles() == ()
