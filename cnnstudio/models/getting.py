"""Fetching and importing as works for the engine: the network and the disk are waited for on another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

from cnnstudio.imaging.apart import Apart
from cnnstudio.job import Job
from cnnstudio.models import catalogue
from cnnstudio.models.ensuring import check_allowed, offline
from cnnstudio.models.fetching import fetch, wrong_files
from cnnstudio.models.importing import import_file
from cnnstudio.models.registry import Model

_TURN_S = 0.004


class _DroppedError(Exception):
    """Nobody wants the files any more."""


def get(model: Model, job: Job) -> Iterator[None]:
    """Fetch a network's files, giving way all the while; a cancelled download goes on from there the next time.

    Files that are here and wrong are replaced. Progress is that of the source which is tried. Raises FetchError, or
    ModelError where fetching is forbidden.
    """
    counted = [0, 0]

    def work(dropped: threading.Event) -> None:
        def progress(done: int, total: int) -> None:
            if dropped.is_set():
                raise _DroppedError
            if total > 0:  # nothing is known while another process has the network
                counted[:] = done, total

        check_allowed(model)
        if not offline():
            fetch(model, progress=progress)

    return _apart(work, "fetch", job, lambda: job.progress(*counted) if counted[1] else None)


def look_through(models: tuple[Model, ...], job: Job) -> Iterator[None]:
    """Returns the names of the networks that have a file which is not what it should be."""

    def work(dropped: threading.Event) -> tuple[str, ...]:
        def look() -> None:
            if dropped.is_set():
                raise _DroppedError

        return tuple(model.name for model in models if wrong_files(model, look))

    return _apart(work, "verify", job, lambda: None)


def take_in(model: Model, path: Path, job: Job) -> Iterator[None]:
    """Import a file that a person has; returns the names of the files that are still missing."""

    def work(dropped: threading.Event) -> tuple[str, ...]:
        def look() -> None:
            if dropped.is_set():
                raise _DroppedError

        return tuple(each.name for each in import_file(model, path, look))

    return _apart(work, "import", job, lambda: None)


def list_all(job: Job) -> Iterator[None]:
    """Returns every network there is; the first time torchvision is imported for its part of them, which is slow."""

    def work(dropped: threading.Event) -> tuple[Model, ...]:
        return catalogue.every_model()

    return _apart(work, "models", job, lambda: None)


def _apart(
    work: Callable[[threading.Event], object], name: str, job: Job, tell: Callable[[], None]
) -> Iterator[None]:
    apart = Apart(work, name)
    try:
        while not apart.wait(_TURN_S):
            tell()
            job.checkpoint()
            yield
    finally:
        apart.dropped.set()
    return apart.result(lambda: None)  # type: ignore[return-value]
