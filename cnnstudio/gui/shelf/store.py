"""The folder in which results and pasted pictures of the shelf lie, so that they outlive the window."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

# What a second window, or a program that got a file by dragging, has just been given is left alone.
KEPT_SECONDS = 24 * 3600.0
DRAGGED = "dragged"


def free_path(folder: Path, name: str) -> Path:
    """A path in `folder` (made if missing) that is not taken: name.png, name 2.png, name 3.png, …"""
    folder.mkdir(parents=True, exist_ok=True)
    clean = re.sub(r'[\\/:*?"<>|\x00-\x1f]+', " ", name).strip(" .") or "picture"
    path = folder / clean
    number = 2
    while path.exists():
        path = folder / f"{Path(clean).stem} {number}{Path(clean).suffix}"
        number += 1
    return path


def sweep(folder: Path, keep: Collection[str], now: float | None = None) -> list[str]:
    """Delete the files that no item of the shelf refers to any more; their names.

    `keep` holds the paths of all items. Looked at are the plain files in `folder`, and in its part for dragged
    results: folders and links are left alone, and so is whatever is younger than `KEPT_SECONDS`. Left-over
    temporary files of interrupted writes go the same way. Files that cannot be deleted stay, unsaid.
    """
    kept = {_one_name(path) for path in keep}
    oldest = (time.time() if now is None else now) - KEPT_SECONDS
    gone = []
    for path in (*_plain_files(folder), *_plain_files(folder / DRAGGED)):
        with suppress(OSError):
            if _one_name(path) not in kept and path.lstat().st_mtime < oldest:
                path.unlink()
                gone.append(path.name)
    return gone


def _one_name(path: str | Path) -> str:
    return os.path.normcase(os.path.realpath(path))


def _plain_files(folder: Path) -> list[Path]:
    try:
        if folder.is_symlink():
            return []
        return [path for path in folder.iterdir() if stat.S_ISREG(path.lstat().st_mode)]
    except OSError:
        return []
