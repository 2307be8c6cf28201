"""What stands around the picture: the probe, the mode, the formula, and the words where there is no output."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from scipy import ndimage

from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.gui.panels.filters.inspector import Inspector
from cnnstudio.locate import samples_dir
from tests.gui.conftest import settled


def test_a_blur_is_shown_as_a_photo_and_the_automatic_choice_says_so(qtbot, studio, tmp_path):
    app = studio()
    app.window.open_paths([samples_dir() / "cat.jpg"])
    settled(qtbot, app)
    panel = app.window.panels["filters"]
    inspector = panel.inspector().findChild(Inspector)
    show = inspector.layer_form.row("mode").control
    assert show.currentText() == "Automatic (signed)"
    panel.use_preset("box")
    settled(qtbot, app)
    assert show.currentText() == "Automatic (clipped)"
    assert not inspector.legend.isVisible()
    assert panel.picture_page().result.subtitle.endswith("clipped")
    with Image.open(samples_dir() / "cat.jpg") as photo:
        pixels = np.asarray(photo.convert("RGB"), np.float64)
    expected = ndimage.uniform_filter(pixels, (3, 3, 1), mode="constant")
    target = tmp_path / "blurred.png"
    app.window.exporter.save(panel.result(), target)
    qtbot.waitUntil(target.exists, timeout=20_000)
    settled(qtbot, app)
    with Image.open(target) as made:
        assert np.abs(np.asarray(made, np.float64) - expected).max() <= 0.51
    show.setCurrentIndex(show.values().index("signed"))
    panel.use_preset("gaussian")
    assert panel.settings.mode == "signed"  # chosen by hand: it stays
    settled(qtbot, app)


@pytest.fixture
def photo_open(qtbot, studio):
    app = studio()
    app.window.open_paths([samples_dir() / "astronaut.jpg"])
    settled(qtbot, app)
    return app, app.window.panels["filters"]


def test_a_pinned_probe_stays_at_its_place_in_the_photo(photo_open, qtbot):
    app, panel = photo_open
    page = panel.picture_page()

    def place() -> str:
        settled(qtbot, app)
        return page.card.place()

    page.canvas.clicked.emit("result", 124, 137)
    assert place() == "x 124, y 137"
    for settings, expected in (
        (FilterSettings(stride=4), "x 31, y 34"),
        (FilterSettings(), "x 124, y 137"),
        (FilterSettings(transposed=True, stride=16), "x 1984, y 2192"),
        (FilterSettings(padding="valid"), "x 123, y 136"),
        (FilterSettings(), "x 124, y 137"),
    ):
        panel.change(settings, True)
        assert place() == expected
    # Numbers look at the same pixel of the photo, whatever the output's size is: 6 × 6 pixels around it.
    panel.change(FilterSettings(stride=4), True)
    settled(qtbot, app)
    page.canvas.clicked.emit("result", 31, 34)
    numbers = panel.numbers_page()
    numbers.show_state(panel.settings, app.window.picture)
    numbers.choose("photo")
    assert f"from x {4 * 31 - 3}, y {4 * 34 - 3}" in numbers.note.text()


def test_no_output_is_said_once_and_everywhere_alike(photo_open, qtbot):
    app, panel = photo_open
    page = panel.picture_page()
    assert page.card.histogram.counts() != ()
    fits = FilterSettings(filters=(Kernel("box", size=31),), dilation=16, padding="valid", stride=16)
    panel.change(fits, True)  # 16 · 30 + 1 = 481 of 512 pixels: an output of 2 × 2
    settled(qtbot, app)
    assert page.result.notice == ("", "")
    panel.change(replace(fits, pool="max", pool_size=3), True)
    settled(qtbot, app)
    title, sentence = page.result.notice
    assert title == "No output"
    assert "use a smaller window" in sentence
    assert page.card.histogram.counts() == ()
    panel.set_view("layer")
    settled(qtbot, app)
    layer = panel.centre().currentWidget()
    assert layer.failure.text() == sentence
    assert layer.failure.isVisible()
    panel.change(FilterSettings(), True)
    settled(qtbot, app)
    assert not layer.failure.isVisible()
    assert layer.drawing.isVisible()
    panel.set_view("side")
    settled(qtbot, app)
    assert page.card.histogram.counts() != ()


@pytest.mark.parametrize("size", [(1024, 700), (1100, 700), (1440, 900)])
def test_the_probe_shows_its_arithmetic_in_every_window(photo_open, qtbot, size):
    app, panel = photo_open
    app.window.resize(*size)
    card = panel.picture_page().card
    panel.use_preset("sobel-v")
    settled(qtbot, app)
    window, kernel = card.product.texts()
    assert kernel == ["1", "0", "−1", "2", "0", "−2", "1", "0", "−1"]
    assert len(window) == 9
    assert not card.link.isVisible()
    panel.use_preset("log")  # 9 × 9: no room anywhere
    settled(qtbot, app)
    assert card.product.texts() == ([], [])
    assert card.link.text() == "81 products in Numbers"
    assert card.link.isVisible()
    shown = [w for w in (card.product, card.link, card.histogram) if w.isVisible()]
    assert all(card.rect().contains(w.geometry()) for w in shown)
    assert not any(a.geometry().intersects(b.geometry()) for a in shown for b in shown if a is not b)
    qtbot.mouseClick(card.link, Qt.MouseButton.LeftButton)
    settled(qtbot, app)
    assert panel.view() == "numbers"
    numbers = panel.numbers_page()
    assert numbers.source() == "photo"
    assert numbers.input_shape()[1] == (9, 9)
    assert "from x 252, y 252" in numbers.note.text()  # 9 × 9 around 256, 256


def test_the_formula_tells_both_sides_the_pooling_and_what_is_impossible(qtbot):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    settings = FilterSettings(channels="volume", pool="max", padding="valid")
    inspector.set_settings(settings)
    inspector.set_context(3, (300, 451), None)
    assert inspector.formula.lines()[1:] == (
        "w = floor((451 + 2·0 - 3)/1) + 1 = 449", "h = floor((300 + 2·0 - 3)/1) + 1 = 298", "then pooling: 224 × 149",
    )  # fmt: skip
    assert not inspector.formula.is_wrong()
    inspector.set_context(3, (300, 2), None)
    assert inspector.formula.is_wrong()
    assert inspector.formula.lines()[1].endswith("= 0")
    inspector.set_context(3, (3, 3), None)  # a map of 1 × 1, and a pooling window of 2 × 2
    assert not inspector.formula.is_wrong()
    assert inspector.pool_formula.is_wrong()


def test_numbers_begin_with_the_photo_at_the_first_step(photo_open, qtbot):
    app, panel = photo_open
    panel.set_view("numbers")
    settled(qtbot, app)
    numbers = panel.numbers_page()
    assert numbers.source() == "photo"
    assert numbers.view.step() == 1
    assert "Side by side" in numbers.note.text()
    panel.set_view("side")
    panel.picture_page().canvas.clicked.emit("input", 40, 60)
    panel.set_view("numbers")
    settled(qtbot, app)
    assert "from x 37, y 57" in numbers.note.text()


def test_coverage_and_hatching_are_told_in_words(qtbot):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.set_settings(FilterSettings(padding="valid", stride=16))
    inspector.set_context(3, (512, 510), None)
    inspector.coverage.switch.setChecked(True)
    # 31 windows of 3 at 0, 16, … 496 down, and at 0 … 496 across; what follows 499 is reached by none.
    assert inspector.coverage.words() == "0 to 1 windows a pixel"
    assert inspector.formula.lines()[-1] == "hatched, not used: 11 columns, 13 rows"
    inspector.set_settings(FilterSettings())
    inspector.set_context(3, (512, 510), None)
    assert inspector.coverage.words() == "4 to 9 windows a pixel"
    assert "hatched" not in inspector.formula.lines()[-1]
