"""Keeping what decoders in C print on standard error away from the person, who reads our message instead.

libpng and libjpeg write to file descriptor 2 themselves and OpenCV offers no way to stop them. While they work,
the descriptor leads through a pipe; a thread drops their lines and passes everything else on at once.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

NOISE = (
    b"libpng ", b"Corrupt JPEG data", b"Premature end of JPEG", b"Invalid SOS parameters", b"Unsupported marker",
    b"Inconsistent progression sequence", b"[ WARN:", b"[ERROR:", b"TIFFReadDirectory", b"TIFFFetch",
)  # fmt: skip
_STDERR = 2
_JOIN_S = 0.5

_lock = threading.Lock()
_users = 0
_real = -1
_thread: threading.Thread | None = None


@contextmanager
def decoders_silenced() -> Iterator[None]:
    """Inside, lines on file descriptor 2 that begin as one of `NOISE` vanish. For several threads at once."""
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _users, _real, _thread
    with _lock:
        _users += 1
        if _users > 1:
            return
        try:
            _real = os.dup(_STDERR)
        except OSError:
            # A program without a standard error has nothing to keep clean.
            _real = -1
            return
        ours, theirs = os.pipe()
        os.dup2(theirs, _STDERR)
        os.close(theirs)
        _thread = threading.Thread(target=_pass_on, args=(ours, os.dup(_real)), name="quiet", daemon=True)
        _thread.start()


def _leave() -> None:
    global _users, _real, _thread
    with _lock:
        _users -= 1
        if _users or _real < 0:
            return
        os.dup2(_real, _STDERR)
        os.close(_real)
        # A program started meanwhile holds the pipe open, and its words are passed on for as long as it runs.
        if _thread is not None:
            _thread.join(_JOIN_S)
        _real, _thread = -1, None


def _pass_on(source: int, target: int) -> None:
    held = b""
    within_line = False
    while chunk := os.read(source, 65536):
        lines = (held + chunk).splitlines(keepends=True)
        held = b""
        for line in lines:
            whole = line.endswith((b"\n", b"\r"))
            if not within_line and _is_noise(line, whole):
                held = b"" if whole else line
                continue
            _write(target, line)
            within_line = not whole
    os.close(source)
    if held and not held.startswith(NOISE):
        _write(target, held)
    os.close(target)


def _is_noise(line: bytes, whole: bool) -> bool:
    """Whether a line is noise, or, unfinished, may still become it."""
    return line.startswith(NOISE) or (not whole and any(each.startswith(line) for each in NOISE))


def _write(target: int, data: bytes) -> None:
    with suppress(OSError):
        while data:
            data = data[os.write(target, data) :]
