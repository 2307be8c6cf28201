"""How large a picture may be before it is refused, and how a person raises that.

A small file can claim a huge picture (a decompression bomb), so the size in the header is checked before
decoding.
"""

from __future__ import annotations

import os

from cnnstudio.errors import PictureError, UsageError

DEFAULT_MAX_PIXELS = 300_000_000
VARIABLE = "CNNSTUDIO_MAX_MEGAPIXELS"


def max_pixels_allowed() -> int:
    """The limit in pixels: CNNSTUDIO_MAX_MEGAPIXELS if set, else 300 million.

    Raises UsageError when the variable is not a positive number.
    """
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return DEFAULT_MAX_PIXELS
    try:
        limit = float(text)
    except ValueError:
        limit = 0.0
    if not 0 < limit < 1e9:
        raise UsageError(f"{VARIABLE} is {text!r}; set it to a number of megapixels such as 600.")
    return max(1, round(limit * 1_000_000))


def check_size(name: str, width: int, height: int, max_pixels: int) -> None:
    """Raise PictureError when `width` x `height` pixels are none, or more than `max_pixels`."""
    if width < 1 or height < 1:
        raise PictureError(f"{name} has no pixels ({width} × {height}). Choose another file.")
    if width * height > max_pixels:
        megapixels = f"{width * height / 1e6:.0f}"
        raise PictureError(
            f"{name} has {width} × {height} = {megapixels} megapixels; the limit is {max_pixels / 1e6:g}. "
            f"To open it, set {VARIABLE}={-(-width * height // 1_000_000)} or use --max-megapixels."
        )
