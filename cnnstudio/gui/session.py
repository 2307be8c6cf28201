"""The session: shelf, panel settings and layout, saved as they change and restored at the next start.

One JSON file, replaced atomically a moment after the last change, so that a crash loses at most that moment.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from cnnstudio.errors import StudioError

log = logging.getLogger(__name__)

VERSION = 1


@dataclass(frozen=True)
class SessionState:
    """What a session file holds. `shelf` rows are {"name", "path", "result"}."""

    shelf: tuple[dict[str, Any], ...] = ()
    current: int = -1
    panel: str = ""
    panels: dict[str, dict[str, Any]] = field(default_factory=dict)
    geometry: str = ""
    inspector_width: int = 340
    shelf_shown: bool = True
    recent: tuple[str, ...] = ()


def load_session(path: Path) -> SessionState | None:
    """The stored session; None when there is none; a damaged file is set aside as *.damaged, never deleted."""
    try:
        raw = json.loads(path.read_text("utf-8"))
        return _checked(raw)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        log.warning("Session in %s could not be used: %s", path.name, error)
        try:
            path.replace(path.with_suffix(".damaged"))
        except OSError:
            log.warning("It could not be set aside either.")
        return None


def _checked(raw: dict[str, Any]) -> SessionState:
    rows = tuple(
        {"name": str(r["name"]), "path": str(r["path"]), "result": bool(r.get("result"))} for r in raw["shelf"]
    )
    panels = {str(k): dict(v) for k, v in raw["panels"].items()}
    return SessionState(rows, int(raw["current"]), str(raw["panel"]), panels, str(raw["geometry"]),
                        int(raw["inspector_width"]), bool(raw["shelf_shown"]),
                        tuple(str(p) for p in raw.get("recent", ())))  # fmt: skip


class SessionKeeper(QObject):
    """Writes the session shortly after each change.

    `snapshot` is asked for the state at the moment of writing, on the window's thread; the file is written on a
    thread of its own, because forcing it onto the disk can take half a second. `report` gets the sentence when
    writing failed, once.
    """

    _failed = Signal(str)

    def __init__(
        self, path: Path, snapshot: Callable[[], SessionState], report: Callable[[str], None], delay_ms: int = 400
    ) -> None:
        super().__init__()
        self.path, self._snapshot, self._report = path, snapshot, report
        self._said = False
        self._writer = Newest(self._write)
        self._failed.connect(self._say)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(lambda: self._writer.put(self._data()))

    def touch(self, *_: object) -> None:
        """Something changed; write soon."""
        self._timer.start()

    def write(self) -> None:
        """Write now and wait for it: the window closes."""
        self._timer.stop()
        self._writer.put(self._data())
        self._writer.finish()

    def _data(self) -> bytes:
        return json.dumps({"version": VERSION, **self._snapshot().__dict__}, indent=1).encode()

    def _write(self, data: bytes) -> None:
        from cnnstudio.imaging.saving import write_atomically

        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, data)
            self._said = False
        except (OSError, StudioError) as error:
            log.warning("Session not saved: %s", error)
            self._failed.emit(f"The session could not be saved: {error}")

    def _say(self, words: str) -> None:
        if not self._said:
            self._said = True
            self._report(words)


class Newest:
    """Hands values to `act` on a thread of its own, one at a time; of those that wait only the newest is kept."""

    def __init__(self, act: Callable[[bytes], None]) -> None:
        self._act = act
        self._lock = threading.Lock()
        self._waiting: bytes | None = None
        self._thread: threading.Thread | None = None

    def put(self, value: bytes) -> None:
        """Have `act(value)` called soon."""
        with self._lock:
            self._waiting = value
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cnnstudio-session", daemon=True)
                self._thread.start()

    def finish(self) -> None:
        """Wait until nothing waits."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            thread.join()

    def _run(self) -> None:
        while True:
            with self._lock:
                value, self._waiting = self._waiting, None
                if value is None:
                    self._thread = None
                    return
            self._act(value)
