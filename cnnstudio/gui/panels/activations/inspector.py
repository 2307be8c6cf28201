"""The panel's controls: the photo with the field, the classes, the display, and the channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.activations import ActivationSettings
from cnnstudio.gui.panels.activations.channel_list import ChannelList
from cnnstudio.gui.panels.activations.crop_row import CropRow
from cnnstudio.gui.panels.activations.photo_field import Box, PhotoField
from cnnstudio.gui.panels.activations.score_bars import Score, ScoreBars
from cnnstudio.gui.panels.activations.words import value_text
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.formula_box import FormulaBox
from cnnstudio.gui.widgets.group import Group
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.legend import Legend
from cnnstudio.gui.widgets.row import MARGIN
from cnnstudio.gui.widgets.settings_form import SettingsForm
from cnnstudio.gui.widgets.tool_tip import install as install_tip

if TYPE_CHECKING:
    from cnnstudio.gui.panels.activations.works import Drawn

PICTURE, PREDICTION, DISPLAY, CHANNELS = "Picture and receptive field", "Prediction", "Display", "Channels"


class Inspector(QWidget):
    """All controls of the panel.

    Signals: `changed(ActivationSettings, final)`; `unit_picked(unit)` from one of the lists; `switched()` and
    `restored()` of the buttons under Channels.
    """

    changed = Signal(object, bool)
    unit_picked = Signal(int)
    switched = Signal()
    restored = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.form = SettingsForm(ActivationSettings, (DISPLAY, CHANNELS))
        self.form.changed.connect(self.changed)
        self.photo, self.formula, self.crop, self.scores = PhotoField(), FormulaBox(), CropRow(), ScoreBars()
        self.crop.unit_picked.connect(self.unit_picked)
        self.scores.picked.connect(
            lambda index: self.changed.emit(replace(self.form.settings(), target=index), True)
        )
        self.none = Label("This network tells no classes.", "body", "text3")
        self.legends = {kind: Legend(kind) for kind in ("sequential", "diverging")}  # type: ignore[arg-type]
        self.silent = ChannelList("Silent here", "none")
        self.twins = ChannelList("Saying the same", "none")
        self.off = ChannelList("Switched off", "none")
        for each in (self.silent, self.twins, self.off):
            each.picked.connect(self.unit_picked)
        self.switch = Button("Switch off", icon="prohibit", on_click=self.switched.emit)
        self.restore = Button("Restore all", icon="arrow-counter-clockwise", on_click=self.restored.emit)
        self.picture_group, self.prediction = Group(PICTURE, resettable=False), Group(PREDICTION, resettable=False)
        self._fill()
        self._lay_out()

    def _fill(self) -> None:
        for widget in (self.photo, self.formula, self.crop):
            self.picture_group.add(widget, margin=True)
        install_tip(
            self.scores, "Prediction",
            "Click a class to sort channels by what they add to it. While channels are off, a light line marks the "
            "score with all of them, and the figures at the right are percentage points.",
        )  # fmt: skip
        self.prediction.add(self.scores, margin=True)
        self._classless = QWidget()
        inside = QVBoxLayout(self._classless)
        inside.setContentsMargins(MARGIN, 4, MARGIN, 0)
        inside.addWidget(self.none)
        self.prediction.add(self._classless)
        bars = QWidget()
        column = QVBoxLayout(bars)
        column.setContentsMargins(0, 0, 0, 0)
        for legend in self.legends.values():
            column.addWidget(legend)
        self.form.group(DISPLAY).add(bars, margin=True)
        channels = self.form.group(CHANNELS)
        channels.insert(0, self.silent, margin=True)
        channels.insert(1, self.twins, margin=True)
        install_tip(self.twins, "Saying the same", "Maps that are the same up to brightness and contrast.", "r ≥ 0.999")
        channels.add(self.off, margin=True)
        channels.add(_row_of(self.switch, self.restore), margin=True)

    def _lay_out(self) -> None:
        inner = Surface("panel")
        column = QVBoxLayout(inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.picture_group, self.prediction, self.form):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        foot = Surface("panel", "top")
        foot.setFixedHeight(32)
        hint = QHBoxLayout(foot)
        hint.setContentsMargins(MARGIN, 0, MARGIN, 0)
        hint.addWidget(Label("Double-click a label to reset its value", "hint", "text3"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(scroll, 1)
        whole.addWidget(foot)

    def set_settings(self, settings: ActivationSettings, unit: int | None) -> None:
        """Show settings without a report, and the unit that the switch is for."""
        self.form.set_settings(settings)
        self.off.set_entries([(str(each), each) for each in settings.ablated])
        off = unit in settings.ablated
        self.switch.setText("Switch off" if unit is None else f"Switch unit {unit} {'on' if off else 'off'}")
        self.switch.setAccessibleName(self.switch.text())
        self.switch.set_icon("arrow-counter-clockwise" if off else "prohibit")
        self.switch.setEnabled(unit is not None)
        self.restore.setEnabled(bool(settings.ablated))

    def set_field(self, boxes: tuple[Box, Box], tag: str, formula: str, sees: str) -> None:
        """Outline what a position sees; boxes: what the network saw and the field, in pixels of the picture."""
        self.photo.set_boxes(*boxes, tag)
        self.formula.set_lines(formula, sees)
        self._show_field(True)

    def _show_field(self, on: bool) -> None:
        for each in (self.formula, self.crop):
            each.setVisible(on)

    def set_scores(
        self, scores: Sequence[Score], chosen: int, compared: bool, total: int, *, classless: bool
    ) -> None:
        """The best classes of `total`; classless: say that there are none."""
        self.scores.set_scores(scores, chosen, compared)
        self.scores.setVisible(bool(scores))
        self.prediction.set_summary(f"top {len(scores)} of {total}" if scores else "")
        self._classless.setVisible(classless)

    def set_compared(self, silent: Sequence[int] | None, twins: Sequence[tuple[int, int]] | None) -> None:
        """Silent channels, and pairs that say the same; None while they are being looked for."""
        self.silent.set_entries(None if silent is None else [(str(each), each) for each in silent])
        self.twins.set_entries(None if twins is None else [(f"{a} = {b}", b) for a, b in twins])

    def clear(self) -> None:
        """There is no picture, or nothing was made of it yet."""
        self.photo.set_photo(None, 3, 2)
        self.crop.set_crop(None, QRectF())
        self.crop.set_units("", ())
        self.set_compared(None, None)
        self.set_colours(None)
        self._show_field(False)

    def set_view(self, view: str) -> None:
        """Show the controls that matter for a view."""
        self.form.set_visible("sort", view == "mosaic")
        self.form.set_visible("overlay", view == "overlay")
        for name in ("scale", "gamma"):
            self.form.set_enabled(name, view != "kernels")

    def set_colours(self, drawn: Drawn | None) -> None:
        """The colour bar of what is drawn; none for kernels."""
        kind = "" if drawn is None or drawn.view == "kernels" else "diverging" if drawn.signed else "sequential"
        for name, legend in self.legends.items():
            legend.setVisible(name == kind)
        if drawn is not None and kind:
            words = value_text(drawn.top) if drawn.top else "map peak"
            self.legends[kind].set_range(-drawn.top if drawn.signed else 0.0, drawn.top, words)
            if drawn.signed and not drawn.top:
                self.legends[kind].set_range(-1.0, 1.0)


def _row_of(*buttons: Button) -> QWidget:
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(8)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return holder
