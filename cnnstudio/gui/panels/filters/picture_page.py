"""The photo and what the filter makes of it: which jobs are asked of the engine, and which frames come back.

Two keys, two lanes. `filters.view` is interactive and computes only what is visible; `filters.full` follows once
the hand rests, takes its turns in the long lane, and replaces the reduced view by the exact one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from cnnstudio.errors import StudioError
from cnnstudio.filters.settings import PRESETS, FilterSettings
from cnnstudio.gui.canvas.frame import Frame, image_from_rgb
from cnnstudio.gui.canvas.panes import Pane, Placement
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.numbers_text import milliseconds, number
from cnnstudio.gui.numbers_text import size as size_text
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters import marks
from cnnstudio.gui.panels.filters.probe_card import ProbeCard

if TYPE_CHECKING:
    from cnnstudio.filters.preview import Seen
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.viewport import Viewport

FULL_AFTER_MS = 250
MODES = {"signed": "signed", "abs": "absolute", "clip": "clipped"}


@dataclass(frozen=True, eq=False)
class Full:
    """A result at full size with all it was made from; `pixels` (H', W', 3) uint8."""

    settings: FilterSettings
    picture: Picture
    shown: int | None
    pixels: Any
    pyramid: Any


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
        self._ports: dict[str, Viewport] = {}
        self._spot: tuple[int, int] | None = None
        self._full: Full | None = None
        self._seen: Seen | None = None
        self.coverage = False
        self.source = Pane("input", "Input")
        self.result = Pane("result", "Result")
        self.canvas = CanvasView()
        self.canvas.set_panes([self.source, self.result], primary="result")
        self.canvas.set_mode("side")
        self.canvas.viewportChanged.connect(self._viewports_changed)
        self.canvas.hovered.connect(self._hovered)
        self.canvas.clicked.connect(self._clicked)
        self.canvas.dragRequested.connect(self._dragged)
        self.source.set_value_text(self._input_text)
        self.result.set_value_text(self._result_text)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas, 1)
        self.card = ProbeCard()
        holder = QHBoxLayout()
        holder.setContentsMargins(16, 0, 16, 16)
        holder.addWidget(self.card)
        column.addLayout(holder)
        self._rest = QTimer(self, singleShot=True, interval=FULL_AFTER_MS)
        self._rest.timeout.connect(self._ask_full)

    # -- what is shown -----------------------------------------------------------------------------------------
    def set_picture(self, picture: Picture | None) -> None:
        """Another input; both panes start anew and the whole picture is fitted. None lets go of the last one."""
        if picture is self._picture:
            return
        self._picture = picture
        self._seen = None
        self._spot = (picture.width // 2, picture.height // 2) if picture is not None else None
        self._ports = {}
        self._forget_full()
        for key in ("view", "input", "probe", "hover"):
            self._studio.engine.cancel(f"filters.{key}")
        self.source.clear()
        self.result.clear()
        if picture is None:
            return
        self.source.set_caption(title="Input", subtitle=picture.name)
        self.source.set_raster(picture.width, picture.height)
        self._settings_applied()
        self.canvas.fit()
        self.canvas.setFocus()  # so that Space compares and the arrows pan at once

    def set_settings(self, settings: FilterSettings, shown: int | None) -> None:
        """Other settings: the visible part is asked for at once, the whole when the hand rests."""
        if (settings, shown) == (self._settings, self._shown):
            return
        self._settings, self._shown = settings, shown
        self._forget_full()
        self._settings_applied()

    def set_coverage(self, on: bool) -> None:
        """Show on the input how many windows use each pixel."""
        self.coverage = on
        self.source.set_value_text(None if on else self._input_text)
        self._mark()

    def full_of(self, settings: FilterSettings, picture: Picture, shown: int | None) -> Any:
        """The full-size display (H', W', 3), if it was made from exactly these; else None."""
        full = self._full
        same = full is not None and (full.settings, full.shown) == (settings, shown) and full.picture is picture
        return full.pixels if full is not None and same else None

    def output_size(self) -> tuple[int, int] | None:
        """Height and width of the result; None when the settings do not fit the picture."""
        from cnnstudio.filters.sizes import output_size

        if self._picture is None:
            return None
        try:
            return output_size(self._settings, self._picture.height, self._picture.width)
        except StudioError:
            return None

    def _settings_applied(self) -> None:
        from cnnstudio.filters.placement import placement

        if self._picture is None:
            return
        size = self.output_size()
        if size is None:
            self._studio.engine.cancel("filters.view")
            self.result.clear()
            self.card.show_probe(None, 1.0)
            self.canvas.clear_marker()
            self.result.set_caption(right_text="", live=False, subtitle="no output: the kernel does not fit")
            return
        down, across = placement(self._settings, self._picture.height, self._picture.width)
        self.result.set_caption(
            title=title_of(self._settings), subtitle=f"{size_text(size[1], size[0])}, {mode_of(self._settings)}"
        )
        self.result.set_raster(size[1], size[0], Placement(across.scale, down.scale, across.offset, down.offset))
        self._mark()
        self._ask_view()
        self._ask_probe()
        self._rest.start()

    def _mark(self) -> None:
        if self._picture is None:
            return
        self.source.set_overlays(
            marks.input_marks(self._settings, self._picture.height, self._picture.width, self.coverage)
        )

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
                "filters.input", _input_view, picture, port,
                done=lambda seen: self._show(self.source, seen, picture),
                failed=self._studio.messages.error,
            )  # fmt: skip

    def _ask_view(self) -> None:
        port, picture = self._ports.get("result"), self._picture
        if port is None or picture is None or self.output_size() is None:
            return
        began, size = time.perf_counter(), (self.result.width, self.result.height)
        pyramid = self._full.pyramid if self._full is not None else None
        self._studio.engine.submit(
            "filters.view", _result_view, self._settings, picture, port, self._shown, pyramid,
            done=lambda made: self._show_result(made, picture, size, began), interrupt=False,
            failed=self._studio.messages.error,
        )  # fmt: skip

    def _ask_full(self) -> None:
        picture, settings, shown = self._picture, self._settings, self._shown
        if picture is None or self._full is not None or self.output_size() is None:
            return
        self._studio.engine.submit(
            "filters.full", _full_display, settings, picture, shown,
            lane="long", title="Filtering at full size",
            done=lambda made: self._full_arrived(Full(settings, picture, shown, *made)),
            failed=self._studio.messages.error,
        )  # fmt: skip

    def _full_arrived(self, full: Full) -> None:
        if (full.settings, full.shown) == (self._settings, self._shown) and full.picture is self._picture:
            self._full = full
            if self.result.frame is None or not self.result.frame.exact:
                self._ask_view()
            self.full_ready.emit()

    def _forget_full(self) -> None:
        self._full = None
        self._rest.stop()
        self._studio.engine.cancel("filters.full")

    def _ask_probe(self) -> None:
        if self._spot is not None and not (self._spot[0] < self.result.width and self._spot[1] < self.result.height):
            self._spot = (self.result.width // 2, self.result.height // 2)
        if self._spot is None or self._picture is None or self.output_size() is None:
            self.card.show_probe(None, 1.0)
            self.canvas.clear_marker()
            return
        x, y = self._spot
        self.canvas.set_marker("result", x, y)
        self._studio.engine.submit(
            "filters.probe", _probe, self._settings, self._picture, x, y, self._shown,
            done=lambda made: self.card.show_probe(*made), failed=self._studio.messages.error,
        )  # fmt: skip

    def _show_result(self, made: tuple[Seen, Any], picture: Picture, size: tuple[int, int], began: float) -> None:
        seen, counts = made
        if picture is not self._picture or size != (self.result.width, self.result.height):
            return  # of another picture, or of an output of another size: its place on the screen would be wrong
        self._seen = seen
        self._show(self.result, seen, picture)
        if counts is not None:
            self.card.histogram.set_counts(*counts)
        took = milliseconds((time.perf_counter() - began) * 1000)
        self.result.set_caption(right_text=took, live=True)

    def _show(self, pane: Pane, seen: Seen, picture: Picture) -> None:
        if picture is not self._picture:
            return
        image = image_from_rgb(seen.rgb, seen.rgb.shape[1], seen.rgb.shape[0], seen.rgb.shape[2])
        frame = Frame(image, seen.x, seen.y, seen.width, seen.height, seen.exact)
        pane.set_frame(frame)
        if seen.x <= 0 and seen.y <= 0 and seen.width >= pane.width and seen.height >= pane.height:
            pane.set_backdrop(replace(frame, exact=False))

    # -- pointer -----------------------------------------------------------------------------------------------
    def _hovered(self, pane: str | None, x: int | None, y: int | None) -> None:
        if pane is None or self._picture is None or x is None or y is None:
            self._studio.engine.cancel("filters.hover")
            self.hovered.emit("")
            return
        place = f"x {x}, y {y}"
        if pane == "input":
            self._studio.engine.cancel("filters.hover")
            self.hovered.emit(f"{place}   {values_text(self._picture.pixels[y, x])}")
        elif self.output_size() is not None:
            self._studio.engine.submit(
                "filters.hover", _probe, self._settings, self._picture, x, y, self._shown,
                done=lambda made: self.hovered.emit(f"{place}   {values_text(made[0].values)}"),
                failed=lambda _words: self.hovered.emit(place),
            )  # fmt: skip

    def _input_text(self, x: int, y: int) -> str:
        if self._picture is None:
            return ""
        return values_text(self._picture.pixels[y, x]).replace("  ", "\n")

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

    def _clicked(self, pane: str, x: int, y: int) -> None:
        if pane == "input":
            scene = self.source.placement.to_scene(x + 0.5, y + 0.5)
            spot = self.result.pixel_at(*scene)
            if spot is None:
                return
            x, y = spot
        self._spot = (x, y)
        self._ask_probe()
        self.probed.emit(x, y)


def values_text(values: Iterable[float]) -> str:
    """Values of one pixel: whole numbers as such, others with two digits."""
    return "  ".join(number(round(float(v), 2)) for v in values)


def title_of(settings: FilterSettings) -> str:
    """What the result is called: the kernel's name, or the number of filters."""
    if len(settings.filters) > 1:
        return f"{len(settings.filters)} filters"
    kernel = settings.filters[0]
    return kernel.name or PRESETS.get(kernel.preset, "Own kernel")


