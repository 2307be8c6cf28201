"""Learn the kernel, in the panel: the target, the run on the engine, and taking over what was learned.

A pause ends the job, so that nothing waits on the engine's thread; going on starts another from the last weights.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from cnnstudio.errors import UsageError
from cnnstudio.filters import FilterSettings, LearnSettings
from cnnstudio.gui.engine_bridge import nothing
from cnnstudio.gui.file_types import open_filter
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters.changes import with_filter
from cnnstudio.gui.panels.filters.learn.learn_view import LearnChoice, LearnView
from cnnstudio.gui.panels.filters.learn.painting import Painting
from cnnstudio.gui.panels.filters.learn.run import Run, hidden_rows, learn_run
from cnnstudio.settings import from_plain, to_plain

if TYPE_CHECKING:
    from cnnstudio.filters import Learned
    from cnnstudio.imaging.picture import Picture

NOISE = "from random noise: no picture is open"


class LearnPage(QWidget):
    """The learning view, wired to the engine; `change(settings, final)` takes the learned kernel over."""

    def __init__(self, studio: Studio, change: Callable[[FilterSettings, bool], None]) -> None:
        super().__init__()
        self._studio, self._change = studio, change
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self._target_path = ""
        self._index = 0
        self._run: Run | None = None
        self._learned: Learned | None = None
        self._handle: Any = None
        self.view = LearnView()
        self.painting = Painting(studio)
        self.view.set_paint_canvas(self.painting.canvas)
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
        view.paintClearRequested.connect(self.painting.clear)
        view.brushChanged.connect(self.painting.set_brush)

    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Other settings or another photo; strokes belong to the photo they were painted on."""
        self._settings = settings
        if picture is not self._picture:
            self._picture = picture
            self.painting.set_picture(picture)
        self.view.set_source("" if picture is not None else NOISE)

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
        strokes = tuple(self.painting.strokes) if choice.kind == "painted" else ()
        if choice.kind == "painted" and not strokes:
            self.view.show_failed("Paint the edges on the photo first.")
            return
        if choice.kind == "picture" and not self._target_path:
            self.view.show_failed("Choose a target picture first.")
            return
        self.view.set_target(None)
        self.painting.show_answer(None)
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
        self.painting.show_answer(None)

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
            if run.strokes:
                self.painting.show_answer(state.kernel)
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


def _rows(state: Learned) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(row) for row in state.weights.tolist())
