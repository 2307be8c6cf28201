"""What a person decides once for the whole application; kept in the configuration folder as JSON."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.errors import StudioError
from cnnstudio.settings import from_plain, setting, to_plain

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Preferences:
    """The settings page."""

    theme: str = setting("system", "Theme", group="Appearance",
        choices={"system": "System", "dark": "Dark", "light": "Light"},
        help="System follows the light or dark setting of the desktop.")  # fmt: skip
    reduce_motion: bool = setting(False, "Reduce motion", group="Appearance",
        help="Groups, menus and the kernel's flip change at once instead of moving.")  # fmt: skip
    device: str = setting("auto", "Device", group="Computing",
        choices={"auto": "Automatic", "cpu": "CPU", "cuda": "CUDA", "mps": "MPS"},
        help="Automatic takes CUDA, else MPS, else the CPU.")  # fmt: skip
    max_megapixels: int = setting(300, "Size limit", minimum=1, maximum=4000, step=50, unit="MP",
        group="Computing", help="Larger pictures are refused before they are decoded.")  # fmt: skip
    restore_session: bool = setting(True, "Restore session", group="Session",
        help="Opens with the shelf, panels and settings of the last time.")  # fmt: skip
    offline: bool = setting(False, "Never fetch networks", group="Networks",
        help="Nothing is fetched, by no panel; files can still be imported on the page Networks.")  # fmt: skip
    networks_offered: bool = setting(False, "Recommended networks were offered", group="Remembered", hidden=True)


def load_preferences(path: Path) -> Preferences:
    """The stored preferences; the defaults when there are none or the file is damaged (logged)."""
    try:
        return from_plain(Preferences, json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, StudioError) as error:
        log.warning("Preferences in %s could not be used: %s", path.name, error)
        return Preferences()


def save_preferences(path: Path, preferences: Preferences) -> None:
    """Write the preferences atomically; raises StudioError when the folder cannot be written."""
    from cnnstudio.imaging.saving import write_atomically

    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, json.dumps(to_plain(preferences), indent=2).encode())
