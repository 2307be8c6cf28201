"""The activations panel with really trained networks, driven as a person drives it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from cnnstudio.activations import ActivationSettings, subject_named
from cnnstudio.gui.get_model import GetModel
from cnnstudio.gui.panels.activations import tour
from cnnstudio.imaging.recipes import recipe_of
from cnnstudio.locate import samples_dir
from cnnstudio.models import place
from tests.gui.conftest import settled
from tests.gui.test_window import drop

CAT, COFFEE, ASTRONAUT = (samples_dir() / f"{name}.jpg" for name in ("cat", "coffee", "astronaut"))
LAYER = "_blocks.1._relu0"  # 96 maps of 112 × 112
LAST = "_relu1"  # 1280 maps of 7 × 7


@pytest.fixture
def at_work(qtbot, studio, with_weights, still):
    """The window with the panel in front and these photos dropped on it one after the other."""

    def open_photos(*photos, model="efficientnet-lite0"):
        if model in ("efficientnet-lite0", "vgg16-hed", "mtcnn/onet.pt"):
            with_weights(model.partition("/")[0])
        app = studio()
        app.window.show_panel("activations")
        panel = app.window.panels["activations"]
        if model != panel.settings.model:
            panel.change(ActivationSettings(model=model))
        for photo in photos:
            drop(app.window, photo)
            settled(qtbot, app)
        return app, panel

    return open_photos


def network_of(panel) -> torch.nn.Module:
    """The same network as the panel's, without anything of the panel."""
    return subject_named(panel.settings.model).network


def maps_by_hand(panel, photo, module: str) -> np.ndarray:
    """What a module makes of a photo, through a hook of our own."""
    subject, kept = subject_named(panel.settings.model), []
    hook = subject.network.get_submodule(module).register_forward_hook(
        lambda _m, _i, output: kept.append(output.detach().clone())
    )
    with torch.inference_mode():
        subject.network(subject.prepared(np.asarray(Image.open(photo).convert("RGB"))).tensor)
    hook.remove()
    return kept[0][0].numpy()


def tile_middle(panel, unit: int) -> QPoint:
    """Where the middle of a unit's tile is on the canvas."""
    views = panel.desk().page.views
    grid, canvas = views.drawn().grid, views.canvas
    top, left = grid.corner(grid.channels.index(unit))
    return on_canvas(canvas, left + grid.tile[1] / 2, top + grid.tile[0] / 2)


def on_canvas(canvas, x: float, y: float) -> QPoint:
    """The widget's point over a pixel of the pane in front."""
    low, high = QPointF(0, 0), QPointF(canvas.width(), canvas.height())
    [view] = canvas.visible_views()
    start, end = canvas.place_at(view, low), canvas.place_at(view, high)
    across = (x - start[0]) / (end[0] - start[0]) * canvas.width()
    return QPoint(round(across), round((y - start[1]) / (end[1] - start[1]) * canvas.height()))


def tree(panel):
    return panel.desk().page.tree


def bars(panel):
    return panel.desk().inspector.scores.scores()


# -- layers ----------------------------------------------------------------------------------------------------
def test_the_layers_stand_in_a_tree_and_are_chosen_by_keyboard(at_work, qtbot):
    app, panel = at_work(CAT)
    assert tree(panel).current() == "_conv_stem"  # the first convolution
    assert panel.settings == ActivationSettings()
    tree(panel).search.setFocus()
    QTest.keyClicks(tree(panel).search, "blocks.1._relu0")
    assert LAYER in tree(panel).names()
    assert "_conv_stem" not in tree(panel).names()
    QTest.keyClick(tree(panel).search, Qt.Key.Key_Down)
    while tree(panel).current() != LAYER:
        before = tree(panel).current()
        QTest.keyClick(tree(panel).tree, Qt.Key.Key_Down)
        assert tree(panel).current() != before
    settled(qtbot, app)
    pane = panel.desk().page.views.pane()
    assert panel.settings.layer == LAYER
    assert (pane.title, pane.subtitle) == (LAYER, "96 maps, 112\u00a0×\u00a0112")
    assert pane.right_text == "scaled per map, by number"
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert panel.settings.layer != LAYER


