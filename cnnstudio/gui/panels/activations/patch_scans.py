"""The scans for maximum patches, at most one a network at a time, and what each has found so far."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio import paths
from cnnstudio.errors import StudioError
from cnnstudio.gui.panels.activations.patch_works import Source, Tile, cut_tiles, key_of, scan_pictures
from cnnstudio.gui.panels.base import Studio

if TYPE_CHECKING:
    from cnnstudio.activations import PatchIndex, Subject

SCAN, CUT, FOLDER = "activations.scan", "activations.patches", "patches"


@dataclass(frozen=True, eq=False)
class Found:
    """index: what a scan found until now. running, finished: neither where it was cut off."""

    index: PatchIndex | None = None
    running: bool = False
    finished: bool = False


class PatchScans(QObject):
    """What was found is kept by the network's identity. `tiles` are of the unit that was asked for last.

    Signals: `changed()` when a scan found more, began or ended; `cut()` when there are other tiles.
    """

    changed = Signal()
    cut = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._engine, self._failed = studio.engine, studio.messages.error
        self._found: dict[str, Found] = {}
        self._turns: dict[str, int] = {}
        self._asked: tuple[Any, ...] = ()
        self.tiles: tuple[Tile, ...] = ()

    def found(self, subject: Subject) -> Found:
        """What is known of a network."""
        return self._found.get(subject.identity, Found())

    def scan(self, source: Source, model: str, subject: Subject) -> None:
        """Scan these pictures; a scan of the same network gives way, one of the same pictures is gone on with."""
        whose = subject.identity
        turn = self._turns[whose] = self._turns.get(whose, 0) + 1
        self._set(whose, Found(running=True))
        self._engine.submit(
            (SCAN, whose), scan_pictures, source, model, paths.folders().cache / FOLDER,
            lane="long", title=f"Patches for {subject.name}", needs_torch=True,
            preview=lambda index: self._set(whose, Found(index, running=True)),
            done=lambda index: self._set(whose, Found(index, finished=True)),
            failed=self._failed, ended=lambda: self._ended(whose, turn),
        )  # fmt: skip

    def _set(self, whose: str, found: Found) -> None:
        self._found[whose] = found
        self.changed.emit()

    def _ended(self, whose: str, turn: int) -> None:
        if self._turns[whose] == turn and self._found[whose].running:
            self._set(whose, replace(self._found[whose], running=False))

    def ask(self, index: PatchIndex, layer: str, unit: int) -> None:
        """Have the patches of a unit cut, unless they are already, or are being cut."""
        question = (index, layer, unit)
        if question == self._asked:
            return
        same = self._asked[1:] == question[1:] and self._asked[0].pictures.folder == index.pictures.folder
        self._asked = question
        if not same:
            self._show(())
        known = {key_of(each.patch): each for each in self.tiles if not each.trouble}
        self._engine.submit(
            CUT, cut_tiles, index, layer, unit, known, quiet=True, done=self._show, failed=self._not_cut,
        )  # fmt: skip

    def forget(self) -> None:
        """No unit's patches are wanted."""
        self._engine.cancel(CUT)
        self._asked = ()
        self._show(())

    def _not_cut(self, words: str) -> None:
        self._asked = ()
        self._failed(words)

    def _show(self, tiles: tuple[Tile, ...]) -> None:
        if tiles or self.tiles:
            self.tiles = tiles
            self.cut.emit()


def layers_scanned(subject: Subject) -> frozenset[str]:
    """The layers that a scan looks at: the convolutions."""
    from cnnstudio.activations import scanned_layers

    try:
        return frozenset(each.name for each in scanned_layers(subject, ()))
    except StudioError:
        return frozenset()
