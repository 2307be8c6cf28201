"""Writing files so that a full disk, a kill or a change of mind leaves the old file whole.

The new content goes to a temporary file in the same folder, is forced to the disk, and takes the name of the
old file in one step. On failure the temporary file is removed.
"""

from __future__ import annotations

import errno
import os
import secrets
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.errors import PictureError
from cnnstudio.imaging.apart import Apart
from cnnstudio.imaging.decoding import Checkpoint
from cnnstudio.imaging.encoding import Parts, encoded, encoded_parts, format_of
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.recipes import Recipe

__all__ = ["begin_saving", "encoded", "format_of", "save_picture", "write_atomically"]

Array = npt.NDArray[Any]

_LONGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}
_WRITE_BYTES = 1 << 20
_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and save again",
    errno.EDQUOT: "your share of the disk is used up. Free some space and save again",
    errno.EFBIG: "the file would be larger than is allowed here. Save to another folder",
    errno.EACCES: "the folder or file may not be written. Save to another folder",
    errno.EPERM: "the folder or file may not be written. Save to another folder",
    errno.EROFS: "the disk is read-only. Save to another folder",
    errno.ENOENT: "the folder does not exist or takes no files. Save to another folder",
    errno.ENOTDIR: "a part of the path is not a folder. Save to another folder",
    errno.EISDIR: "it is a folder. Give a file name",
    errno.ENAMETOOLONG: "the name is too long. Give a shorter one",
}  # fmt: skip


class _DroppedError(Exception):
    """Nobody wants the file any more."""


def save_picture(
    picture: Picture | Array,
    path: str | Path,
    *,
    recipe: Recipe | None = None,
    quality: int = 95,
    checkpoint: Checkpoint | None = None,
) -> None:
    """Write a picture, or an array (H, W) or (H, W, 1 or 3) in 0…255, atomically as sRGB, 8 bits per channel.

    The extension chooses PNG, JPEG, TIFF or WebP. recipe: carried by PNG only; a Picture's own recipe is the
    default. quality: 1…100, of JPEG and WebP. checkpoint: invoked every 10 ms while another thread encodes and
    writes; when it raises, nothing is saved. Raises PictureError, with the old file intact and no temporary
    file left.
    """
    if checkpoint is not None:
        begin_saving(picture, path, recipe=recipe, quality=quality).result(checkpoint)
    else:
        _save(*_checked(picture, Path(path), recipe), quality, None)


def begin_saving(
    picture: Picture | Array, path: str | Path, *, recipe: Recipe | None = None, quality: int = 95
) -> Apart[None]:
    """As `save_picture`, on a thread of its own that the end of the program waits for.

    Raises at once what can be told beforehand; the rest comes out of the `result` of what is returned. Once
    that is dropped, nothing is saved. The pixels are not copied: they must not change meanwhile.
    """
    checked = _checked(picture, Path(path), recipe)
    return Apart(lambda dropped: _save(*checked, quality, dropped), "saving", daemon=False)


def _checked(
    picture: Picture | Array, path: Path, recipe: Recipe | None
) -> tuple[Array, Path, str, Recipe | None]:
    kind = format_of(path)
    if isinstance(picture, Picture):
        recipe = recipe or picture.recipe
        pixels = picture.pixels
    else:
        pixels = _three_axes(np.asarray(picture), path.name)
    longest = max(pixels.shape[:2])
    if longest > _LONGEST_SIDE.get(kind, longest):
        raise PictureError(
            f"{path.name} cannot be saved: {kind} holds at most {_LONGEST_SIDE[kind]} pixels a side "
            f"and the picture has {longest}. Save it as PNG or TIFF."
        )
    return pixels, path, kind, recipe


def _three_axes(array: Array, name: str) -> Array:
    """Pixels (H, W, 1 or 3), without a copy or a hash where the type allows it."""
    if array.ndim == 2:
        array = array[:, :, None]
    plain = array.ndim == 3 and array.shape[2] in (1, 3, 4) and array.size > 0
    if plain and (array.dtype == np.uint8 or array.dtype.kind == "f"):
        return array[:, :, :3]
    return Picture.from_array(array, name).pixels


def _save(
    pixels: Array, path: Path, kind: str, recipe: Recipe | None, quality: int, dropped: threading.Event | None
) -> None:
    parts = encoded_parts(pixels, kind, recipe, quality)
    with suppress(_DroppedError):
        _write_parts(path, parts, dropped)


def write_atomically(path: str | Path, data: bytes) -> None:
    """Make `data` the content of the file at `path`; a link is followed, the file's permissions are kept.

    Raises PictureError, with the old file intact and no temporary file left.
    """
    _write_parts(Path(path), (data,), None)


def _write_parts(path: Path, parts: Parts, dropped: threading.Event | None) -> None:
    try:
        _stop_if(dropped)
        target = Path(os.path.realpath(path))
        if target.exists() and not (target.is_file() or target.is_dir()):
            # A file that takes its place in one step would take the place of /dev/full, too, for all programs.
            raise PictureError(f"{path.name} was not saved: it is a device or pipe. Save to a file.")
        temporary = target.with_name(f".{target.name[:60]}.{secrets.token_hex(6)}.part")
        mode = _mode_of_writable(target)
        try:
            _write_through(temporary, parts, mode, dropped)
            temporary.replace(target)
        except BaseException:
            with suppress(OSError):
                temporary.unlink()
            raise
        _force_folder(target.parent)
    except OSError as error:
        reason = _REASONS.get(error.errno or 0, f"{error.strerror or error}. Save to another folder")
        raise PictureError(f"{path.name} was not saved: {reason}.") from error
    except ValueError as error:
        raise PictureError(f"{path.name!r} cannot be a file name: {error}.") from error


def _mode_of_writable(target: Path) -> int | None:
    try:
        mode = target.stat().st_mode & 0o777
    except FileNotFoundError:
        return None
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    # Replacing needs no right to the old file, but a write-protected file means to stay as it is.
    if not os.access(target, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return mode


def _write_through(path: Path, parts: Parts, mode: int | None, dropped: threading.Event | None) -> None:
    with path.open("xb") as file:
        for part in parts:
            view = memoryview(part)
            for start in range(0, len(view), _WRITE_BYTES):
                _stop_if(dropped)
                file.write(view[start : start + _WRITE_BYTES])
        file.flush()
        if mode is not None:
            path.chmod(mode)
        os.fsync(file.fileno())
    _stop_if(dropped)


def _stop_if(dropped: threading.Event | None) -> None:
    if dropped is not None and dropped.is_set():
        raise _DroppedError


def _force_folder(folder: Path) -> None:
    # The new name itself has to reach the disk; systems that cannot open folders do this on their own.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
