"""Bringing the application up and down: window first, engine and torch afterwards, session last.

Order matters. The window is painted before NumPy, torch or a picture is loaded; the session file is written before
the engine is stopped, and stopping is given two seconds; a save that runs is finished first, however long it takes.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.main_window import MainWindow
from cnnstudio.gui.panels import panel_classes
from cnnstudio.gui.preferences import Preferences, load_preferences
from cnnstudio.gui.session import SessionKeeper, load_session
from cnnstudio.gui.theme import theme
from cnnstudio.paths import Folders, folders

if TYPE_CHECKING:
    from cnnstudio.engine import Engine, Memory
    from cnnstudio.gui.models_page.networks import Networks
    from cnnstudio.gui.opening import Brought
    from cnnstudio.gui.settings_page import SettingsPage

SAVE_SECONDS = 60.0
STOP_SECONDS = 1.5
MEMORY_EVERY_MS = 2000
PREPARE_AFTER_MS = 60


def qt_application() -> QApplication:
    """The one QApplication, with fonts and theme in place."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        app = QApplication(sys.argv[:1])
        app.setApplicationName("CNN Studio")
        app.setDesktopFileName("cnnstudio")
        theme().apply()
    return app


class Application(QObject):
    """Engine, bridge and window of one running CNN Studio.

    `device` overrides the preferences.
    `load_torch=False` leaves torch unloaded until a job needs it (tests).
    """

    def __init__(
        self, places: Folders, *, device: str | None = None, max_megapixels: float | None = None,
        restore: bool = True, load_torch: bool = True,
    ) -> None:  # fmt: skip
        super().__init__()
        self.places = places
        self.preferences: Preferences = load_preferences(places.config / "preferences.json")
        theme().set_mode(self.preferences.theme)  # type: ignore[arg-type]
        theme().set_reduce_motion(self.preferences.reduce_motion)
        self._load_torch = load_torch
        self._restore = restore and self.preferences.restore_session
        self.bridge = EngineBridge(lambda: _make_engine(device or self.preferences.device))
        megapixels = max_megapixels or self.preferences.max_megapixels
        self.window = MainWindow(self.bridge, panel_classes(), places.data / "shelf", round(megapixels * 1_000_000))
        self.window.studio.models.set_offline(self.preferences.offline)
        self.window.rail.add("models", "Networks", "package", "Networks (Ctrl+Shift+M)", at_bottom=True)
        self.window.rail.add("settings", "Settings", "gear", "Settings (Ctrl+,)", at_bottom=True)
        self.window.show_panel(next(iter(self.window.panels)))
        self.keeper = SessionKeeper(
            places.data / "session.json", self.window.snapshot, self.window.studio.messages.warning
        )
        self.window.on_close = self.close
        self.networks: Networks | None = None
        self._closed = False
        self.stopped = True
        self.bridge.torch_ready.connect(self._torch_arrived)
        self._memory = QTimer(self)
        self._memory.setInterval(MEMORY_EVERY_MS)
        self._memory.timeout.connect(self._ask_memory)

    @property
    def engine(self) -> Engine:
        """The engine behind the bridge."""
        return self.bridge.engine

    def start(self, brought: Brought | None = None) -> None:
        """Show the window; once it is painted, start the engine, restore the session and open what was asked for."""
        # A timer of 0 ms may fire before the first paint; the window says itself when it is on screen.
        self.window.painted.connect(lambda: self._after_first_paint(brought))
        self.window.show()

    def _after_first_paint(self, brought: Brought | None) -> None:
        gc.freeze()  # what stands now stays; the launcher had switched collecting off
        gc.enable()
        self.engine.start(load_torch=self._load_torch)
        from cnnstudio.gui.models_page.networks import Networks

        settings = self._add_settings_page()
        self.networks = Networks(self.window, self.places.data / "downloads.json")
        assert self.window.intake  # listens to the shelf from now on
        state = load_session(self.keeper.path) if self._restore else None
        if state is not None:
            self.window.restore(state)
            self.window.exporter.sweep({item.path for item in self.window.shelf.items})
        self.window.on_change = self.keeper.touch
        if brought:
            self.window.intake.bring(brought)
        self.networks.begin(self.preferences.networks_offered, lambda: settings.change(networks_offered=True))
        self._memory.start()
        self._ask_memory()
        QTimer.singleShot(PREPARE_AFTER_MS, self._prepare)

    def _prepare(self) -> None:
        """Build in an idle moment what the first picture will need, so that it appears without a pause."""
        if not self._closed and self.window.panel is not None:
            self.window.panel.prepare()

    def _add_settings_page(self) -> SettingsPage:
        from cnnstudio.gui.settings_page import SettingsPage

        page = SettingsPage(self.preferences, self.places, self.window.studio.messages)
        page.preferences_changed.connect(self._adopt)
        self.window.add_page("settings", page)
        self.window.add_actions(page.page_actions(lambda: self.window.show_panel("settings")))
        return page

    def _adopt(self, preferences: Preferences) -> None:
        """New preferences hold at once."""
        if preferences.device != self.preferences.device:
            self.engine.set_device(preferences.device)
        self.window.studio.models.set_offline(preferences.offline)
        self.window.intake.set_max_pixels(preferences.max_megapixels * 1_000_000)
        self.preferences = preferences

    def _torch_arrived(self, error: str) -> None:
        if error:
            self.window.status.set_device("No PyTorch")
            self.window.studio.messages.error(f"PyTorch cannot be loaded: {error} Filters work without it.")

    def _ask_memory(self) -> None:
        # On the engine's side, because the first question imports psutil.
        self.bridge.submit("memory", _memory, self.engine.device, quiet=True, done=self._show_memory)

    def _show_memory(self, now: Memory) -> None:
        from cnnstudio.gui.numbers_text import gigabytes_of

        words = f"Memory {gigabytes_of(now.process, now.total)}"
        if now.device_used is not None and now.device_total is not None:
            words = f"GPU {gigabytes_of(now.device_used, now.device_total)}   {words}"
        self.window.status.set_memory(words)

    def close(self) -> None:
        """Write the session and stop the engine; safe to call twice."""
        if not self._closed:
            self._closed = True
            self._memory.stop()
            if self.networks is not None:
                self.networks.close()
            self.window.exporter.finish(SAVE_SECONDS)
            self.keeper.write()
            self.stopped = self.engine.stop(timeout=STOP_SECONDS)
            self.bridge.close()


