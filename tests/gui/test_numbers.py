"""The numbers view, driven as a person does; and the notes' numbers in its cells."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from cnnstudio.errors import UsageError
from cnnstudio.filters.examples import EXAMPLES
from cnnstudio.filters.settings import FilterSettings, Kernel
from cnnstudio.gui.panels.filters.numbers.making import make_problem
from cnnstudio.gui.panels.filters.numbers.number_grid import NumberGrid
from cnnstudio.gui.panels.filters.numbers.numbers_view import NumbersView
from cnnstudio.gui.panels.filters.numbers.steps import steps_of
from cnnstudio.gui.panels.filters.numbers.wording import number
from cnnstudio.gui.theme import theme
from cnnstudio.locate import samples_dir
from tests.gui.conftest import settled


def rows(text: str):
    return tuple(tuple(float(v) for v in line.split()) for line in text.split("/"))


A = rows("3 0 1 2 7 4 / 1 5 8 9 3 1 / 2 7 2 5 1 3 / 0 1 3 1 7 8 / 4 2 1 6 2 8 / 2 4 5 2 3 9")
A_OUT = rows("-5 -4 0 8 / -10 -2 2 3 / 0 -2 -4 -7 / -3 -2 -3 -16")
B = rows("/".join(["10 10 10 0 0 0"] * 6))
C = rows("2 1 3 1 / 1 0 1 4 / 0 6 9 5 / 7 1 4 1")
D = rows("1 3 2 1 / 2 9 1 1 / 1 3 2 3 / 5 6 1 2")
PREWITT = FilterSettings(filters=(Kernel("prewitt-v"),), padding="valid")


def pooling(kind: str) -> FilterSettings:
    return FilterSettings(filters=(Kernel("identity", size=1),), padding="valid", pool=kind)


@pytest.fixture
def view(qtbot):
    """A view whose edits are computed at once, as the panel does it through the engine."""
    made = NumbersView()
    made.settings = PREWITT
    made.inputEdited.connect(lambda grids: made.set_problem(make_problem(made.settings, grids)))
    made.resize(1080, 740)
    qtbot.addWidget(made)
    with qtbot.waitExposed(made):
        made.show()
    made.activateWindow()
    return made


def show(view: NumbersView, settings: FilterSettings, *inputs) -> None:
    view.settings = settings
    view.set_problem(make_problem(settings, inputs))


def hover(qtbot, grid: NumberGrid, row: int, column: int) -> None:
    qtbot.mouseMove(grid, grid.cell_rect(row, column).center())
    qtbot.wait(10)


def click(qtbot, grid: NumberGrid, row: int, column: int) -> None:
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=grid.cell_rect(row, column).center())


@pytest.mark.parametrize(
    ("preset", "source", "expected"),
    [
        ("prewitt-v", A, A_OUT),
        ("prewitt-v", B, rows("/".join(["0 30 30 0"] * 4))),
        ("sobel-v", B, rows("/".join(["0 40 40 0"] * 4))),
        ("scharr-v", B, rows("/".join(["0 160 160 0"] * 4))),
    ],
)
def test_examples_a_and_b_show_the_notes_numbers(view, preset, source, expected):
    show(view, FilterSettings(filters=(Kernel(preset),), padding="valid"), source)
    assert view.stage.output.grids == (expected,)
    for step, value in enumerate((v for line in expected for v in line), 1):
        view.set_step(step)
        assert view.card.text().result == number(value)


@pytest.mark.parametrize(("source", "expected"), [(C, rows("2 4 / 7 9")), (D, rows("9 2 / 6 3"))])
def test_examples_c_and_d_are_pooling_alone(view, source, expected):
    show(view, pooling("max"), source)
    assert not view.stage.kernel.isVisible()
    assert view.stage.pooled.grids == (expected,)
    view.set_step(3)
    assert view.stage.input.marks.window == (2, 0, 2, 2)
    assert view.card.text().work.startswith("max(")
    assert view.card.text().result == number(expected[1][0])


def test_pointing_at_a_cell_lights_its_window_and_writes_the_sum(view, qtbot):
    show(view, PREWITT, A)
    hover(qtbot, view.stage.output, 1, 2)
    marks = view.stage.input.marks
    assert marks.window == (1, 2, 3, 3)
    assert [marks.corners[1, c][0] for c in (2, 3, 4)] == ["×1", "×0", "×−1"]
    text = view.card.text()
    assert "Row 2: 8 · 1 + 9 · 0 + 3 · (−1) = 5" in text.plain()
    assert (text.work, text.result) == ("5 + 1 + (−4)", "2")
    assert text.notes == ("9 products, bias 0",)
    qtbot.mouseMove(view, QPoint(4, 4))
    view.stage.output.cellLeft.emit()
    assert view.card.text().caption == "Output, row 4, column 4"


def test_keys_step_and_jump_and_cells_ahead_are_dots(view, qtbot):
    show(view, PREWITT, A)
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_Home)
    assert view.step() == 1
    for key, step in (
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Down, 6),
        (Qt.Key.Key_Left, 5),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_Up, 1),
        (Qt.Key.Key_End, 16),
        (Qt.Key.Key_Right, 16),
    ):
        qtbot.keyClick(view, key)
        assert view.step() == step
    view.set_step(7)
    assert view.stage.output.marks.hidden == {(1, 3)} | {(r, c) for r in (2, 3) for c in range(4)}


def test_space_plays_to_the_end_and_pauses(view, qtbot):
    show(view, pooling("average"), C)
    view.setFocus()
    view.transport.set_speed(20)
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert view.playing()
    assert view.step() == 1
    qtbot.keyClick(view, Qt.Key.Key_Space)
    assert not view.playing()
    qtbot.keyClick(view, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not view.playing(), timeout=3000)
    assert view.step() == view.step_count() == 4


def test_buttons_and_slider_ask_for_steps(view, qtbot):
    show(view, PREWITT, A)
    bar = view.transport
    qtbot.mouseClick(bar.first, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(bar.next, Qt.MouseButton.LeftButton)
    assert view.step() == 2
    assert bar.label.text() == "Step 2 of 16"
    bar.slider.setFocus()
    qtbot.keyClick(bar.slider, Qt.Key.Key_Right)
    assert view.step() == 3
    qtbot.mouseClick(bar.last, Qt.MouseButton.LeftButton)
    assert not bar.next.isEnabled()


def test_typing_in_a_cell_computes_anew(view, qtbot):
    show(view, PREWITT, A)
    grid = view.stage.input
    click(qtbot, grid, 0, 0)
    qtbot.keyClicks(grid.editor(), "13")
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)
    assert view.problem().inputs[0][0][0] == 13
    assert view.problem().outputs[0][0][0] == A_OUT[0][0] + 10
    assert grid.cursor_cell == (1, 0)


def test_escape_leaves_the_cell_as_it_was(view, qtbot):
    show(view, PREWITT, A)
    grid = view.stage.input
    click(qtbot, grid, 2, 2)
    qtbot.keyClicks(grid.editor(), "99")
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Escape)
    assert grid.editor() is None
    assert view.problem().inputs == (A,)


def test_the_grid_is_edited_by_keyboard_alone(view, qtbot):
    show(view, PREWITT, A)
    grid = view.stage.input
    grid.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(grid, Qt.Key.Key_Right)
    qtbot.keyClick(grid, Qt.Key.Key_Down)
    qtbot.keyClicks(grid, "7")
    qtbot.keyClick(grid.editor(), Qt.Key.Key_Return)
    assert view.problem().inputs[0][1][1] == 7
    assert view.step() == 16


def test_a_pasted_table_becomes_the_input(view, qtbot):
    show(view, PREWITT, A)
    QGuiApplication.clipboard().setText("1\t2\t3\n4\t5\t6\n7\t8\t9\n")
    view.stage.input.setFocus()
    qtbot.keyClick(view.stage.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert view.problem().inputs == (rows("1 2 3 / 4 5 6 / 7 8 9"),)
    assert view.stage.output.grids == (((-6.0,),),)
    QGuiApplication.clipboard().setText("no table")
    with qtbot.waitSignal(view.pasteRefused):
        qtbot.keyClick(view.stage.input, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)


def test_mirroring_the_input_shows_polarity(view, qtbot):
    show(view, PREWITT, B)
    qtbot.mouseClick(view.stage.mirror, Qt.MouseButton.LeftButton)
    assert view.stage.output.grids == (rows("/".join(["0 -30 -30 0"] * 4)),)


def test_padding_and_dropped_cells_are_known(view):
    show(view, FilterSettings(filters=(Kernel("prewitt-v"),), padding="same", stride=2), A)
    grid = view.stage.input
    assert grid.rows_columns == (8, 8)
    assert grid.is_padding(0, 3)
    assert not grid.is_padding(1, 1)
    assert grid.is_dropped(7, 0)
    assert not grid.is_dropped(6, 6)


def test_transposed_lays_kernels_that_overlap(view, qtbot):
    kernel = Kernel("own", slices=(rows("1 2 / 3 4"),))
    show(view, FilterSettings(filters=(kernel,), padding="valid", transposed=True), rows("1 2 / 3 4"))
    # By hand: conv_transpose of [[1,2],[3,4]] with itself at stride 1.
    assert view.stage.output.grids == (rows("1 4 4 / 6 20 16 / 9 24 16"),)
    view.set_step(2)
    marks = view.stage.output.marks
    assert marks.window == (0, 1, 2, 2)
    assert marks.corners[0, 1][0] == "+2"
    assert marks.partial[1, 1] == 1 * 4 + 2 * 3
    assert (2, 0) in marks.hidden
    hover(qtbot, view.stage.output, 1, 1)
    assert view.card.text().result == "20"
    assert view.stage.input.marks.lit == {(0, 0), (0, 1), (1, 0), (1, 1)}


def test_a_volume_sums_three_channels(view, qtbot):
    settings = FilterSettings(filters=(Kernel("prewitt-v"),), padding="valid", channels="volume", bias=1.0)
    show(view, settings, A, B, A)
    view.set_step(1)
    assert view.card.text().work == "−5 + 0 + (−5) + 1"
    assert view.card.text().result == "−9"
    grid = view.stage.input
    behind = grid.sheet_rect(1)
    qtbot.mouseClick(grid, Qt.MouseButton.LeftButton, pos=QPoint(behind.right() - 3, behind.top() + 3))
    assert grid.front == view.stage.kernel.front == 1
    assert view.card.text().rows[0].label == "Green, row 1"


def test_activation_is_written_out(view):
    show(view, FilterSettings(filters=(Kernel("prewitt-v"),), padding="valid", activation="relu"), A)
    view.set_step(1)
    assert view.card.text().result == "−5"
    assert view.card.text().notes[1] == "ReLU(−5) = 0"


def test_switches_change_what_is_written(view):
    show(view, PREWITT, A)
    view.set_weights_shown(False)
    assert not view.stage.input.marks.corners
    view.set_sum_shown(False)
    assert not view.card.isVisible()


@pytest.mark.parametrize("reduced", [True, False])
def test_flip_turns_the_kernel_and_ends_on_the_flipped_one(view, qtbot, reduced):
    kernel = Kernel("own", slices=(rows("1 2 / 3 4"),))
    show(view, FilterSettings(filters=(kernel,), padding="valid"), A)
    theme().set_reduce_motion(reduced)
    try:
        show(view, FilterSettings(filters=(kernel,), padding="valid", flip=True), A)
        if not reduced:
            qtbot.waitUntil(lambda: 20 < view.stage.kernel.turn < 170, timeout=2000)
        qtbot.waitUntil(lambda: view.stage.kernel.grids == (rows("4 3 / 2 1"),), timeout=2000)
    finally:
        theme().set_reduce_motion(False)
    assert view.stage.kernel.turn == 0


@pytest.mark.parametrize("padding", ["valid", "same", "full"])
@pytest.mark.parametrize(("n", "f"), [(1, 1), (12, 7), (12, 3)])
@pytest.mark.parametrize("channels", [1, 3])
def test_every_size_fits_and_stays_legible(view, qtbot, n, f, padding, channels):
    grid = tuple(tuple(float((r * 7 + c * 3) % 10) for c in range(n)) for r in range(n))
    kernel = Kernel("box", size=f)
    show(view, FilterSettings(filters=(kernel,), padding=padding, channels="volume"), *[grid] * channels)
    qtbot.wait(1)
    for part in view.stage.grids():
        assert view.stage.rect().contains(part.geometry().adjusted(5, 5, -5, -5))
        assert part.cell >= 16
    assert not view.grab().isNull()


@pytest.mark.parametrize("transposed", [False, True])
@pytest.mark.parametrize("border", ["zero", "reflect", "circular"])
@pytest.mark.parametrize("dilation", [1, 2])
def test_every_cell_equals_the_sum_of_its_terms(transposed, border, dilation):
    settings = FilterSettings(
        filters=(Kernel("gabor", size=3, offset=1.0),),
        padding="same",
        border=border,
        stride=2,
        dilation=dilation,
        transposed=transposed,
        bias=2.0,
        channels="volume",
        flip=True,
    )
    problem = make_problem(settings, (A, B, A))
    for r, line in enumerate(problem.outputs[0]):
        for c, value in enumerate(line):
            total = math.fsum(t.product for t in problem.terms(r, c)) + problem.bias + problem.offset
            assert total == pytest.approx(value, rel=1e-4, abs=1e-3)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_every_worked_example_shows_its_numbers(view, example):
    show(view, example.settings, example.inputs)
    shown = view.stage.pooled if example.settings.pool != "none" else view.stage.output
    assert shown.isVisible()
    assert shown.grids == (example.expected,)


def test_steps_go_through_the_convolution_then_the_pooling():
    problem = make_problem(FilterSettings(filters=(Kernel("prewitt-v"),), padding="valid", pool="max"), (A,))
    kinds = [step.kind for step in steps_of(problem)]
    assert kinds == ["sum"] * 16 + ["pool"] * 4


@pytest.mark.parametrize("inputs", [((),), (((1.0, 2.0), (3.0,)),), (((1.0,) * 13,),), (A, A)])
def test_inputs_that_cannot_be_shown_are_refused(inputs):
    with pytest.raises(UsageError):
        make_problem(PREWITT, inputs)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-5.0, "−5"),
        (0.1111111, "0.111"),
        (2.9999998, "3"),
        (12.345, "12.3"),
        (-0.0, "0"),
        (0.00025, "2.5e−4"),
    ],
)
def test_numbers_are_short(value, text):
    assert number(value) == text


# -- the page, in the real window ---------------------------------------------------------------------------------
@pytest.fixture
def numbers(qtbot, studio):
    """The numbers page of the real window, with no photo open."""
    app = studio()
    panel = app.window.panels["filters"]
    panel.set_view("numbers")
    settled(qtbot, app)
    return app, panel, panel.numbers_page()


def pick(page, title: str) -> None:
    """Choose an entry of the source's menu, as a click does."""
    page.sources.showPopup()
    menu = page.sources.menu()
    next(a for a in menu.actions() if a.text() == title).trigger()
    menu.close()


