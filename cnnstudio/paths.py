"""Where CNN Studio keeps what outlives a run, one place for window and command line.

`CNNSTUDIO_HOME` moves everything under one folder (portable installs, tests, shared machines). Asking never
creates anything: whoever writes calls `made` first.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, fields
from pathlib import Path

from cnnstudio.errors import StudioError

HOME_VARIABLE = "CNNSTUDIO_HOME"
MODELS = "models"
"""The folder below the cache that `models/place.py` keeps trained networks in."""


@dataclass(frozen=True)
class Folders:
    """The folders that are kept between runs.

    config: preferences and own kernels. data: what a person would miss (session, galleries, weights).
    cache: what can be computed again. log: the log and crash reports.
    """

    config: Path
    data: Path
    cache: Path
    log: Path

    def named(self) -> dict[str, Path]:
        """Every folder by its name, for `cnnstudio where` and the settings page."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


def folders() -> Folders:
    """The folders of this person on this system, or below CNNSTUDIO_HOME; none is created."""
    home = os.environ.get(HOME_VARIABLE)
    if home:
        root = Path(home).expanduser().absolute()
        return Folders(*(root / each.name for each in fields(Folders)))
    from platformdirs import PlatformDirs  # late: `--version` does not need it

    dirs = PlatformDirs("cnnstudio", appauthor=False)
    return Folders(
        Path(dirs.user_config_dir),
        Path(dirs.user_data_dir),
        Path(dirs.user_cache_dir),
        Path(dirs.user_log_dir),
    )


def made(folder: Path) -> Path:
    """The folder, created if missing. Raises StudioError when that is impossible."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise StudioError(
            f"{folder}: cannot be created ({reason}). Set {HOME_VARIABLE} to a folder that can be written."
        ) from error
    return folder


def clear_caches(places: Folders) -> int:
    """Empty the cache folder and return the bytes freed; links are not followed.

    Trained networks stay although they lie there: getting them again may take an hour, and a network.

    Raises StudioError naming the first file that cannot be removed.
    """
    if not places.cache.is_dir():
        return 0
    doomed = [each for each in places.cache.iterdir() if each.name != MODELS]
    freed = sum(each.stat().st_size for top in doomed for each in (top, *top.rglob("*")) if _is_own_file(each))
    for each in doomed:
        try:
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()
        except OSError as error:
            raise StudioError(f"{each}: cannot be removed ({error.strerror}).") from error
    return freed


def _is_own_file(path: Path) -> bool:
    return path.is_file() and not path.is_symlink()