class Crashes(QObject):
    """Shows in the message bar what nobody caught, after it was logged.

    Signals: none for others; `_said` brings the words to the window's thread.
    """

    _said = Signal(str)

    def __init__(self, show: Callable[[str], object]) -> None:
        super().__init__()
        self._before = sys.excepthook
        self._said.connect(show)
        sys.excepthook = self._caught

    def _caught(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        self._before(kind, error, trace)
        self._said.emit(f"Something went wrong in the program ({kind.__name__}); the details are in the log file.")

    def stop(self) -> None:
        """Leave the hook as it was found."""
        sys.excepthook = self._before


def _memory(device: str, job: object) -> Memory:
    from cnnstudio.engine import memory

    return memory(device)


def _make_engine(device: str) -> Engine:
    from cnnstudio.engine import Engine

    return Engine(device=device)


def run_window(
    words: Sequence[str] = (), *, device: str | None = None, max_megapixels: float | None = None
) -> int:
    """Open the window with these pictures; returns the exit code when it is closed."""
    from cnnstudio.gui.opening import Brought, from_words
    from cnnstudio.logs import start_logging

    start_logging()
    app = qt_application()
    studio = Application(folders(), device=device, max_megapixels=max_megapixels)
    brought = from_words(words)
    missing = [w for w in words if not Path(w).exists() and "://" not in w]
    studio.start(Brought((*brought.paths, *(Path(w) for w in missing)), brought.addresses))
    crashes = Crashes(studio.window.studio.messages.error)
    code = app.exec()
    crashes.stop()
    if not studio.stopped:
        # A job that never gave way still runs; session and files are written, so nothing is lost by leaving hard.
        logging.shutdown()
        os._exit(code)
    return code