@pytest.mark.parametrize(("name", "groups"), [
    ("vgg16", ["Block 1", "Block 2", "Block 3", "Block 4", "Block 5", "classifier"]),
    ("resnet18", ["layer1.0", "layer1.1", "layer2.0", "layer2.1", "layer3.0"]),
])  # fmt: skip
def test_layers_are_grouped_as_people_know_the_network(at_work, qtbot, name, groups):
    _, panel = at_work(CAT, model=name)
    widget = tree(panel).tree
    found = [widget.topLevelItem(i) for i in range(widget.topLevelItemCount())]
    titles = [item.text(0) for item in found if item.childCount()]
    assert titles[: len(groups)] == groups
    if name == "vgg16":  # two, two, three, three and three convolutions, each with its ReLU, and a pooling
        assert [item.childCount() for item in found if item.childCount()][:5] == [5, 5, 7, 7, 7]


# -- the mosaic ------------------------------------------------------------------------------------------------
def test_every_tile_shows_its_map_and_a_click_selects_it(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER, gamma=1.0))
    settled(qtbot, app)
    views, maps = panel.desk().page.views, maps_by_hand(panel, CAT, LAYER)
    drawn = views.drawn()
    for unit in (0, 7, 95):
        top, left = drawn.grid.corner(unit)
        tile = drawn.pixels[top : top + 112, left : left + 112].astype(int).sum(2)
        row, column = np.unravel_index(maps[unit].argmax(), (112, 112))
        assert tile[row, column] == tile.max()
    QTest.mouseClick(views.canvas, Qt.MouseButton.LeftButton, pos=tile_middle(panel, 7))
    settled(qtbot, app)
    assert panel.settings.unit == 7
    facts = panel.desk().page.card.facts()
    assert (facts.unit, facts.peak) == (7, pytest.approx(maps[7].max(), rel=1e-4))
    assert facts.quiet == pytest.approx((maps[7] <= 0).mean(), abs=1e-3)


def test_hovering_shows_the_value_and_the_exact_field_in_the_photo(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER))
    settled(qtbot, app)
    views, inspector, maps = panel.desk().page.views, panel.desk().inspector, maps_by_hand(panel, CAT, LAYER)
    grid = views.drawn().grid
    top, left = grid.corner(20)
    with qtbot.waitSignal(panel.hovered) as heard:
        views.pointed.emit(left + 50, top + 30)
    assert heard.args[0].startswith(f"{LAYER}, unit 20   x 50, y 30")
    assert float(heard.args[0].split()[-1]) == pytest.approx(maps[20, 30, 50], abs=0.006)
    # conv 3, stride 2, then depthwise 3: field 7 at step 2; the first one begins 2 pixels outside.
    assert inspector.formula.lines() == (
        "receptive field r = 7\u00a0px, step j = 2\u00a0px", "unit (50, 30) sees x 98–105, y 58–65"
    )
    # 451 × 300: the short side becomes 256, of which the middle 224 are seen.
    scale, offset = 300 / 256, ((451 * 256 / 300 - 224) / 2, 16)
    x1, y1, x2, y2 = inspector.photo.field()
    expected = [(98 + offset[0]) * scale, (58 + offset[1]) * scale, (105 + offset[0]) * scale, (65 + offset[1]) * scale]
    assert [x1, y1, x2, y2] == pytest.approx(expected, abs=0.6)
    strongest = np.argsort(-maps[:, 30, 50], kind="stable")[:4]
    assert [unit for unit, _ in inspector.crop.units()] == strongest.tolist()

    views.pointed.emit(left, top)  # at the corner the field is clipped
    assert inspector.formula.lines()[1] == "unit (0, 0) sees x 0–5, y 0–5"
    views.pointed.emit(None, None)
    assert inspector.formula.lines()[1] != "unit (0, 0) sees x 0–5, y 0–5"


