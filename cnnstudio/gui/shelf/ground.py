"""The strip of the window in which the shelf stands: how many pictures there are, and folding it away."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from cnnstudio.gui.shelf.model import ShelfModel
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.tool_tip import install as install_tip

OPEN_HEIGHT, FOLDED_HEIGHT = 104, 28


class ShelfGround(Surface):
    """The tiles, a count, and the button that folds.

    Signals: `toggled(open)`.
    """

    toggled = Signal(bool)

    def __init__(self, model: ShelfModel, tiles: QWidget) -> None:
        super().__init__("panel", "top")
        self._model, self._tiles = model, tiles
        self._open = True
        self.count = Label("", "hint", "text3")
        self.fold = Button("", "ghost", icon="caret-down", height=24, name="Fold the shelf", on_click=self._toggle)
        install_tip(self.fold, "Fold the shelf", shortcut="Ctrl B")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 1, 12, 0)
        row.setSpacing(8)
        row.addWidget(tiles, 1)
        self._filler = QWidget()  # keeps count and button at the right while the tiles are folded away
        self._filler.hide()
        row.addWidget(self._filler, 1)
        row.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.fold, 0, Qt.AlignmentFlag.AlignTop)
        self.count.setContentsMargins(0, 4, 0, 0)
        self.setFixedHeight(OPEN_HEIGHT)
        for signal in (model.added, model.removed):
            signal.connect(self._tell)
        self._tell()

    def is_open(self) -> bool:
        """Whether the tiles show."""
        return self._open

    def set_open(self, is_open: bool) -> None:
        """Show the tiles, or fold them away."""
        if is_open == self._open:
            return
        self._open = is_open
        self._tiles.setVisible(is_open)
        self._filler.setVisible(not is_open)
        self.setFixedHeight(OPEN_HEIGHT if is_open else FOLDED_HEIGHT)
        self.fold.set_icon("caret-down" if is_open else "caret-up")
        self.fold.setAccessibleName("Fold the shelf" if is_open else "Unfold the shelf")
        self.toggled.emit(is_open)

    def _toggle(self) -> None:
        self.set_open(not self._open)

    def _tell(self, *_: object) -> None:
        count = len(self._model.items)
        self.count.setText(f"{count} on shelf" if count else "")
