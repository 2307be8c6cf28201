"""Time left, from the pace of the latest reports, so that a change of pace shows within seconds."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

REPORTS_KEPT = 32
SPACING = 0.2
SHORTEST_BASE = 0.5


class TimeLeft:
    """Estimates the seconds to the end of one job. Not thread-safe."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._reports: deque[tuple[float, float]] = deque(maxlen=REPORTS_KEPT)

    def report(self, done: float, total: float) -> float | None:
        """Take in that `done` of `total` are behind us; seconds left, None within the first half second."""
        now = self._clock()
        if self._reports and done < self._reports[-1][1]:
            self._reports.clear()
        if not self._reports or now - self._reports[-1][0] >= SPACING:
            self._reports.append((now, done))
        began, done_then = self._reports[0]
        if done >= total:
            return 0.0
        if now - began < SHORTEST_BASE or done <= done_then:
            return None
        return (total - done) * (now - began) / (done - done_then)
