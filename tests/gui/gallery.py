"""All widgets of the design system on one sheet, to hold beside the drawings: `gallery.py OUT.png
[dark|light] [1|2]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import QApplication, QWidget

WIDTH, HEIGHT = 1110, 912


class Sheet(QWidget):
    """Places widgets by hand; paints the panel colour behind them."""

    def put(self, widget: QWidget, x: int, y: int, width: int = 0, height: int = 0) -> QWidget:
        widget.setParent(self)
        hint = widget.sizeHint()
        widget.setGeometry(x, y, width or hint.width(), height or hint.height())
        return widget

    def paintEvent(self, event: object) -> None:
        from cnnstudio.gui.theme import tokens

        painter = QPainter(self)
        painter.fillRect(self.rect(), tokens().panel)
        painter.end()


def caption(sheet: Sheet, words: str, x: int, y: int) -> None:
    from cnnstudio.gui.widgets.label import Label

    sheet.put(Label(words, "hint", "text3"), x, y)


def buttons(sheet: Sheet) -> None:
    from cnnstudio.gui.widgets.button import Button, icon_button

    caption(sheet, "Buttons", 24, 56)
    x = 24
    for one in (Button("Save", "accent"), Button("Copy"), Button("Cancel", "ghost")):
        x += sheet.put(one, x, 76).width() + 8
    x += sheet.put(icon_button("copy", "Copy"), x, 76).width() + 8
    sheet.put(icon_button("dots-three-bold", "More", kind="ghost"), x, 76)
    x = 24
    down, focus, off = Button("Pressed"), Button("Focus"), Button("Disabled")
    down.setDown(True)
    off.setEnabled(False)
    for one in (Button("Hover"), down, focus, off):
        x += sheet.put(one, x, 112).width() + 10
    sheet.focus_button = focus  # type: ignore[attr-defined]
    caption(sheet, "With icons; header height; small", 24, 150)
    x = 24
    for one in (
        Button("Save", "accent", icon="floppy-disk", height=32),
        Button("Send to shelf", icon="stack", height=32),
        Button("Fit", height=20),
        Button("", icon="text:Σ", name="Sum"),
        Button("On", checkable=True),
    ):
        one.setChecked(one.isCheckable())
        x += sheet.put(one, x, 168 if one.height() != 20 else 170).width() + 8


def inspector(sheet: Sheet) -> None:
    from cnnstudio.gui.widgets.choice_row import ChoiceRow
    from cnnstudio.gui.widgets.formula_box import FormulaBox
    from cnnstudio.gui.widgets.group import Group
    from cnnstudio.gui.widgets.kernel_grid import KernelGrid
    from cnnstudio.gui.widgets.legend import Legend
    from cnnstudio.gui.widgets.slider_row import SliderRow
    from cnnstudio.gui.widgets.switch_row import SwitchRow

    kernel = Group("Kernel", summary="3 × 3")
    kernel.set_changed(True)
    grid = KernelGrid(((1, 0, -1), (2, 0, -2), (1, 0, -1)))
    grid.setFixedSize(136, 112)
    kernel.add(
        ChoiceRow("Preset", [("s", "Sobel, left to right"), ("b", "Box")] + [(i, "x") for i in range(4)], "s")
    )
    kernel.add(grid, margin=True)
    layer = Group("Convolution")
    layer.add(ChoiceRow("Padding", [(w, w) for w in ("Valid", "Same", "Full", "Custom")], "Same"))
    layer.add(
        ChoiceRow(
            "Border", [(w, w) for w in ("Repeat edge", "Mirror", "Zeros", "Wrap around", "x")], "Repeat edge"
        )
    )
    layer.add(SliderRow("Stride", 1, 1, 16, 1, whole=True))
    layer.add(SliderRow("Bias", 0.0, -1, 1, 0.1))
    layer.add(SliderRow("Gamma", 0.7, 0, 2, 0.05, default=1.0))
    wrong = SliderRow("Score", 0.3, 0, 1, 0.05)
    wrong.field.setText("−1")
    wrong.field.textEdited.emit("−1")
    layer.add(wrong)
    off = SliderRow("Dilation", 1, 1, 16, 1, whole=True)
    off.setEnabled(False)
    layer.add(off)
    layer.add(SliderRow("Size", 512, 1, 1024, 1, default=256, unit="px", whole=True))
    layer.add(SwitchRow("Flip kernel", False, states=("off: cross-correlation", "on: convolution")))
    layer.add(SwitchRow("Colour cells by sign", True))
    box = FormulaBox()
    box.set_lines("floor((n + 2p - k)/s) + 1", "floor((512 + 2·1 - 3)/1) + 1", result="512")
    layer.add(box, margin=True)
    display = Group("Display")
    display.add(ChoiceRow("Show", [(w, w) for w in ("Signed", "Absolute", "Clipped")], "Signed"))
    display.add(Legend("diverging", -300, 300), margin=True)
    folded = Group("After", summary="±300")
    folded.set_open(False)
    y = 8
    for group in (kernel, layer, display, folded):
        y += sheet.put(group, 740, y, 340).height()


def left(sheet: Sheet) -> None:
    from cnnstudio.gui.theme import CLASS_COLOURS
    from cnnstudio.gui.widgets.chip import Chip
    from cnnstudio.gui.widgets.histogram import Histogram
    from cnnstudio.gui.widgets.kernel_grid import KernelGrid
    from cnnstudio.gui.widgets.menu_field import MenuField
    from cnnstudio.gui.widgets.number_field import NumberField
    from cnnstudio.gui.widgets.progress_line import ProgressLine
    from cnnstudio.gui.widgets.segmented import SegmentedControl
    from cnnstudio.gui.widgets.switch_row import Switch

    caption(sheet, "Segmented", 24, 210)
    sheet.put(SegmentedControl([(w, w) for w in ("Valid", "Same", "Full")], "Same"), 24, 230)
    sheet.put(SegmentedControl([(i, str(i)) for i in (3, 5, 7, 9)], 3), 210, 230)
    caption(sheet, "Numeric field, menu field, switch", 24, 268)
    sheet.put(NumberField(512, unit="px", whole=True), 24, 290, 64)
    bad = NumberField(-1, minimum=0)
    bad.textEdited.emit("-1")
    sheet.put(bad, 96, 290, 64)
    sheet.put(MenuField([(1, "Repeat edge")], 1), 170, 288, 124)
    sheet.put(Switch(True), 304, 290)
    sheet.put(Switch(False), 340, 290)
    caption(sheet, "Chips", 24, 326)
    x = 24
    for one in (
        Chip("CPU · 2 threads", icon="cpu"),
        Chip("person 3", colour=CLASS_COLOURS[2]),
        Chip("Ctrl K", kind="key"),
    ):
        x += sheet.put(one, x, 346).width() + 8
    caption(sheet, "Progress", 24, 376)
    lines = [ProgressLine(), ProgressLine(), ProgressLine()]
    lines[0].set_fraction(0.38)
    lines[1].set_unknown()
    lines[2].set_failed(0.64)
    for i, one in enumerate(lines):
        sheet.put(one, 24, 400 + 16 * i, 110)
    caption(sheet, "Histogram", 24, 448)
    chart = Histogram()
    chart.set_counts([round(3000 / (1 + abs(i - 12)) ** 1.7) + 8 for i in range(25)], -400, 400)
    sheet.put(chart, 24, 468, 308)
    caption(sheet, "Kernel grids: 1 × 4, 7 × 7, 15 × 15, 31 × 31", 24, 560)
    for i, (rows, columns) in enumerate(((1, 4), (7, 7), (15, 15), (31, 31))):
        weights = [
            [round((r - rows // 2) * 2 - (c - columns // 2), 2) for c in range(columns)] for r in range(rows)
        ]
        sheet.put(KernelGrid(weights), 24 + 172 * (i % 2), 582 + 162 * (i // 2), 160, 150 if rows > 1 else 36)


def right(sheet: Sheet) -> None:
    from cnnstudio.gui.widgets.button import Button
    from cnnstudio.gui.widgets.empty_state import EmptyState
    from cnnstudio.gui.widgets.legend import Legend
    from cnnstudio.gui.widgets.menu import SHADOW, Menu
    from cnnstudio.gui.widgets.message_bar import MessageBar
    from cnnstudio.gui.widgets.tool_tip import Tip, TipPopup

    caption(sheet, "Messages", 376, 56)
    y = 76
    for kind, words, action in (
        ("info", "Two networks can be updated.", "Show"),
        ("warning", "Picture reduced to 4096 px.", "Undo"),
        ("error", "Not enough memory: 9 GB needed, 6 GB free.", "Use CPU"),
    ):
        bar = MessageBar()
        bar.show_message(kind, words, action)  # type: ignore[arg-type]
        y += sheet.put(bar, 376, y, 320, bar.heightForWidth(320)).height() + 8
    caption(sheet, "Tool tips", 376, y + 4)
    y += 26
    tip = TipPopup(Tip("Send to shelf", shortcut="Ctrl D"), parent=sheet)
    sheet.put(tip, 376 - tip.margin(), y - tip.margin())
    y += 44
    long = TipPopup(
        Tip(
            "Padding",
            "Adds p rows and columns around the picture before the kernel runs. Same keeps the size.",
            "out = floor((n + 2p - k)/s) + 1",
        ),
        parent=sheet,
    )
    sheet.put(long, 376 - long.margin(), y - long.margin())
    y += long.height() - 2 * long.margin() + 16
    caption(sheet, "Menu", 376, y)
    menu = Menu()
    menu.add("Copy picture", icon="copy", shortcut="Ctrl+C")
    menu.setActiveAction(menu.add("Send to shelf", icon="stack", shortcut="Ctrl+D"))
    menu.add("Show in folder", icon="folder-open")
    menu.addSeparator()
    menu.add("Remove from shelf", icon="trash", shortcut="Del")
    menu.setWindowFlags(Qt.WindowType.Widget)
    sheet.put(menu, 376 - SHADOW, y + 20 - SHADOW)
    y += menu.height() - 2 * SHADOW + 36
    caption(sheet, "Legends", 376, y)
    sheet.put(Legend("diverging", -300, 300), 376, y + 20, 320)
    sheet.put(Legend("sequential", 0, 1, words="map peak"), 376, y + 58, 320)
    y += 104
    empty = EmptyState(
        "Drop a picture here",
        "PNG, JPEG, TIFF or WebP. Nothing leaves this computer.",
        icon="image",
        buttons=(
            Button("Open…", "accent", icon="folder-open", height=32),
            Button("Paste", icon="clipboard", height=32),
        ),
    )
    sheet.put(empty, 376, y, 340, 240)


def build() -> Sheet:
    from cnnstudio.gui.widgets.label import Label

    sheet = Sheet()
    sheet.resize(WIDTH, HEIGHT)
    sheet.put(Label("Controls", "title", "text1"), 24, 20)
    for part in (buttons, left, right, inspector):
        part(sheet)
    return sheet


def render(sheet: QWidget, scale: float) -> QImage:
    """The sheet at a device pixel ratio."""
    image = QImage(QSize(WIDTH, HEIGHT) * scale, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    sheet.render(image, QPoint(), QRect(0, 0, WIDTH, HEIGHT))
    return image


def main(arguments: list[str]) -> None:
    from cnnstudio.gui.theme import theme
    from cnnstudio.gui.widgets.focus_ring import show_ring

    app = QApplication.instance() or QApplication(arguments[:1])
    theme().set_mode(arguments[2] if len(arguments) > 2 else "dark")  # type: ignore[arg-type]
    theme().apply()
    sheet = build()
    sheet.show()
    show_ring(sheet.focus_button, 6)  # type: ignore[attr-defined]
    app.processEvents()
    render(sheet, float(arguments[3]) if len(arguments) > 3 else 1.0).save(arguments[1])


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main(sys.argv)
