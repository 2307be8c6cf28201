"""The folder in which results and pasted pictures of the shelf lie, so that they outlive the window."""

from __future__ import annotations

import re
from pathlib import Path


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
