"""What shall be learned: a hidden preset, a target picture, or edges painted on the photo."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QStackedWidget, QWidget

from cnnstudio.filters import PRESETS, LearnSettings
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.menu_field import MenuField
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.segmented import SegmentedControl
from cnnstudio.gui.widgets.slider import Scale, Slider

KINDS = (("preset", "Hidden preset"), ("picture", "Target picture"), ("painted", "Painted edges"))
FEWEST_STEPS = 10
SIZES = ((3, "3"), (5, "5"), (7, "7"))
_NARROW = ("roberts-1", "roberts-2")  # 2 × 2 kernels, which the sizes offered here do not have


class TargetBar(QWidget):
    """Kind of target with its own controls, kernel size and number of steps.

    Signals: kindChanged(str), pictureRequested(), clearRequested(), brushChanged(float).
    """

    kindChanged = Signal(str)
    pictureRequested = Signal()
    clearRequested = Signal()
    brushChanged = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds = SegmentedControl(KINDS, "preset", name="Target")
        presets = tuple((name, words) for name, words in PRESETS.items() if name not in (*_NARROW, "own"))
        self.presets = MenuField(presets, "sobel-v", name="Hidden preset")
        self.picture = Button("Choose picture…", icon="image", on_click=self.pictureRequested.emit)
        self.picture_name = Label("None chosen", "body", "caption")
        self.brush = Slider(Scale(1, 40, 1, whole=True, log=False), 6, 6, name="Brush")
        self.clear = Button("Clear", icon="eraser", on_click=self.clearRequested.emit)
        self.sizes = SegmentedControl(SIZES, 3, name="Kernel size")
        self.count = NumberField(400, minimum=FEWEST_STEPS, maximum=10000, step=50, whole=True, name="Steps", width=64)
        self._pages = QStackedWidget()
        self._lay_out()
        self.kinds.valueChanged.connect(self._show_kind)
        self.brush.moved.connect(lambda value, _: self.brushChanged.emit(float(value)))
        self.brush.resetAsked.connect(lambda: self._reset_brush())

    def _lay_out(self) -> None:
        self.presets.setFixedWidth(200)
        self.brush.setFixedWidth(96)
        for widgets in (
            (self.presets,),
            (self.picture, self.picture_name),
            (Label("Brush", colour="caption"), self.brush, self.clear),
        ):
            self._pages.addWidget(_row(*widgets))
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.kinds)
        layout.addWidget(self._pages, 1)
        layout.addWidget(Label("Size", colour="caption"))
        layout.addWidget(self.sizes)
        layout.addWidget(Label("Steps", colour="caption"))
        layout.addWidget(self.count)

    def kind(self) -> str:
        """ "preset", "picture" or "painted"."""
        return str(self.kinds.value())

    def preset(self) -> str:
        """The hidden preset."""
        return str(self.presets.value())

    def kernel_size(self) -> int:
        """Side of the kernel to be learned."""
        return int(str(self.sizes.value()))

    def steps(self) -> int:
        """How many steps of gradient descent."""
        return int(self.count.value())

    def show_choice(self, kind: str, settings: LearnSettings) -> None:
        """Show another kind, preset, size and number of steps, without a signal; unknown ones are left out."""
        if kind in self.kinds.values():
            self.kinds.set_value(kind)
            self._pages.setCurrentIndex(self.kinds.values().index(kind))
        if settings.hidden in self.presets.values():
            self.presets.set_value(settings.hidden)
        if settings.size in self.sizes.values():
            self.sizes.set_value(settings.size)
        self.count.set_value(max(settings.steps, FEWEST_STEPS))

    def set_picture_name(self, name: str) -> None:
        """Name the chosen picture."""
        self.picture_name.setText(name or "None chosen")

    def _show_kind(self, kind: object) -> None:
        self._pages.setCurrentIndex([k for k, _ in KINDS].index(str(kind)))
        self.kindChanged.emit(str(kind))

    def _reset_brush(self) -> None:
        self.brush.set_value(6)
        self.brushChanged.emit(6.0)


def _row(*widgets: QWidget) -> QWidget:
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(8)
    for widget in widgets:
        layout.addWidget(widget)
    layout.addStretch(1)
    return made
