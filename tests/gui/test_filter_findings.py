"""What people ran into by the numbers, in the layer and in the inspector: impossible, huge and many things."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QScrollArea

from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.filters.volume_parts import layer_parts
from cnnstudio.gui.panels.filters.inspector import Inspector
from cnnstudio.gui.panels.filters.numbers.grid_painting import figure_size
from cnnstudio.gui.panels.filters.numbers.making import make_problem
from cnnstudio.gui.panels.filters.numbers.numbers_view import NumbersView
from cnnstudio.gui.panels.filters.numbers.wording import summed
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.histogram import Histogram
from cnnstudio.gui.widgets.kernel_grid import KernelGrid
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