def test_hovering_the_photo_tells_which_units_respond_there(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAST))
    settled(qtbot, app)
    inspector, maps = panel.desk().inspector, maps_by_hand(panel, CAT, LAST)
    photo = inspector.photo
    QTest.mouseMove(photo, photo.to_widget(225, 150).toPoint())
    settled(qtbot, app)
    # The middle of the photo is the middle of the 7 × 7 positions, or a neighbour of it by rounding.
    near = [np.argsort(-maps[:, r, c], kind="stable")[:4].tolist() for r in (3, 4) for c in (3, 4)]
    units = [unit for unit, _ in inspector.crop.units()]
    assert units in near
    shown = panel.desk().page.views.canvas.grab().toImage()
    photo.pointed.emit(None, None)
    assert panel.desk().page.views.canvas.grab().toImage() != shown  # the tiles are marked no more
    inspector.crop.setFocus()
    QTest.keyClick(inspector.crop, Qt.Key.Key_Down)
    first = inspector.crop.units()[0][0]
    QTest.keyClick(inspector.crop, Qt.Key.Key_Return)
    assert panel.settings.unit == first
    second = inspector.crop.units()[1][0]
    QTest.mouseClick(inspector.crop, Qt.MouseButton.LeftButton, pos=inspector.crop.row_rect(1).center().toPoint())
    assert panel.settings.unit == second


def test_sorting_and_scaling_are_said_shown_and_undone(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAST))
    settled(qtbot, app)
    maps, views = maps_by_hand(panel, CAT, LAST), panel.desk().page.views
    form = panel.desk().inspector.form
    form.row("sort").control.setCurrentIndex(2)  # by mean
    settled(qtbot, app)
    means = maps.mean((1, 2))
    order = list(views.drawn().grid.channels)
    assert sorted(order) == list(range(1280))
    assert np.all(np.diff(means[order]) <= 1e-5)
    assert views.pane().right_text == "scaled per map, by mean"
    form.row("sort").control.setCurrentIndex(4)  # by contribution
    settled(qtbot, app)
    weight = network_of(panel)._fc.weight.detach().numpy()
    best = bars(panel)[0].index
    added = means * weight[best]
    assert np.all(np.diff(added[list(views.drawn().grid.channels)]) <= 1e-5)
    unit = panel.shown_settings().unit
    assert panel.desk().page.card.facts().contribution == pytest.approx(added[unit], rel=1e-3, abs=1e-5)

    panel.desk().inspector.scores.setFocus()
    QTest.keyClick(panel.desk().inspector.scores, Qt.Key.Key_Down)  # another class
    settled(qtbot, app)
    assert panel.settings.target == bars(panel)[1].index
    added = means * weight[panel.settings.target]
    assert np.all(np.diff(added[list(views.drawn().grid.channels)]) <= 1e-5)
    for _ in range(3):
        QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, app)
    assert views.drawn().grid.channels == tuple(range(1280))


def test_tiles_are_arranged_anew_for_a_room_of_another_shape(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER))
    settled(qtbot, app)
    views = panel.desk().page.views
    columns = views.drawn().grid.columns
    app.window.resize(2200, 900)
    settled(qtbot, app)
    wide = views.drawn().grid
    assert wide.columns > columns
    height, width = wide.size
    assert width / height == pytest.approx(views.canvas.width() / views.canvas.height(), rel=0.35)
    assert wide.channels == tuple(range(96))


def test_the_next_photo_on_the_shelf_is_seen_in_the_same_place(at_work, qtbot):
    app, panel = at_work(CAT, COFFEE)
    panel.change(replace(panel.settings, layer=LAYER, unit=5))
    panel.set_view("map")
    settled(qtbot, app)
    before = panel.desk().page.views.drawn().pixels
    QTest.keyClick(app.window, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, app)
    assert app.window.picture.name == "cat.jpg"
    drawn, maps = panel.desk().page.views.drawn(), maps_by_hand(panel, CAT, LAYER)
    assert (drawn.settings.layer, drawn.settings.unit, panel.view()) == (LAYER, 5, "map")
    assert not np.array_equal(drawn.pixels, before)
    brightest = drawn.pixels.astype(int).sum(2)
    row, column = np.unravel_index(maps[5].argmax(), (112, 112))
    assert brightest[row, column] == brightest.max()


