"""Taking in a file that a person already has: it is recognised by its hash, not by its name.

A file of the network, the same compressed with bzip2, a package archive that carries it, any zip or gzipped tar
archive with it and a folder with it are all accepted. The person's file is copied, never moved.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models import archives, place
from cnnstudio.models.fetching import remove_made, settle, take_from_archive
from cnnstudio.models.hashing import nothing, sha256_of
from cnnstudio.models.locking import only_one
from cnnstudio.models.registry import Model, ModelFile

_BZ2 = b"BZh"


def import_file(model: Model, path: Path, checkpoint: Callable[[], None] = nothing) -> list[ModelFile]:
    """Copy what the file has for this network into its folder; the files that are still missing afterwards.

    Raises ModelError when the file cannot be read or is none of the network's.
    """
    if path.is_dir():
        return _import_folder(model, path, checkpoint)
    if not path.is_file():
        raise ModelError(f"{path} is no file. Name a file of {model.name}, or an archive or folder with it.")
    found = sha256_of(path, checkpoint)
    with only_one(model, checkpoint):
        folder = place.made(place.unfinished_dir(model.name))
        try:
            _take(model, path, found, folder, checkpoint)
        except OSError as error:
            raise ModelError(f"{path} cannot be copied to {folder} ({error.strerror}). Free some space.") from error
        finally:
            _tidy(model, folder)
    return place.missing(model)


def _import_folder(model: Model, folder: Path, checkpoint: Callable[[], None]) -> list[ModelFile]:
    sizes = {each.size for each in model.files}
    fitting = [each for each in sorted(folder.iterdir()) if each.is_file() and each.stat().st_size in sizes]
    for each in fitting:
        with suppress(ModelError):
            import_file(model, each, checkpoint)
    missing = place.missing(model)
    if len(missing) == len(model.files):
        raise ModelError(f"{folder} holds none of the files of {model.name}. Wanted: {_names(model)}.")
    return missing


def _names(model: Model) -> str:
    return ", ".join(each.name for each in model.files)


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
    if _take_from_any_archive(model, path, folder, checkpoint):
        return
    with path.open("rb") as opened:
        packed = opened.read(len(_BZ2)) == _BZ2
    reason = _take_unpacked(model, path, folder, checkpoint) if packed else _difference(model, path, found)
    if reason:
        raise ModelError(f"{path} is none of the files of {model.name} ({reason}). Wanted: {_names(model)}.")


def _take_from_any_archive(model: Model, path: Path, folder: Path, checkpoint: Callable[[], None]) -> bool:
    """Take in the members that are files of the network, by size and then by hash; whether there was one."""
    taken = False
    for member, size in archives.members_by_size(path, checkpoint).items():
        for file in place.missing(model):
            if file.size == size:
                made = folder / f"{file.name}.made"
                with suppress(ModelError):
                    archives.take_members(path, {member: (file, made)}, checkpoint)
                    settle(made, model, file)
                    taken = True
    return taken


def _take_unpacked(model: Model, path: Path, folder: Path, checkpoint: Callable[[], None]) -> str:
    """Take in the file that this one holds compressed; empty, or why it holds none."""
    reasons = []
    for file in model.files:
        made = folder / f"{file.name}.made"
        try:
            archives.unpack_bz2(path, file, made, checkpoint)
            settle(made, model, file)
        except ModelError as error:
            reasons.append(str(error).rstrip("."))
        else:
            return ""
    return "; ".join(reasons)


def _difference(model: Model, path: Path, found: str) -> str:
    size = path.stat().st_size
    for file in model.files:
        if path.name == file.name and size != file.size:
            return f"it has {size} bytes, not {file.size}"
    return f"its SHA-256 is {found[:16]}…"


def _tidy(model: Model, folder: Path) -> None:
    remove_made(folder)
    if not place.missing(model):
        shutil.rmtree(folder, ignore_errors=True)
    # What a broken download left stays, for the next fetch to go on from; empty folders do not.
    for each in (folder, folder.parent):
        with suppress(OSError):
            each.rmdir()
