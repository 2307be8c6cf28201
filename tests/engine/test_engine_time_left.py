"""The estimate of the time left, on a clock of our own."""

from __future__ import annotations

import pytest

from cnnstudio.engine.time_left import TimeLeft


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_unknown_at_first_then_the_pace_and_zero_at_the_end():
    clock = Clock()
    left = TimeLeft(clock)
    assert left.report(0, 100) is None
    clock.now += 0.4
    assert left.report(4, 100) is None
    clock.now += 0.6
    assert left.report(10, 100) == pytest.approx(9.0)
    clock.now += 9
    assert left.report(100, 100) == 0


def test_unknown_while_nothing_is_done():
    clock = Clock()
    left = TimeLeft(clock)
    for _ in range(5):
        clock.now += 1
        assert left.report(0, 10) is None


def test_a_change_of_pace_shows():
    clock = Clock()
    left = TimeLeft(clock)
    for done in range(100):
        left.report(done, 1000)
        clock.now += 0.2
    for done in range(100, 140):
        clock.now += 2
        estimate = left.report(done, 1000)
    assert estimate == pytest.approx((1000 - 139) * 2, rel=0.01)


def test_starting_over_forgets_the_first_attempt():
    clock = Clock()
    left = TimeLeft(clock)
    left.report(0, 10)
    clock.now += 10
    left.report(9, 10)
    assert left.report(0, 10) is None
    clock.now += 1
    assert left.report(1, 10) == pytest.approx(9)
