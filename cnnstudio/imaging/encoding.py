"""From pixels to the bytes of a file, fast and with the interpreter lock released.

PNG is encoded by OpenCV, which needs a tenth of Pillow's time for files of the same size; the entries that it
cannot write (sRGB, recipe) are put between its chunks.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, PngImagePlugin

from cnnstudio.errors import PictureError
from cnnstudio.imaging.profiles import srgb_profile
from cnnstudio.imaging.recipes import KEY, Recipe

Array = npt.NDArray[Any]
Parts = Sequence[bytes | memoryview]

FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".tif": "TIFF", ".tiff": "TIFF", ".webp": "WEBP"}
_BAND_ROWS = 256
# The signature and the header chunk, which has to come first.
_PNG_HEAD = 8 + 25


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
    return b"".join(encoded_parts(pixels, kind, recipe, quality))


def encoded_parts(pixels: Array, kind: str, recipe: Recipe | None = None, quality: int = 95) -> Parts:
    """As `encoded`, in pieces that follow each other: joining them would copy the whole file once more."""
    eight = rounded(pixels)
    if kind == "PNG":
        data = _png(eight)
        entries = b"".join(_chunk(name, content) for name, content in _png_entries(recipe))
        return data[:_PNG_HEAD], entries, data[_PNG_HEAD:]
    return (_by_pillow(eight, kind, quality),)


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


def _png(pixels: Array) -> memoryview:
    import cv2

    swapped = pixels
    if pixels.shape[2] == 3:
        swapped = np.empty_like(pixels)
        for top in range(0, len(pixels), _BAND_ROWS):
            rows = slice(top, top + _BAND_ROWS)
            cv2.cvtColor(pixels[rows], cv2.COLOR_RGB2BGR, dst=swapped[rows])
    try:
        # OpenCV's own choice of level and strategy is its fastest; naming a level makes it three times slower.
        done, data = cv2.imencode(".png", swapped)
    except cv2.error:
        done = False
    if done:
        return data.reshape(-1).data
    # Sides beyond libpng's limits.
    return memoryview(_by_pillow(pixels, "PNG", 0))


def _by_pillow(pixels: Array, kind: str, quality: int) -> bytes:
    grey = pixels.shape[2] == 1
    image = _image(pixels[:, :, 0] if grey else pixels)
    options: dict[str, Any] = {}
    if not grey and kind != "PNG":
        options["icc_profile"] = srgb_profile()
    if kind in ("JPEG", "WEBP"):
        options["quality"] = min(max(quality, 1), 100)
    if kind == "JPEG":
        # Full colour resolution: results are looked at pixel by pixel.
        options["subsampling"] = 0
    if kind == "TIFF":
        options["compression"] = "tiff_lzw"
    if kind == "PNG":
        options["compress_level"] = 1
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def _image(pixels: Array) -> Image.Image:
    # In bands, because Pillow takes an array over with the interpreter lock held.
    height, width = pixels.shape[:2]
    image = Image.new("L" if pixels.ndim == 2 else "RGB", (width, height))
    for top in range(0, height, _BAND_ROWS):
        image.paste(Image.fromarray(pixels[top : top + _BAND_ROWS]), (0, top))
    return image


def _png_entries(recipe: Recipe | None) -> list[tuple[bytes, bytes]]:
    entries = PngImagePlugin.PngInfo()
    entries.add(b"sRGB", b"\0")
    if recipe is not None:
        entries.add_itxt(KEY, recipe.to_json())
    return [(entry[0], entry[1]) for entry in entries.chunks]


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
