"""Small things that any thread asks the engine's thread to do, and the flag that a busy job looks at."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable

from cnnstudio.engine.failures import log_exception

Errand = Callable[[], None]


class Errands:
    """A letter box. `waiting` is a plain attribute: running jobs read it thousands of times a second."""

    def __init__(self, wake: threading.Condition) -> None:
        self.waiting = False
        self._wake = wake
        self._errands: deque[Errand] = deque()

    def post(self, errand: Errand) -> None:
        """Have something done at the next checkpoint or between two turns; any thread."""
        with self._wake:
            self._errands.append(errand)
            self.waiting = True
            self._wake.notify()

    def run(self) -> None:
        """Do all that was posted; the engine's thread."""
        # First: what is posted from here on is either done below or noticed at the next look.
        self.waiting = False
        while self._errands:
            errand = self._errands.popleft()
            try:
                errand()
            except Exception as error:  # noqa: BLE001 - logged
                log_exception("an errand of the engine failed", error)
