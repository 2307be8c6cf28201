"""What a test may not leave behind: threads, timers of closed windows, and error lines in the log.

Each finder names the thing and, for timers, the line that started it, since the test that suffers is often another one.
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import shiboken6
from PySide6.QtCore import QTimer

KNOWN_THREADS = ("quiet", "cnnstudio-torch-loader")
"""Threads that live as long as the process: the filter on stderr, and torch's import, which cannot be ended."""

THREAD_SECONDS = 20.0


@contextmanager
def started_timers() -> Iterator[list[tuple[QTimer, str]]]:
    """Collects every timer started meanwhile, with the place where it was."""
    found: list[tuple[QTimer, str]] = []
    start = QTimer.start

    def noted(timer: QTimer, *args: int) -> None:
        frame = next(f for f in reversed(traceback.extract_stack()[:-1]) if "unittest" not in f.filename)
        found.append((timer, f"{frame.filename}:{frame.lineno}"))
        start(timer, *args)

    QTimer.start = noted  # type: ignore[method-assign, assignment]
    try:
        yield found
    finally:
        QTimer.start = start  # type: ignore[method-assign]


def active(timers: list[tuple[QTimer, str]]) -> list[str]:
    """Where the timers were started that still run."""
    return sorted({place for timer, place in timers if shiboken6.isValid(timer) and timer.isActive()})


def left_threads(before: set[threading.Thread], seconds: float = THREAD_SECONDS) -> list[str]:
    """The threads that were not there before and do not end; those that are ending get a moment."""
    deadline = time.monotonic() + seconds
    new = [t for t in threading.enumerate() if t not in before and not t.name.startswith(KNOWN_THREADS)]
    for thread in new:
        thread.join(max(0.0, deadline - time.monotonic()))
    return sorted(t.name for t in new if t.is_alive())


class ErrorLines(logging.Handler):
    """Collects what is logged as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the line without its traceback."""
        self.lines.append(record.getMessage())


@contextmanager
def error_lines(name: str = "cnnstudio") -> Iterator[Callable[[], list[str]]]:
    """The error lines of a logger and those below it, also where they are not passed on to the root."""
    handler, logger = ErrorLines(), logging.getLogger(name)
    logger.addHandler(handler)
    try:
        yield lambda: list(handler.lines)
    finally:
        logger.removeHandler(handler)
