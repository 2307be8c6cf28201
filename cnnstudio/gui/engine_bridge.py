"""The only file that knows both the engine and Qt: events cross here from the engine's thread to the window's.

The window hands over callbacks with a job; they run on the window's thread, and never for a job that was superseded
or cancelled in the meantime.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal

if TYPE_CHECKING:
    from cnnstudio.engine import Engine, Event
    from cnnstudio.engine.jobs import Handle, Lane, Work


def nothing(*_: Any) -> None:
    """A callback nobody needs."""


Summary = tuple[str, float | None, float | None, float | None]
"""Title, done, total and seconds left of jobs that the status bar shows as one."""


@dataclass(frozen=True)
class _Callbacks:
    done: Callable[[Any], object]
    failed: Callable[[str], object]
    preview: Callable[[Any], object]
    progress: Callable[[float, float], object]
    ended: Callable[[], object]
    quiet: bool
    summary: Callable[[], Summary] | None


class EngineBridge(QObject):
    """Submits work for the window and brings its news back.

    Signals: `job_shown(title, done, total, seconds_left)` for the long job to be shown in the status bar,
    `job_gone()` when no long job runs, `notice(text)`, `device_changed(description)`, `torch_ready(error)`.
    """

    job_shown = Signal(str, object, object, object)
    job_gone = Signal()
    notice = Signal(str)
    device_changed = Signal(str)
    torch_ready = Signal(str)
    _crossed = Signal(object)

    def __init__(self, make_engine: Callable[[], Engine]) -> None:
        """`make_engine` is called when the engine is first needed, so that the window need not import it."""
        super().__init__()
        self._make_engine = make_engine
        self._engine: Engine | None = None
        self._waiting: dict[Handle, _Callbacks] = {}
        self._newest: dict[Hashable, Handle] = {}
        self._closed = False
        self._crossed.connect(self._arrive, Qt.ConnectionType.QueuedConnection)

    @property
    def engine(self) -> Engine:
        """The engine that does the work, made at the first call; jobs may be submitted before it is started."""
        if self._engine is None:
            self._engine = self._make_engine()
            self._engine.add_listener(self._crossed.emit)
        return self._engine

    def submit(
        self, key: Hashable, work: Work, *args: Any, lane: Lane = "interactive", title: str = "",
        needs_torch: bool = False, quiet: bool = False, interrupt: bool = True,
        done: Callable[[Any], object] = nothing, failed: Callable[[str], object] | None = None,
        preview: Callable[[Any], object] = nothing, progress: Callable[[float, float], object] = nothing,
        ended: Callable[[], object] = nothing, summary: Callable[[], Summary] | None = None,
    ) -> Handle:  # fmt: skip
        """Run `work(*args, job)` on the engine; a newer submission with the same key takes its place.

        With `interrupt=False` a running job may finish and be shown before the newer one follows, so that a drag
        shows frames even where each takes longer than the mouse's next move. `ended` follows done, failed and
        cancelled alike. `quiet` jobs are not shown in the status bar; those with the same `summary` are as one.
        """
        handle = self.engine.submit(
            key, work, *args, lane=lane, title=title, needs_torch=needs_torch, interrupt=interrupt
        )
        if self._closed:
            return handle
        self._newest[key] = handle
        self._waiting[handle] = _Callbacks(done, failed or self.notice.emit, preview, progress, ended, quiet, summary)
        if handle.state.final:  # it may have ended before its callbacks were kept
            self._crossed.emit(_closing_event(handle))
        return handle

    def cancel(self, key: Hashable) -> None:
        """Stop wanting what was submitted under `key`."""
        handle = self._newest.get(key)
        if handle is not None:
            handle.cancel()

    def cancel_shown(self) -> None:
        """Cancel every long job that the status bar shows."""
        for handle in self._shown():
            handle.cancel()

    def busy(self) -> bool:
        """Whether anything is queued, running, or has ended and not yet been shown."""
        return bool(self._waiting)

    def close(self) -> None:
        """The window goes: what the engine still says reaches no widget, and starts no timer of one."""
        self._closed = True
        self._waiting.clear()
        self._newest.clear()
        self.job_gone.emit()

    def _shown(self) -> list[Handle]:
        return [
            h for h, c in self._waiting.items()
            if h.lane == "long" and not c.quiet and not h.state.final and not h.cancel_requested
        ]  # fmt: skip

    def _arrive(self, event: Event) -> None:
        from cnnstudio.engine import events

        if self._closed:
            return
        match event:
            case events.Notice():
                self.notice.emit(event.text)
            case events.DeviceChanged():
                self.device_changed.emit(event.description)
            case events.TorchReady():
                self.torch_ready.emit(event.error)
            case _ if event.handle is not None and event.handle in self._waiting:
                self._news(event, event.handle)

    def _news(self, event: Event, handle: Handle) -> None:
        from cnnstudio.engine import events

        calls = self._waiting[handle]
        wanted = not handle.cancel_requested
        if isinstance(event, (events.Finished, events.Failed, events.Cancelled)):
            del self._waiting[handle]
            if self._newest.get(handle.key) is handle:
                del self._newest[handle.key]
        try:
            match event:
                case events.Finished() if wanted:
                    calls.done(handle.result)
                case events.Failed() if wanted:
                    calls.failed(event.message)
                case events.Preview() if wanted:
                    calls.preview(handle.preview)
                case events.Progress() if wanted:
                    calls.progress(event.done, event.total)
        finally:  # a callback that raises must not leave the job standing in the status bar
            if isinstance(event, (events.Finished, events.Failed, events.Cancelled)):
                calls.ended()
            if handle.lane == "long" and not calls.quiet:
                self._show()

    def _show(self) -> None:
        shown = self._shown()
        if not shown:
            self.job_gone.emit()
            return
        first, summary = shown[0], self._waiting[shown[0]].summary
        others = sum(each is not first and (not summary or self._waiting[each].summary != summary) for each in shown)
        title, done, total, left = (
            summary() if summary else (first.title, *(first.progress or (None, None)), first.seconds_left)
        )
        self.job_shown.emit(f"{title}, and {others} more" if others else title, done, total, left)


def _closing_event(handle: Handle) -> Event:
    from cnnstudio.engine import events
    from cnnstudio.engine.jobs import JobState

    if handle.state is JobState.DONE:
        return events.Finished(handle)
    if handle.state is JobState.FAILED:
        return events.Failed(handle, handle.error)
    return events.Cancelled(handle)
