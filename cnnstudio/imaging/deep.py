"""Colour with more than 8 bits per channel, which Pillow would cut to 8 or cannot open: OpenCV decodes it."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, TiffImagePlugin

from cnnstudio.imaging.decoding import Checkpoint, scale_sixteen, scale_values
from cnnstudio.imaging.limits import check_size
from cnnstudio.imaging.quiet import decoders_silenced

Array = npt.NDArray[Any]

_BITS_PER_SAMPLE, _WIDTH, _HEIGHT = 258, 256, 257
_BAND_ROWS = 256


def bits_per_channel(image: Image.Image, data: bytes) -> int:
    """Bits per channel that the file holds; 8 where the format does not say."""
    if image.format == "PNG" and len(data) > 24:
        return data[24]
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        bits = image.tag_v2.get(_BITS_PER_SAMPLE, (8,))
        return int(max(bits)) if isinstance(bits, tuple) else int(bits)
    return {"1": 1, "I": 32, "F": 32}.get(image.mode, 16 if image.mode.startswith("I;16") else 8)


def is_tiff(data: bytes) -> bool:
    """Whether the bytes begin like a TIFF file."""
    return data[:4] in (b"II*\0", b"MM\0*")


def decode_deep(data: bytes, grey: bool, checkpoint: Checkpoint) -> tuple[Array, tuple[str, ...]] | None:
    """The pixels (H, W, 1 or 3) float32 in 0…255 of a 16-bit or float file, and what was done.

    None if the file holds neither. grey: keep one channel. Raises cv2.error for sizes that OpenCV refuses.
    Orientation is as in the file.
    """
    import cv2

    # OpenCV would report on standard error what the caller says in its own words.
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    with decoders_silenced():
        found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or found.dtype not in (np.uint16, np.float32, np.float64):
        return None
    found = found.reshape(found.shape[0], found.shape[1], -1)
    grey = grey or found.shape[2] < 3
    out: Array = np.empty((*found.shape[:2], 1 if grey else 3), np.float32)
    for top in range(0, out.shape[0], _BAND_ROWS):
        checkpoint()
        band = found[top : top + _BAND_ROWS]
        out[top : top + _BAND_ROWS] = band[:, :, :1] if grey else band[:, :, 2::-1]
    notes = ("alpha dropped",) if found.shape[2] == 4 else ()
    scaled = scale_sixteen(out) if found.dtype == np.uint16 else scale_values(out, whole_numbers=False)
    return out, (*notes, *scaled)


def check_tiff_size(data: bytes, name: str, max_pixels: int) -> None:
    """Raise PictureError when the first picture of a TIFF is too large; for files that Pillow cannot open."""
    stream = io.BytesIO(data)
    directory = TiffImagePlugin.ImageFileDirectory_v2(stream.read(8))
    stream.seek(directory.next)
    directory.load(stream)
    check_size(name, int(directory[_WIDTH]), int(directory[_HEIGHT]), max_pixels)
