"""The one image type of the program.

A picture never changes: its pixels are read-only, so that it can be shared between threads without a copy.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.errors import PictureError
from cnnstudio.imaging.recipes import Recipe

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Picture:
    """Pixels with their origin.

    pixels: (H, W, C), C = 1 (grey) or 3 (sRGB), uint8 or float32 in 0…255, C-contiguous, read-only. name:
    file name, or a made-up name. path: absolute, in memory only, never written into a recipe. sha256: of the
    file's bytes, or of the pixels where there is no file. notes: what reading did to the picture. depth: bits
    per channel in the file. recipe: what made this picture, when its file says so.
    """

    pixels: Array
    name: str
    path: str | None = None
    sha256: str = ""
    notes: tuple[str, ...] = ()
    depth: int = 8
    recipe: Recipe | None = None

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def channels(self) -> int:
        """1 for grey, 3 for colour."""
        return int(self.pixels.shape[2])

    @classmethod
    def from_array(cls, array: Array, name: str, *, own: bool = False) -> Picture:
        """A picture of an array (H, W) or (H, W, C), C in 1, 3 or 4 (alpha is dropped and noted).

        uint8 and float are taken as 0…255 (float is cut to that range, NaN becomes 0), uint16 is scaled from
        0…65535, bool becomes 0 and 255. The array is copied; with `own` a uint8 or float32 array that already
        fits is taken as it is and made read-only. Raises PictureError for any other shape or kind.
        """
        pixels, notes = _three_axes(np.asarray(array), name)
        depth = {"b": 1, "f": 32}.get(pixels.dtype.kind, pixels.dtype.itemsize * 8)
        if own and pixels.dtype == np.uint8 and pixels.flags.c_contiguous:
            made = pixels
        elif pixels.dtype == np.uint16:
            made = np.divide(pixels, np.float32(257), dtype=np.float32)
            notes = (*notes, "16-bit scaled to 0…255")
        else:
            made = _within_range(pixels, name, own)
        made = np.ascontiguousarray(made)
        made.setflags(write=False)
        return cls(made, name, sha256=hash_of_pixels(made), notes=notes, depth=depth)


def _three_axes(array: Array, name: str) -> tuple[Array, tuple[str, ...]]:
    if array.ndim == 2:
        array = array[:, :, None]
    if array.ndim != 3 or array.shape[2] not in (1, 3, 4) or array.size == 0:
        raise PictureError(
            f"{name} has the shape {array.shape}; a picture is (height, width) or (height, width, 1, 3 or 4)."
        )
    if array.shape[2] == 4:
        return array[:, :, :3], ("alpha dropped",)
    return array, ()


def _within_range(pixels: Array, name: str, own: bool) -> Array:
    if pixels.dtype == np.uint8:
        return pixels.copy()
    if pixels.dtype.kind == "b":
        return pixels.astype(np.uint8) * np.uint8(255)
    if pixels.dtype.kind in "iu":
        return np.clip(pixels, 0, 255).astype(np.uint8)
    if pixels.dtype.kind != "f":
        raise PictureError(f"{name} holds values of type {pixels.dtype}; a picture needs numbers.")
    keep = own and pixels.dtype == np.float32 and pixels.flags.writeable
    made = pixels if keep else pixels.astype(np.float32)
    np.nan_to_num(made, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
    return np.clip(made, 0.0, 255.0, out=made)


def hash_of_pixels(pixels: Array) -> str:
    """SHA-256 of shape, type and values of a C-contiguous array, as hexadecimal digits."""
    digest = hashlib.sha256(f"{pixels.shape} {pixels.dtype.str} ".encode())
    digest.update(pixels.data.cast("B"))
    return digest.hexdigest()
