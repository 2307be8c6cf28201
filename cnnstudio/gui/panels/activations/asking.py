"""What the panel asks the engine once the maps are there: pictures of them, comparisons, and passes without channels.

Each question is asked once: what is known already, or asked already, is not asked again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from cnnstudio.gui.panels.activations.works import Drawn, Seen, compare, draw, without
from cnnstudio.gui.panels.base import Studio

if TYPE_CHECKING:
    from cnnstudio.activations import ActivationSettings

DRAW, COMPARE, ABLATE = "activations.draw", "activations.compare", "activations.ablate"


class Asking(QObject):
    """Settings handed in name a layer and a unit that the network has.

    `silent` and `twins` (pairs) are of the layer, None while they are not known; `scores` are those with channels
    switched off, None where all are on. Signals: `drawn(Drawn)`; `compared()` and `scored()` when these are others.
    """

    drawn = Signal(object)
    compared = Signal()
    scored = Signal()

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._engine, self._failed = studio.engine, studio.messages.error
        self._drawing: object = None
        self._comparing: object = None
        self._ablating: object = None
        self._contribution: tuple[object, Any] = (None, None)
        self.silent: list[int] | None = None
        self.twins: list[tuple[int, int]] | None = None
        self.scores: Any = None

    def forget(self) -> None:
        """Another photo or network: nothing that was asked matters any more."""
        for key in (DRAW, COMPARE, ABLATE):
            self._engine.cancel(key)
        self._drawing = self._comparing = self._ablating = None
        self.silent = self.twins = self.scores = None

    # -- pictures ----------------------------------------------------------------------------------------------
    def draw(self, view: str, settings: ActivationSettings, seen: Seen, aspect: float) -> None:
        """Have a view drawn, unless it is already, or is being drawn, just so."""
        question = (view, seen, _that_matter(view, settings), round(aspect, 2))
        if question == self._drawing:
            return
        self._drawing = question
        self._engine.submit(
            DRAW, draw, view, settings, seen, aspect, self.contribution(settings, seen), interrupt=False,
            done=lambda made: self._arrived(made, seen), failed=self._not_drawn,
        )  # fmt: skip

    def contribution(self, settings: ActivationSettings, seen: Seen) -> Any:
        """What each channel (C) adds to the class, if it was needed before; else None."""
        known, values = self._contribution
        return values if known == (seen, settings.layer, settings.target) else None

    def _arrived(self, made: Drawn, seen: Seen) -> None:
        if made.contribution is not None:
            self._contribution = ((seen, made.settings.layer, made.settings.target), made.contribution)
        self.drawn.emit(made)

    def _not_drawn(self, words: str) -> None:
        self._drawing = None
        self._failed(words)

    # -- channels ----------------------------------------------------------------------------------------------
    def compare(self, layer: str, seen: Seen) -> None:
        """Have the channels of a layer compared."""
        if (layer, seen) == self._comparing:
            return
        self._comparing = (layer, seen)
        self._tell(None, None)
        self._engine.submit(
            COMPARE, compare, seen.made.maps[layer], quiet=True,
            done=lambda found: self._tell(*found), failed=self._failed,
        )  # fmt: skip

    def _tell(self, silent: list[int] | None, twins: list[tuple[int, int]] | None) -> None:
        self.silent, self.twins = silent, twins
        self.compared.emit()

    def ablate(self, settings: ActivationSettings, seen: Seen) -> None:
        """Have the classes told without the settings' channels."""
        question = (seen, settings.layer, settings.ablated, settings.ablation)
        if question == self._ablating:
            return
        self._ablating = question
        if not settings.ablated or seen.made.scores is None:
            self._engine.cancel(ABLATE)
            self._score(None)
        else:
            self._engine.submit(
                ABLATE, without, settings, seen, interrupt=False, done=self._score, failed=self._failed
            )

    def _score(self, scores: Any) -> None:
        self.scores = scores
        self.scored.emit()


def _that_matter(view: str, settings: ActivationSettings) -> ActivationSettings:
    """The settings without those that change nothing in a view."""
    tiles = view in ("mosaic", "kernels")
    kept = replace(settings, ablated=(), ablation="zero", unit=-1 if tiles else settings.unit)
    if view != "overlay":
        kept = replace(kept, overlay=0.0)
    if view == "kernels":
        return replace(kept, layer="", scale="map", sort="number", gamma=1.0, target=-1)
    return kept if settings.sort == "contribution" and tiles else replace(kept, target=-1)
