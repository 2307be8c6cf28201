"""Where the small input comes from: the notes' examples by their titles, random numbers, the photo."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.widgets.menu_field import MenuField


class SourceField(MenuField):
    """A `MenuField` that also tells when the entry that is shown already is chosen once more.

    Signals
    -------
    chosen(object) : the person chose a value, another one or the same again.
    """

    chosen = Signal(object)

    def __init__(
        self, choices: Sequence[tuple[object, str]], value: object, *, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(choices, value, name=name, parent=parent)
        self.valueChanged.connect(self.chosen)

    def showPopup(self) -> None:
        super().showPopup()
        menu = self.menu()
        if menu is not None and self.currentIndex() >= 0:
            # A combo box is silent about the entry it shows already.
            menu.actions()[self.currentIndex()].triggered.connect(lambda *_: self.chosen.emit(self.value()))
