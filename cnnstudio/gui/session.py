"""The session: shelf, panel settings and layout, saved as they change and restored at the next start.

One JSON file, replaced atomically a moment after the last change, so that a crash loses at most that moment.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer

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

    `snapshot` is asked for the state at the moment of writing; `report` gets the sentence when writing failed.
    """

    def __init__(
        self, path: Path, snapshot: Callable[[], SessionState], report: Callable[[str], None], delay_ms: int = 400
    ) -> None:
        super().__init__()
        self.path, self._snapshot, self._report = path, snapshot, report
        self._failed = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(delay_ms)
        self._timer.timeout.connect(self.write)

    def touch(self, *_: object) -> None:
        """Something changed; write soon."""
        self._timer.start()

    def write(self) -> None:
        """Write now; a failure is said once and does not stop the application."""
        from cnnstudio.imaging.saving import write_atomically

        self._timer.stop()
        state = self._snapshot()
        data = json.dumps({"version": VERSION, **state.__dict__}, indent=1).encode()
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(self.path, data)
            self._failed = False
        except (OSError, StudioError) as error:
            log.warning("Session not saved: %s", error)
            if not self._failed:
                self._report(f"The session could not be saved: {error}")
            self._failed = True