def test_units_are_gone_through_by_keyboard_in_the_order_of_the_tiles(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER, unit=3, sort="maximum"))
    settled(qtbot, app)
    order = panel.desk().page.views.drawn().grid.channels
    QTest.keyClick(app.window, Qt.Key.Key_BracketRight)
    assert panel.settings.unit == order[(order.index(3) + 1) % 96]
    QTest.keyClick(app.window, Qt.Key.Key_BracketLeft)
    assert panel.settings.unit == 3


# -- silent, the same, switched off ----------------------------------------------------------------------------
def test_switching_channels_off_moves_the_classes_and_restoring_brings_them_back(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAST))
    settled(qtbot, app)
    inspector, before = panel.desk().inspector, bars(panel)
    assert before[0].label == "tiger cat"
    assert all(each.now == each.before for each in before)
    inspector.switch.click()
    settled(qtbot, app)
    unit = panel.settings.ablated[0]
    features = maps_by_hand(panel, CAT, LAST).mean((1, 2))
    features[unit] = 0
    expected = torch.from_numpy(features) @ network_of(panel)._fc.weight.T + network_of(panel)._fc.bias
    expected = expected.softmax(0).detach().numpy()
    for each in bars(panel):
        assert each.now == pytest.approx(float(expected[each.index]), abs=1e-4)
    assert any(each.now != each.before for each in bars(panel))

    panel.change(replace(panel.settings, ablated=tuple(range(0, 1280, 2))))
    settled(qtbot, app)
    assert abs(bars(panel)[0].now - bars(panel)[0].before) > 0.01
    inspector.form.row("ablation").control.setFocus()
    QTest.keyClick(inspector.form.row("ablation").control, Qt.Key.Key_Right)
    settled(qtbot, app)
    assert panel.settings.ablation == "mean"
    # What follows looks at means alone, so at their mean the channels change nothing.
    assert bars(panel)[0].now == pytest.approx(bars(panel)[0].before, abs=1e-4)
    inspector.restore.click()
    settled(qtbot, app)
    assert panel.settings.ablated == ()
    assert bars(panel) == before


def test_silent_channels_are_listed_and_lead_to_their_tile(at_work, qtbot):
    app, panel = at_work(CAT, model="vgg16-hed")
    panel.change(replace(panel.settings, layer="trunk.relu5_3"))
    settled(qtbot, app)
    maps, inspector = maps_by_hand(panel, CAT, "trunk.relu5_3"), panel.desk().inspector
    expected = [unit for unit in range(512) if maps[unit].max() == maps[unit].min()]
    assert expected
    shown = [unit for _, unit in inspector.silent.entries()]
    assert shown == expected[: len(shown)]
    where = inspector.silent.rects()[1].center().toPoint()
    QTest.mouseMove(inspector.silent, where)
    QTest.mouseClick(inspector.silent, Qt.MouseButton.LeftButton, pos=where)
    assert panel.settings.unit == expected[1]
    inspector.silent.setFocus()
    QTest.keyClick(inspector.silent, Qt.Key.Key_Right)
    assert panel.settings.unit == expected[2]
    assert panel.desk().page.card.peak.text() == "silent here"
    assert bars(panel) == ()
    assert "tells no classes" in inspector.none.text()


