"""What fetching a network says on standard error: a bar on a terminal, a line at its beginning and end elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model, Source

Progress = Callable[[int, int], None]
Waiting = Callable[[str], None]


def ensured(name: str) -> Model:
    """The network of this name, fetched first if it is missing and fetching is allowed.

    Raises UsageError for a name that does not exist, ModelError when it cannot be had.
    """
    from cnnstudio.models import place
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.ensuring import ensure

    model = model_named(name)
    if not place.installed(model):
        with fetch_shown(model) as (progress, waiting):
            ensure(model, progress=progress, waiting=waiting)
    return model


def fetch_now(model: Model, source: str | None) -> Source | None:
    """Fetch a network with its progress shown; the source that brought it, None when it was there."""
    from cnnstudio.models.fetching import fetch

    with fetch_shown(model) as (progress, waiting):
        return fetch(model, source=source, progress=progress, waiting=waiting)


@contextmanager
def fetch_shown(model: Model) -> Iterator[tuple[Progress, Waiting]]:
    """The two callbacks of a fetch, drawn on standard error."""
    if not sys.stderr.isatty():
        yield lambda done, total: None, lambda words: _say(f"{model.name}: trying {words}")
        return
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True, highlight=False)
    # Short columns: all of it stays on one line of 80 characters.
    columns = (TextColumn("{task.description}"), BarColumn(20), DownloadColumn(), TimeRemainingColumn(compact=True))
    with Progress(*columns, TextColumn("left"), console=console, transient=True) as bar:
        task = bar.add_task(model.name, total=model.size)

        def waiting(words: str) -> None:
            console.print(f"{model.name}: trying {words}", markup=False)
            bar.update(task, completed=0)

        yield lambda done, total: bar.update(task, completed=done, total=total or None), waiting


def megabytes(size: int) -> str:
    """A size in words, `35 MB`, or `0.4 MB` below ten."""
    millions = size / 1e6
    if millions >= 1000:
        return f"{millions / 1000:.1f} GB"
    return f"{millions:.0f} MB" if millions >= 10 else f"{millions:.1f} MB"


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()
