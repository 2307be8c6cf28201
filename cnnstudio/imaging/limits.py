"""How large a picture may be before it is refused, and how a person raises that.

A small file can claim a huge picture (a decompression bomb), so the size in the header is checked before
decoding.
"""

from __future__ import annotations

import os

from cnnstudio.errors import PictureError, UsageError

DEFAULT_MAX_PIXELS = 300_000_000
VARIABLE = "CNNSTUDIO_MAX_MEGAPIXELS"
SETTING = "Size limit"
"""What the limit is called on the window's settings page."""
LARGEST_PIXELS = 4_000_000_000
"""Above this, raising the limit is not advised: no machine would hold such a picture."""


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
    pixels = width * height
    if pixels <= max_pixels:
        return
    if pixels > LARGEST_PIXELS:
        raise PictureError(f"{name} has {width} × {height} pixels, which is too large to open.")
    needed = -(-pixels // 1_000_000)
    raise PictureError(
        f"{name} has {width} × {height} = {_megapixels(pixels, max_pixels)} megapixels; the limit is "
        f"{max_pixels / 1e6:g}. To open it, raise Settings → {SETTING}, use --max-megapixels {needed} or set "
        f"{VARIABLE}={needed}."
    )


def _megapixels(pixels: int, limit: int) -> str:
    """Four significant digits, or as many as tell the size from the limit."""
    short = f"{pixels / 1e6:.4g}"
    return f"{pixels / 1e6:.10g}" if short == f"{limit / 1e6:.4g}" else short
