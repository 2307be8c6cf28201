"""Shared ground of the window's tests: a screen or none, one theme, and nothing bad that goes unnoticed.

A test fails on a Qt warning, on an error line in the log, and on threads and timers that it leaves running.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

from tests.gui.leaks import active, error_lines, left_threads, started_timers

if sys.platform.startswith("linux") and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# What platform plugins without a window manager say about themselves.
_HARMLESS = ("This plugin does not support",)


@pytest.fixture(scope="session", autouse=True)
def studio_look(qapp) -> None:
    """The dark theme with its fonts, as the application starts with."""
    from cnnstudio.gui.theme import theme

    theme().set_mode("dark")
    theme().apply()


@pytest.fixture(autouse=True)
def no_qt_warnings(qtlog) -> Iterator[None]:
    """Fails a test during which Qt warned."""
    yield
    bad = [
        record.message
        for record in qtlog.records
        if record.log_type_name in ("QtWarningMsg", "QtCriticalMsg", "QtFatalMsg")
        and not any(words in record.message for words in _HARMLESS)
    ]
    assert not bad, "Qt warned: " + "; ".join(bad)


@pytest.fixture(autouse=True)
def nothing_left_running(qapp) -> Iterator[None]:
    """Fails a test that leaves a thread or, once its windows are closed, a timer running."""
    threads = set(threading.enumerate())
    with started_timers() as timers:
        yield
    left = left_threads(threads)
    assert not left, f"Threads are left running: {', '.join(left)}"
    running = active(timers)
    assert not running, f"Timers are left running, started at: {', '.join(running)}"


@pytest.fixture
def expected_errors() -> list[str]:
    """Words of error lines that belong to the test; it appends them."""
    return []


@pytest.fixture(autouse=True)
def no_error_lines(expected_errors) -> Iterator[None]:
    """Fails a test during which an error was logged, unless it expects it."""
    with error_lines() as lines:
        yield
    stray = [line for line in lines() if not any(words in line for words in expected_errors)]
    assert not stray, "Logged as errors: " + "; ".join(stray)


@pytest.fixture
def still() -> Iterator[None]:
    """No animations during a test."""
    from cnnstudio.gui.theme import theme

    before = theme().reduce_motion()
    theme().set_reduce_motion(True)
    yield
    theme().set_reduce_motion(before)


@pytest.fixture
def shown(qtbot):
    """Shows a widget in a window of its own and gives it the focus, as a person would see it."""
    from PySide6.QtWidgets import QVBoxLayout, QWidget

    kept = []  # qtbot holds weak references only

    def show(*widgets: QWidget, width: int = 340) -> QWidget:
        window = QWidget()
        layout = QVBoxLayout(window)
        layout.setContentsMargins(0, 8, 0, 8)
        for widget in widgets:
            layout.addWidget(widget)
        layout.addStretch()
        kept.append(window)
        window.resize(width, 400)
        qtbot.addWidget(window)
        with qtbot.waitExposed(window):
            window.show()
        window.activateWindow()
        return window

    return show


@pytest.fixture
def studio(qtbot, tmp_path, monkeypatch):
    """The real application with its real engine, folders in a temporary place; closed at the end."""
    from cnnstudio.gui.application import Application
    from cnnstudio.gui.theme import theme
    from cnnstudio.paths import Folders

    places = Folders(*(tmp_path / "home" / n for n in ("config", "data", "cache", "log")))
    opened = []

    def open_studio(**options) -> Application:
        options.setdefault("load_torch", False)
        made = Application(places, **options)
        opened.append(made)
        qtbot.addWidget(made.window)
        made.window.resize(1440, 900)
        with qtbot.waitSignal(made.window.painted, timeout=20_000):
            made.start()
        settled(qtbot, made)
        return made

    yield open_studio
    for made in opened:
        made.window.close()
    theme().set_mode("dark")


@pytest.fixture
def zoo_models(secure, monkeypatch):
    """Two recommended networks, the second of two files, and one that stands for torchvision's."""
    from tests.gui.networks import known, tiny_networks

    *own, other = tiny_networks(secure)
    return known(monkeypatch, tuple(own), other)


def settled(qtbot, studio) -> None:
    """Wait until window and engine have nothing left to do."""
    import time

    last = [time.monotonic()]

    def quiet() -> bool:
        if studio.bridge.busy():
            last[0] = time.monotonic()
        return time.monotonic() - last[0] > 0.35

    qtbot.waitUntil(quiet, timeout=60_000)
