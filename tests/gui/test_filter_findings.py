"""What people ran into by the numbers, in the layer and in the inspector: impossible, huge and many things."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QLineEdit, QScrollArea

from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.filters.volume_parts import layer_parts
from cnnstudio.gui import fonts
from cnnstudio.gui.panels.filters.inspector import Inspector
from cnnstudio.gui.panels.filters.numbers import look
from cnnstudio.gui.panels.filters.numbers.grid_painting import corner_texts, figure_size
from cnnstudio.gui.panels.filters.numbers.making import make_problem
from cnnstudio.gui.panels.filters.numbers.numbers_view import NumbersView
from cnnstudio.gui.panels.filters.numbers.wording import summed
from cnnstudio.gui.panels.filters.volume_diagram import Diagram
from cnnstudio.gui.panels.filters.volume_layer import VolumeLayer
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.histogram import Histogram
from cnnstudio.gui.widgets.number_field import NumberField, short_number
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