def test_at_first_the_grid_of_a_stands_there_with_the_kernel_that_is_set(numbers):
    _, panel, page = numbers
    assert page.view.problem().inputs == (A,)
    assert page.source() == ""
    assert page.sources.currentText() == "Your own"
    assert panel.settings == FilterSettings()


def test_every_example_is_offered_and_gives_the_numbers_of_the_notes(numbers, qtbot):
    app, panel, page = numbers
    for example in EXAMPLES:
        pick(page, example.title)
        settled(qtbot, app)
        problem = page.view.problem()
        assert panel.settings == example.settings
        assert page.source() == example.name
        assert (problem.pooled or problem.outputs) == (example.expected,)


def test_an_example_chosen_again_brings_its_settings_back(numbers, qtbot):
    app, panel, page = numbers
    example = EXAMPLES[0]
    pick(page, example.title)
    panel.change(FilterSettings(), True)
    assert page.source() == "", "with another kernel it is no longer the example"
    pick(page, example.title)
    assert panel.settings == example.settings
    told = []
    page.sources.chosen.connect(told.append)
    pick(page, example.title)
    assert told == ["A"], "the entry that is shown already can be chosen too"
    settled(qtbot, app)


def test_the_input_comes_back_with_the_session(numbers, qtbot):
    app, _, page = numbers
    grids = (rows("1 2 / 3 4"), rows("5 6 / 7 8"), rows("9 10 / 11 12.5"))
    kept = {"source": "", "input": [[list(r) for r in g] for g in grids], "show": {"sum": False, "weights": False}}
    page.restore(kept)
    settled(qtbot, app)
    assert page.view.problem().inputs == grids
    assert (page.rows.value(), page.columns.value()) == (2, 2)
    assert not page.view.card.isVisibleTo(page.view)
    assert page.state()["input"] == kept["input"]
    assert page.state()["show"] == {"colours": True, "weights": False, "sum": False}


