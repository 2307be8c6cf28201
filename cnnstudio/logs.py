"""The log file and crash reports: what went wrong is kept for the maintainer, not thrown at the person.

People read one line; the traceback goes here. The home folder is written as `~`, so that a log can be
attached to a report as it is. Logging never stops the program: without a writable folder it is silently off.
"""

from __future__ import annotations

import logging
import sys
import threading
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType
from typing import TextIO

from cnnstudio import __version__, paths
from cnnstudio.errors import StudioError

LOG = logging.getLogger("cnnstudio")
_MAX_BYTES = 1_000_000
_BACKUPS = 3


class _HomelessFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return super().format(record).replace(str(Path.home()), "~")


def log_file() -> Path:
    """Path of the current log, whether or not it exists yet."""
    return paths.folders().log / "cnnstudio.log"


def start_logging(level: int = logging.INFO) -> bool:
    """Send the log to `log_file()`, rotating at 1 MB; False when the folder cannot be written.

    Calling it again is harmless, and moves the log if CNNSTUDIO_HOME has changed.
    """
    target = log_file()
    for handler in list(LOG.handlers):
        if isinstance(handler, RotatingFileHandler):
            if Path(handler.baseFilename) == target.absolute():
                return True
            LOG.removeHandler(handler)
            handler.close()
    LOG.propagate = False
    LOG.setLevel(level)
    try:
        paths.made(target.parent)
        handler = RotatingFileHandler(
            target, maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8", delay=True
        )
        target.touch()
    except (OSError, StudioError):
        LOG.addHandler(logging.NullHandler())
        return False
    handler.setFormatter(_HomelessFormatter("%(asctime)s %(levelname)s %(threadName)s %(name)s: %(message)s"))
    LOG.addHandler(handler)
    return True


def report_crash(error: BaseException, doing: str = "") -> str:
    """Log an unexpected error with its traceback; return the one line to show a person."""
    kept = start_logging()
    LOG.error(
        "cnnstudio %s, Python %s on %s: unexpected error %s",
        __version__, sys.version.split()[0], sys.platform, doing or "",
        exc_info=(type(error), error, error.__traceback__),
    )  # fmt: skip
    detail = str(error).strip().splitlines()
    words = f"{type(error).__name__}: {detail[0]}" if detail else type(error).__name__
    where = f"The details are in {log_file()}" if kept else "No log could be written; see `cnnstudio where`"
    return f"unexpected error, {words}. {where}"


def catch_crashes() -> None:
    """Log what nobody caught, on every thread; the stack of a hard crash goes to crash.txt beside the log."""
    if not start_logging():
        return
    import faulthandler

    # Kept open on purpose: faulthandler writes to the descriptor when the interpreter can do nothing else.
    _crash_file.append((log_file().parent / "crash.txt").open("a", encoding="utf-8"))
    faulthandler.enable(_crash_file[-1])
    sys.excepthook = _on_uncaught
    threading.excepthook = lambda args: (
        _on_uncaught(args.exc_type, args.exc_value, args.exc_traceback)
        if args.exc_type is not SystemExit
        else None
    )


_crash_file: list[TextIO] = []


def _on_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    message = report_crash((error or kind()).with_traceback(trace), "that nobody caught")
    if sys.stderr is not None:
        sys.stderr.write(f"cnnstudio: {message}\n")
