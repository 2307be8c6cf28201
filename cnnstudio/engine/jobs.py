"""What a job is: to the work that is done (`Job`), and to whoever asked for it (`Handle`).

A *work* is a plain function `work(*args, job) -> value`, or a generator function of the same shape whose
every `yield` is a point at which the engine may serve others; it returns its value with `return`. It knows
neither the window, nor the command line, nor the engine: only the `Job` that it is handed as its last
argument.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from enum import Enum
from typing import Any, Literal

from cnnstudio.job import Job

__all__ = ["Handle", "Job", "JobCancelled", "JobState", "Lane", "Work"]

Lane = Literal["interactive", "long"]
Work = Callable[..., Any]


class JobState(Enum):
    """Where a job stands; the last three are final."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether the job will never change its state again."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class JobCancelled(BaseException):
    """Raised inside work, at its checkpoints, once it was cancelled or superseded.

    Not an `Exception`, so that an honest `except Exception` in the work does not swallow it. Work lets it
    pass; it may clean up in `finally`.
    """


class Handle:
    """One submitted job, as its owner sees it.

    Reading is safe from any thread. The attributes are written by the engine alone: while the job is not
    final they may be replaced at any moment, afterwards they never change. `cancel` and `wait` may be
    called from any thread; `wait` must not be called from a listener.

    Attributes:
        key: whose job this is; a later submission with an equal key supersedes it.
        title: what people call it.
        lane: "interactive" or "long".
        state: a JobState.
        progress: (done, total), or None before the first report.
        seconds_left: estimated time to the end, or None while unknown.
        preview: the latest unfinished result, or None.
        result: what the work returned; None until the state is DONE.
        error: the sentence to show when the state is FAILED, else "".
        exception: what was raised, without its traceback (which is in the log), or None.
        device: where the job ran last.
        cancel_requested: the job was cancelled or superseded; no event but Cancelled follows, whatever the
            work does.
        superseded: cancelled because of a later submission with the same key.
    """

    def __init__(self, key: Hashable, title: str, lane: Lane, on_cancel: Callable[[Handle], None]) -> None:
        self.key = key
        self.title = title
        self.lane: Lane = lane
        self.state = JobState.QUEUED
        self.progress: tuple[float, float] | None = None
        self.seconds_left: float | None = None
        self.preview: Any = None
        self.result: Any = None
        self.error = ""
        self.exception: BaseException | None = None
        self.device = "cpu"
        self.cancel_requested = False
        self.superseded = False
        self.settled = threading.Event()
        self._on_cancel = on_cancel

    def __repr__(self) -> str:
        return f"<Handle {self.title or self.key!r}: {self.state.value}>"

    def cancel(self) -> None:
        """Stop wanting the result: a queued job ends at once, a running one at its next checkpoint."""
        self._on_cancel(self)

    def wait(self, timeout: float | None = None) -> bool:
        """Block until the job is final, at most `timeout` seconds; whether it is. For scripts and tests."""
        return self.settled.wait(timeout)
