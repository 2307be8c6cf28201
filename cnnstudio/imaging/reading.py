"""Reading a picture from a file or from bytes, whatever the file holds.

Every step that a person should know of (alpha dropped, turned, scaled) is noted in the picture. Whatever goes
wrong becomes one PictureError that names the file, says what is wrong and what to do.
"""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from cnnstudio.errors import PictureError
from cnnstudio.imaging import large
from cnnstudio.imaging.decoding import Array, Checkpoint, orientation_of, oriented, pixels_of
from cnnstudio.imaging.deep import bits_per_channel, check_tiff_size, decode_deep, is_tiff
from cnnstudio.imaging.finding import EXTENSIONS, find_pictures
from cnnstudio.imaging.limits import max_pixels_allowed
from cnnstudio.imaging.opening import WatchedBytes, errors_named, open_image, read_file, unreadable
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.profiles import to_srgb
from cnnstudio.imaging.quiet import decoders_silenced
from cnnstudio.imaging.recipes import recipe_in

__all__ = ["EXTENSIONS", "find_pictures", "read_bytes", "read_picture"]

_BY_SUFFIX = {
    ".png": "PNG", ".apng": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF",
    ".webp": "WEBP", ".gif": "GIF", ".bmp": "BMP", ".avif": "AVIF", ".jp2": "JPEG2000",
}  # fmt: skip


def read_picture(
    path: str | Path, *, max_pixels: int | None = None, checkpoint: Checkpoint | None = None
) -> Picture:
    """The picture in a file: upright, sRGB, grey or RGB, in 0…255, uint8 or (deeper files) float32.

    max_pixels: 300 million by default, or CNNSTUDIO_MAX_MEGAPIXELS. checkpoint: invoked between stages and
    while decoding; what it raises passes through. Raises PictureError.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 - absolute() keeps "..", resolve() follows links
    limit = max_pixels_allowed() if max_pixels is None else max_pixels
    return read_bytes(
        read_file(path, limit), path.name, path=str(path), max_pixels=limit, checkpoint=checkpoint
    )


def read_bytes(
    data: bytes,
    name: str,
    *,
    path: str | None = None,
    max_pixels: int | None = None,
    checkpoint: Checkpoint | None = None,
) -> Picture:
    """The picture in the bytes of a file called `name`; otherwise as `read_picture`."""
    limit = max_pixels_allowed() if max_pixels is None else max_pixels
    checkpoint = checkpoint or _go_on
    checkpoint()
    digest = hashlib.sha256(data).hexdigest()
    checkpoint()
    stream = WatchedBytes(data, checkpoint)
    with errors_named(name, stream):
        try:
            image = open_image(stream, name, limit)
        except UnidentifiedImageError:
            pixels, notes = _unusual_tiff(data, name, limit, stream.checked)
            return _sealed(Picture(pixels, name, path, digest, notes, depth=32))
    recipe, damaged = recipe_in(image.info)
    depth = bits_per_channel(image, data)
    with errors_named(name, stream):
        pixels, notes = _decode(image, data, depth, stream.checked)
    notes = (*_about_file(image, name, data), *notes, *(("damaged recipe ignored",) if damaged else ()))
    return _sealed(Picture(pixels, name, path, digest, notes, depth, recipe))


def _go_on() -> None:
    pass


def _sealed(picture: Picture) -> Picture:
    picture.pixels.setflags(write=False)
    return picture


def _decode(
    image: Image.Image, data: bytes, depth: int, checkpoint: Checkpoint
) -> tuple[Array, tuple[str, ...]]:
    stored = orientation_of(image)
    deep = depth == 16 and image.format in ("PNG", "TIFF") and image.mode in ("RGB", "RGBA", "RGBX", "LA")
    decoded = None
    if image.width * image.height >= large.LARGE_PIXELS:
        with decoders_silenced():
            decoded = large.decode_large(image, data, depth, checkpoint)
    if decoded is not None:
        return pixels_of(image, checkpoint, decoded)
    # Loaded here also when OpenCV decodes below: Pillow notices damage that OpenCV passes over.
    image.load()
    checkpoint()
    if not deep:
        return pixels_of(image, checkpoint)
    if to_srgb(image.info.get("icc_profile"), "RGB") is None:
        turn = orientation_of(image)
        made = decode_deep(data, image.mode == "LA", checkpoint)
        if made is not None and made[0].shape[:2] == (image.height, image.width):
            said = (*made[1], "turned by EXIF") if stored != 1 else made[1]
            return _turned(made[0], turn), said
    pixels, notes = pixels_of(image, checkpoint)
    return pixels, (*notes, "16-bit reduced to 8-bit")


def _turned(pixels: Array, orientation: int) -> Array:
    if orientation == 1:
        return pixels
    height, width, channels = pixels.shape
    out, view = oriented(height, width, channels, pixels.dtype, orientation)
    view[:] = pixels
    return out


def _unusual_tiff(
    data: bytes, name: str, max_pixels: int, checkpoint: Checkpoint
) -> tuple[Array, tuple[str, ...]]:
    if not is_tiff(data):
        raise unreadable(name)
    check_tiff_size(data, name, max_pixels)
    made = decode_deep(data, grey=False, checkpoint=checkpoint)
    if made is None:
        raise PictureError(f"{name} is a damaged TIFF file, or of a kind that cannot be read. Convert it.")
    return made


def _about_file(image: Image.Image, name: str, data: bytes) -> tuple[str, ...]:
    notes = []
    expected = _BY_SUFFIX.get(Path(name).suffix.lower())
    found = {"MPO": "JPEG"}.get(image.format or "", image.format)
    if expected is not None and expected != found:
        notes.append(f"{found} file in spite of its name")
    frames = _frames(data)
    if frames > 1:
        kind = "frames" if image.format in ("GIF", "PNG", "WEBP", "AVIF") else "pictures"
        notes.append(f"first of {frames} {kind}")
    return tuple(notes)


def _frames(data: bytes) -> int:
    # Counting moves through the whole file and fails on damaged frames, so it gets its own image.
    try:
        with errors_named(""), Image.open(io.BytesIO(data)) as image:
            return int(getattr(image, "n_frames", 1))
    except PictureError:
        return 1
