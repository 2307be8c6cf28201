"""The kernel as an editable grid, with what is done to a whole kernel: size, turn, mirror, negate, save, load.

Works on one `Kernel` value; every edit gives a new one.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from cnnstudio.errors import StudioError
from cnnstudio.filters import Kernel, Matrix
from cnnstudio.gui.panels.filters.more_kernels import kernels_dir
from cnnstudio.gui.widgets.button import icon_button
from cnnstudio.gui.widgets.kernel_grid import KernelGrid
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.number_field import NumberField, short_number
from cnnstudio.gui.widgets.segmented import SegmentedControl
from cnnstudio.gui.widgets.tool_tip import install as install_tip
from cnnstudio.gui.widgets.tool_tip import say

GRID = 132
SIZES = (3, 5, 7, 9)
LARGEST = 31
LARGEST_FILE = 1 << 20
SUM_NOISE = 1e-7
"""Weights whose sum is smaller beside their sizes cancel out as far as float32 can tell."""
JSON_FILTER = "Kernel (*.json)"


class KernelEditor(QWidget):
    """Grid on the left, whole-kernel tools on the right.

    Signals: `changed(Kernel, final)`, `failed(text)` when a file could not be read or written.
    """

    changed = Signal(object, bool)
    failed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._kernel = Kernel()
        self._slice = 0
        self.grid = KernelGrid()
        self.grid.setFixedSize(GRID, GRID)
        self.grid.weightsChanged.connect(self._edited)
        self.grid.pasteRefused.connect(self.failed)
        self.sizes = SegmentedControl(tuple((n, str(n)) for n in SIZES), 3, name="Kernel size", stretch=True)
        self.sizes.valueChanged.connect(lambda n: self.resize_to(int(n), int(n)))
        self.rows = NumberField(3, minimum=1, maximum=LARGEST, whole=True, name="Kernel rows", width=48)
        self.columns = NumberField(3, minimum=1, maximum=LARGEST, whole=True, name="Kernel columns", width=48)
        for field in (self.rows, self.columns):
            field.valueChanged.connect(lambda _value, final: final and self._size_typed())
            field.errorChanged.connect(partial(say, field))
        self.slices = SegmentedControl(((0, "R"), (1, "G"), (2, "B")), 0, name="Kernel slice", stretch=True)
        self.slices.valueChanged.connect(self._choose_slice)
        self._sum, self._size = Label("", "body", "text1"), Label("", "body", "text1")
        self._lay_out()

    def _lay_out(self) -> None:
        tools = QHBoxLayout()
        tools.setSpacing(0)  # five buttons beside the grid: no wider than the inspector with a scroll bar
        for name, tip, act in (
            ("arrow-clockwise", "Turn by 90°", _turned),
            ("square-half", "Mirror left and right", _mirrored),
            ("plus-minus", "Change the sign of every weight", _negated),
        ):
            tools.addWidget(self._tool(name, tip, lambda act=act: self._transform(act)))
            tools.addStretch(1)  # the first and the last stand flush with the fields above
        tools.addWidget(self._tool("folder-open", "Load a kernel file", self.load))
        tools.addStretch(1)
        tools.addWidget(self._tool("floppy-disk", "Save this kernel to a file", self.save))
        sides = QHBoxLayout()
        sides.setSpacing(6)
        for field in (self.rows, self.columns):
            field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        sides.addWidget(self.rows, 1)
        sides.addWidget(Label("×", "body", "text3"))
        sides.addWidget(self.columns, 1)
        sums = QGridLayout()
        sums.setVerticalSpacing(2)
        sums.addWidget(Label("Sum", "body", "text2"), 0, 0)
        sums.addWidget(self._sum, 0, 1)
        sums.addWidget(Label("Sum of |w|", "body", "text2"), 1, 0)
        sums.addWidget(self._size, 1, 1)
        sums.setColumnStretch(0, 1)
        right = QVBoxLayout()
        right.setSpacing(6)
        right.addWidget(self.sizes)
        right.addLayout(sides)
        right.addLayout(tools)
        right.addStretch(1)
        right.addLayout(sums)
        left = QVBoxLayout()
        left.setSpacing(6)
        left.addWidget(self.grid)
        left.addWidget(self.slices)
        left.addStretch(1)
        self.slices.setFixedWidth(GRID)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 16, 8)
        row.setSpacing(12)
        row.addLayout(left)
        row.addLayout(right, 1)

    def _tool(self, name: str, tip: str, act: Callable[[], object]) -> QWidget:
        button = icon_button(name, tip, act)
        install_tip(button, tip)
        return button

    # -- the kernel --------------------------------------------------------------------------------------------
    def set_kernel(self, kernel: Kernel) -> None:
        """Show a kernel, without a report."""
        self._kernel = kernel
        slices = shown_slices(kernel)
        self._slice = min(self._slice, len(slices) - 1)
        self.slices.setVisible(len(slices) > 1)
        self.setMaximumHeight(GRID + 12 + (34 if len(slices) > 1 else 0))
        matrix = slices[self._slice]
        self.grid.set_weights(matrix)
        self.rows.set_value(len(matrix))
        self.columns.set_value(len(matrix[0]))
        self.sizes.set_value(len(matrix) if len(matrix) == len(matrix[0]) and len(matrix) in SIZES else None)
        flat = [w for s in slices for row in s for w in row]
        size = sum(abs(w) for w in flat)
        total = math.fsum(flat)
        self._sum.setText(short_number(total if abs(total) > SUM_NOISE * size else 0.0))
        self._size.setText(short_number(size))

    def resize_to(self, rows: int, columns: int) -> None:
        """Another size: presets that exist in every size are made anew, own weights are cropped or padded with 0."""
        from cnnstudio.filters import SIZED

        if self._kernel.preset in SIZED and rows == columns:
            self._report(replace(self._kernel, size=rows))
            return
        slices = tuple(_resized(s, rows, columns) for s in shown_slices(self._kernel))
        self._report(own(self._kernel, slices))

    def set_slice_count(self, count: int) -> None:
        """1 slice for all channels, or 3, one per colour."""
        slices = shown_slices(self._kernel)
        if len(slices) != count:
            self._report(own(self._kernel, (slices[0],) * count))

    def load(self) -> None:
        """Ask for a kernel file and use it; the dialog begins at the example kernels."""
        folder = kernels_dir()
        name, _ = QFileDialog.getOpenFileName(self, "Load kernel", str(folder) if folder else "", JSON_FILTER)
        if name:
            self.load_file(Path(name))

    def load_file(self, path: Path) -> None:
        """Use the kernel in a JSON file."""
        from cnnstudio.filters import kernel_from_json

        try:
            with path.open("rb") as file:
                text = file.read(LARGEST_FILE)  # a longer file is cut off, and then no JSON
            self._report(kernel_from_json(text, path.name))
        except OSError as error:
            self.failed.emit(f"{path.name} cannot be read: {error.strerror or error}. Choose another kernel file.")
        except StudioError as error:
            self.failed.emit(str(error))

    def save(self) -> None:
        """Ask for a file name and write the kernel there."""
        name, _ = QFileDialog.getSaveFileName(self, "Save kernel", "kernel.json", JSON_FILTER)
        if name:
            self.save_file(Path(name))

    def save_file(self, path: Path) -> None:
        """Write the kernel as JSON."""
        from cnnstudio.filters import kernel_to_json
        from cnnstudio.imaging.saving import write_atomically

        kernel = own(self._kernel, shown_slices(self._kernel))
        try:
            write_atomically(path, kernel_to_json(replace(kernel, name=path.stem)).encode())
        except StudioError as error:
            self.failed.emit(str(error))

    # -- edits -------------------------------------------------------------------------------------------------
    def _edited(self, weights: Matrix, final: bool) -> None:
        slices = list(shown_slices(self._kernel))
        slices[self._slice] = weights
        self._kernel = own(self._kernel, tuple(slices))
        self.changed.emit(self._kernel, final)

    def _transform(self, act: Callable[[Matrix], Matrix]) -> None:
        self._report(own(self._kernel, tuple(act(s) for s in shown_slices(self._kernel))))

    def _size_typed(self) -> None:
        self.resize_to(int(self.rows.value()), int(self.columns.value()))

    def _choose_slice(self, index: Any) -> None:
        self._slice = int(index)
        self.set_kernel(self._kernel)

    def _report(self, kernel: Kernel) -> None:
        self.set_kernel(kernel)
        self.changed.emit(kernel, True)


def shown_slices(kernel: Kernel) -> tuple[Matrix, ...]:
    """The effective weights as tuples: own weights as they were given, others as the shortest decimals that
    are the same float32, so that an edit beside them leaves them as they are.
    """
    from cnnstudio.filters import weights

    effective = weights(kernel)
    if kernel.preset == "own" and not kernel.angle and not kernel.normalise and kernel.divisor == 1:
        return kernel.slices
    return tuple(tuple(tuple(float(str(w)) for w in row) for row in part) for part in effective)


def own(kernel: Kernel, slices: tuple[Matrix, ...]) -> Kernel:
    """The kernel as own weights; what was already worked into them (angle, divisor) is taken out of the recipe."""
    name = kernel.name if kernel.preset == "own" else ""
    return Kernel(preset="own", slices=slices, name=name, offset=kernel.offset)


def _turned(m: Matrix) -> Matrix:
    return tuple(tuple(row) for row in zip(*m[::-1], strict=True))


def _mirrored(m: Matrix) -> Matrix:
    return tuple(row[::-1] for row in m)


def _negated(m: Matrix) -> Matrix:
    return tuple(tuple(-w + 0.0 for w in row) for row in m)


def _resized(m: Matrix, rows: int, columns: int) -> Matrix:
    """Crop or pad with 0 around the anchor, (f - 1)//2."""
    top, left = (rows - 1) // 2 - (len(m) - 1) // 2, (columns - 1) // 2 - (len(m[0]) - 1) // 2

    def at(r: int, c: int) -> float:
        r, c = r - top, c - left
        return m[r][c] if 0 <= r < len(m) and 0 <= c < len(m[0]) else 0.0

    return tuple(tuple(at(r, c) for c in range(columns)) for r in range(rows))
