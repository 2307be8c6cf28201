"""Learn the kernel, in the panel: the target, the run on the engine, and taking over what was learned."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.gui.canvas.frame import Frame, image_from_rgb
from cnnstudio.gui.canvas.panes import Pane, ToView
from cnnstudio.gui.canvas.strokes import Brush, Stroke
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.file_types import open_filter
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters_learn.learn_view import LearnChoice, LearnView

if TYPE_CHECKING:
    from cnnstudio.filters.learning import Learned
    from cnnstudio.imaging.picture import Picture

PAUSE_TICK_SECONDS = 0.01
LARGEST_SIDE = 1024
PAINT = QColor(242, 163, 92, 200)


@dataclass(frozen=True)
class PaintedStroke:
    """A finished stroke: picture coordinates, brush diameter in picture pixels, and whether it erases."""

    points: tuple[tuple[float, float], ...]
    diameter: float
    erase: bool


class LearnPage(QWidget):
    """The learning view, wired to the engine; `change(settings, final)` takes the learned kernel over."""

    def __init__(self, studio: Studio, change: Callable[[FilterSettings, bool], None]) -> None:
        super().__init__()
        self._studio, self._change = studio, change
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self._target_path = ""
        self._strokes: list[PaintedStroke] = []
        self._running = threading.Event()
        self._diameter = 6.0
        self.view = LearnView()
        self._pane = Pane("paint", "Paint the edges", "right button erases")
        self.canvas = CanvasView()
        self.canvas.set_panes([self._pane])
        self.canvas.set_mode("result")
        self.canvas.viewportChanged.connect(self._ask_picture)
        self.canvas.strokePainted.connect(self._stroke)
        self.view.set_paint_canvas(self.canvas)
        self._brush(self._diameter)
        self._connect()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.view)

    def _connect(self) -> None:
        view = self.view
        view.startRequested.connect(self.start)
        view.pauseRequested.connect(lambda paused: self._running.clear() if paused else self._running.set())
        view.cancelRequested.connect(self.stop)
        view.resetRequested.connect(self.stop)
        view.useKernelRequested.connect(self._use)
        view.targetPictureRequested.connect(self._choose_target)
        view.paintClearRequested.connect(self._clear)
        view.brushChanged.connect(self._brush)

    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Other settings or another photo; strokes belong to the photo they were painted on."""
        self._settings = settings
        if picture is not self._picture:
            self._picture = picture
            self._clear()
            self._pane.clear()
            if picture is not None:
                self._pane.set_raster(picture.width, picture.height)
                self.canvas.fit()

    # -- the run -----------------------------------------------------------------------------------------------
    def start(self, choice: LearnChoice) -> None:
        """Learn from the open picture, or from random pixels while none is open."""
        self._running.set()
        learning = choice.settings()
        strokes = tuple(self._strokes) if choice.kind == "painted" else ()
        if choice.kind == "painted" and not strokes:
            self.view.show_failed("Paint the edges on the photo first.")
            return
        if choice.kind == "picture" and not self._target_path:
            self.view.show_failed("Choose a target picture first.")
            return
        if choice.kind == "preset":
            self._show_hidden(learning)
        else:
            self.view.set_target(None)
        target = self._target_path if choice.kind == "picture" else ""
        self._studio.engine.submit(
            "filters.learn", _learn, learning, self._picture, target, strokes, self._running,
            lane="long", title="Learning a kernel", needs_torch=True,
            preview=lambda state: self._show(state, choice.steps),
            done=lambda state: self.view.show_done(_rows(state)),
            failed=self.view.show_failed,
        )  # fmt: skip

    def stop(self) -> None:
        """End the run; what was learned so far stays."""
        self._studio.engine.cancel("filters.learn")
        if self.view.state() in ("running", "paused"):
            self.view.show_done(message="Stopped")

    def _show(self, state: Learned, steps: int) -> None:
        if self.view.state() != "done":
            self.view.show_progress(state.step, max(state.loss, 1e-12), _rows(state), steps=steps)

    def _show_hidden(self, learning: Any) -> None:
        from cnnstudio.errors import StudioError
        from cnnstudio.filters.learning import hidden_kernel

        try:
            self.view.set_target(tuple(tuple(row) for row in hidden_kernel(learning).tolist()))
        except StudioError as error:
            self.view.show_failed(str(error))

    def _use(self, rows: Any) -> None:
        from cnnstudio.filters.kernels import own_kernel

        kernel = own_kernel([[float(f"{w:.6g}") for w in row] for row in rows], "learned")
        self._change(replace(self._settings, filters=(kernel, *self._settings.filters[1:])), True)
        self._studio.messages.status("The learned kernel is in use")

    # -- targets -----------------------------------------------------------------------------------------------
    def _choose_target(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Target picture", "", open_filter())
        if name:
            self._target_path = name
            self.view.set_target_name(Path(name).name)

    def _brush(self, diameter: float) -> None:
        self._diameter = diameter
        self.canvas.set_brush(Brush(diameter, PAINT))

    def _stroke(self, _pane: str, points: list[tuple[float, float]], erase: bool) -> None:
        self._strokes.append(PaintedStroke(tuple(points), self._diameter, erase))
        self._show_strokes()

    def _clear(self) -> None:
        self._strokes = []
        self._show_strokes()

    def _show_strokes(self) -> None:
        strokes = tuple(self._strokes)

        def paint(painter: QPainter, to_view: ToView) -> None:
            for each in strokes:
                Stroke("paint", each.erase, list(each.points)).paint(painter, to_view, Brush(each.diameter, PAINT))

        self._pane.set_overlays([paint] if strokes else [])

    def _ask_picture(self, ports: dict[str, Any]) -> None:
        if self._picture is not None and "paint" in ports:
            self._studio.engine.submit(
                "filters.learn.picture", _view, self._picture, ports["paint"], done=self._show_picture
            )

    def _show_picture(self, seen: Any) -> None:
        image = image_from_rgb(seen.rgb, seen.rgb.shape[1], seen.rgb.shape[0], seen.rgb.shape[2])
        self._pane.set_frame(Frame(image, seen.x, seen.y, seen.width, seen.height))


# -- engine side -----------------------------------------------------------------------------------------------
def _rows(state: Learned) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in state.weights.tolist())


