"""The two queues. Pure bookkeeping without threads: the engine holds its lock around every call.

Held here: per key at most one job waits and at most one is under way; a key's interactive jobs keep their
place in the queue when a newer state replaces them, so that one busy slider cannot starve another; long
jobs take turns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Hashable, Iterator

from cnnstudio.engine.task import Task


class Lanes:
    """Waiting and running tasks of an engine."""

    def __init__(self) -> None:
        self._waiting: dict[Hashable, Task] = {}
        self._paused: deque[Task] = deque()
        self._under_way: dict[Hashable, Task] = {}

    def __iter__(self) -> Iterator[Task]:
        """Every task that is not yet ended."""
        return iter((*self._waiting.values(), *self._under_way.values()))

    def waiting(self, key: Hashable) -> Task | None:
        """The task of this key that has not begun."""
        return self._waiting.get(key)

    def under_way(self, key: Hashable) -> Task | None:
        """The task of this key that has begun and not ended."""
        return self._under_way.get(key)

    def add(self, task: Task) -> Task | None:
        """Let a task wait; one with the same key gives up its place to it and is returned."""
        previous = self._waiting.get(task.handle.key)
        if previous is not None and previous.handle.lane != task.handle.lane:
            del self._waiting[task.handle.key]
        self._waiting[task.handle.key] = task
        return previous

    def drop(self, task: Task) -> None:
        """Remove a task that waits."""
        del self._waiting[task.handle.key]

    def take_interactive(self, ready: Callable[[Task], bool]) -> Task | None:
        """The next interactive task that may run, now under way."""
        return self._begin("interactive", ready)

    def take_long(self, ready: Callable[[Task], bool]) -> Task | None:
        """The long task whose turn it is: a new one at once, else the one that has paused longest."""
        return self._begin("long", ready) or (self._paused.popleft() if self._paused else None)

    def take_cancelled(self) -> Task | None:
        """A long task that was cancelled between two turns."""
        for task in self._paused:
            if task.handle.cancel_requested:
                self._paused.remove(task)
                return task
        return None

    def pause(self, task: Task) -> None:
        """A long task's turn is over."""
        self._paused.append(task)

    def end(self, task: Task) -> None:
        """A task under way has ended."""
        del self._under_way[task.handle.key]

    def _begin(self, lane: str, ready: Callable[[Task], bool]) -> Task | None:
        for key, task in self._waiting.items():
            if task.handle.lane == lane and key not in self._under_way and ready(task):
                del self._waiting[key]
                self._under_way[key] = task
                return task
        return None