# -- single map, overlay, kernels ------------------------------------------------------------------------------
def test_the_overlay_finds_the_position_under_the_pointer(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER, unit=9))
    panel.set_view("overlay")
    settled(qtbot, app)
    views = panel.desk().page.views
    assert (views.pane().width, views.pane().height) == (451, 300)
    with qtbot.waitSignal(panel.hovered) as heard:
        views.pointed.emit(225, 150)
    # x 225.5 of 451 is 112 of 224: between position 55 (middle 111.5) and 56 (middle 113.5).
    assert heard.args[0].startswith((f"{LAYER}, unit 9   x 55, y 55", f"{LAYER}, unit 9   x 55, y 56"))
    with qtbot.waitSignal(panel.hovered) as heard:
        views.pointed.emit(5, 150)  # the network did not see it
    assert heard.args[0] == ""
    QTest.keyPress(app.window, Qt.Key.Key_Space)
    bare = views.pane().frame.image.pixelColor(225, 150)
    QTest.keyRelease(app.window, Qt.Key.Key_Space)
    assert bare.getRgb()[:3] == Image.open(CAT).convert("RGB").getpixel((225, 150))
    assert views.pane().frame.image.pixelColor(225, 150) != bare


def test_a_position_of_a_single_map_is_picked_and_moved_by_keyboard(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAST, unit=9))
    panel.set_view("map")
    settled(qtbot, app)
    canvas, formula = panel.desk().page.views.canvas, panel.desk().inspector.formula
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=on_canvas(canvas, 2.5, 4.5))
    assert formula.lines()[1].startswith("unit (2, 4) sees")
    canvas.setFocus()
    QTest.keyClick(canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert formula.lines()[1].startswith("unit (3, 4) sees")
    value = panel.desk().page.views.pane().value_text(3, 4)
    assert float(value) == pytest.approx(maps_by_hand(panel, CAT, LAST)[9, 4, 3], abs=0.006)


def test_first_kernels_are_shown_and_lead_to_their_unit(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER, unit=9))
    panel.set_view("kernels")
    settled(qtbot, app)
    drawn = panel.desk().page.views.drawn()
    kernel = network_of(panel)._conv_stem.weight[4].permute(1, 2, 0).detach().numpy()
    top, left = drawn.grid.corner(4)
    expected = 127.5 + 127.5 * kernel / abs(kernel).max()
    assert np.abs(drawn.pixels[top : top + 3, left : left + 3] - expected).max() <= 0.5
    QTest.mouseClick(panel.desk().page.views.canvas, Qt.MouseButton.LeftButton, pos=tile_middle(panel, 4))
    settled(qtbot, app)
    assert (panel.settings.layer, panel.settings.unit) == ("_conv_stem", 4)
    assert panel.view() == "kernels"


