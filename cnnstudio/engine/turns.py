"""One turn of one job on the engine's thread: begin, advance, and whatever end it takes."""

from __future__ import annotations

import threading
from typing import Any, Protocol

from cnnstudio.engine import task as tasks
from cnnstudio.engine.device import free_caches, is_out_of_memory
from cnnstudio.engine.events import Cancelled, Event, Failed, Finished, Notice, Started
from cnnstudio.engine.failures import as_studio_error, fell_back, log_exception, strip
from cnnstudio.engine.jobs import JobCancelled, JobState
from cnnstudio.engine.lanes import Lanes
from cnnstudio.engine.task import Task
from cnnstudio.errors import StudioError


class Host(tasks.Host, Protocol):
    """What turns need of the engine."""

    @property
    def device(self) -> str:
        """The device that the next job gets."""

    @property
    def torch_error(self) -> str:
        """Why torch could not be loaded, or ""."""

    def emit(self, event: Event) -> None:
        """Tell the listeners."""

    def run_errands(self) -> None:
        """Do what was posted to the engine's thread."""


class Turns:
    """Runs tasks, nested ones included. Used by the engine's thread; `settle` by whoever holds the lock."""

    def __init__(self, host: Host, lanes: Lanes, lock: threading.RLock) -> None:
        self._host = host
        self._lanes = lanes
        self._lock = lock
        self._current: Task | None = None

    @property
    def inside_long(self) -> bool:
        """Whether the innermost running job is a long one, at whose checkpoints others may be served."""
        return self._current is not None and self._current.handle.lane == "long"

    def run(self, task: Task) -> None:
        """Give a task under way its turn."""
        self._host.run_errands()
        outer, self._current = self._current, task
        try:
            ended = self._advance(task)
        finally:
            self._current = outer
        if not ended:
            with self._lock:
                self._lanes.pause(task)

    def close(self, task: Task) -> None:
        """End a task that was cancelled between two turns."""
        outer, self._current = self._current, task
        try:
            task.close(self._host)
        except JobCancelled:
            pass
        except BaseException as error:  # noqa: BLE001 - logged; the job is over either way
            log_exception(f"{task.handle!r} failed while it was being cancelled", error)
        finally:
            self._current = outer
        self.settle(task, JobState.CANCELLED)

    def settle(self, task: Task, state: JobState, result: Any = None, error: BaseException | None = None) -> None:
        """Make a task's end known; whatever its work achieved, a cancelled job ends as cancelled."""
        handle = task.handle
        event: Event
        with self._lock:
            if handle.cancel_requested or state is JobState.CANCELLED:
                handle.cancel_requested, state, event = True, JobState.CANCELLED, Cancelled(handle)
            elif error is not None:
                handle.error, handle.exception = str(as_studio_error(handle.title, error)), strip(error)
                event = Failed(handle, handle.error)
            else:
                handle.result, event = result, Finished(handle)
            handle.state = state
            self._lanes.end(task)
            task.release()
            self._host.emit(event)
            handle.settled.set()

    def _advance(self, task: Task) -> bool:
        """Run the task to its end or next yield; whether it ended. Nothing the work raises gets past here."""
        handle = task.handle
        while True:
            if handle.cancel_requested:
                self.close(task)
                return True
            try:
                self._begin(task)
                ended, value = task.advance(self._host)
            except JobCancelled:
                self.settle(task, JobState.CANCELLED)
                return True
            except BaseException as error:  # noqa: BLE001 - it becomes the job's message
                if not (is_out_of_memory(error) and handle.device != "cpu"):
                    self._fail(task, error)
                    return True
            else:
                if ended:
                    self.settle(task, JobState.DONE, value)
                return ended
            # Only here is the exception gone, and with it the frames that held the tensors.
            self._fall_back(task)

    def _begin(self, task: Task) -> None:
        handle = task.handle
        if handle.state is not JobState.QUEUED:
            return
        if task.needs_torch and self._host.torch_error:
            raise StudioError(self._host.torch_error)
        handle.device = self._host.device
        self._host.report(handle, lambda: setattr(handle, "state", JobState.RUNNING), Started(handle))

    def _fail(self, task: Task, error: BaseException) -> None:
        if not isinstance(error, StudioError) and not task.handle.cancel_requested:
            log_exception(f"{task.handle!r} failed", error)
        self.settle(task, JobState.FAILED, error=error)

    def _fall_back(self, task: Task) -> None:
        handle = task.handle
        task.start_over()
        free_caches()
        self._host.emit(Notice(handle, fell_back(handle.title, handle.device)))
        handle.device = "cpu"
