"""The pixel under the pointer, and the pixel that a click pins: asked of the engine, shown in words and on the card."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters import picture_jobs
from cnnstudio.gui.panels.filters.filtering import Filtering
from cnnstudio.gui.panels.filters.probe_card import ProbeCard
from cnnstudio.gui.panels.filters.words import values_text


class PixelProbe(QObject):
    """Listens to the canvas, whose panes are `source` ("input") and `result`, and writes to the card.

    Signals: `hovered(words)` for the status bar, `probed(x, y)` when a person picked a pixel of the output.
    """

    hovered = Signal(str)
    probed = Signal(int, int)

    def __init__(self, studio: Studio, canvas: CanvasView, source: Pane, result: Pane, card: ProbeCard) -> None:
        super().__init__()
        self._studio, self._canvas, self._source, self._result, self._card = studio, canvas, source, result, card
        self._now: Filtering | None = None
        self._spot: tuple[int, int] | None = None
        canvas.hovered.connect(self._hover)
        canvas.clicked.connect(self._click)

    def show(self, now: Filtering | None) -> None:
        """Probe this from now on. The pinned pixel stays as long as picture and output have it, else it is the middle.

        The result's pane has its new size already.
        """
        if now is None:
            self._spot = None
        elif self._now is None or now.picture is not self._now.picture:
            self._spot = (now.picture.width // 2, now.picture.height // 2)
        self._now = now
        self._ask()

    def forget_pointer(self) -> None:
        """What was asked for the picture before is not wanted any more."""
        for key in ("filters.probe", "filters.hover"):
            self._studio.engine.cancel(key)

    def _ask(self) -> None:
        now = self._now
        if now is None or now.output_size is None or self._spot is None:
            self._studio.engine.cancel("filters.probe")
            self._card.show_probe(None, 1.0)
            self._canvas.clear_marker()
            return
        if not (self._spot[0] < self._result.width and self._spot[1] < self._result.height):
            self._spot = (self._result.width // 2, self._result.height // 2)
        x, y = self._spot
        self._canvas.set_marker("result", x, y)
        self._studio.engine.submit(
            "filters.probe", picture_jobs.probe, now, x, y,
            done=lambda made: self._card.show_probe(*made), failed=self._studio.messages.error,
        )  # fmt: skip

    def _hover(self, pane: str | None, x: int | None, y: int | None) -> None:
        now = self._now
        if pane is None or now is None or x is None or y is None:
            self._studio.engine.cancel("filters.hover")
            self.hovered.emit("")
            return
        place = f"x {x}, y {y}"
        if pane == "input":
            self._studio.engine.cancel("filters.hover")
            self.hovered.emit(f"{place}   {values_text(now.picture.pixels[y, x])}")
        elif now.output_size is not None:
            self._studio.engine.submit(
                "filters.hover", picture_jobs.probe, now, x, y,
                done=lambda made: self.hovered.emit(f"{place}   {values_text(made[0].values)}"),
                failed=lambda _words: self.hovered.emit(place),
            )  # fmt: skip

    def _click(self, pane: str, x: int, y: int) -> None:
        if pane == "input":
            spot = self._result.pixel_at(*self._source.placement.to_scene(x + 0.5, y + 0.5))
            if spot is None:
                return
            x, y = spot
        self._spot = (x, y)
        self._ask()
        self.probed.emit(x, y)
