"""Between the card's patches, the scans and the desk: what is asked, what is said, and which picture is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from cnnstudio.gui.numbers_text import number
from cnnstudio.gui.panels.activations.choice import Spot
from cnnstudio.gui.panels.activations.patch_scans import Found, PatchScans, layers_scanned
from cnnstudio.gui.panels.activations.patch_works import Source, Tile

if TYPE_CHECKING:
    from cnnstudio.activations import Subject
    from cnnstudio.gui.panels.activations.desk import Desk
    from cnnstudio.gui.panels.activations.panel import ActivationsPanel

NONE_YET = "Scan a folder to see what excites this unit."
OTHER_LAYER = "Only convolutions are scanned. Choose one to see what excites its units."
_COUNTS = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine")


class PatchesDesk(QObject):
    """Hears the card; `show()` brings it up to date with what lies on the desk."""

    def __init__(self, desk: Desk, panel: ActivationsPanel) -> None:
        super().__init__()
        self._desk, self._panel = desk, panel
        self._scans, self._card = PatchScans(panel.studio), desk.page.card.patches
        self._folder = ""
        self._awaited: tuple[str, str, Spot] | None = None
        self._layers: tuple[Subject, frozenset[str]] | None = None
        self._scans.changed.connect(self.show)
        self._scans.cut.connect(lambda: self._card.set_tiles(self._scans.tiles))
        self._card.scan_asked.connect(self._ask_folder)
        self._card.shelf_asked.connect(self._scan_shelf)
        self._card.opened.connect(self._open)

    def show(self) -> None:
        """The patches of the unit that is shown, or how to get some."""
        shown = self._desk.shown
        if shown is None:
            return
        subject, layer = shown.seen.made.subject, shown.settings.layer
        found = self._scans.found(subject)
        scanned = layer in self._scanned(subject)
        if scanned and found.index is not None and layer in found.index.layers:
            self._scans.ask(found.index, layer, shown.settings.unit)
        else:
            self._scans.forget()
        unread = found.index.unreadable if found.index is not None else ()
        self._card.set_unread([name for name, _ in unread])
        on_shelf = bool(self._panel.studio.pictures.files())
        self._card.set_sentence(sentence_of(found) if scanned else OTHER_LAYER, on_shelf)

    def _scanned(self, subject: Subject) -> frozenset[str]:
        if self._layers is None or self._layers[0] is not subject:
            self._layers = subject, layers_scanned(subject)
        return self._layers[1]

    # -- what a person asks ------------------------------------------------------------------------------------
    def _ask_folder(self) -> None:
        from PySide6.QtWidgets import QFileDialog

        begin = self._folder or str(Path.home())
        chosen = QFileDialog.getExistingDirectory(self._desk.page, "Scan a folder of pictures", begin)
        if chosen:
            self._folder = chosen
            self._scan(Source(chosen))

    def _scan_shelf(self) -> None:
        files = tuple(str(path) for path in self._panel.studio.pictures.files())
        if files:
            self._scan(Source(files=files))

    def _scan(self, source: Source) -> None:
        if self._desk.shown is not None:
            self._scans.scan(source, self._panel.settings.model, self._desk.shown.seen.made.subject)

    def _open(self, tile: Tile) -> None:
        """Bring the patch's picture to the front, and outline the patch once it was looked at."""
        shown = self._desk.shown
        if shown is None:
            return
        found = self._scans.found(shown.seen.made.subject).index
        if found is None:
            return
        layer, unit = shown.settings.layer, shown.settings.unit
        sha256 = found.pictures.sha256[tile.patch.number].tobytes().hex()
        spot = Spot(unit, *tile.patch.position)
        self._desk.choose_unit(unit)  # so that the same one is shown in the other picture
        picture = self._panel.picture
        if picture is not None and picture.sha256 == sha256:
            self._desk.pin(spot)
            self._desk.show_spot(spot)
        else:
            self._awaited = sha256, layer, spot
            self._panel.studio.pictures.open(tile.patch.image)

    def awaited(self, layer: str) -> Spot | None:
        """The position to outline, if the picture that was looked at now was opened for it."""
        awaited, picture = self._awaited, self._panel.picture
        self._awaited = None
        if awaited is None or picture is None or (picture.sha256, layer) != awaited[:2]:
            return None
        return awaited[2]


def sentence_of(found: Found) -> str:
    """ "Nine maximum patches of 1 204 pictures, strongest first"."""
    if found.index is None:
        return "Looking at the pictures." if found.running else NONE_YET
    seen = int((found.index.pictures.sizes[:, 0] > 0).sum())
    most = min(len(_COUNTS) - 1, seen)
    what = f"{_COUNTS[most]} maximum patch{'' if most == 1 else 'es'}"
    of = f"{number(seen)} picture{'' if seen == 1 else 's'}"
    if found.finished:
        return f"{what} of {of}, strongest first"
    so_far = f"{what} of {of} so far, strongest first"
    return so_far if found.running else f"{so_far}. Scan them again to go on."
