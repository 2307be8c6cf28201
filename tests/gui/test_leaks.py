"""The watchers of `leaks.py` see what they are there for."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QTimer

from tests.gui.leaks import active, error_lines, left_threads, started_timers


def test_a_running_timer_is_named_by_the_line_that_started_it(qtbot):
    with started_timers() as timers:
        running, stopped, gone = QTimer(), QTimer(), QTimer()
        running.start(60_000)
        stopped.start(60_000)
        gone.start(60_000)
    stopped.stop()
    gone.deleteLater()
    qtbot.waitSignal(gone.destroyed, timeout=2000).wait()
    [place] = active(timers)
    assert "test_leaks.py" in place
    running.stop()
    assert active(timers) == []


def test_a_timer_starts_with_and_without_an_interval(qtbot):
    with started_timers():
        timer = QTimer(singleShot=True)
        with qtbot.waitSignal(timer.timeout, timeout=2000):
            timer.start()
        with qtbot.waitSignal(timer.timeout, timeout=2000):
            timer.start(1)


def test_a_thread_that_does_not_end_is_named():
    before = set(threading.enumerate())
    end = threading.Event()
    left = threading.Thread(target=end.wait, name="left behind", daemon=True)
    ending = threading.Thread(target=lambda: None, name="ends by itself")
    left.start()
    ending.start()
    assert left_threads(before, seconds=0.2) == ["left behind"]
    end.set()
    assert left_threads(before) == []


def test_error_lines_are_heard_although_they_go_no_further(expected_errors):
    expected_errors.append("lost")
    log = logging.getLogger("cnnstudio.test_leaks")
    log.propagate = False
    with error_lines("cnnstudio.test_leaks") as lines:
        log.warning("nothing to worry about")
        log.error("%s is lost", "a.png")
    assert lines() == ["a.png is lost"]
