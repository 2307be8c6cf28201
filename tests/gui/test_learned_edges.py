"""Learned edges in the filter editor, as a person uses them on the real window with the real network."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from cnnstudio.imaging.recipes import recipe_of
from cnnstudio.locate import samples_dir

PATIENCE_MS = 60_000


@pytest.fixture
def app(studio):
    """The window, open."""
    return studio()


@pytest.fixture
def page(app, qtbot, with_weights):
    """The view with the cat's edges, computed."""
    with_weights("vgg16-hed")
    app.window.open_paths([samples_dir() / "cat.jpg"])
    panel = app.window.panels["filters"]
    panel.set_view("edges")
    page = panel.edges_page()
    qtbot.waitUntil(lambda: page.panes[-1].frame is not None, timeout=PATIENCE_MS)
    return page


def test_eight_linked_pictures_of_one_photo(page):
    assert [pane.title for pane in page.panes] == [
        "Photo", "Sobel", "Side 1", "Side 2", "Side 3", "Side 4", "Side 5", "Fusion",
    ]  # fmt: skip
    assert {(pane.width, pane.height) for pane in page.panes} == {(451, 300)}
    assert len(page.canvas.visible_views()) == 8


def test_the_values_of_all_maps_stand_in_the_status_bar(page, app, qtbot):
    where = page.canvas.visible_views()[0].clip.center() / page.canvas.devicePixelRatioF()
    qtbot.mouseMove(page.canvas, QPoint(round(where.x()), round(where.y())))
    qtbot.waitUntil(lambda: "Fusion 0." in app.window.status.pointer.text())
    assert "Sobel" in app.window.status.pointer.text()


def test_the_next_photo_on_the_shelf_is_followed(page, app, qtbot):
    app.window.open_paths([samples_dir() / "coffee.jpg"])
    qtbot.waitUntil(
        lambda: page.panes[-1].frame is not None and (page.panes[-1].width, page.panes[-1].height) == (600, 400),
        timeout=PATIENCE_MS,
    )


def test_the_saved_fusion_brings_the_view_back(page, app, qtbot, tmp_path: Path):
    target = tmp_path / "edges.png"
    app.window.exporter.save(app.window.host.result(), target)
    qtbot.waitUntil(target.exists, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: not app.bridge.busy(), timeout=PATIENCE_MS)
    saved = QImage(str(target))
    assert (saved.width(), saved.height()) == (451, 300)
    assert recipe_of(target).capability == "filters/edges"
    app.window.panels["filters"].set_view("result")
    app.window.open_paths([target])
    qtbot.waitUntil(lambda: app.window.panels["filters"].view() == "edges", timeout=PATIENCE_MS)


def test_without_the_network_one_button_offers_it(app, qtbot, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "none"))
    app.window.open_paths([samples_dir() / "cat.jpg"])
    panel = app.window.panels["filters"]
    qtbot.waitUntil(lambda: app.window.picture is not None)
    panel.set_view("edges")
    page = panel.edges_page()
    qtbot.waitUntil(page.missing.isVisible)
    assert "VGG-16 with HED" in page.missing.get.text()
    assert panel.result() is None
    assert page.missing.get.focusPolicy() & Qt.FocusPolicy.TabFocus
