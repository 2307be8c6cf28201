"""The nine patches that excite a unit most, what they were found in, and the buttons that have pictures scanned."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from cnnstudio.gui.panels.activations.patch_places import PatchPlaces
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.tool_tip import install as install_tip


class PatchesCard(QWidget):
    """Nine places, a sentence, the pictures that could not be read, and the buttons.

    Signals: `scan_asked()` for a folder, `shelf_asked()` for what stands on the shelf, `opened(Tile)` for a patch
    whose picture is wanted.
    """

    scan_asked = Signal()
    shelf_asked = Signal()
    opened = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._slim = False
        self.places = PatchPlaces()
        self.places.picked.connect(self.opened)
        self.sentence = Label("", "body", "text2", wrap=True)
        self.unread = Label("", "hint", "text3")
        self.scan = Button("Scan a folder…", icon="folder-open", on_click=self.scan_asked.emit)
        self.shelf = Button("Scan the shelf", icon="cards", on_click=self.shelf_asked.emit)
        below = QVBoxLayout()
        below.setSpacing(8)
        for part in (self.sentence, self.unread):
            below.addWidget(part)
        self._buttons = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._buttons.setSpacing(8)
        for button in (self.scan, self.shelf):
            self._buttons.addWidget(button)
            install_tip(button, button.text())
        below.addLayout(self._buttons)
        below.addStretch(1)
        self._body = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(8)
        self._body.addWidget(self.places, 1)
        self._body.addLayout(below)
        self.set_unread(())

    def set_unit(self, layer: str, unit: int) -> None:
        """The unit whose patches are wanted."""
        self.places.setAccessibleName(f"Patches of unit {unit} of {layer}")

    def set_sentence(self, words: str, on_shelf: bool) -> None:
        """What the patches are, or how to get some; on_shelf: there is something on the shelf to scan."""
        self.sentence.setText(words)
        self.shelf.setVisible(on_shelf)

    def set_tiles(self, tiles: Sequence[object]) -> None:
        """Show these patches."""
        self.places.set_tiles(tiles)  # type: ignore[arg-type]
        self._arrange()

    def set_unread(self, names: Sequence[str]) -> None:
        """The pictures that could not be read, by name."""
        self.unread.setVisible(bool(names))
        count = len(names)
        self.unread.setText(f"{count} picture{'' if count == 1 else 's'} could not be read")
        if names:
            rest = f"\nand {count - LISTED} more" if count > LISTED else ""
            install_tip(self.unread, "Not read", "\n".join(names[:LISTED]) + rest)

    def set_slim(self, slim: bool) -> None:
        """Patches beside the words, and without empty places, where there is little room."""
        self._slim = slim
        self.places.set_slim(slim)
        self._arrange()

    def _arrange(self) -> None:
        tight = self._slim and bool(self.places.tiles())
        self.places.setVisible(tight or not self._slim)
        flat, high = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        self._body.setDirection(flat if self._slim else high)
        self._buttons.setDirection(flat if tight else high)
        self._buttons.setAlignment(Qt.AlignmentFlag.AlignLeft)
        for button in (self.scan, self.shelf):
            button.set_compact(tight)


LISTED = 12
"""So many pictures that could not be read are named."""
