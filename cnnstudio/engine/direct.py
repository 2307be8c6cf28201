"""The same work for a second caller: the command line runs it here and now, in its own thread."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cnnstudio.engine.cores import available_cores
from cnnstudio.engine.device import choose_device, free_caches, is_out_of_memory
from cnnstudio.engine.failures import fell_back
from cnnstudio.engine.jobs import Work
from cnnstudio.engine.time_left import TimeLeft


class DirectJob:
    """The `Job` of work that runs in the caller's thread; nobody else is served and nobody cancels.

    Ctrl+C arrives as KeyboardInterrupt, as in any script.
    """

    cancelled = False

    def __init__(
        self,
        title: str,
        device: str,
        threads: int,
        on_progress: Callable[[float, float, float | None], None] | None,
        on_preview: Callable[[Any], None] | None,
        on_notice: Callable[[str], None] | None,
    ) -> None:
        self.title = title
        self.threads = threads
        self._wanted = device
        self._device: str | None = None
        self._on_progress = on_progress
        self._on_preview = on_preview
        self._on_notice = on_notice
        self._time_left = TimeLeft()

    @property
    def device(self) -> str:
        """The device to compute on, chosen when first asked for: work without torch never imports it."""
        if self._device is None:
            self._device = choose_device(self._wanted)
        return self._device

    @property
    def asked_device(self) -> str | None:
        """The device, if the work ever asked for it."""
        return self._device

    def progress(self, done: float, total: float) -> None:
        """Hand (done, total, seconds left or None) to the caller."""
        left = self._time_left.report(done, total)
        if self._on_progress is not None:
            self._on_progress(done, total, left)

    def preview(self, value: Any) -> None:
        """Hand an unfinished result to the caller."""
        if self._on_preview is not None:
            self._on_preview(value)

    def notice(self, text: str) -> None:
        """Hand a remark to the caller."""
        if self._on_notice is not None:
            self._on_notice(text)

    def checkpoint(self) -> None:
        """Nobody waits here."""

    def giving_way(self, network: Any) -> AbstractContextManager[None]:
        """Nobody waits here either."""
        return nullcontext()


def run_now(
    work: Work,
    *args: Any,
    device: str = "cpu",
    title: str = "",
    threads: int | None = None,
    on_progress: Callable[[float, float, float | None], None] | None = None,
    on_preview: Callable[[Any], None] | None = None,
    on_notice: Callable[[str], None] | None = None,
) -> Any:
    """Run `work(*args, job)`, function or generator, to its end in the calling thread; what it returned.

    `device` is a name that `choose_device` understands; `threads` defaults to all cores. If the device runs
    out of memory the work is done again on the CPU, and `on_notice` is told. What the work raises is
    raised.
    """
    count = threads or available_cores()
    job = DirectJob(title, device, count, on_progress, on_preview, on_notice)
    try:
        return _to_end(work(*args, job))
    except Exception as error:
        if not is_out_of_memory(error) or job.asked_device in (None, "cpu"):
            raise
    free_caches()
    job.notice(fell_back(title, str(job.asked_device)))
    return _to_end(work(*args, DirectJob(title, "cpu", count, on_progress, on_preview, on_notice)))


def _to_end(value: Any) -> Any:
    if not inspect.isgenerator(value):
        return value
    while True:
        try:
            next(value)
        except StopIteration as end:
            return end.value
