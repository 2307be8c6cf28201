"""The photo and what the filter makes of it: which views are asked of the engine, and which frames come back.

Two keys, two lanes. `filters.view` is interactive and computes only what is visible; `filters.full` (`full_size.py`)
follows once the hand rests, takes its turns in the long lane, and replaces the reduced view by the exact one.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.filters import FilterSettings
from cnnstudio.gui.canvas.frame import Frame, image_from_rgb
from cnnstudio.gui.canvas.panes import Pane, Placement
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.numbers_text import milliseconds, number
from cnnstudio.gui.numbers_text import size as size_text
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters import marks, picture_jobs
from cnnstudio.gui.panels.filters.filtering import Filtering
from cnnstudio.gui.panels.filters.full_size import FullSize
from cnnstudio.gui.panels.filters.pixel_probe import PixelProbe
from cnnstudio.gui.panels.filters.probe_card import ProbeCard
from cnnstudio.gui.panels.filters.words import NO_OUTPUT, mode_of, title_of, values_text

if TYPE_CHECKING:
    from cnnstudio.filters import Seen
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.viewport import Viewport


class PicturePage(QWidget):
    """Canvas with input and output, fed by the engine.

    Signals: `full_ready()` when the full-size result stands, `probed(x, y)` when a pixel of the output was picked,
    `hovered(words)` for the status bar, `drag_requested(QImage)` when the result is dragged out.
    """

    full_ready = Signal()
    probed = Signal(int, int)
    hovered = Signal(str)
    drag_requested = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._picture: Picture | None = None
        self._settings = FilterSettings()
        self._shown: int | None = None
        self._now: Filtering | None = None
        self._ports: dict[str, Viewport] = {}
        self._seen: Seen | None = None
        self._coverage = False
        self.source = Pane("input", "Input")
        self.result = Pane("result", "Result")
        self.canvas = CanvasView()
        self.canvas.set_panes([self.source, self.result], primary="result")
        self.canvas.set_mode("side")
        self.card = ProbeCard()
        self._full = FullSize(studio)
        self._probe = PixelProbe(studio, self.canvas, self.source, self.result, self.card)
        self._connect()
        self._lay_out()

    def _connect(self) -> None:
        self.canvas.viewportChanged.connect(self._viewports_changed)
        self.canvas.dragRequested.connect(self._dragged)
        self.source.set_value_text(self._input_text)
        self.result.set_value_text(self._result_text)
        self._full.ready.connect(self._full_arrived)
        self._probe.hovered.connect(self.hovered)
        self._probe.probed.connect(self.probed)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        holder = QHBoxLayout()
        holder.setContentsMargins(16, 0, 16, 16)
        holder.addWidget(self.card)
        column.addLayout(holder)

    # -- what is shown -----------------------------------------------------------------------------------------
    def set_picture(self, picture: Picture | None) -> None:
        """Another input; both panes start anew and the whole picture is fitted. None lets go of the last one."""
        if picture is self._picture:
            return
        self._picture = picture
        self._seen = None
        self._ports = {}
        self._full.forget()
        self._probe.forget_pointer()
        for key in ("filters.view", "filters.input"):
            self._studio.engine.cancel(key)
        self.source.clear()
        self.result.clear()
        self.result.set_notice()
        self.card.histogram.clear()
        if picture is not None:
            self.source.set_caption(title="Input", subtitle=picture.name)
            self.source.set_raster(picture.width, picture.height)
        self._apply()
        if picture is not None:
            self.canvas.fit()
            self.canvas.setFocus()  # so that Space compares and the arrows pan at once

    def set_settings(self, settings: FilterSettings, shown: int | None) -> None:
        """Other settings: the visible part is asked for at once, the whole when the hand rests."""
        if (settings, shown) != (self._settings, self._shown):
            self._settings, self._shown = settings, shown
            self._full.forget()
            self._apply()

    def set_coverage(self, on: bool) -> None:
        """Show on the input how many windows use each pixel."""
        self._coverage = on
        self.source.set_value_text(None if on else self._input_text)
        self._mark()

    def pinned(self) -> tuple[int, int] | None:
        """The pixel of the photo that the probe is pinned to."""
        return self._probe.pinned()

    def full_of(self, filtering: Filtering) -> Any:
        """The full-size display (H', W', 3) uint8, if it was made from exactly this; else None."""
        return self._full.pixels_of(filtering)

    def _apply(self) -> None:
        """Picture or settings are others: place the output, and ask for what is seen of it."""
        now = Filtering(self._settings, self._picture, self._shown) if self._picture is not None else None
        self._now = now
        if now is None:
            self._probe.show(None)
        elif now.output_size is None:
            self._studio.engine.cancel("filters.view")
            self.result.clear()
            self.result.set_notice(NO_OUTPUT, now.misfit)
            self.result.set_caption(title=title_of(now.settings), right_text="", live=False, subtitle="no output")
            self.card.histogram.clear()
            self._probe.show(now)
        else:
            self.result.set_notice()
            self._place(now, *now.output_size)
            self._mark()
            self._ask_view()
            self._probe.show(now)
            self._full.want(now)

    def _place(self, now: Filtering, height: int, width: int) -> None:
        from cnnstudio.filters import placement

        down, across = placement(now.settings, now.picture.height, now.picture.width)
        words = f"{size_text(width, height)}, {mode_of(now.settings)}"
        self.result.set_caption(title=title_of(now.settings), subtitle=words)
        self.result.set_raster(width, height, Placement(across.scale, down.scale, across.offset, down.offset))

    def _mark(self) -> None:
        if self._picture is not None:
            high, wide = self._picture.height, self._picture.width
            self.source.set_overlays(marks.input_marks(self._settings, high, wide, self._coverage))

    # -- jobs --------------------------------------------------------------------------------------------------
    def _viewports_changed(self, ports: dict[str, Viewport]) -> None:
        old, self._ports = self._ports, dict(ports)
        if self._picture is None:
            return
        if self._ports.get("input") != old.get("input"):
            self._ask_input()
        if self._ports.get("result") != old.get("result"):
            self._ask_view()

    def _ask_input(self) -> None:
        port, picture = self._ports.get("input"), self._picture
        if port is not None and picture is not None:
            self._studio.engine.submit(
                "filters.input", picture_jobs.input_view, picture, port,
                done=lambda seen: self._show(self.source, seen, picture), failed=self._studio.messages.error,
            )  # fmt: skip

    def _ask_view(self) -> None:
        port, now = self._ports.get("result"), self._now
        if port is None or now is None or now.output_size is None:
            return
        began = time.perf_counter()
        self._studio.engine.submit(
            "filters.view", picture_jobs.result_view, now, port, self._full.pyramid,
            done=lambda made: self._show_result(made, now, began), interrupt=False,
            failed=self._studio.messages.error,
        )  # fmt: skip

    def _full_arrived(self) -> None:
        if self.result.frame is None or not self.result.frame.exact:
            self._ask_view()
        self.full_ready.emit()

    def _show_result(self, made: tuple[Seen, Any], of: Filtering, began: float) -> None:
        seen, counts = made
        # Of another picture, or of an output of another size, its place on the screen would be wrong.
        if of.picture is not self._picture or of.output_size != (self.result.height, self.result.width):
            return
        self._seen = seen
        self._show(self.result, seen, of.picture)
        if counts is not None:
            self.card.histogram.set_counts(*counts)
        self.result.set_caption(right_text=milliseconds((time.perf_counter() - began) * 1000), live=True)

    def _show(self, pane: Pane, seen: Seen, picture: Picture) -> None:
        if picture is not self._picture:
            return
        image = image_from_rgb(seen.rgb, seen.rgb.shape[1], seen.rgb.shape[0], seen.rgb.shape[2])
        frame = Frame(image, seen.x, seen.y, seen.width, seen.height, seen.exact)
        pane.set_frame(frame)
        if seen.x <= 0 and seen.y <= 0 and seen.width >= pane.width and seen.height >= pane.height:
            pane.set_backdrop(replace(frame, exact=False))

    def showEvent(self, event: QShowEvent) -> None:
        """Go on with the full size."""
        self._full.set_seen(True)
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """The full size waits."""
        self._full.set_seen(False)
        super().hideEvent(event)

    # -- pointer -----------------------------------------------------------------------------------------------
    def _input_text(self, x: int, y: int) -> str:
        return values_text(self._picture.pixels[y, x]).replace("  ", "\n") if self._picture is not None else ""

    def _result_text(self, x: int, y: int) -> str:
        seen = self._seen
        if seen is None or seen.values is None:
            return ""
        row, column = y - int(seen.y), x - int(seen.x)
        inside = 0 <= row < seen.values.shape[0] and 0 <= column < seen.values.shape[1]
        return number(round(float(seen.values[row, column]), 1)) if inside else ""

    def _dragged(self, pane: str) -> None:
        if pane == "result" and self.result.frame is not None:
            self.drag_requested.emit(self.result.frame.image)
