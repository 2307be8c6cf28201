"""Writing files so that a full disk or a kill leaves the old file whole.

The new content goes to a temporary file in the same folder, is forced to the disk, and takes the name of the
old file in one step. On failure the temporary file is removed.
"""

from __future__ import annotations

import errno
import io
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

from cnnstudio.errors import PictureError
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.profiles import srgb_profile
from cnnstudio.imaging.recipes import KEY, Recipe

Array = npt.NDArray[Any]

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP"}
_LONGEST_SIDE = {"JPEG": 65500, "WEBP": 16383}
_BAND_ROWS = 256
_REASONS = {
    errno.ENOSPC: "the disk is full. Free some space and save again",
    errno.EDQUOT: "your share of the disk is used up. Free some space and save again",
    errno.EFBIG: "the file would be larger than is allowed here. Save to another folder",
    errno.EACCES: "the folder or file may not be written. Save to another folder",
    errno.EPERM: "the folder or file may not be written. Save to another folder",
    errno.EROFS: "the disk is read-only. Save to another folder",
    errno.ENOENT: "the folder does not exist. Make it first, or save to another folder",
    errno.ENOTDIR: "a part of the path is not a folder. Save to another folder",
    errno.EISDIR: "it is a folder. Give a file name",
    errno.ENAMETOOLONG: "the name is too long. Give a shorter one",
}  # fmt: skip


def save_picture(
    picture: Picture | Array, path: str | Path, *, recipe: Recipe | None = None, quality: int = 95
) -> None:
    """Write a picture, or an array (H, W) or (H, W, 1 or 3) in 0…255, atomically as sRGB, 8 bits per channel.

    The extension chooses PNG, JPEG, TIFF or WebP. recipe: carried by PNG only; a Picture's own recipe is the
    default. quality: 1…100, of JPEG and WebP. Raises PictureError, with the old file intact and no temporary
    file left.
    """
    path = Path(path)
    kind = format_of(path)
    if isinstance(picture, Picture):
        recipe = recipe or picture.recipe
        pixels = picture.pixels
    else:
        pixels = Picture.from_array(picture, path.name).pixels
    longest = max(pixels.shape[:2])
    if longest > _LONGEST_SIDE.get(kind, longest):
        raise PictureError(
            f"{path.name} cannot be saved: {kind} holds at most {_LONGEST_SIDE[kind]} pixels a side "
            f"and the picture has {longest}. Save it as PNG or TIFF."
        )
    write_atomically(path, encoded(pixels, kind, recipe, quality))


def format_of(path: str | Path) -> str:
    """The format that the extension asks for; raises PictureError for one that cannot be written."""
    path = Path(path)
    try:
        return FORMATS[path.suffix.lower()]
    except KeyError:
        what = f"the extension {path.suffix!r}" if path.suffix else "no extension"
        raise PictureError(
            f"{path.name} has {what}; use .png, .jpg, .tif or .webp to choose the format."
        ) from None


def encoded(pixels: Array, kind: str, recipe: Recipe | None = None, quality: int = 95) -> bytes:
    """The bytes of a file of format `kind` (a value of `FORMATS`) for pixels (H, W, 1 or 3) in 0…255."""
    eight = rounded(pixels)
    grey = eight.shape[2] == 1
    image = Image.fromarray(eight[:, :, 0] if grey else eight)
    options: dict[str, Any] = {}
    if kind == "PNG":
        options["pnginfo"] = _png_entries(recipe)
    elif not grey:
        options["icc_profile"] = srgb_profile()
    if kind in ("JPEG", "WEBP"):
        options["quality"] = min(max(quality, 1), 100)
    if kind == "JPEG":
        # Full colour resolution: results are looked at pixel by pixel.
        options["subsampling"] = 0
    if kind == "TIFF":
        options["compression"] = "tiff_lzw"
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def rounded(pixels: Array) -> Array:
    """Values 0…255 as C-contiguous uint8, to the nearest whole number, cut to the range; NaN becomes 0."""
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    out: Array = np.empty(pixels.shape, np.uint8)
    # In bands, because a float copy of a large picture would be gigabytes.
    for top in range(0, len(pixels), _BAND_ROWS):
        band = np.nan_to_num(pixels[top : top + _BAND_ROWS], nan=0.0, posinf=255.0, neginf=0.0)
        out[top : top + _BAND_ROWS] = np.rint(np.clip(band, 0, 255))
    return out


def write_atomically(path: str | Path, data: bytes) -> None:
    """Make `data` the content of the file at `path`; a link is followed, the file's permissions are kept.

    Raises PictureError, with the old file intact and no temporary file left.
    """
    path = Path(path)
    try:
        target = Path(os.path.realpath(path))
        temporary = target.with_name(f".{target.name[:60]}.{secrets.token_hex(6)}.part")
        mode = _mode_of_writable(target)
        try:
            _write_through(temporary, data, mode)
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


def _write_through(path: Path, data: bytes, mode: int | None) -> None:
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        if mode is not None:
            path.chmod(mode)
        os.fsync(file.fileno())


def _force_folder(folder: Path) -> None:
    # The new name itself has to reach the disk; systems that cannot open folders do this on their own.
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _png_entries(recipe: Recipe | None) -> PngImagePlugin.PngInfo:
    entries = PngImagePlugin.PngInfo()
    entries.add(b"sRGB", b"\0")
    if recipe is not None:
        entries.add_itxt(KEY, recipe.to_json())
    return entries
