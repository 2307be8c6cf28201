"""Label and a choice among words: segments when they fit, a menu otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.widgets import segmented
from cnnstudio.gui.widgets.menu_field import MenuField
from cnnstudio.gui.widgets.row import GAP, LABEL, MARGIN, Row

_CONTROL = 308 - LABEL - GAP


def fits_segments(labels: Sequence[str]) -> bool:
    """Whether two to four labels fit side by side in an inspector row."""
    return 2 <= len(labels) <= 4 and segmented.natural_width(labels) <= _CONTROL


class ChoiceRow(Row):
    """One of `choices`, pairs of value and label."""

    def __init__(
        self,
        label: str,
        choices: Sequence[tuple[object, str]],
        value: object,
        *,
        default: object = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(label, value if default is None else default, parent=parent)
        self.control: segmented.SegmentedControl | MenuField
        if fits_segments([words for _, words in choices]):
            self.control = segmented.SegmentedControl(choices, value, name=label, stretch=True, parent=self)
        else:
            self.control = MenuField(choices, value, name=label, parent=self)
        self.control.valueChanged.connect(self._chosen)

    def value(self) -> object:
        return self.control.value()

    def show_value(self, value: object) -> None:
        self.control.set_value(value)

    def rename(self, value: object, words: str) -> None:
        """Other words for one of the choices; only menus have the room for words that change."""
        assert isinstance(self.control, MenuField)
        self.control.rename(value, words)

    def _chosen(self, value: object) -> None:
        self._report(value, True)

    def resizeEvent(self, event: QResizeEvent) -> None:
        left = MARGIN + LABEL + GAP
        self.control.setGeometry(left, 2, self.width() - MARGIN - left, 28)