def mode_of(settings: FilterSettings) -> str:
    """How values become colours, in one word."""
    return MODES.get(settings.mode, settings.mode)


# -- engine side -----------------------------------------------------------------------------------------------
def _input_view(picture: Picture, port: Viewport, job: Any) -> Seen:
    from cnnstudio.filters.preview import input_view

    return input_view(picture, port)


def _result_view(
    settings: FilterSettings, picture: Picture, port: Viewport, shown: int | None, full: Any, job: Any
) -> tuple[Seen, Any]:
    from cnnstudio.filters.preview import display_view, filtered_view

    if full is not None and port.scale < 1:
        return display_view(full, port), None
    return filtered_view(settings, picture, port, shown)


def _probe(
    settings: FilterSettings, picture: Picture, x: int, y: int, shown: int | None, job: Any
) -> tuple[Any, float]:
    from cnnstudio.filters.display import display_range
    from cnnstudio.filters.probe import probe

    return probe(settings, picture, x, y, shown), display_range(settings)


def _full_display(settings: FilterSettings, picture: Picture, shown: int | None, job: Any) -> tuple[Any, Any]:
    from cnnstudio.filters.preview import full_display
    from cnnstudio.imaging.pyramid import Pyramid

    made = full_display(settings, picture, shown, job)
    return made, Pyramid(made)
