"""One submitted job in the engine's hands: its work, how far it got, and the `Job` that the work sees."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Protocol, cast

from cnnstudio.engine.events import Event, Notice, Preview, Progress
from cnnstudio.engine.jobs import Handle, JobCancelled, Work
from cnnstudio.engine.time_left import TimeLeft
from cnnstudio.engine.torch_modes import TorchModes

if TYPE_CHECKING:
    from torch import nn

PROGRESS_INTERVAL = 1 / 30


class Host(Protocol):
    """What a running job needs of the engine."""

    @property
    def compute_threads(self) -> int:
        """Threads a job may compute with now."""

    @property
    def torch_ready(self) -> bool:
        """Whether torch is imported."""

    def attend(self) -> None:
        """Look after whatever came up meanwhile; does nothing on a foreign thread."""

    def report(self, handle: Handle, change: Callable[[], None], event: Event) -> None:
        """Apply a change to a handle and tell the listeners, unless the job is no longer wanted."""


class EngineJob:
    """The `Job` of work that runs on the engine's thread."""

    def __init__(self, handle: Handle, host: Host) -> None:
        self._handle = handle
        self._host = host
        self._time_left = TimeLeft()
        self._told = 0.0

    @property
    def title(self) -> str:
        """What people call this job."""
        return self._handle.title

    @property
    def device(self) -> str:
        """Torch's name of the device to compute on; after a fall-back "cpu"."""
        return self._handle.device

    @property
    def threads(self) -> int:
        """How many threads the work may compute with now."""
        return self._host.compute_threads

    @property
    def cancelled(self) -> bool:
        """Whether the result is no longer wanted."""
        return self._handle.cancel_requested

    def progress(self, done: float, total: float) -> None:
        """Note the progress, and tell the listeners unless that was done a moment ago."""
        handle, now = self._handle, time.monotonic()
        left = self._time_left.report(done, total)
        handle.progress, handle.seconds_left = (done, total), left
        if done >= total or now - self._told >= PROGRESS_INTERVAL:
            self._told = now
            self._host.report(handle, _nothing, Progress(handle, done, total, left))

    def preview(self, value: Any) -> None:
        """Put an unfinished result behind the handle and tell the listeners."""
        self._host.report(self._handle, lambda: setattr(self._handle, "preview", value), Preview(self._handle))

    def notice(self, text: str) -> None:
        """Tell the listeners something that is no failure."""
        self._host.report(self._handle, _nothing, Notice(self._handle, text))

    def checkpoint(self) -> None:
        """Raise JobCancelled if cancelled; let the engine serve others; look again."""
        if self._handle.cancel_requested:
            raise JobCancelled
        self._host.attend()
        if self._handle.cancel_requested:
            raise JobCancelled

    def giving_way(self, network: nn.Module) -> AbstractContextManager[None]:
        """While open, every layer of the network is a checkpoint."""
        from cnnstudio.engine.taps import yield_points

        return yield_points(network, self.checkpoint)


class Task:
    """A job between submission and end; the engine's thread alone uses it once it was taken."""

    def __init__(self, handle: Handle, work: Work, args: tuple[Any, ...], needs_torch: bool) -> None:
        self.handle = handle
        self.needs_torch = needs_torch
        self._work = work
        self._args = args
        self._generator: Generator[Any, None, Any] | None = None
        self._modes = TorchModes()
        self._job: EngineJob | None = None

    def advance(self, host: Host) -> tuple[bool, Any]:
        """Run to the end, or as a long generator to its next yield; (whether it ended, value)."""
        with self._context(host):
            if self._generator is None:
                if self._job is None:
                    self._job = EngineJob(self.handle, host)
                value: Any = self._work(*self._args, self._job)
                if not inspect.isgenerator(value):
                    return True, value
                self._generator = cast("Generator[Any, None, Any]", value)
            return self._to_yield() if self.handle.lane == "long" else self._through()

    def _to_yield(self) -> tuple[bool, Any]:
        assert self._generator is not None
        try:
            next(self._generator)
        except StopIteration as end:
            return True, end.value
        return False, None

    def _through(self) -> tuple[bool, Any]:
        """An interactive generator keeps its turn; its yields are checkpoints."""
        assert self._job is not None
        while True:
            ended, value = self._to_yield()
            if ended:
                return True, value
            self._job.checkpoint()

    def start_over(self) -> None:
        """Forget how far the job got; the next `advance` begins at the beginning."""
        self._generator = None
        self._modes = TorchModes()

    def close(self, host: Host) -> None:
        """End a generator between two turns, running its `finally` parts; raises what they raise."""
        if self._generator is not None:
            generator, self._generator = self._generator, None
            with self._context(host):
                generator.close()

    def release(self) -> None:
        """Drop work, inputs and frames, so that nothing large outlives the job."""
        self._work, self._args, self._generator, self._job = _nothing, (), None, None

    def _context(self, host: Host) -> AbstractContextManager[None]:
        return self._modes.entered() if host.torch_ready else nullcontext()


def _nothing() -> None:
    pass
