"""The filter panel's controls: one form per settings class, with the kernel grid, formula and legend between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.errors import StudioError
from cnnstudio.filters import FilterSettings, Kernel
from cnnstudio.gui.numbers_text import number
from cnnstudio.gui.panels.filters.changes import preset_in_place, with_filter
from cnnstudio.gui.panels.filters.filter_tabs import MOST_FILTERS, FilterTabs
from cnnstudio.gui.panels.filters.kernel_editor import KernelEditor, own, shown_slices
from cnnstudio.gui.panels.filters.more_kernels import PresetWithMore
from cnnstudio.gui.panels.filters.words import MODES, map_names, short_name
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.choice_row import ChoiceRow
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.legend import Legend
from cnnstudio.gui.widgets.settings_form import SettingsForm
from cnnstudio.gui.widgets.slider_row import SliderRow
from cnnstudio.gui.widgets.switch_row import SwitchRow
from cnnstudio.gui.widgets.tool_tip import install as install_tip

if TYPE_CHECKING:
    from cnnstudio.filters import Side

SLICES_HELP = (
    "One kernel serves every channel, or each channel has its own: Volume adds the three results, Depthwise keeps "
    "them apart. Each alone and Luminance use the first slice."
)
NEEDS = {
    "sigma": ("gaussian", "log", "gabor"), "wavelength": ("gabor",), "aspect": ("gabor",), "phase": ("gabor",),
}  # fmt: skip


class Inspector(QWidget):
    """All controls of the filter panel.

    Signals: `changed(FilterSettings, final)`, `shown_changed(map index or None)`, `index_changed(selected filter)`,
    `coverage_changed(bool)`, `said(error text)`.
    """

    changed = Signal(object, bool)
    shown_changed = Signal(object)
    coverage_changed = Signal(bool)
    index_changed = Signal(int)
    said = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._settings = FilterSettings()
        self._index = 0
        self._context: tuple[Any, ...] = ()
        self._map_choices: tuple[tuple[int | None, str], ...] = ()
        self.kernel_form = SettingsForm(Kernel)
        self.kernel_form.group("Scale").set_open(False)
        self.layer_form = SettingsForm(FilterSettings, ("Convolution", "After", "Display"))
        self.kernel_form.changed.connect(self._kernel_changed)
        self.layer_form.changed.connect(self._layer_changed)
        self.editor = KernelEditor()
        self.editor.changed.connect(self._replace_kernel)
        self.editor.failed.connect(self.said)
        self.tabs = FilterTabs()
        self.tabs.chosen.connect(self._choose)
        self.tabs.add_asked.connect(self._add)
        self.tabs.remove_asked.connect(self._remove)
        self.formula = FormulaBox()
        self.pool_formula = FormulaBox()
        self.coverage = SwitchRow("Coverage", False, states=("windows per pixel", "windows per pixel"))
        self.coverage.changed.connect(lambda on, _final: self.coverage_changed.emit(on))
        self.legend = Legend()
        self.slices = ChoiceRow("Slices", ((1, "One kernel"), (3, "One per channel")), 1)
        install_tip(self.slices, "Slices", SLICES_HELP, "z = Σc w[c] * x[c] + b")
        self.slices.changed.connect(lambda count, _final: self.editor.set_slice_count(int(count)))
        self.preset = PresetWithMore(self.kernel_form.row("preset"))
        self.preset.file_chosen.connect(self.editor.load_file)
        self._write_auto()
        self.map_row = ChoiceRow("Map", ((None, "Mean of maps"),), None)
        self._lay_out()

    def _lay_out(self) -> None:
        kernel = self.kernel_form.group("Kernel")
        kernel.insert(0, self.tabs)
        kernel.insert(1, self.preset)
        kernel.insert(2, self.editor)
        kernel.insert(3, self.slices)
        convolution = self.layer_form.group("Convolution")
        convolution.add(self.formula, margin=True)
        convolution.add(self.coverage)
        self.layer_form.group("After").add(self.pool_formula, margin=True)
        self._display = self.layer_form.group("Display")
        self._display.insert(0, self.map_row)
        self._display.add(self.legend, margin=True)
        inner = Surface("panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.kernel_form)
        column.addWidget(self.layer_form)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        foot = Surface("panel", "top")
        foot.setFixedHeight(32)
        hint = QHBoxLayout(foot)
        hint.setContentsMargins(16, 0, 16, 0)
        hint.addWidget(Label("Double-click a label to reset its value", "hint", "text3"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(foot)

    def _write_auto(self) -> None:
        """A range of 0 is chosen from the kernel: the field says so, the legend says which."""
        row = self.layer_form.row("range")
        assert isinstance(row, SliderRow)
        plain = row.field.text_of
        row.field.text_of = lambda value: "auto" if value == 0 else plain(value)  # type: ignore[method-assign]
        row.field.set_value(row.field.value())

    # -- showing -----------------------------------------------------------------------------------------------
    def set_settings(self, settings: FilterSettings) -> None:
        """Show settings without a report."""
        self._settings = settings
        index = min(self._index, len(settings.filters) - 1)
        if index != self._index:
            self._index = index
            self.index_changed.emit(index)
        kernel = settings.filters[self._index]
        self.tabs.set_filters(tuple(short_name(k) for k in settings.filters), self._index)
        self.kernel_form.set_settings(kernel)
        self.kernel_form.row("divisor").set_problem("")
        self.layer_form.set_settings(settings)
        self._show_kernel(kernel)
        for name, visible in (
            ("pad", settings.padding == "custom"), ("pool_size", settings.pool != "none"),
            ("pool_stride", settings.pool != "none"),
        ):  # fmt: skip
            self.layer_form.set_visible(name, visible)
        _holder(self.pool_formula).setVisible(settings.pool != "none")
        self._show_display()

    def _show_kernel(self, kernel: Kernel) -> None:
        for name, presets in NEEDS.items():
            self.kernel_form.set_visible(name, kernel.preset in presets)
        self.kernel_form.set_visible("size", False)
        count = len(kernel.slices) if kernel.preset == "own" else 1
        self.slices.set_value(count)
        self.slices.setVisible(count > 1 or self._settings.channels in ("volume", "depthwise"))
        try:
            self.editor.set_kernel(kernel)
        except StudioError as error:
            self.said.emit(str(error))
        size = (self.editor.rows.value(), self.editor.columns.value())
        self.kernel_form.group("Kernel").set_summary(f"{size[0]:.0f} × {size[1]:.0f}")

    def _show_display(self) -> None:
        """Which of Show's controls matter, and what the automatic choice came to."""
        from cnnstudio.filters import display_range, shown_mode

        try:
            limit, mode = display_range(self._settings), shown_mode(self._settings)
            automatic = shown_mode(replace(self._settings, mode="auto"))
        except StudioError:
            return
        self.legend.set_range(-limit, limit)
        self.layer_form.set_visible("range", mode != "clip")
        _holder(self.legend).setVisible(mode == "signed")
        row = self.layer_form.row("mode")
        assert isinstance(row, ChoiceRow)
        row.rename("auto", f"Automatic ({MODES[automatic]})")

    def set_context(self, channels: int, size: tuple[int, int] | None, shown: int | None) -> None:
        """The picture the settings meet: its channels, its size (rows, columns), and the map that is shown."""
        context = (self._settings, channels, size, shown)
        if context == self._context:
            return
        self._context = context
        from cnnstudio.filters import map_count

        try:
            self._show_formulas(*(size or (6, 6)))
            count = map_count(self._settings, channels)
        except StudioError as error:
            self.formula.set_lines(str(error))
            count = 1
        names = map_names(self._settings, channels)
        choices = ((None, "Mean of maps"), *((i, names[i]) for i in range(count if count > 1 else 0)))
        self._offer_maps(choices, shown if shown is not None and shown < count else None)

    def _show_formulas(self, height: int, width: int) -> None:
        """What the sides of the picture come to; in the colour of errors where that is no picture."""
        from cnnstudio.filters import pool_lines, sides, size_lines

        down, across = sides(self._settings, height, width)
        fits = min(down.convolved, across.convolved) >= 1
        pooled = self._settings.pool != "none" and fits
        after = f"then pooling: {max(across.out, 0)} × {max(down.out, 0)}" if pooled else ""
        self.formula.set_lines(
            *size_lines(self._settings, height, width), after, _unused_words(down, across) if fits else "",
            wrong=not fits,
        )  # fmt: skip
        self.coverage.set_states("windows per pixel", _coverage_words(down, across) if fits else "no window fits")
        self.pool_formula.set_lines(
            *pool_lines(self._settings, height, width), wrong=min(down.out, across.out) < 1
        )

    def _offer_maps(self, choices: tuple[tuple[int | None, str], ...], shown: int | None) -> None:
        """Which map is shown; the row is made anew only when there are other maps to choose from."""
        if choices != self._map_choices:
            self._map_choices = choices
            self.map_row.hide()
            self.map_row.deleteLater()
            self.map_row = ChoiceRow("Map", choices, shown)
            self.map_row.changed.connect(lambda value, _final: self.shown_changed.emit(value))
            self._display.insert(0, self.map_row)
            self.map_row.setVisible(len(choices) > 1)
        else:
            self.map_row.set_value(shown)

    # -- changes -----------------------------------------------------------------------------------------------
    def _layer_changed(self, settings: FilterSettings, final: bool) -> None:
        self.changed.emit(replace(settings, filters=self._settings.filters), final)

    def _kernel_changed(self, kernel: Kernel, final: bool) -> None:
        old = self._settings.filters[self._index]
        if kernel.divisor == 0:
            self._refuse_divisor(old, final)
            return
        if kernel.preset != old.preset and kernel.preset != "own":
            kernel = preset_in_place(kernel.preset, kernel)
        elif kernel.preset != old.preset:
            kernel = own(old, shown_slices(old))
        self._replace_kernel(kernel, final)

    def _refuse_divisor(self, old: Kernel, final: bool) -> None:
        """Dividing by 0 is impossible. A drag may pass 0; anything else brings the last divisor back."""
        if final:
            self.kernel_form.set_settings(old)
        self.kernel_form.row("divisor").set_problem(f"Not 0; it stays at {number(old.divisor)}")

    def _replace_kernel(self, kernel: Kernel, final: bool) -> None:
        self.changed.emit(with_filter(self._settings, self._index, kernel), final)

    def _choose(self, index: int) -> None:
        self._index = index
        self.index_changed.emit(index)
        self.set_settings(self._settings)

    def _add(self) -> None:
        filters = self._settings.filters
        if len(filters) < MOST_FILTERS:
            self._index = len(filters)
            self.index_changed.emit(self._index)
            self.changed.emit(replace(self._settings, filters=(*filters, filters[-1])), True)

    def _remove(self) -> None:
        filters = list(self._settings.filters)
        if len(filters) > 1:
            del filters[self._index]
            self._index = max(0, self._index - 1)
            self.index_changed.emit(self._index)
            self.changed.emit(replace(self._settings, filters=tuple(filters)), True)


def _holder(widget: QWidget) -> QWidget:
    """The margin around a widget in a group, which goes when the widget goes."""
    holder = widget.parentWidget()
    assert holder is not None
    return holder


def _coverage_words(down: Side, across: Side) -> str:
    """How many windows use a pixel, from the least used to the most."""
    rows, columns = down.windows(), across.windows()
    least, most = int(rows.min()) * int(columns.min()), int(rows.max()) * int(columns.max())
    return f"{least} to {most} windows a pixel" if least < most else f"{most} windows a pixel"


def _unused_words(down: Side, across: Side) -> str:
    """What is hatched in the input: the lines that no window reaches, because the division is rounded down."""
    counts = [(max(0, side.dropped - side.after), name) for side, name in ((across, "columns"), (down, "rows"))]
    parts = [f"{n} {name if n > 1 else name[:-1]}" for n, name in counts if n]
    return f"hatched, not used: {', '.join(parts)}" if parts else ""
