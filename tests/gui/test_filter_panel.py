"""The filter panel's controls: slices, example kernels, scale, range; and what the layer's drawing is fed with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog
from scipy import ndimage

from cnnstudio.errors import StudioError
from cnnstudio.filters.learning import LearnSettings, hidden_target, learn, picture_target
from cnnstudio.filters.painting import PaintedStroke, pixels_to_learn_from, target_from_file, target_from_strokes
from cnnstudio.filters.reducing import reduced
from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.filters.volume_parts import layer_parts
from cnnstudio.gui.panels.filters.inspector import Inspector
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.reading import read_picture
from cnnstudio.locate import resources_dir, samples_dir
from tests.gui.conftest import settled

KERNELS = sorted((resources_dir() / "kernels").glob("*.json"))


@pytest.fixture
def inspector(shown):
    """The controls alone; what they report is shown again, as the panel does it."""
    made = Inspector()
    made.reports = []

    def take(settings, final):
        made.reports.append(settings)
        made.set_settings(settings)

    made.changed.connect(take)
    made.set_settings(FilterSettings())
    made.set_context(3, (40, 60), None)
    shown(made, width=340)
    return made


def type_into(qtbot, field, text: str) -> None:
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)
    qtbot.keyClick(field, Qt.Key.Key_Return)


def give(inspector, **changes) -> None:
    inspector.set_settings(replace(FilterSettings(), **changes))


# -- slices ----------------------------------------------------------------------------------------------------
def test_a_kernel_gets_a_slice_per_channel_and_each_is_edited_alone(inspector, qtbot):
    assert not inspector.slices.isVisibleTo(inspector)
    give(inspector, channels="volume")
    assert inspector.slices.isVisibleTo(inspector)
    inspector.slices.control.setFocus()
    qtbot.keyClick(inspector.slices.control, Qt.Key.Key_End)
    sobel = ((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0))
    assert inspector.reports[-1].filters[0].slices == (sobel,) * 3
    editor = inspector.editor
    editor.slices.setFocus()
    qtbot.keyClick(editor.slices, Qt.Key.Key_Right)
    editor.grid.setFocus()
    editor.grid.set_cell(0, 0)
    qtbot.keyClicks(editor.grid, "7")
    qtbot.keyClick(editor.grid.editor(), Qt.Key.Key_Return)
    made = inspector.reports[-1].filters[0].slices
    assert (made[0], made[2]) == (sobel, sobel)
    assert made[1] == ((7.0, 0.0, -1.0), *sobel[1:])
    inspector.slices.control.setFocus()
    qtbot.keyClick(inspector.slices.control, Qt.Key.Key_Home)
    assert inspector.reports[-1].filters[0].slices == (sobel,)


def test_three_slices_can_be_given_up_where_only_the_first_is_used(inspector):
    sobel = Kernel("own", slices=(((1.0,),), ((2.0,),), ((3.0,),)))
    give(inspector, filters=(sobel,), channels="luminance")
    assert inspector.slices.isVisibleTo(inspector)
    assert inspector.slices.value() == 3


# -- example kernels -------------------------------------------------------------------------------------------
def test_the_menu_lists_the_example_kernels_and_loads_them(inspector):
    assert KERNELS
    names = {json.loads(path.read_text("utf-8"))["name"]: path for path in KERNELS}
    for name, path in names.items():
        menu = inspector.preset.open()
        assert {a.text() for a in menu.actions()} == set(names)
        next(a for a in menu.actions() if a.text() == name).trigger()
        menu.close()
        kernel = inspector.reports[-1].filters[0]
        assert kernel.name == name
        assert np.allclose(kernel.slices, json.loads(path.read_text("utf-8"))["slices"])


def test_loading_begins_where_the_example_kernels_lie(inspector, monkeypatch):
    asked = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, **k: (asked.append(a[2]), ("", ""))[1])
    inspector.editor.load()
    assert Path(asked[0]) == resources_dir() / "kernels"


# -- scale and range -------------------------------------------------------------------------------------------
def test_a_divisor_of_0_is_refused_in_words_and_the_old_one_stays(inspector, qtbot):
    give(inspector, filters=(Kernel(divisor=4.0),))
    inspector.kernel_form.group("Scale").set_open(True)
    row = inspector.kernel_form.row("divisor")
    type_into(qtbot, row.field, "0")
    assert inspector.reports == []
    assert row.value() == 4
    assert row.problem() == "Not 0; it stays at 4"
    type_into(qtbot, row.field, "2")
    assert row.problem() == ""
    assert inspector.reports[-1].filters[0].divisor == 2


def test_another_preset_keeps_offset_normalise_and_divisor(inspector, qtbot):
    give(inspector, filters=(Kernel("sobel-v", normalise=True, divisor=2.0, offset=12.0, angle=30.0),))
    control = inspector.kernel_form.row("preset").control
    control.setFocus()
    qtbot.keyClick(control, Qt.Key.Key_Down)
    made = inspector.reports[-1].filters[0]
    assert made.preset == "sobel-h"
    assert (made.normalise, made.divisor, made.offset, made.angle) == (True, 2.0, 12.0, 0.0)


def test_an_automatic_range_is_called_so_and_the_legend_says_which(inspector, qtbot):
    row = inspector.layer_form.row("range")
    assert row.field.text() == "auto"
    assert inspector.legend.ends() == ("−310", "+310")
    type_into(qtbot, row.field, "80")
    assert row.field.text() == "80"
    assert inspector.legend.ends() == ("−80", "+80")
    row.reset()
    assert row.field.text() == "auto"
    assert inspector.reports[-1].range == 0


# -- what is computed for the pages ----------------------------------------------------------------------------
def test_the_layer_page_draws_the_selected_filter(qtbot, studio):
    app = studio()
    panel = app.window.panels["filters"]
    app.window.open_paths([samples_dir() / "cat.jpg"])
    panel.change(FilterSettings(filters=(Kernel("sobel-v"), Kernel("laplacian")), channels="volume"), True)
    panel.set_view("layer")
    page = panel.centre().currentWidget()
    page.set_filter_index(1)
    settled(qtbot, app)
    layer = page.drawing.layer()
    assert (layer.index, layer.filters) == (1, 2)
    assert layer.kernels == (((0.0, 1.0, 0.0), (1.0, -4.0, 1.0), (0.0, 1.0, 0.0)),) * 3
    assert len(layer.inputs) == len(layer.products) == 3
    assert len(layer.outputs) == 1


def test_the_full_size_waits_while_another_view_is_in_front_and_is_made_once(qtbot, studio, monkeypatch):
    app, asked = studio(), []
    submit = app.bridge.submit

    def noted(key, *args, **options):
        asked.append(key)
        return submit(key, *args, **options)

    monkeypatch.setattr(app.bridge, "submit", noted)
    panel = app.window.panels["filters"]
    app.window.open_paths([samples_dir() / "cat.jpg"])
    settled(qtbot, app)
    assert asked.count("filters.full") == 1
    panel.change(FilterSettings(stride=2), True)
    panel.set_view("code")
    settled(qtbot, app)
    assert asked.count("filters.full") == 1
    panel.set_view("side")
    settled(qtbot, app)
    assert asked.count("filters.full") == 2
    panel.set_view("code")
    panel.set_view("side")
    settled(qtbot, app)
    assert asked.count("filters.full") == 2


def test_the_parts_of_a_layer_add_up_to_its_map():
    rng = np.random.default_rng(1)
    picture = Picture.from_array(rng.integers(0, 256, (30, 40, 3), dtype=np.uint8), "small")
    kernels = tuple(tuple(tuple(float(v) for v in row) for row in k) for k in rng.integers(-2, 3, (3, 3, 3)))
    settings = FilterSettings(filters=(Kernel("own", slices=kernels, offset=3.0),), channels="volume", flip=True)
    parts = layer_parts(settings, picture)
    assert np.array_equal(np.array(parts.kernels), np.array(kernels)[:, ::-1, ::-1])
    assert parts.output_size == (30, 40)
    for c, seen in enumerate(parts.inputs):
        assert np.array_equal(seen, np.repeat(picture.pixels[..., c : c + 1], 3, axis=2))
    # A dark picture has products of 0, which the diverging map shows in its neutral colour everywhere.
    black = layer_parts(settings, Picture.from_array(np.zeros((9, 9, 3), np.uint8), "black"))
    assert all(len(np.unique(image.reshape(-1, 3), axis=0)) == 1 for image in black.products)


@pytest.mark.parametrize(("height", "width", "side"), [(10, 10, 10), (101, 40, 25), (7, 300, 1), (1, 1, 1)])
def test_reducing_halves_until_it_fits(height, width, side):
    rng = np.random.default_rng(2)
    picture = Picture.from_array(rng.integers(0, 256, (height, width, 1), dtype=np.uint8), "any")
    calls = []
    small = reduced(picture, side, lambda: calls.append(1))
    halvings = 0
    while max(height, width) > side:
        height, width, halvings = -(-height // 2), -(-width // 2), halvings + 1
    assert small.shape == (height, width, 1)
    assert len(calls) == halvings


def test_pixels_to_learn_from_are_at_most_a_megapixel_or_random():
    wide = Picture.from_array(np.zeros((20, 5000, 3), np.uint8), "wide")
    assert max(pixels_to_learn_from(wide).shape) <= 1024
    noise = pixels_to_learn_from(None)
    assert noise.shape == (128, 128, 1)
    assert np.array_equal(noise, pixels_to_learn_from(None))


def test_painted_strokes_become_a_target_at_the_size_that_is_learned_from():
    strokes = (
        PaintedStroke(((0.0, 100.0), (199.0, 100.0)), 8.0, False),
        PaintedStroke(((100.0, 100.0), (100.0, 100.0)), 40.0, True),
    )
    target = target_from_strokes(strokes, 200, (100, 100))
    assert set(np.unique(target)) == {0.0, 255.0}
    assert target[50, 10] == 255
    assert target[50, 50] == 0, "erased"
    assert target[40, 10] == 0
    painted, _ = ndimage.label(target)
    assert painted.max() == 2


def test_a_target_picture_is_grey_and_has_the_size_asked_for(tmp_path):
    path = samples_dir() / "cat.jpg"
    whole = picture_target(read_picture(path).pixels)
    assert np.array_equal(target_from_file(path, whole.shape), whole)
    small = target_from_file(path, (50, 60))
    assert small.shape == (50, 60)
    assert small.mean() == pytest.approx(whole.mean(), abs=1)
    with pytest.raises(StudioError, match=r"cat\.jpg"):
        target_from_file(path, (50, 60), max_pixels=100)


@pytest.mark.parametrize("optimiser", ["gradient", "adam", "l-bfgs"])
def test_a_run_that_was_interrupted_ends_where_the_whole_one_does(optimiser):
    asked = LearnSettings(hidden="sobel-h", optimiser=optimiser, bias=True, steps=300, rate=0.1)
    pixels = read_picture(samples_dir() / "cat.jpg").pixels[:120, :120]
    target = hidden_target(asked, pixels)

    class Watch:
        seen = ()

        def progress(self, done, total):
            assert total == 300

        def preview(self, value):
            self.seen = (*self.seen, value)

        def checkpoint(self):
            pass

    def run(count, start=None):
        job = Watch()
        work = learn(asked, pixels, target, job, start=start)
        for _ in range(count):
            next(work)
        return job.seen

    half = run(150)[-1]
    again = run(150, start=half)
    assert [each.step for each in again] == list(range(150, 301))
    assert again[0].loss == pytest.approx(half.loss, rel=1e-3, abs=1e-6)
    whole = run(300)[-1]
    assert np.allclose(again[-1].weights, whole.weights, atol=0.02)
    if optimiser == "gradient":  # it remembers nothing but the weights
        assert np.allclose(again[-1].weights, whole.weights, atol=1e-5)
