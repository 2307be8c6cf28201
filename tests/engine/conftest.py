"""A real engine for every test, and an ear that hears what it says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator

import pytest

from cnnstudio.engine import Engine, Event, Handle, JobCancelled

PATIENCE = 20.0


class Ear:
    """A listener that keeps events with their time and lets a test wait for one."""

    def __init__(self) -> None:
        self.heard: list[tuple[float, Event]] = []
        self._news = threading.Condition()

    def __call__(self, event: Event) -> None:
        with self._news:
            self.heard.append((time.perf_counter(), event))
            self._news.notify_all()

    def of(self, handle: Handle | None) -> list[str]:
        """Names of the events about one handle, in order."""
        with self._news:
            return [type(e).__name__ for _, e in self.heard if e.handle is handle]

    def wait_for(self, kind: type[Event], handle: Handle | None = None) -> tuple[float, Event]:
        """Block until such an event is heard; its time and itself."""
        found: list[tuple[float, Event]] = []

        def there() -> bool:
            found[:] = [(t, e) for t, e in self.heard if isinstance(e, kind) and e.handle is handle]
            return bool(found)

        with self._news:
            assert self._news.wait_for(there, PATIENCE), f"no {kind.__name__}; heard {self.heard}"
        return found[0]


class Gate:
    """Work that a test can hold: `hold` waits at checkpoints until `open` was called."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self._opened = threading.Event()

    def open(self) -> None:
        self._opened.set()

    def function(self, job: object) -> str:
        """A plain function that reaches checkpoints all the time."""
        self.entered.set()
        while not self._opened.wait(0.001):
            job.checkpoint()  # type: ignore[attr-defined]
        return "through"

    def generator(self, job: object) -> Iterator[None]:
        """The same as a generator."""
        self.entered.set()
        while not self._opened.wait(0.001):
            yield
        return "through"

    def deaf(self, job: object) -> str:
        """Work that never looks up."""
        self.entered.set()
        assert self._opened.wait(PATIENCE)
        return "through"


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def gate() -> Iterator[Gate]:
    made = Gate()
    yield made
    made.open()


@pytest.fixture
def make_engine(ear: Ear) -> Iterator[Callable[..., Engine]]:
    """Make engines that are stopped at the end of the test; torch is pretended unless a loader is given."""
    made: list[Engine] = []

    def make(*, start: bool = True, **options: object) -> Engine:
        engine = Engine(**{"device": "cpu", "loader": lambda: None, **options})  # type: ignore[arg-type]
        engine.add_listener(ear)
        made.append(engine)
        return engine.start(load_torch=False) if start else engine

    yield make
    for engine in made:
        engine.stop(5)


@pytest.fixture
def engine(make_engine: Callable[..., Engine]) -> Engine:
    return make_engine()


__all__ = ["JobCancelled"]
