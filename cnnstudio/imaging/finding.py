"""Which files of a folder are pictures, in the order a person expects (picture2 before picture10)."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

EXTENSIONS = (
    ".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".tif", ".tiff", ".webp", ".gif", ".bmp", ".dib",
    ".pbm", ".pgm", ".ppm", ".pnm", ".pfm", ".avif", ".jp2", ".heic", ".heif", ".mpo", ".apng",
)  # fmt: skip


def find_pictures(paths: Iterable[str | Path]) -> list[Path]:
    """The given files as they are, and in place of every folder the pictures in and below it, sorted.

    Hidden files and folders inside a folder are left out, links to folders are not followed. A file that does
    not exist is kept, so that reading it reports it.
    """
    found: list[Path] = []
    for path in map(Path, paths):
        found += _walk(path) if path.is_dir() else [path]
    return found


def natural_key(path: Path) -> list[tuple[tuple[int, int, str], ...]]:
    """A sorting key by folders, ignoring case, in which digits count as numbers."""
    return [tuple(map(_part_key, re.findall(r"\d+|\D+", part.casefold()))) for part in path.parts]


def _part_key(part: str) -> tuple[int, int, str]:
    return (0, int(part), part) if part.isdecimal() and len(part) < 20 else (1, 0, part)


def _walk(folder: Path) -> list[Path]:
    found = []
    for where, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(".")]
        found += [
            Path(where, each)
            for each in files
            if each.lower().endswith(EXTENSIONS) and not each.startswith(".")
        ]
    return sorted(found, key=natural_key)
