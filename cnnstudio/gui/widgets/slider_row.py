"""Label, slider and number field of one setting."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui import numbers_text
from cnnstudio.gui.widgets.number_field import NumberField
from cnnstudio.gui.widgets.row import FIELD, GAP, LABEL, MARGIN, Row
from cnnstudio.gui.widgets.slider import Scale, Slider


class SliderRow(Row):
    """One number by slider or by typing; whole numbers when `whole`, a logarithmic track when `log`."""

    def __init__(
        self,
        label: str,
        value: float,
        minimum: float,
        maximum: float,
        step: float,
        *,
        default: float | None = None,
        unit: str = "",
        whole: bool = False,
        log: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, value if default is None else default, parent=parent)
        scale = Scale(minimum, maximum, step, whole=whole, log=log)
        self.slider = Slider(scale, value, self._default, name=label, parent=self)
        decimals = max(1 if step <= 1 else 0, numbers_text.decimals_of(step))
        self.field = NumberField(
            value,
            minimum=minimum,
            maximum=maximum,
            step=step,
            whole=whole,
            decimals=None if log else decimals,
            unit=unit,
            name=label,
            parent=self,
        )
        self.slider.moved.connect(self._slid)
        self.slider.resetAsked.connect(self.reset)
        self.field.valueChanged.connect(self._typed)
        self.field.errorChanged.connect(self.set_problem)

    def value(self) -> float:
        """The value shown: int when the row holds whole numbers."""
        return self.field.value()

    def show_value(self, value: float) -> None:
        self.slider.set_value(value)
        self.field.set_value(value)

    def set_default(self, default: float) -> None:
        self.slider.set_default(default)
        super().set_default(default)

    def _slid(self, value: float, final: bool) -> None:
        self.field.set_value(value)
        self._report(value, final)

    def _typed(self, value: float, final: bool) -> None:
        self.slider.set_value(value)
        self._report(value, final)

    def resizeEvent(self, event: QResizeEvent) -> None:
        right = self.width() - MARGIN
        left = MARGIN + LABEL + GAP
        self.field.setGeometry(right - FIELD, 4, FIELD, 24)
        self.slider.setGeometry(left, 4, right - FIELD - GAP - left, 24)
