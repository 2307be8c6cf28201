"""What a long scan says on standard error: a bar on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cnnstudio.commands.reporting import duration

Progress = Callable[[float, float, float | None], None]
Say = Callable[[str], None]

_SECONDS = 5.0


@contextmanager
def scan_shown(prefix: str = "", clock: Callable[[], float] = time.monotonic) -> Iterator[tuple[Progress, Say]]:
    """Two callbacks: (pictures done, in all, seconds left or None), and a message. prefix: forces plain lines."""
    if prefix or not sys.stderr.isatty():
        yield _lines(prefix, clock), lambda words: _write(f"{prefix}cnnstudio: {words}")
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    console = Console(stderr=True, highlight=False)
    columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("", total=None)

        def show(done: float, total: float, left: float | None) -> None:
            bar.update(task, completed=done, total=total, description="" if left is None else f"{duration(left)} left")

        yield show, lambda words: console.print(f"cnnstudio: {words}", markup=False, soft_wrap=True)


def _lines(prefix: str, clock: Callable[[], float]) -> Progress:
    last = clock()

    def show(done: float, total: float, left: float | None) -> None:
        nonlocal last
        if done < total and clock() - last < _SECONDS:
            return
        last = clock()
        words = f", {duration(left)} left" if left else ""
        _write(f"{prefix}{done:.0f} of {total:.0f} pictures{words}")

    return show


def _write(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
