"""One process at a time works on the files of a network: the others wait, and mostly find the work done.

The lock is the operating system's, so that a process that was killed does not hold it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.registry import Model


@contextmanager
def only_one(
    model: Model, tick: Callable[[], None], waiting: Callable[[str], None] = lambda words: None
) -> Iterator[None]:
    """Hold the network's lock; while another process has it, `tick` is invoked four times a second.

    waiting: told in words, once, that another has it. Raises ModelError when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = place.made(place.models_dir())
    lock = FileLock(folder / f".{model.name}.lock")
    told = False
    while True:
        try:
            lock.acquire(timeout=0.25)
            break
        except Timeout:
            if not told:
                waiting("to wait for another CNN Studio that is fetching it")
            told = True
            tick()
        except OSError as error:
            raise ModelError(
                f"{folder} cannot be written ({error.strerror}). Set {place.VARIABLE} to a folder that can be."
            ) from error
    try:
        yield
    finally:
        lock.release()