@pytest.mark.parametrize(
    "damaged",
    [
        {},
        {"source": 5, "input": None, "show": 3, "spot": "x"},
        {"input": [[[1.0, 2.0], [3.0]]]},
        {"input": [[[1.0, float("nan")]]]},
        {"input": [[[10**400]]]},
        {"input": [[[True]]]},
        {"input": [[["1"]]]},
        {"input": [[[0.0] * 13]]},
        {"input": [[], [], []]},
        {"input": [[[1.0]], [[1.0]]]},
        {"input": "abc", "spot": [-1, 2], "show": {"sum": "no", "other": True}},
    ],
)
def test_a_damaged_session_leaves_the_numbers_as_they_are(numbers, qtbot, damaged):
    app, _, page = numbers
    before = page.state()
    page.restore(damaged)
    settled(qtbot, app)
    assert page.state() == before
    assert page.view.problem().inputs == (A,)


def test_the_selected_filter_is_shown(numbers, qtbot):
    app, panel, page = numbers
    panel.change(FilterSettings(filters=(Kernel("sobel-v"), Kernel("laplacian"))), True)
    settled(qtbot, app)
    assert page.view.problem().kernels == (rows("1 0 -1 / 2 0 -2 / 1 0 -1"),)
    page.set_filter_index(1)
    settled(qtbot, app)
    assert page.view.problem().kernels == (rows("0 1 0 / 1 -4 1 / 0 1 0"),)
    panel.change(FilterSettings(), True)
    settled(qtbot, app)
    assert page.view.problem().kernels == (rows("1 0 -1 / 2 0 -2 / 1 0 -1"),)