def _view(picture: Picture, port: Any, job: Any) -> Any:
    from cnnstudio.filters.preview import input_view

    return input_view(picture, port)


def _learn(
    learning: Any, picture: Picture | None, target_path: str, strokes: tuple[PaintedStroke, ...],
    running: threading.Event, job: Any,
) -> Generator[None, None, Learned]:  # fmt: skip
    from cnnstudio.filters.learning import hidden_target, learn

    pixels = _pixels(picture)
    if target_path:
        target = _target_of(target_path, pixels.shape[:2])
    elif strokes:
        target = _painted(strokes, picture, pixels.shape[:2])
    else:
        target = hidden_target(learning, pixels)
    steps = learn(learning, pixels, target, job)
    while True:
        while not running.is_set():
            running.wait(PAUSE_TICK_SECONDS)
            yield
        try:
            next(steps)
        except StopIteration as end:
            result: Learned = end.value
            return result
        yield


def _pixels(picture: Picture | None) -> Any:
    """The photo, reduced to about a megapixel; random pixels while none is open."""
    import numpy as np

    if picture is None:
        return np.random.default_rng(0).integers(0, 256, (128, 128, 1), dtype=np.uint8)
    from cnnstudio.filters.preview import pyramid_of

    level = 0
    while max(picture.width, picture.height) >> level > LARGEST_SIDE:
        level += 1
    return pyramid_of(picture).level(level)


def _target_of(path: str, size: tuple[int, int]) -> Any:
    import cv2
    import numpy as np

    from cnnstudio.filters.learning import picture_target
    from cnnstudio.imaging.reading import read_picture

    grey = picture_target(read_picture(Path(path)).pixels)
    return grey if grey.shape == size else np.asarray(cv2.resize(grey, size[::-1], interpolation=cv2.INTER_AREA))


def _painted(strokes: tuple[PaintedStroke, ...], picture: Picture | None, size: tuple[int, int]) -> Any:
    import cv2
    import numpy as np

    from cnnstudio.filters.learning import painted_target

    mask = np.zeros(size, np.uint8)
    scale = size[1] / picture.width if picture is not None else 1.0
    for stroke in strokes:
        points = np.rint(np.array(stroke.points) * scale).astype(np.int32).reshape(-1, 1, 2)
        thickness = max(1, round(stroke.diameter * scale))
        cv2.polylines(mask, [points], False, 0 if stroke.erase else 255, thickness, cv2.LINE_8)
    return painted_target(mask.astype(np.float32) / 255)
