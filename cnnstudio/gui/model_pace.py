"""How long a download still takes, from its pace in the last seconds: a source that fell away is no part of it."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

WINDOW_S, LEAST_S = 8.0, 1.0


class Pace:
    """Told how many bytes are here; what was here at the beginning took no time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._told: deque[tuple[float, int]] = deque()

    def tell(self, done: int) -> None:
        """So many bytes are here now; fewer than before means that something else is counted, from its beginning."""
        if self._told and done < self._told[-1][1]:
            self._told.clear()
        now = self._clock()
        self._told.append((now, done))
        while len(self._told) > 2 and now - self._told[1][0] >= WINDOW_S:
            self._told.popleft()

    def seconds_left(self, total: int) -> float | None:
        """Until `total` bytes are here; None during the first second and while nothing comes."""
        if len(self._told) < 2:
            return None
        (began, first), (_, last) = self._told[0], self._told[-1]
        took = self._clock() - began
        if took < LEAST_S or last <= first:
            return None
        return max(0.0, (total - last) * took / (last - first))
