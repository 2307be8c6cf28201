"""Learn the kernel, in the panel: the target, the run on the engine, and taking over what was learned.

A pause ends the job, so that nothing waits on the engine's thread; going on starts another from the last weights.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from cnnstudio.errors import UsageError
from cnnstudio.filters import FilterSettings, LearnSettings
from cnnstudio.gui.canvas.frame import Frame, image_from_rgb
from cnnstudio.gui.canvas.panes import Pane, ToView
from cnnstudio.gui.canvas.strokes import Brush, Stroke
from cnnstudio.gui.canvas.view import CanvasView
from cnnstudio.gui.engine_bridge import nothing
from cnnstudio.gui.file_types import open_filter
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters.changes import with_filter
from cnnstudio.gui.panels.filters.learn.learn_view import LearnChoice, LearnView
from cnnstudio.gui.panels.filters.learn.run import Points, Run, hidden_rows, learn_run
from cnnstudio.settings import from_plain, to_plain

if TYPE_CHECKING:
    from cnnstudio.filters import Learned
    from cnnstudio.imaging.picture import Picture

PAINT = QColor(242, 163, 92, 200)


class LearnPage(QWidget):
    """The learning view, wired to the engine; `change(settings, final)` takes the learned kernel over."""

    def __init__(self, studio: Studio, change: Callable[[FilterSettings, bool], None]) -> None:
        super().__init__()
        self._studio, self._change = studio, change
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self._target_path = ""
        self._index = 0
        self._strokes: list[tuple[Points, float, bool]] = []
        self._run: Run | None = None
        self._learned: Learned | None = None
        self._handle: Any = None
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
        view.pauseRequested.connect(self.pause)
        view.cancelRequested.connect(self.stop)
        view.resetRequested.connect(self._forget)
        view.useKernelRequested.connect(self._use)
        view.targetKindChanged.connect(lambda _: self._studio.engine.cancel("filters.learn.target"))
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

    def set_filter_index(self, index: int) -> None:
        """Which of several filters the learned kernel replaces."""
        self._index = index

    def state(self) -> dict[str, Any]:
        """What the session keeps: the choices, without pictures and strokes."""
        choice = self.view.choice()
        return {"kind": choice.kind, "settings": to_plain(choice.settings)}

    def restore(self, state: dict[str, Any]) -> None:
        """Take over `state()` of an earlier session; damaged choices are left out."""
        try:
            settings = from_plain(LearnSettings, state.get("settings"))
        except UsageError:
            return
        self.view.set_choice(LearnChoice(str(state.get("kind")), settings))

    # -- the run -----------------------------------------------------------------------------------------------
    def start(self, choice: LearnChoice) -> None:
        """Learn from the open picture, or from random pixels while none is open."""
        self._learned = None
        strokes = tuple(self._strokes) if choice.kind == "painted" else ()
        if choice.kind == "painted" and not strokes:
            self.view.show_failed("Paint the edges on the photo first.")
            return
        if choice.kind == "picture" and not self._target_path:
            self.view.show_failed("Choose a target picture first.")
            return
        self.view.set_target(None)
        target = self._target_path if choice.kind == "picture" else ""
        self._run = Run(choice.settings, self._picture, target, strokes)
        if choice.kind == "preset":
            self._studio.engine.submit(
                "filters.learn.target", hidden_rows, choice.settings,
                done=self.view.set_target, failed=nothing,  # the run itself says why it fails
            )  # fmt: skip
        self._submit()

    def pause(self, paused: bool) -> None:
        """End the job, or go on from the last weights that were seen."""
        if paused:
            self._studio.engine.cancel("filters.learn")
        elif self._run is not None:
            self._submit()

    def stop(self) -> None:
        """End the run; what was learned so far stays."""
        self._run = None
        self._studio.engine.cancel("filters.learn")
        if self.view.state() in ("running", "paused"):
            self.view.show_done(message="Stopped")

    def _forget(self) -> None:
        self.stop()
        self._learned = None

    def _submit(self) -> None:
        run = self._run
        assert run is not None
        handle = self._studio.engine.submit(
            "filters.learn", learn_run, run, self._learned,
            lane="long", title="Learning a kernel", needs_torch=True,
            preview=lambda state: self._show(run, state),
            done=lambda state: self._finish(run, state),
            failed=lambda words: self._fail(run, words),
            ended=lambda: self._ended(handle),
        )  # fmt: skip
        self._handle = handle

    def _show(self, run: Run, state: Learned) -> None:
        if run is self._run and self.view.state() == "running":
            self._learned = state
            self.view.show_progress(state.step, max(state.loss, 1e-12), _rows(state), steps=run.learning.steps)

    def _finish(self, run: Run, state: Learned) -> None:
        if run is self._run:
            self._learned, self._run = state, None
            self.view.show_done(_rows(state))

    def _fail(self, run: Run, words: str) -> None:
        if run is self._run:
            self._run = None
            self.view.show_failed(words)

    def _ended(self, handle: Any) -> None:
        """Cancelled from elsewhere, the status bar for example: neither done nor failed, and not for a pause."""
        if handle is self._handle and self._run is not None and self.view.state() == "running":
            self.stop()

    def _use(self, _rows_shown: Any) -> None:
        if self._learned is None:
            return
        self._change(with_filter(self._settings, self._index, self._learned.kernel), True)
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
        self._strokes.append((tuple(points), self._diameter, erase))
        self._show_strokes()

    def _clear(self) -> None:
        self._strokes = []
        self._show_strokes()

    def _show_strokes(self) -> None:
        strokes = tuple(self._strokes)

        def paint(painter: QPainter, to_view: ToView) -> None:
            for points, diameter, erase in strokes:
                Stroke("paint", erase, list(points)).paint(painter, to_view, Brush(diameter, PAINT))

        self._pane.set_overlays([paint] if strokes else [])

    def _ask_picture(self, ports: dict[str, Any]) -> None:
        if self._picture is not None and "paint" in ports:
            self._studio.engine.submit(
                "filters.learn.picture", _view, self._picture, ports["paint"], done=self._show_picture
            )

    def _show_picture(self, seen: Any) -> None:
        image = image_from_rgb(seen.rgb, seen.rgb.shape[1], seen.rgb.shape[0], seen.rgb.shape[2])
        self._pane.set_frame(Frame(image, seen.x, seen.y, seen.width, seen.height))


def _rows(state: Learned) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in state.weights.tolist())


def _view(picture: Picture, port: Any, job: Any) -> Any:
    from cnnstudio.filters import input_view

    return input_view(picture, port)
