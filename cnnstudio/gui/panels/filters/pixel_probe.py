"""The pixel under the pointer, and the pixel that a click pins: asked of the engine, shown in words and on the card."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters import picture_jobs
from cnnstudio.gui.panels.filters.filtering import Filtering
from cnnstudio.gui.panels.filters.probe_card import ProbeCard
from cnnstudio.gui.panels.filters.words import NO_OUTPUT, values_text


class PixelProbe(QObject):
    """Listens to the canvas, whose panes are `source` ("input") and `result`, and writes to the card.

    What is pinned is a place in the photo: it stays there whatever the stride makes of the output.

    Signals: `hovered(words)` for the status bar, `probed(x, y)` when a person picked a pixel of the photo.
    """

    hovered = Signal(str)
    probed = Signal(int, int)

    def __init__(self, studio: Studio, canvas: CanvasView, source: Pane, result: Pane, card: ProbeCard) -> None:
        super().__init__()
        self._studio, self._canvas, self._source, self._result, self._card = studio, canvas, source, result, card
        self._now: Filtering | None = None
        self._spot: tuple[float, float] | None = None
        canvas.hovered.connect(self._hover)
        canvas.clicked.connect(self._click)

    def show(self, now: Filtering | None) -> None:
        """Probe this from now on. The place in the photo stays pinned; in another photo it is the middle.

        The result's pane has its new size already.
        """
        if now is None:
            self._spot = None
        elif self._now is None or now.picture is not self._now.picture:
            self._spot = (now.picture.width // 2 + 0.5, now.picture.height // 2 + 0.5)
        self._now = now
        self._ask()

    def pinned(self) -> tuple[int, int] | None:
        """The pixel of the photo that is pinned; None without a photo."""
        return self._source.nearest_pixel(*self._spot) if self._spot is not None and self._source.width else None

    def forget_pointer(self) -> None:
        """What was asked for the picture before is not wanted any more."""
        for key in ("filters.probe", "filters.hover"):
            self._studio.engine.cancel(key)

    def _ask(self) -> None:
        now = self._now
        if now is None or now.output_size is None or self._spot is None:
            self._studio.engine.cancel("filters.probe")
            self._card.show_nothing(NO_OUTPUT.lower() if now is not None else "")
            self._canvas.clear_marker()
            return
        x, y = self._result.nearest_pixel(*self._spot)
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
        where = self._source if pane == "input" else self._result
        spot = where.placement.to_scene(x + 0.5, y + 0.5)
        if pane == "input" and self._result.width and self._result.pixel_at(*spot) is None:
            return
        self._spot = spot
        self._ask()
        self.probed.emit(*self._source.nearest_pixel(*spot))