def test_the_switches_are_reached_by_keyboard_and_act(numbers, qtbot):
    _, _, page = numbers
    buttons = page.switches.buttons
    for button in buttons.values():
        assert button.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert button.accessibleName()
        assert button.isChecked()
        button.setFocus()
        qtbot.keyClick(button, Qt.Key.Key_Space)
        assert not button.isChecked()
    assert not page.view.card.isVisibleTo(page.view)
    assert not page.view.stage.output.coloured
    assert not page.view.current_scene().input.corners
    qtbot.keyClick(buttons["sum"], Qt.Key.Key_Space)
    assert page.view.card.isVisibleTo(page.view)


def test_the_photo_gives_the_region_around_the_last_place(numbers, qtbot):
    app, _, page = numbers
    app.window.open_paths([samples_dir() / "cat.jpg"])
    settled(qtbot, app)
    page.look_at(40, 30)
    pick(page, "From the photo")
    settled(qtbot, app)
    pixels = app.window.picture.pixels[27:33, 37:43]
    assert np.array_equal(np.array(page.view.problem().inputs), pixels.transpose(2, 0, 1))
    kept = page.state()
    page.choose("random")
    page.restore(kept)
    settled(qtbot, app)
    assert page.source() == "photo"
    assert np.array_equal(np.array(page.view.problem().inputs), pixels.transpose(2, 0, 1))


@pytest.mark.parametrize("width", [1024, 1100, 1440])
def test_nothing_in_the_bars_overlaps(numbers, qtbot, width):
    app, _, page = numbers
    app.window.resize(width, 700)
    settled(qtbot, app)
    for bar in (page.view.transport, page):
        parts = [w for w in bar.children() if isinstance(w, QWidget) and w.isVisible()]
        for one, other in itertools.combinations(parts, 2):
            assert not one.geometry().intersects(other.geometry()), (one, other)
