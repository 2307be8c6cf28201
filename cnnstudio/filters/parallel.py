"""Sharing the rows of one result out over threads, with a place to stop between strips.

OpenCV and NumPy release the interpreter's lock while they compute, so plain Python threads suffice, and
OpenCV's filters use one thread each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from itertools import pairwise
from threading import Event, Lock

from cnnstudio.filters.sizes import Span

Pause = Callable[[], None]
"""Called between strips; raising ends the work."""


class _Stopped(Exception):
    """Ends a helping thread after another one, or the caller's checkpoint, has raised."""


def usable_cores() -> int:
    """The processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def share_out(
    segments: list[Span], work: Callable[[Span, Pause], None], threads: int, checkpoint: Pause | None
) -> None:
    """Run `work(segment, pause)` for every segment on `threads` threads; returns when all are done.

    The calling thread works along and is the only one that calls `checkpoint`. What `checkpoint` or a worker
    raises ends the others at their next pause and is raised here.
    """
    pause = checkpoint or (lambda: None)
    if threads <= 1 or len(segments) <= 1:
        for segment in segments:
            pause()
            work(segment, pause)
        return
    stopped, waiting, lock = Event(), iter(segments), Lock()

    def helper() -> None:
        def look() -> None:
            if stopped.is_set():
                raise _Stopped

        try:
            for segment in _taken(waiting, lock):
                look()
                work(segment, look)
        except _Stopped:
            return
        except BaseException:
            stopped.set()
            raise

    with ThreadPoolExecutor(threads - 1, "filter") as pool:
        helpers = [pool.submit(helper) for _ in range(threads - 1)]
        try:
            for segment in _taken(waiting, lock):
                if stopped.is_set():
                    break
                pause()
                work(segment, pause)
            running = set(helpers)
            while running:
                running = wait(running, timeout=0.01, return_when=FIRST_COMPLETED).not_done
                pause()
        finally:
            stopped.set()
    for each in helpers:
        each.result()


def _taken(waiting: Iterator[Span], lock: Lock) -> Iterator[Span]:
    while True:
        with lock:
            segment = next(waiting, None)
        if segment is None:
            return
        yield segment


def spans(start: int, stop: int, length: int) -> list[Span]:
    """start…stop in pieces of at most `length`, all about equally long."""
    count = max(1, -(-(stop - start) // max(1, length)))
    edges = [start + (stop - start) * k // count for k in range(count + 1)]
    return [(a, b) for a, b in pairwise(edges) if b > a]
