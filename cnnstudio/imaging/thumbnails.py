"""Small versions of pictures for the shelf."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import UnidentifiedImageError

from cnnstudio.imaging.decoding import Checkpoint, orientation_of, pixels_of
from cnnstudio.imaging.limits import max_pixels_allowed
from cnnstudio.imaging.opening import WatchedBytes, errors_named, open_image, read_file
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.pyramid import to_bytes
from cnnstudio.imaging.reading import read_bytes

Array = npt.NDArray[Any]

TINY = 32
# Several decoded pixels go into one of the thumbnail, so that its look does not tell how it was made.
_OVERSAMPLING = 2


@dataclass(frozen=True, eq=False)
class Thumbnail:
    """pixels: (h, w, 3) uint8, C-contiguous; width, height: of the whole picture, upright."""

    pixels: Array
    width: int
    height: int


def thumbnail(picture: Picture, size: int) -> Array:
    """The picture in its own shape, within `size` squared: (h, w, 3) uint8, C-contiguous.

    Large pictures are averaged. Grey ones of at most `TINY` pixels a side are number grids whose values differ
    too little to be seen: they are stretched from black to white. Small ones are enlarged by a whole factor.
    """
    return _small(picture.pixels, picture.width, picture.height, size)


def read_thumbnail(
    path: str | Path, size: int, max_pixels: int | None = None, checkpoint: Checkpoint | None = None
) -> Thumbnail:
    """The thumbnail of a file, upright and sRGB, as `thumbnail` makes it of the picture read from there.

    A JPEG is decoded at the fraction (1/2, 1/4, 1/8) that still has twice the pixels asked for, which takes a
    fraction of the time. max_pixels, checkpoint and errors as in `read_picture`.
    """
    path = Path(path)
    limit = max_pixels_allowed() if max_pixels is None else max_pixels
    checkpoint = checkpoint or _go_on
    checkpoint()
    data = read_file(path, limit)
    stream = WatchedBytes(data, checkpoint)
    with errors_named(path.name, stream):
        made = _of_jpeg(stream, path.name, size, limit)
    if made is not None:
        return made
    picture = read_bytes(data, path.name, max_pixels=limit, checkpoint=checkpoint)
    return Thumbnail(thumbnail(picture, size), picture.width, picture.height)


def _go_on() -> None:
    pass


def _of_jpeg(stream: WatchedBytes, name: str, size: int, max_pixels: int) -> Thumbnail | None:
    try:
        image = open_image(stream, name, max_pixels)
    except UnidentifiedImageError:
        # Unusual TIFF files, and what is no picture at all: reading tells them apart.
        return None
    width, height = image.size
    scale = _OVERSAMPLING * size / max(width, height)
    if image.format not in ("JPEG", "MPO") or scale >= 1:
        return None
    image.draft(image.mode, (round(width * scale), round(height * scale)))
    if image.size == (width, height):
        return None
    if orientation_of(image) >= 5:
        width, height = height, width
    image.load()
    pixels, _ = pixels_of(image, stream.checked)
    return Thumbnail(_small(pixels, width, height, size), width, height)


def _small(pixels: Array, width: int, height: int, size: int) -> Array:
    """The thumbnail of a picture of `width` x `height`, of which `pixels` may be a reduced copy."""
    import cv2

    longest = max(width, height)
    if longest > size:
        scale = size / longest
        shape = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = cv2.resize(pixels, shape, interpolation=cv2.INTER_AREA).reshape(shape[1], shape[0], -1)
    if longest <= TINY and (pixels == pixels[..., :1]).all():
        pixels = _stretched(pixels)
    if longest * 2 <= size:
        pixels = pixels.repeat(size // longest, axis=0).repeat(size // longest, axis=1)
    small = to_bytes(pixels)
    return small.copy() if small.shape[2] == 3 else np.repeat(small, 3, axis=2)


def _stretched(pixels: Array) -> Array:
    low, high = float(pixels.min()), float(pixels.max())
    if high <= low:
        return pixels
    stretched: Array = ((pixels - np.float32(low)) * np.float32(255 / (high - low))).astype(np.float32)
    return stretched
