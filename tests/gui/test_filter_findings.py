"""What people ran into by the numbers, in the layer and in the inspector: impossible, huge and many things."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QScrollArea
from scipy import ndimage

from cnnstudio.commands.kernel_words import kernel_from_words
from cnnstudio.filters.kernels import weights
from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.filters.volume_parts import layer_parts
from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.panels.filters.inspector import Inspector
from cnnstudio.gui.panels.filters.kernel_editor import KernelEditor
from cnnstudio.gui.panels.filters.numbers import look
from cnnstudio.gui.panels.filters.numbers.grid_painting import corner_texts, figure_size
from cnnstudio.gui.panels.filters.numbers.making import make_problem
from cnnstudio.gui.panels.filters.numbers.numbers_view import NumbersView
from cnnstudio.gui.panels.filters.numbers.wording import summed
from cnnstudio.gui.panels.filters.volume_diagram import Diagram
from cnnstudio.gui.panels.filters.volume_layer import VolumeLayer
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.fitted_numbers import fitted
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.histogram import Histogram
from cnnstudio.gui.widgets.kernel_grid import KernelGrid
from cnnstudio.gui.widgets.number_field import NumberField, short_number
from cnnstudio.locate import samples_dir
from tests.gui.conftest import settled

BOX = FilterSettings(filters=(Kernel("box"),), padding="valid")


def square(n: int) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(float((r * 7 + c * 3) % 10) for c in range(n)) for r in range(n))


@pytest.fixture
def view(qtbot):
    made = NumbersView()
    made.resize(1080, 740)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    return made


@pytest.fixture
def page(qtbot, studio):
    app = studio()
    panel = app.window.panels["filters"]
    panel.set_view("numbers")
    settled(qtbot, app)
    return app, panel.numbers_page()


def test_a_kernel_that_does_not_fit_clears_the_numbers(page, qtbot):
    app, numbers = page
    numbers.show_state(BOX, None)
    numbers.columns.set_value(1)
    numbers.rows.set_value(1)
    numbers.choose("random")
    settled(qtbot, app)
    assert numbers.view.problem() is None
    assert "3 × 3" in numbers.view.failure.text()
    assert numbers.view.failure.isVisible()
    assert not numbers.view.stage.isVisible()
    assert not numbers.view.card.isVisible()
    numbers.choose("")
    numbers.show_state(replace(BOX, padding="same"), None)
    settled(qtbot, app)
    assert numbers.view.problem() is not None
    assert not numbers.view.failure.isVisible()
    assert numbers.view.stage.isVisible()


def test_random_numbers_fill_a_larger_grid(page, qtbot):
    app, numbers = page
    numbers.choose("random")
    numbers.rows.set_value(12)
    numbers.columns.setFocus()
    numbers.columns.selectAll()
    qtbot.keyClicks(numbers.columns, "12")
    qtbot.keyClick(numbers.columns, Qt.Key.Key_Return)
    settled(qtbot, app)
    grid = numbers.view.problem().inputs[0]
    assert (len(grid), len(grid[0])) == (12, 12)
    assert len({v for row in grid[6:] for v in row}) > 3


@pytest.mark.parametrize("height", [380, 470, 560])
def test_low_views_keep_readable_figures(view, height):
    view.resize(640, height)
    view.set_problem(make_problem(BOX, (square(6),)))
    view.set_problem(make_problem(replace(BOX, filters=(Kernel("sobel-v"),)), (square(6),)))
    assert view.stage.input.cell >= 21
    assert figure_size(view.stage.input) >= 11
    assert view.card.isVisible() == (height >= 420)
    view.resize(1080, 740)
    assert view.card.isVisible()


def test_a_huge_kernel_is_colour_with_a_hint(view):
    view.resize(640, 460)
    view.set_problem(make_problem(
        FilterSettings(filters=(Kernel("box", size=15),), padding="same"), (square(12),)
    ))  # fmt: skip
    assert view.stage.kernel.cell < 16
    assert view.card.accessibleDescription() == "Kernel too large to read: 7 × 7 at most"
    assert view.stage.height() <= view.stage.parentWidget().height()
    assert not view.grab().isNull()


@pytest.mark.parametrize(
    ("values", "result", "parts", "written", "sign"),
    [
        ((3, -8, 1), -4, ["3", "(−8)", "1"], "−4", "="),
        ((1.11, 0.991, 0), 2.101, ["1.110", "0.991", "0"], "2.101", "="),
        ((1 / 3, 1 / 3), 2 / 3, ["0.333", "0.333"], "0.667", "≈"),
        ((1e11, 1), 1e11 + 1, ["1e11", "1"], "1e11", "≈"),
    ],
)
def test_sums_add_up_or_say_about(values, result, parts, written, sign):
    assert summed(values, result) == (parts, written, sign)


def test_every_written_total_adds_up_or_says_about(view):
    settings = FilterSettings(filters=(Kernel("gaussian", size=3),), padding="valid", bias=0.25)
    view.set_problem(make_problem(settings, (square(6),)))
    for step in range(1, view.step_count() + 1):
        view.set_step(step)
        text = view.card.text()
        plain = [Decimal(p.strip("()").replace("−", "-")) for p in text.work.split(" + ")]
        assert (sum(plain) == Decimal(text.result)) == (text.equals == "=")


def test_eight_filters_fit_the_inspector(qtbot):
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.resize(329, 800)
    inspector.show()
    kernels = tuple(Kernel(p) for p in ("sobel-v", "sobel-h", "box", "gaussian", "log", "prewitt-v", "box", "box"))
    inspector.set_settings(FilterSettings(filters=kernels, channels="volume", pool="max"))
    inspector.set_context(3, (600, 800), None)
    qtbot.wait(20)
    scroll = inspector.findChild(QScrollArea)
    assert scroll.widget().width() <= scroll.viewport().width()
    assert scroll.widget().minimumSizeHint().width() <= scroll.viewport().width()


def test_a_layer_with_pooling_knows_the_size_before_it(page, qtbot):
    settings = FilterSettings(filters=(Kernel("box"),), padding="valid", channels="volume", pool="max")
    parts = layer_parts(settings, None)
    assert parts.convolved_size == (4, 4)
    assert parts.output_size == (2, 2)
    app, _ = page
    panel = app.window.panels["filters"]
    panel.set_view("layer")
    shown = panel.centre().currentWidget()
    shown.show_state(settings, None)
    settled(qtbot, app)
    layer = shown.drawing.layer()
    assert layer.filtered_size == (4, 4)
    assert layer.pool == "Max 2×2"
    assert shown.note.text().startswith("Open a picture to see it in the layer; this is a 6 × 6 grid")
    assert not shown.drawing.grab().isNull()


def test_huge_weights_are_refused_and_large_ones_stay_readable(shown, qtbot):
    grid = KernelGrid(((1.0, 2.0), (3.0, 4.0)))
    grid.setFixedSize(132, 132)
    shown(grid)
    grid.edit("")
    qtbot.keyClicks(grid.editor(), "99999999999")
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)
    assert grid.editor() is not None  # it stays open, with the error look
    grid.editor().finish()
    assert grid.weights() == ((1.0, 2.0), (3.0, 4.0))
    grid.set_weights(((1e9, -1.234e8), (0.0, 1.0)))
    assert grid.number_role() is not None


def test_huge_numbers_are_short(qtbot):
    chart = Histogram()
    qtbot.addWidget(chart)
    chart.set_counts([1, 2], -3e13, 3e13)
    assert chart.ends() == ("−3e13", "+3e13")
    assert short_number(123456789) == "1.235e8"
    assert short_number(1234) == "1234"


@pytest.mark.parametrize("width", [180, 240, 308])
def test_long_formulas_keep_their_result(qtbot, width):
    box = FormulaBox("floor((n + p₁ + p₂ - d(f - 1) - 1)/s) + 1",
                     "floor((12000 + 12 + 13 - 16·(31 - 1) - 1)/16) + 1 = 722")  # fmt: skip
    qtbot.addWidget(box)
    box.resize(width, box.sizeHint().height())
    lines = box.shown_lines()
    assert lines[-1].endswith("= 722")
    assert box.sizeHint().height() == 16 + 16 * len(lines)
    from cnnstudio.gui import fonts

    assert all(fonts.width("formula", line) <= width - 20 for line in lines)


def test_a_bad_number_falls_back_when_the_field_is_left(shown, qtbot):
    field, other = NumberField(3, minimum=1, maximum=9), QLineEdit()
    shown(field, other)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "-123456789012")
    assert field.error()
    other.setFocus()
    assert (field.text(), field.error(), field.value()) == ("3", "", 3)
    assert field.cursorPosition() == 0


TYPED = ("0.123456789", "4e-7", "-0.000012345", "123456.789", "1/3")
PARSED = (0.123456789, 4e-7, -0.000012345, 123456.789, 1 / 3)


def type_weight(qtbot, grid, cell: tuple[int, int], text: str) -> None:
    grid.set_cell(*cell)
    grid.edit("")
    qtbot.keyClicks(grid.editor(), text)
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)


def test_weights_are_what_was_typed_in_window_code_and_command_line(page, qtbot):
    app, _ = page
    panel = app.window.panels["filters"]
    panel.inspector()
    grid = panel.inspector().findChild(KernelGrid)
    cells = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1)]
    for cell, text in zip(cells, TYPED, strict=True):
        type_weight(qtbot, grid, cell, text)
    held = panel.settings.filters[0].slices[0]
    assert [held[r][c] for r, c in cells] == list(PARSED)
    before = panel.settings
    for cell in cells:  # opened and left by Return, without a change
        grid.set_cell(*cell)
        qtbot.keyClick(grid, Qt.Key.Key_Return)
        qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)
    assert panel.settings == before
    panel.set_view("code")
    settled(qtbot, app)
    code = panel.centre().currentWidget().text.toPlainText()
    table = re.search(r"torch.tensor\((\[.*?\])\)", code, re.S).group(1)
    written = np.array(json.loads(table), np.float32)[0, 0]
    same = kernel_from_words(";".join(",".join(map(repr, row)) for row in held), {})
    expected = np.array(held, np.float64).astype(np.float32)
    assert np.array_equal(written, expected)
    assert np.array_equal(weights(same)[0], expected)


def test_a_preset_that_is_only_looked_into_stays_a_preset(page, qtbot):
    app, _ = page
    panel = app.window.panels["filters"]
    panel.use_preset("gaussian")
    grid = panel.inspector().findChild(KernelGrid)
    gaussian = weights(panel.settings.filters[0])
    grid.set_cell(0, 1)
    qtbot.keyClick(grid, Qt.Key.Key_Return)
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)
    assert panel.settings.filters[0].preset == "gaussian"
    type_weight(qtbot, grid, (0, 0), "5")
    made = weights(panel.settings.filters[0])[0]
    assert made[0, 0] == 5
    assert np.array_equal(made.ravel()[1:], gaussian.ravel()[1:])


def test_a_wheel_step_adds_no_digits_and_loses_none(shown, qtbot):
    grid = KernelGrid(((0.123456789,),))
    grid.setFixedSize(60, 60)
    shown(grid)
    grid.setFocus()
    for delta in (120, 120, -120, -120, 120):
        turn = QWheelEvent(QPointF(30, 30), grid.mapToGlobal(QPointF(30, 30)), QPoint(), QPoint(0, delta),
                           Qt.MouseButton.NoButton, Qt.KeyboardModifier.ShiftModifier,
                           Qt.ScrollPhase.NoScrollPhase, False)  # fmt: skip
        QApplication.sendEvent(grid, turn)
    assert grid.weights() == ((0.223456789,),)


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


@pytest.mark.parametrize(
    ("text", "words"),
    [("abc", "A number, such as"), ("1e12", "A number from −1e9 to 1e9"), ("9e29", "A number from −1e9 to 1e9")],
)
def test_a_weight_that_is_refused_says_why(shown, qtbot, text, words):
    grid = KernelGrid(((1.0, 2.0), (3.0, 4.0)))
    grid.setFixedSize(132, 132)
    shown(grid)
    grid.edit("")
    qtbot.keyClicks(grid.editor(), text)
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)
    assert grid.editor().problem().startswith(words)
    assert tool_tip.visible_tip().tip.title == grid.editor().problem()
    grid.editor().finish()
    assert tool_tip.visible_tip() is None
    assert grid.weights() == ((1.0, 2.0), (3.0, 4.0))


def test_the_editor_of_a_cell_is_as_wide_as_its_text(shown, qtbot):
    grid = KernelGrid([[0.0] * 5 for _ in range(5)])
    grid.setFixedSize(132, 132)
    shown(grid)
    grid.edit("")
    editor = grid.editor()
    qtbot.keyClicks(editor, "-12345.678")
    assert editor.width() - 8 >= editor.fontMetrics().horizontalAdvance("-12345.678")
    assert grid.rect().contains(editor.geometry())
    editor.finish()


@pytest.mark.parametrize("text", ["0", "99", "x"])
def test_a_kernel_size_that_is_refused_says_what_is_allowed(qtbot, shown, text):
    editor = KernelEditor()
    shown(editor)
    editor.rows.setFocus()
    editor.rows.selectAll()
    qtbot.keyClicks(editor.rows, text)
    qtbot.keyClick(editor.rows, Qt.Key.Key_Return)
    assert tool_tip.visible_tip().tip.title == ("1 to 31" if text != "x" else "A number, such as 0.5 or 1/9")
    editor.columns.setFocus()
    assert tool_tip.visible_tip() is None
    assert editor.rows.value() == 3


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


ORDINARY = [154.67, 81.33, -0.5, 0.25, 12, 0, -999.5, 255, 3]


@pytest.mark.parametrize("width", [30, 34, 42])
def test_numbers_in_narrow_cells_are_never_cut_off(width):
    values = [*ORDINARY, 123456.789, -123456.789, 4e-7, 1e9]
    role, texts = fitted(values, width, 24, ("body", "hint", "cell-tiny"))
    for value, text in zip(values, texts, strict=True):
        assert fonts.width(role, text) <= width
        assert numbers_text.parse(text) == pytest.approx(value, rel=0.5 if abs(value) > 1e4 or abs(value) < 1 else 0.01)
        assert (numbers_text.parse(text) == 0) == (value == 0)


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


PHOTO_LIKE = tuple(tuple(float((r * 37 + c * 53) % 200 + 40) for c in range(6)) for r in range(6))


def test_a_row_and_the_total_beside_it_write_one_sum_alike(view):
    settings = FilterSettings(filters=(Kernel("gaussian", size=5),), padding="same", bias=0.25)
    view.set_problem(make_problem(settings, (PHOTO_LIKE,)))
    for step in (1, 8, 36):
        view.set_step(step)
        text = view.card.text()
        parts = [part.strip("()") for part in text.work.split(" + ")]
        assert [row.result for row in text.rows] == parts[: len(text.rows)]


def test_corner_weights_are_all_written_alike_and_readable_or_left_out(view):
    seen = set()
    for preset, size in (("gaussian", 5), ("gaussian", 3), ("sobel-v", 3), ("box", 3)):
        settings = FilterSettings(filters=(Kernel(preset, size=size),), padding="same")
        view.set_problem(make_problem(settings, (PHOTO_LIKE,)))
        for width in (560, 640, 900, 1300):
            view.resize(width, 720)
            grid = view.stage.input
            pixels, texts = corner_texts(grid)
            assert pixels >= 9
            assert not texts or texts.keys() == grid.marks.corners.keys()
            assert len({text.startswith("×") for text in texts.values()}) <= 1
            metrics = QFontMetricsF(look.font(pixels, 400))
            assert all(metrics.horizontalAdvance(text) <= grid.cell - 6 for text in texts.values())
            seen.add(bool(texts))
    assert seen == {True, False}


def test_a_maximum_names_every_value_it_is_taken_of(view):
    settings = FilterSettings(filters=(Kernel("identity"),), padding="same", pool="max")
    view.set_problem(make_problem(settings, (square(6),)))
    view.set_step(view.step_count())
    text = view.card.text()
    assert text.notes == ("largest of 4 values, nothing to learn",)
    values = [int(v) for v in text.work.removeprefix("max(").removesuffix(")").split(", ")]
    assert sorted(values) == sorted(square(6)[r][c] for r in (4, 5) for c in (4, 5))


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


@pytest.mark.parametrize("size", [(560, 400), (760, 560), (2000, 1200)])
@pytest.mark.parametrize("filters", [1, 3, 8])
def test_the_maps_of_a_layer_stay_clear_of_words_and_edges(qapp, size, filters):
    layer = VolumeLayer((512, 512), 3, (((1.0,),),), (512, 512), False, filters)
    image = QImage(*size, QImage.Format.Format_RGB32)
    painter, area = QPainter(image), QRectF(0, 0, *size)
    drawn = Diagram(painter, area, layer)
    painter.end()
    assert drawn.sheet * (filters - 1) == drawn.stack
    assert (drawn.stack > 0) == (filters > 1)  # every map has a sheet of its own
    assert drawn.stack < drawn.row_y(1) - drawn.row_y(0) - drawn.side  # none reaches the row above
    assert drawn.output_x + drawn.side + drawn.stack <= area.right()
    assert drawn.side <= 120 or size[1] > 1000
    assert drawn.side > 200 or size[1] < 1000


@pytest.mark.parametrize(
    ("weights", "texts"),
    [
        ([[1, 0, -1], [2, 123456.789, -2], [1, 4e-7, -1]], ["1", "0", "−1", "2", "1e5", "−2", "1", "4e−7", "−1"]),
        ([[0.003, 0.0133, 0.0219, 0.0133, 0.003]] * 5, [".003", ".01", ".02", ".01", ".003"] * 5),
    ],
)
def test_weights_stay_readable_beside_a_huge_a_tiny_or_many(shown, weights, texts):
    grid = KernelGrid(weights)
    grid.setFixedSize(132, 132)
    shown(grid)
    assert grid.texts() == texts


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


@pytest.mark.parametrize("width", [329, 340, 420])
def test_the_rows_beside_the_kernel_share_their_edges(shown, width):
    editor = KernelEditor()
    window = shown(editor, width=width)
    window.layout().setContentsMargins(0, 0, 0, 0)
    QApplication.processEvents()
    buttons = editor.findChildren(Button)
    left = {editor.sizes.x(), editor.rows.x(), min(b.x() for b in buttons)}
    right = {editor.sizes.geometry().right(), editor.columns.geometry().right(),
             max(b.geometry().right() for b in buttons)}  # fmt: skip
    assert len(left) == 1
    assert len(right) == 1
