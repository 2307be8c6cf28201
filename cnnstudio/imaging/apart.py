"""Work that cannot be interrupted, on a thread of its own, while the job that wants it still gives way.

An encoder, a silent server or a folder on a slow disk offer no point at which others could be served; the
waiting for them does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

from cnnstudio.imaging.decoding import Checkpoint

Made = TypeVar("Made")

POLL_S = 0.01


class Apart(Generic[Made]):
    """One run of `work(dropped)` on a new thread, begun at once.

    dropped: set when nobody wants the result any more; long work looks at it now and then. daemon: whether the
    program may end meanwhile; it waits for the others.
    """

    def __init__(self, work: Callable[[threading.Event], Made], name: str, *, daemon: bool = True) -> None:
        self.dropped = threading.Event()
        self._work: Callable[[threading.Event], Made] | None = work
        self._made: list[Made] = []
        self._error: BaseException | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._run, name=f"cnnstudio-{name}", daemon=daemon).start()

    @property
    def running(self) -> bool:
        """Whether the work has not ended yet."""
        return not self._ended.is_set()

    def wait(self, timeout: float) -> bool:
        """Block for at most `timeout` seconds; whether the work has ended."""
        return self._ended.wait(timeout)

    def result(self, checkpoint: Checkpoint, keep: Callable[[], bool] = lambda: False) -> Made:
        """What the work returns or raises; meanwhile `checkpoint` is invoked, at once and then every 10 ms.

        What that raises passes through at once, and the work is dropped, unless `keep()` says that it is to be
        finished all the same.
        """
        try:
            checkpoint()
            while not self._ended.wait(POLL_S):
                checkpoint()
        except BaseException:
            if not keep():
                self.dropped.set()
            raise
        if self._error is not None:
            raise self._error
        return self._made[0]

    def _run(self) -> None:
        assert self._work is not None
        try:
            self._made.append(self._work(self.dropped))
        except BaseException as error:  # noqa: BLE001 - raised again where the result is asked for
            self._error = error
        finally:
            self._work = None
            self._ended.set()
