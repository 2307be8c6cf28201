"""The one batch mechanism: every command that works on pictures hands it three functions.

Pictures are decoded ahead on a few threads while the present one is computed on the caller's thread and the
last one is written on another. One bad picture does not stop the rest. Memory stays bounded: at most `AHEAD`
pictures wait decoded and `BEHIND` results wait for the disk.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cnnstudio.commands.naming import Item
from cnnstudio.commands.ranks import Rank
from cnnstudio.commands.reporting import Reporter, notes_in_words, reporter
from cnnstudio.errors import StudioError
from cnnstudio.logs import report_crash

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture

AHEAD = 2
BEHIND = 2

P = TypeVar("P")
R = TypeVar("R")


def reader(max_megapixels: float | None = None) -> Callable[[Path], Picture]:
    """The `read` of every command on pictures; `max_megapixels` None means the program's own limit.

    Raises UsageError at once when the environment sets a limit that cannot be.
    """

    from cnnstudio.imaging.limits import max_pixels_allowed

    limit = max_pixels_allowed() if max_megapixels is None else max(1, round(max_megapixels * 1e6))

    def read(path: Path) -> Picture:
        from cnnstudio.imaging.reading import read_picture

        if path.is_dir():
            raise StudioError(f"{path} holds no picture.")
        return read_picture(path, max_pixels=limit)

    return read


class Batch(Generic[P, R]):
    """Runs `write(compute(read(source)), item)` over items.

    `read(path) -> picture` runs ahead on threads; `compute(picture) -> result` on the caller's thread;
    `write(result, item)` behind on one thread. All may raise StudioError, which is reported for that picture;
    `notes` that a picture or a result carries are said.
    """

    def __init__(
        self,
        read: Callable[[Path], P],
        compute: Callable[[P], R],
        write: Callable[[R, Item], None],
    ) -> None:
        self._read, self._compute, self._write = read, compute, write

    def run(self, items: Sequence[Item], *, skip_existing: bool = False, rank: Rank | None = None) -> int:
        """Work through this rank's share of the items; returns the exit code, 0 or, when any failed, 1."""
        rank = rank or Rank()
        prefix = f"[rank {rank.index}/{rank.world}] " if rank.world > 1 else ""
        mine = rank.share(items)
        failures: list[Item] = []
        # What is printed instead of written would tear a progress bar apart.
        plain = True if any(not item.targets for item in mine) else None
        with reporter(len(mine), prefix=prefix, plain=plain) as report, _Pipeline(self._read, self._write) as pipeline:
            todo = []
            for item in mine:
                if skip_existing and item.targets and all(target.exists() for target in item.targets):
                    report.done(item.source, f"skipped, {item.targets[0]} exists")
                else:
                    todo.append(item)
            for item, picture in pipeline.decoded(todo):
                self._one(item, picture, pipeline, report, failures)
                pipeline.settle(BEHIND, report, failures)
            pipeline.settle(0, report, failures)
        return 1 if failures else 0

    def _one(
        self, item: Item, decoded: Future[P], pipeline: _Pipeline[P, R], report: Reporter, failures: list[Item]
    ) -> None:
        try:
            picture = decoded.result()
            _say_notes(picture, item, report)
            result = self._compute(picture)
            _say_notes(result, item, report)
        except Exception as error:  # noqa: BLE001 - one bad picture must not stop the batch; it is reported
            failures.append(item)
            _explain(error, item, report)
        else:
            pipeline.write(result, item)


class _Pipeline(Generic[P, R]):
    """The threads before and behind the computation."""

    def __init__(self, read: Callable[[Path], P], write: Callable[[R, Item], None]) -> None:
        self._read, self._write = read, write
        self._readers = ThreadPoolExecutor(AHEAD, thread_name_prefix="decode")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._writing: deque[tuple[Item, Future[None]]] = deque()

    def __enter__(self) -> _Pipeline[P, R]:
        return self

    def __exit__(self, *_: Any) -> None:
        # What is being written is finished, as every write is atomic and short; what waits is dropped.
        self._readers.shutdown(wait=True, cancel_futures=True)
        self._writer.shutdown(wait=True, cancel_futures=True)

    def decoded(self, items: Sequence[Item]) -> Iterator[tuple[Item, Future[P]]]:
        """Every item with its picture in the making, started `AHEAD` items before it is asked for."""
        waiting: deque[tuple[Item, Future[P]]] = deque()
        for item in items:
            waiting.append((item, self._readers.submit(self._read, item.source)))
            if len(waiting) > AHEAD:
                yield waiting.popleft()
        while waiting:
            yield waiting.popleft()

    def write(self, result: R, item: Item) -> None:
        """Hand a result to the writing thread."""
        self._writing.append((item, self._writer.submit(self._write, result, item)))

    def settle(self, waiting: int, report: Reporter, failures: list[Item]) -> None:
        """Report finished writes in order, until at most `waiting` are left."""
        while self._writing and (len(self._writing) > waiting or self._writing[0][1].done()):
            item, written = self._writing.popleft()
            try:
                written.result()
            except BrokenPipeError:
                # Nobody reads what is printed any more.
                raise
            except Exception as error:  # noqa: BLE001 - as for reading: reported, and on with the next
                failures.append(item)
                _explain(error, item, report)
            else:
                report.done(item.source, f"→ {item.targets[0]}" if item.targets else "")


def _say_notes(made: object, item: Item, report: Reporter) -> None:
    notes = notes_in_words(getattr(made, "notes", ()))
    if notes:
        report.note(item.source, notes)


def _explain(error: Exception, item: Item, report: Reporter) -> None:
    if isinstance(error, StudioError):
        report.failed(item.source, str(error))
    elif isinstance(error, MemoryError):
        report.failed(item.source, "there is not enough memory for this picture. Reduce it first.")
    else:
        report.failed(item.source, report_crash(error, f"on {item.source.name}"))