# -- networks --------------------------------------------------------------------------------------------------
def test_every_network_can_be_found_and_random_weights_are_said_in_red(at_work, qtbot, monkeypatch):
    app, panel = at_work(CAT)
    installed = place.installed
    monkeypatch.setattr(place, "installed", lambda model: model.name != "resnet18" and installed(model))
    page = panel.desk().page
    assert not page.untrained.isVisible()
    page.network.setFocus()
    QTest.keyClick(page.network, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not app.bridge.busy() and "resnet18" in page.network.palette_shown().titles())
    titles = set(page.network.palette_shown().titles())
    assert {"EfficientNet-Lite0", "YOLOv3-tiny", "MTCNN: pnet", "vit_b_16"} <= titles
    QTest.keyClicks(page.network.palette_shown().search, "resnet18")
    QTest.keyClick(page.network.palette_shown().search, Qt.Key.Key_Return)
    settled(qtbot, app)
    assert panel.settings.model == "resnet18"
    assert page.untrained.isVisible()
    assert "random" in page.untrained.words.text()
    with qtbot.waitSignal(app.window.studio.models.manager_requested) as heard:
        page.untrained.get.click()
    assert heard.args == ["resnet18"]
    app.window.show_panel("activations")
    assert page.views.pane().subtitle.endswith("untrained")
    assert len(bars(panel)) == 5
    QTest.keyClick(app.window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settled(qtbot, app)
    assert panel.settings.model == "efficientnet-lite0"
    assert not page.untrained.isVisible()


def test_a_registered_network_that_is_missing_is_offered_and_used_once_here(at_work, qtbot, monkeypatch, tmp_path):
    app, panel = at_work(CAT)
    page = panel.desk().page
    with monkeypatch.context() as without:
        without.setenv("CNNSTUDIO_MODELS", str(tmp_path))
        without.setattr(place, "shipped_path", lambda *_: None)
        app.window.studio.models.changed.emit("efficientnet-lite0")  # as after it was removed
        settled(qtbot, app)
        assert isinstance(page.instead(), GetModel)
        assert page.network.words() == "EfficientNet-Lite0"
        assert panel.result() is None
        assert not page.card.isVisible()
    app.window.studio.models.changed.emit("efficientnet-lite0")  # as after it was fetched
    settled(qtbot, app)
    assert page.instead() is None
    assert bars(panel)[0].label == "tiger cat"


def test_one_of_several_networks_of_an_entry_is_looked_into(at_work, qtbot):
    _, panel = at_work(ASTRONAUT, model="mtcnn/onet.pt")
    assert panel.layer().name == "conv1"
    assert panel.desk().page.views.pane().subtitle == "32 maps, 46\u00a0×\u00a046"
    assert panel.result() is not None


def test_a_name_that_no_network_has_is_told_in_words(at_work, qtbot):
    app, panel = at_work(CAT)
    panel.change(ActivationSettings(model="no-such-network"))
    settled(qtbot, app)
    title, sentence = panel.desk().page.views.pane().notice
    assert title == "No maps"
    assert "no-such-network" in sentence
    assert panel.result() is None


# -- taking it away --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("view", ["mosaic", "overlay", "map", "kernels"])
def test_a_saved_view_dropped_back_restores_it_all(at_work, qtbot, tmp_path, monkeypatch, view):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER, unit=11, sort="mean", ablated=(1, 2)))
    panel.set_view(view)
    settled(qtbot, app)
    target, settings = tmp_path / "taken.png", panel.settings
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(target), ""))
    QTest.keyClick(app.window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(target.exists, timeout=20_000)
    settled(qtbot, app)
    recipe = recipe_of(target)
    assert recipe.capability == ("activations" if view == "mosaic" else f"activations/{view}")
    assert recipe.source_name == "cat.jpg"
    shown = panel.desk().page.views.drawn().pixels
    saved = np.asarray(Image.open(target).convert("RGB"))
    assert saved.shape[1] % shown.shape[1] == 0
    assert np.array_equal(saved[:: saved.shape[0] // shown.shape[0], :: saved.shape[1] // shown.shape[1]], shown)

    panel.change(ActivationSettings())
    panel.set_view("mosaic")
    app.window.show_panel("filters")
    drop(app.window, target)
    settled(qtbot, app)
    assert app.window.panel is panel
    assert panel.settings == settings
    assert panel.view() == view
    assert app.window.picture.name == "cat.jpg"


def test_the_session_brings_layer_unit_and_view_back(at_work, qtbot, studio):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAYER, unit=4))
    panel.set_view("overlay")
    settled(qtbot, app)
    app.window.close()
    again = studio()
    settled(qtbot, again)
    panel = again.window.panel
    assert (panel.ID, panel.view()) == ("activations", "overlay")
    drawn = panel.desk().page.views.drawn()
    assert (drawn.settings.layer, drawn.settings.unit) == (LAYER, 4)


def test_the_window_closes_while_everything_is_being_asked(at_work):
    app, panel = at_work(CAT)
    panel.change(replace(panel.settings, layer=LAST, sort="contribution", ablated=(1, 2, 3)))
    panel.change(replace(panel.settings, model="EfficientNet-Lite0"))
    assert app.bridge.busy()
    app.window.close()
    assert app.stopped


def test_the_tour_shows_mosaic_overlay_ablation_and_kernels(at_work, qtbot):
    app, panel = at_work()
    names = []
    for name, act in tour.shots(quick=False):
        act(app)
        settled(qtbot, app)
        names.append(name)
        assert panel.desk().page.views.drawn().view == panel.view()
    assert names[0] == "activations-mosaic"
    assert {"activations-overlay", "activations-ablated", "activations-kernels"} <= set(names)
    assert any(each.now != each.before for each in bars(panel))
