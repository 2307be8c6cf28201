"""From a path or bytes to an opened Pillow image to decode: kind and size checked, errors in our words.

Only formats that run no other program are allowed, and the content decides, never the extension.
"""

from __future__ import annotations

import io
import os
import stat
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    Jpeg2KImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    PpmImagePlugin,
    TiffImagePlugin,
    UnidentifiedImageError,
    WebPImagePlugin,
)

from cnnstudio.errors import PictureError, StudioError
from cnnstudio.imaging.decoding import Checkpoint
from cnnstudio.imaging.limits import SETTING, VARIABLE, check_size, max_pixels_allowed

# Importing a plug-in registers its format; naming them keeps Pillow from loading all of its fifty.
_PLUG_INS = (
    PngImagePlugin, JpegImagePlugin, MpoImagePlugin, TiffImagePlugin, WebPImagePlugin, GifImagePlugin,
    BmpImagePlugin, PpmImagePlugin, AvifImagePlugin, Jpeg2KImagePlugin,
)  # fmt: skip
FORMATS = ("PNG", "JPEG", "TIFF", "WEBP", "GIF", "BMP", "DIB", "PPM", "AVIF", "JPEG2000", "HEIF")
_BYTES_PER_PIXEL = 32
_CUT_OFF = ("truncated", "unexpected end", "eof", "not enough image data", "premature")

# Pillow warns about damaged entries that do not hinder reading.
warnings.filterwarnings("ignore", module=r"PIL\.")


class WatchedBytes(io.BytesIO):
    """The bytes of a file; reading them invokes `checkpoint`, so that a decoder can be interrupted."""

    def __init__(self, data: bytes, checkpoint: Checkpoint) -> None:
        super().__init__(data)
        self._checkpoint = checkpoint
        self.interruption: BaseException | None = None

    def checked(self) -> None:
        """Invoke the checkpoint and remember what it raises, because decoders may swallow or wrap that."""
        try:
            self._checkpoint()
        except BaseException as error:
            self.interruption = error
            raise

    def read(self, size: int | None = -1, /) -> bytes:
        """As BytesIO, after the checkpoint."""
        self.checked()
        return super().read(size)


@contextmanager
def errors_named(name: str, stream: WatchedBytes | None = None) -> Iterator[None]:
    """Turn a decoder's exception into a PictureError about `name`; a checkpoint's passes unchanged."""
    try:
        yield
    except StudioError:
        raise
    except Exception as error:
        if stream is not None and stream.interruption is not None:
            raise stream.interruption from None
        raise PictureError(_explain(name, error)) from error
    if stream is not None and stream.interruption is not None:
        raise stream.interruption


def read_file(path: Path, max_pixels: int | None = None) -> bytes:
    """All bytes of a regular file; raises PictureError for anything else and for absurdly large files."""
    limit = max_pixels_allowed() if max_pixels is None else max_pixels
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise PictureError(f"{path.name} is a folder. Choose a picture in it.")
        if not stat.S_ISREG(found.st_mode):
            raise PictureError(f"{path.name} is not a file. Choose a picture.")
        if found.st_size > limit * _BYTES_PER_PIXEL + (1 << 26):
            raise PictureError(f"{path.name} is too large to be a picture ({found.st_size / 1e9:.1f} GB).")
        return path.read_bytes()
    except FileNotFoundError:
        raise PictureError(f"{path.name} does not exist. It may have been moved or renamed.") from None
    except PermissionError:
        raise PictureError(f"{path.name} may not be read. Change its permissions.") from None
    except (OSError, ValueError) as error:
        raise PictureError(f"{path.name} cannot be read: {_reason(error)}.") from None
    except MemoryError as error:
        raise PictureError(_explain(path.name, error)) from None


def open_image(stream: io.BytesIO, name: str, max_pixels: int) -> Image.Image:
    """The opened, undecoded image; raises PictureError for its size, Pillow's errors for its content."""
    # Asked by position: getbuffer() would copy all bytes, with the interpreter lock held.
    if stream.seek(0, io.SEEK_END) == 0:
        raise PictureError(f"{name} is empty (0 bytes). Choose another file.")
    stream.seek(0)
    _register_heif()
    # The size in the header is judged here, with our words; sizes that parts of the file claim are left to
    # Pillow.
    Image.MAX_IMAGE_PIXELS = None
    image = Image.open(stream, formats=[each for each in FORMATS if each in Image.OPEN])
    check_size(name, image.width, image.height, max_pixels)
    Image.MAX_IMAGE_PIXELS = max_pixels
    return image


def unreadable(name: str) -> PictureError:
    """The error for content that is no picture of a known format."""
    return PictureError(f"{name} is not a picture. Use a PNG, JPEG, TIFF, WebP, GIF, BMP, AVIF or PPM file.")


def _register_heif() -> None:
    if "HEIF" in Image.OPEN:
        return
    try:
        from pillow_heif import register_heif_opener  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return
    register_heif_opener()


def _explain(name: str, error: Exception) -> str:
    text = str(error).lower()
    if isinstance(error, UnidentifiedImageError):
        return str(unreadable(name))
    if isinstance(error, MemoryError):
        return f"{name} needs more memory than is free. Close other pictures or programs."
    if isinstance(error, Image.DecompressionBombError):
        return f"{name} has parts with too many pixels. Raise Settings → {SETTING}, or {VARIABLE}."
    if isinstance(error, EOFError) or any(words in text for words in _CUT_OFF):
        return f"{name} is cut off: the file ends before the picture does. Get a complete copy."
    return f"{name} is damaged and cannot be decoded ({type(error).__name__}). Get another copy."


def _reason(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
