"""The widgets of the design system, driven as a person drives them."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from cnnstudio.errors import UsageError
from cnnstudio.gui.theme import CLASS_COLOURS, between, cell_colour, contrast, theme, tokens
from cnnstudio.gui.widgets import focus_ring, message_bar, tool_tip
from cnnstudio.gui.widgets.button import Button, icon_button
from cnnstudio.gui.widgets.command_palette import CommandPalette
from cnnstudio.gui.widgets.empty_state import EmptyState
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.fuzzy import score
from cnnstudio.gui.widgets.group import Group
from cnnstudio.gui.widgets.histogram import Histogram
from cnnstudio.gui.widgets.kernel_grid import KernelGrid
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.legend import Legend
from cnnstudio.gui.widgets.menu_field import MenuField
from cnnstudio.gui.widgets.message_bar import Message, MessageBar
from cnnstudio.gui.widgets.progress_line import ProgressLine
from cnnstudio.gui.widgets.segmented import SegmentedControl
from cnnstudio.gui.widgets.slider_row import SliderRow
from cnnstudio.gui.widgets.table_text import read_table, write_table

LEFT = Qt.MouseButton.LeftButton
SOBEL = ((1.0, 0.0, -1.0), (2.0, 0.0, -2.0), (1.0, 0.0, -1.0))


def collect(signal) -> list:
    out: list = []
    signal.connect(lambda *values: out.append(values if len(values) > 1 else values[0]))
    return out


def collect_nothing(signal) -> list[int]:
    out: list[int] = []
    signal.connect(lambda: out.append(1))
    return out


@pytest.fixture
def grid(shown):
    made = KernelGrid(SOBEL)
    made.setFixedSize(136, 112)
    shown(made)
    return made


def middle(grid: KernelGrid, row: int, column: int) -> QPoint:
    return grid.cell_rect(row, column).center()


def test_click_a_cell_and_type(grid):
    heard = collect(grid.weightsChanged)
    QTest.mouseClick(grid, LEFT, pos=middle(grid, 1, 1))
    editor = grid.editor()
    QTest.keyClicks(editor, "-2,5")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    assert heard == [(((1, 0, -1), (2, -2.5, -2), (1, 0, -1)), True)]
    assert grid.editor() is None
    assert grid.cell() == (2, 1)
    assert grid.hasFocus()


def test_escape_and_nonsense_leave_the_weight(grid):
    heard = collect(grid.weightsChanged)
    for keys, end in (("9", Qt.Key.Key_Escape), ("abc", Qt.Key.Key_Escape)):
        QTest.mouseClick(grid, LEFT, pos=middle(grid, 0, 0))
        QTest.keyClicks(grid.editor(), keys)
        QTest.keyClick(grid.editor(), end)
    assert heard == []
    assert grid.weights() == SOBEL


def test_keys_move_type_and_clear(grid):
    heard = collect(grid.weightsChanged)
    grid.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(grid, key)
    assert grid.cell() == (2, 1)
    QTest.keyClicks(grid, "7")
    QTest.keyClick(grid.editor(), Qt.Key.Key_Tab)
    assert grid.cell() == (2, 2)
    QTest.keyClick(grid, Qt.Key.Key_Delete)
    assert heard[-1] == (((1, 0, -1), (2, 0, -2), (1, 7, 0)), True)


def test_dragging_a_cell_reports_live_then_final(grid):
    heard = collect(grid.weightsChanged)
    start = middle(grid, 0, 1)
    QTest.mousePress(grid, LEFT, pos=start)
    for dy in (7, 13, 19):
        QTest.mouseMove(grid, start - QPoint(0, dy))
    QTest.mouseRelease(grid, LEFT, pos=start - QPoint(0, 19))
    assert [final for _, final in heard] == [False, False, False, True]
    assert heard[-1][0][0] == (1, 3, -1)
    assert grid.editor() is None


def test_a_table_from_a_spreadsheet_becomes_the_kernel(grid):
    heard, refused = collect(grid.weightsChanged), collect(grid.pasteRefused)
    grid.setFocus()
    QGuiApplication.clipboard().setText("0\t−1\n0,5\t1/4\n")
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert heard == [(((0, -1), (0.5, 0.25)), True)]
    QGuiApplication.clipboard().setText("1\t2\n3\n")
    QTest.keyClick(grid, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert refused == ["Row 2 of the pasted table has 1 cells, row 1 has 2."]
    QTest.keyClick(grid, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == "0\t-1\n0.5\t0.25"


@pytest.mark.parametrize("shape", [(1, 1), (1, 4), (2, 2), (7, 7), (15, 15), (31, 31)])
def test_cells_tile_the_grid_and_are_found_again(shape, qtbot):
    grid = KernelGrid([[0.0] * shape[1] for _ in range(shape[0])])
    qtbot.addWidget(grid)
    grid.resize(136, 112)
    for r in range(shape[0]):
        for c in range(shape[1]):
            assert grid.rect().contains(grid.cell_rect(r, c))
            assert grid.cell_at(middle(grid, r, c)) == (r, c)


def test_numbers_show_while_they_fit(qtbot):
    grid = KernelGrid(SOBEL)
    qtbot.addWidget(grid)
    grid.resize(136, 112)
    assert grid.number_role() == "cell-editor"
    grid.set_weights([[0.0] * 31 for _ in range(31)])
    assert grid.number_role() is None


def test_large_kernels_tell_a_value_in_a_tip(shown, qtbot):
    grid = KernelGrid([[r - c for c in range(31)] for r in range(31)])
    grid.setFixedSize(136, 136)
    shown(grid)
    QTest.mouseMove(grid, middle(grid, 2, 5))
    qtbot.waitUntil(lambda: tool_tip.visible_tip() is not None)
    assert tool_tip.visible_tip().tip.title == "Row 3, column 6: −3"
    tool_tip.hide()


def test_tables_are_read_from_many_forms():
    expected = ((1.0, 0.0, -1.0), (1.0, 0.0, -1.0))
    for text in (
        "1 0 -1\n1 0 -1",
        "1,0,-1\n1,0,-1",
        "[[1, 0, -1],\n [1, 0, -1]]",
        "1;0;-1\n1;0;-1",
        write_table(expected),
    ):
        assert read_table(text) == expected
    for bad in ("", "a\tb", "1 2\n3", "\n".join(["1"] * 32)):
        with pytest.raises(UsageError):
            read_table(bad)


def test_signed_cells_are_neutral_at_zero_and_readable():
    for mode in ("dark", "light"):
        theme().set_mode(mode)
        zero, plus, minus = (cell_colour(v, 2.0) for v in (0.0, 2.0, -2.0))
        assert zero.red() == zero.green() == zero.blue()
        assert plus.red() > plus.blue()
        assert minus.blue() > minus.red()
    theme().set_mode("dark")


def test_segments_by_mouse_and_keys(shown):
    control = SegmentedControl([("v", "Valid"), ("s", "Same"), ("f", "Full")], "s", name="Padding")
    shown(control)
    heard = collect(control.valueChanged)
    QTest.mouseClick(control, LEFT, pos=control.segment_rects()[2].center().toPoint())
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Left, Qt.Key.Key_Home, Qt.Key.Key_F):
        QTest.keyClick(control, key)
    assert heard == ["f", "s", "v", "f"]
    control.set_value("s")
    assert len(heard) == 4
    with pytest.raises(ValueError, match="tuple"):
        control.set_value("x")


def test_four_segments_fit_the_inspector():
    control = SegmentedControl([(w, w) for w in ("Valid", "Same", "Full", "Custom")], "Same")
    assert control.sizeHint().width() <= 308


def test_menu_field_opens_and_chooses(shown, qtbot):
    one = MenuField([(i, f"Choice {i}") for i in range(6)], 2, name="Border")
    shown(one)
    heard = collect(one.valueChanged)
    QTest.mouseClick(one, LEFT)
    menu = one.menu()
    assert menu.isVisible()
    assert [a.text() for a in menu.actions() if a.isChecked()] == ["Choice 2"]
    QTest.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[4]).center())
    assert heard == [4]
    qtbot.waitUntil(lambda: one.menu() is None)
    QTest.keyClick(one, Qt.Key.Key_Up)
    assert heard == [4, 3]


def test_buttons_press_by_mouse_and_space_and_say_their_name(shown):
    pressed: list[str] = []
    save = Button("Save", "accent", icon="floppy-disk", on_click=lambda: pressed.append("save"))
    copy = icon_button("copy", "Copy picture", lambda: pressed.append("copy"))
    shown(save, copy)
    QTest.mouseClick(save, LEFT)
    QTest.keyClick(copy, Qt.Key.Key_Space)
    assert pressed == ["save", "copy"]
    assert copy.accessibleName() == "Copy picture"
    wide = save.sizeHint().width()
    save.set_compact(True)
    assert save.sizeHint().width() < wide
    assert min(copy.sizeHint().width(), copy.sizeHint().height()) >= 24


def test_the_ring_comes_by_keyboard_only(shown, qtbot):
    first, second = Button("First"), Button("Second")
    window = shown(first, second)
    QTest.mouseClick(first, LEFT)
    first.setFocus(Qt.FocusReason.MouseFocusReason)
    assert focus_ring.ring_target() is None
    QTest.keyClick(window, Qt.Key.Key_Tab)
    assert focus_ring.ring_target() is second
    window.setFocus()
    assert focus_ring.ring_target() is None


def test_groups_fold_at_once_when_motion_is_reduced(shown, still):
    group = Group("Kernel", summary="3 × 3")
    body = group.add(Label("Inside"), margin=True)
    shown(group)
    heard = collect(group.toggled)
    QTest.mouseClick(group.header, LEFT)
    assert not body.isVisible()
    QTest.keyClick(group.header, Qt.Key.Key_Right)
    assert body.isVisible()
    assert heard == [False, True]


def test_groups_fold_with_motion(shown, qtbot):
    group = Group("Kernel")
    body = group.add(Label("Inside"), margin=True)
    shown(group)
    QTest.keyClick(group.header, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not body.isVisible(), timeout=2000)
    assert group.height() < 60


def test_newest_message_replaces_and_equal_ones_do_not_repeat(shown):
    bar = MessageBar()
    shown(bar)
    acted: list[int] = []
    gone = collect_nothing(bar.closed)
    bar.show_message(
        "error", "cat.png is cut short: 3 of 9 kB. Copy it again.", "Retry", lambda: acted.append(1)
    )
    for _ in range(3):
        bar.show_message(
            "error", "cat.png is cut short: 3 of 9 kB. Copy it again.", "Retry", lambda: acted.append(2)
        )
    assert bar.message() == Message("error", "cat.png is cut short: 3 of 9 kB. Copy it again.", "Retry")
    [retry] = [b for b in bar.findChildren(Button) if b.text() == "Retry"]
    QTest.mouseClick(retry, LEFT)
    assert acted == [2]
    assert bar.message() is None
    assert not bar.isVisible()
    assert gone == [1]


def test_info_leaves_and_errors_stay(shown, qtbot, monkeypatch):
    monkeypatch.setattr(message_bar, "INFO_MS", 30)
    info, error = MessageBar(), MessageBar()
    shown(info, error)
    error.show_message("error", "Not enough memory.")
    with qtbot.waitSignal(info.closed, timeout=2000):
        info.show_message("info", "Two networks can be updated.")
    assert error.message() is not None


def test_long_messages_get_a_second_line(shown):
    bar = MessageBar()
    shown(bar)
    bar.show_message("warning", "Short.")
    assert bar.heightForWidth(320) == 36
    bar.show_message("warning", "Not enough memory on the device: 9 GB needed, 6 GB free.", "Use CPU")
    assert bar.heightForWidth(320) > 36


def test_tips_wait_then_show_formula(shown, qtbot, monkeypatch):
    monkeypatch.setattr(tool_tip, "AGAIN_MS", 0)
    button = Button("Padding")
    tool_tip.install(button, "Padding", "Adds rows.", "out = floor((n + 2p - k)/s) + 1", "Ctrl+P")
    window = shown(button)
    QTest.mouseMove(window, QPoint(2, 300))
    QTest.mouseMove(button, QPoint(5, 5))
    assert tool_tip.visible_tip() is None
    qtbot.waitUntil(lambda: tool_tip.visible_tip() is not None, timeout=3000)
    popup = tool_tip.visible_tip()
    assert popup.tip == tool_tip.Tip("Padding", "Adds rows.", "out = floor((n + 2p - k)/s) + 1", "Ctrl P")
    assert popup.width() - 2 * popup.margin() <= tool_tip.WIDEST
    QTest.mouseClick(button, LEFT)
    assert tool_tip.visible_tip() is None
    assert button.accessibleDescription() == "Adds rows."


def test_the_next_tip_comes_at_once(shown, qtbot, monkeypatch):
    monkeypatch.setattr(tool_tip, "AGAIN_MS", 60_000)
    monkeypatch.setattr(tool_tip, "WAIT_MS", 60_000)
    button = Button("Copy")
    tool_tip.install(button, "Copy picture", shortcut="Ctrl+C")
    shown(button)
    tool_tip.show_at(tool_tip.Tip("Before"), button.rect())
    tool_tip.hide()
    QTest.mouseMove(button, QPoint(5, 5))
    qtbot.waitUntil(lambda: tool_tip.visible_tip() is not None, timeout=2000)
    assert tool_tip.visible_tip().tip.title == "Copy picture"
    tool_tip.hide()


def test_a_press_on_a_child_takes_the_tip_away(shown, qtbot, monkeypatch):
    monkeypatch.setattr(tool_tip, "WAIT_MS", 0)
    row = SliderRow("Bias", 0.0, -1.0, 1.0, 0.1)
    tool_tip.install(row, "Bias", "Added to every output value.")
    shown(row)
    QTest.mouseMove(row.slider, QPoint(20, 12))
    qtbot.waitUntil(lambda: tool_tip.visible_tip() is not None, timeout=2000)
    QTest.mousePress(row.slider, LEFT, pos=QPoint(20, 12))
    assert tool_tip.visible_tip() is None
    QTest.mouseRelease(row.slider, LEFT, pos=QPoint(20, 12))


@dataclass
class Entry:
    title: str
    shortcut: str = ""
    enabled: bool = True
    ran: list = field(default_factory=list)

    def callback(self) -> None:
        self.ran.append(self.title)


def test_palette_finds_runs_and_gives_focus_back(shown, qtbot):
    button = Button("Anything")
    window = shown(button, width=700)
    palette = CommandPalette(window)
    entries = [
        Entry("Save picture", "Ctrl+S"),
        Entry("Send to shelf", "Ctrl+D"),
        Entry("Show code"),
        Entry("Reset zoom", enabled=False),
    ]
    button.setFocus()
    palette.open(entries)
    assert palette.titles() == ["Save picture", "Send to shelf", "Show code"]
    QTest.keyClicks(palette.search, "shlf")
    assert palette.titles() == ["Send to shelf"]
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    assert entries[1].ran == ["Send to shelf"]
    assert not palette.isVisible()
    assert button.hasFocus()
    palette.open(entries)
    QTest.keyClick(palette.search, Qt.Key.Key_Down)
    assert palette.current() is entries[1]
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    assert not palette.isVisible()
    palette.open(entries)
    QTest.mouseClick(palette, LEFT, pos=palette.row_rect(2).center().toPoint())
    assert entries[2].ran == ["Show code"]


def test_fuzzy_prefers_starts_and_runs():
    assert score("xyz", "Save picture") is None
    assert score("save", "Save picture") > score("save", "Unsaved vectors")
    assert score("sp", "Save picture") > score("sp", "Display")
    assert score("picture save", "Save picture") is not None


def test_empty_state_takes_a_drop(shown):
    empty = EmptyState("Drop a picture here", "PNG or JPEG.", buttons=(Button("Open…", "accent"),))
    window = shown(empty, width=700)
    heard: list[list[QUrl]] = []
    empty.dropped.connect(lambda mime: heard.append(mime.urls()))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile("/cat.png")])
    drop = QDropEvent(QPointF(9, 9), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier)
    enter = QDragEnterEvent(
        QPoint(9, 9), Qt.DropAction.CopyAction, mime, LEFT, Qt.KeyboardModifier.NoModifier
    )
    QGuiApplication.sendEvent(empty, enter)
    QGuiApplication.sendEvent(empty, drop)
    assert heard == [[QUrl.fromLocalFile("/cat.png")]]
    assert window.isVisible()


def test_histogram_bars_grow_with_counts_and_stay_inside(shown):
    chart = Histogram()
    shown(chart)
    chart.set_counts([0, 1, 10, 1000, 10, 1, 0], -300, 300)
    heights = [bar.height() for bar in chart.bar_rects()]
    assert heights[:4] == sorted(heights[:4])
    assert heights[0] == 0
    assert all(chart.rect().toRectF().contains(bar) for bar in chart.bar_rects() if bar.height())


def test_texts_of_legend_formula_and_progress(qtbot):
    legend = Legend("diverging", -300, 300)
    box = FormulaBox()
    line = ProgressLine()
    for widget in (legend, box, line):
        qtbot.addWidget(widget)
    assert legend.ends() == ("−300", "+300")
    box.set_lines("floor((n + 2p - f)/s) + 1", "floor((512 + 2 - 3)/1) + 1", result="512")
    assert box.accessibleDescription().endswith("= 512")
    line.set_failed(0.64)
    assert line.accessibleDescription() == "Stopped at 64\u00a0%"


def test_label_and_palette_follow_the_theme(shown):
    label = Label("Text", colour="text2")
    window = shown(label)
    dark = label.palette().windowText().color()
    theme().set_mode("light")
    assert label.palette().windowText().color() == tokens().text2 != dark
    assert window.palette().window().color() == tokens().bg
    theme().set_mode("dark")


def test_class_colours_stay_readable_under_label_text():
    from PySide6.QtGui import QColor

    assert all(contrast(QColor(c), QColor("#0A0A0A")) >= 4.5 for c in CLASS_COLOURS)
    assert between(((0.0, "#000000"), (1.0, "#FFFFFF")), 0.5).name() == "#808080"


def test_the_gallery_paints_in_both_themes(qtbot):
    import importlib.util
    from pathlib import Path

    spec = importlib.util.spec_from_file_location("gallery", Path(__file__).with_name("gallery.py"))
    gallery = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(gallery)
    pictures = []
    for mode in ("dark", "light"):
        theme().set_mode(mode)
        sheet = gallery.build()
        qtbot.addWidget(sheet)
        pictures.append(gallery.render(sheet, 1.0))
    theme().set_mode("dark")
    assert pictures[0].pixelColor(2, 2).name() == "#1f1f1f"
    assert pictures[1].pixelColor(2, 2).name() == "#f1f1f1"
    assert isinstance(sheet, QWidget)
