"""What a batch says on stderr while it runs: a progress bar on a terminal, plain lines anywhere else."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self


class Reporter(Protocol):
    """Receives the events of a batch; used as a context manager around it."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def done(self, source: Path, words: str) -> None:
        """One picture is finished (written or skipped)."""

    def failed(self, source: Path, message: str) -> None:
        """One picture is finished, in vain."""

    def note(self, source: Path, words: str) -> None:
        """Something about a picture that the person should know."""


def reporter(total: int, *, prefix: str = "", plain: bool | None = None) -> Reporter:
    """The reporter for a batch of `total` pictures; `prefix` tells ranks apart and forces plain lines."""
    if plain is None:
        plain = bool(prefix) or not sys.stderr.isatty()
    return PlainLines(total, prefix) if plain or total < 2 else ProgressBar(total)


def time_left(started: float, finished: int, total: int, now: float) -> float:
    """Seconds until `total` are finished, at the mean pace so far; 0 before the first is finished."""
    return (now - started) / finished * (total - finished) if finished else 0.0


def duration(seconds: float) -> str:
    """Seconds in words that fit a line: `8 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


class PlainLines:
    """A line a picture, with the time left; silent about the success of a single one."""

    def __init__(self, total: int, prefix: str = "", clock: Callable[[], float] = time.monotonic) -> None:
        self._total, self._prefix, self._clock = total, prefix, clock
        self._finished, self._started = 0, clock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def done(self, source: Path, words: str) -> None:
        """Print `[3/10] cup.jpg → out/cup.png, 8 s left`; nothing when there are no words for it."""
        self._finished += 1
        if words and (self._total > 1 or self._prefix):
            self._say(f"[{self._finished}/{self._total}] {source} {words}{self._left()}")

    def failed(self, source: Path, message: str) -> None:
        """Print the message with the program's name in front, as any error is."""
        self._finished += 1
        self._say(f"cnnstudio: {_named(source, message)}")

    def note(self, source: Path, words: str) -> None:
        """Print `cup.png: alpha dropped`."""
        self._say(_named(source, words))

    def _left(self) -> str:
        if self._finished == self._total:
            return ""
        left = time_left(self._started, self._finished, self._total, self._clock())
        return f", {duration(left)} left" if left >= 1 else ""

    def _say(self, words: str) -> None:
        sys.stderr.write(f"{self._prefix}{words}\n")
        sys.stderr.flush()


class ProgressBar:
    """rich's bar with the time left; messages scroll by above it."""

    def __init__(self, total: int) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        # Asked once: while decoders are silenced, standard error is no terminal.
        self._console = Console(stderr=True, highlight=False, force_terminal=True)
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("left"),
            console=self._console,
        )
        self._task = self._bar.add_task("", total=total)

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def done(self, source: Path, words: str) -> None:
        """Move the bar on and show the picture's name beside it."""
        self._bar.update(self._task, advance=1, description=_escaped(source.name))

    def failed(self, source: Path, message: str) -> None:
        """Move the bar on and leave the message above it."""
        self._say(f"cnnstudio: {_named(source, message)}", style="red")
        self._bar.update(self._task, advance=1)

    def note(self, source: Path, words: str) -> None:
        """Leave the note above the bar."""
        self._say(_named(source, words))

    def _say(self, words: str, style: str = "") -> None:
        self._console.print(words, markup=False, style=style, soft_wrap=True)


def notes_in_words(notes: Iterable[str]) -> str:
    """A picture's notes as one line, empty when there are none."""
    return "; ".join(notes)


def _named(source: Path, message: str) -> str:
    """The message with the picture's path as it was given: in place of its name, or in front."""
    if message.startswith(f"{source.name} "):
        return f"{source}{message.removeprefix(source.name)}"
    return message if source.name in message else f"{source}: {message}"


def _escaped(words: str) -> str:
    from rich.markup import escape

    return escape(words)
