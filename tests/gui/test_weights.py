"""Weights as they are typed, kept, refused and written into cells that cannot grow."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from cnnstudio.commands.kernel_words import kernel_from_words
from cnnstudio.filters.kernels import weights
from cnnstudio.gui import fonts, numbers_text
from cnnstudio.gui.panels.filters.kernel_editor import KernelEditor
from cnnstudio.gui.widgets import tool_tip
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.fitted_numbers import fitted
from cnnstudio.gui.widgets.kernel_grid import KernelGrid
from tests.gui.conftest import settled


@pytest.fixture
def page(qtbot, studio):
    app = studio()
    panel = app.window.panels["filters"]
    panel.set_view("numbers")
    settled(qtbot, app)
    return app, panel.numbers_page()


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


ORDINARY = [154.67, 81.33, -0.5, 0.25, 12, 0, -999.5, 255, 3]


@pytest.mark.parametrize("width", [30, 34, 42])
def test_numbers_in_narrow_cells_are_never_cut_off(width):
    values = [*ORDINARY, 123456.789, -123456.789, 4e-7, 1e9]
    role, texts = fitted(values, width, 24, ("body", "hint", "cell-tiny"))
    for value, text in zip(values, texts, strict=True):
        assert fonts.width(role, text) <= width
        assert numbers_text.parse(text) == pytest.approx(value, rel=0.5 if abs(value) > 1e4 or abs(value) < 1 else 0.01)
        assert (numbers_text.parse(text) == 0) == (value == 0)


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
