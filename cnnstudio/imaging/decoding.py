"""From an opened Pillow image to the array of a Picture, in bands.

Pillow keeps 4 bytes a pixel and converts, turns and hands over whole images with the interpreter lock held,
which would stop the window for a tenth of a second at 100 megapixels. So everything after decoding happens
band by band: convert a few rows, write them to their final place in one array of the final shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnstudio.imaging.profiles import ToSrgb, to_srgb

Array = npt.NDArray[Any]
Checkpoint = Callable[[], object]

_BAND_PIXELS = 1 << 19
_ALPHA = {"RGBA": "RGB", "RGBa": "RGB", "RGBX": "RGB", "LA": "L", "La": "L", "PA": "RGB"}
_EXIF_ORIENTATION = 0x0112


def pixels_of(
    image: Image.Image, checkpoint: Checkpoint, decoded: Array | None = None
) -> tuple[Array, tuple[str, ...]]:
    """The pixels (H, W, C) of a loaded image, uint8 or float32 in 0…255, upright sRGB; and notes.

    decoded: the stored pixels (H, W, 1 or 3) uint8 without alpha, if the image is not loaded. May raise
    whatever Pillow raises for damaged data; `checkpoint` is invoked between bands.
    """
    notes: list[str] = []
    if has_alpha(image):
        notes.append("alpha dropped")
    mode = _ALPHA.get(image.mode, image.mode)
    if mode[0] in "IF":
        pixels, more = _deep_grey(image, checkpoint)
        return pixels, (*notes, *more)
    profile = to_srgb(image.info.get("icc_profile"), mode)
    if profile is not None:
        notes.append(f"colours converted from {profile.name} to sRGB")
    elif mode not in ("L", "RGB", "P", "1"):
        notes.append(f"{mode} converted to RGB")
    orientation = orientation_of(image)
    if orientation != 1:
        notes.append("turned by EXIF")
    if decoded is not None and profile is None and orientation == 1:
        return decoded, tuple(notes)
    channels = 1 if mode in ("L", "1") else 3
    out, view = oriented(image.height, image.width, channels, np.uint8, orientation)
    source = image.crop if decoded is None else _Bands(decoded).crop
    _fill(view, source, _band_converter(image.mode, mode, channels, profile), checkpoint)
    return out, tuple(notes)


def has_alpha(image: Image.Image) -> bool:
    """Whether the image carries transparency of any kind."""
    return image.mode in ("RGBA", "RGBa", "LA", "La", "PA") or "transparency" in image.info


def orientation_of(image: Image.Image) -> int:
    """EXIF orientation, 1 (upright) to 8; damaged entries count as 1."""
    # Pillow would decode a whole PNG to look for EXIF behind the pixels; a loaded one has found it already.
    if image.format == "PNG" and not any("exif" in str(key) for key in image.info):
        return 1
    try:
        value = image.getexif().get(_EXIF_ORIENTATION, 1)
    except (SyntaxError, ValueError, TypeError, LookupError, OSError, ArithmeticError):
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def oriented(height: int, width: int, channels: int, dtype: Any, orientation: int) -> tuple[Array, Array]:
    """A new array in upright position, and a view of it with the rows and columns of the file.

    Writing (height, width, channels) of the file into the view turns and mirrors as EXIF `orientation` asks.
    """
    turned = orientation >= 5
    out: Array = np.empty((width, height, channels) if turned else (height, width, channels), dtype)
    view = out.transpose(1, 0, 2) if turned else out
    if orientation in (3, 4, 6, 7):
        view = view[::-1]
    if orientation in (2, 3, 7, 8):
        view = view[:, ::-1]
    return out, view


def _band_converter(
    found: str, mode: str, channels: int, profile: ToSrgb | None
) -> Callable[[Image.Image], Image.Image]:
    wanted = "L" if channels == 1 else "RGB"

    def convert(band: Image.Image) -> Image.Image:
        if band.mode != mode:
            band = band.convert(mode)
        if profile is not None:
            band = profile(band)
        return band if band.mode == wanted else band.convert(wanted)

    # PA has no direct way to RGB without its palette being applied first.
    return (lambda band: convert(band.convert("RGBA"))) if found == "PA" else convert


class _Bands:
    """Rows of an array as Pillow images."""

    def __init__(self, pixels: Array) -> None:
        self._pixels = pixels[:, :, 0] if pixels.shape[2] == 1 else pixels

    def crop(self, box: tuple[int, int, int, int]) -> Image.Image:
        return Image.fromarray(self._pixels[box[1] : box[3]])


def _fill(
    view: Array,
    crop: Callable[[tuple[int, int, int, int]], Image.Image],
    convert: Callable[[Image.Image], Image.Image],
    checkpoint: Checkpoint,
) -> None:
    height, width = view.shape[:2]
    rows = max(1, _BAND_PIXELS // width)
    for top in range(0, height, rows):
        checkpoint()
        bottom = min(top + rows, height)
        band = np.asarray(convert(crop((0, top, width, bottom))))
        view[top:bottom] = band.reshape(bottom - top, width, -1)


def _deep_grey(image: Image.Image, checkpoint: Checkpoint) -> tuple[Array, tuple[str, ...]]:
    orientation = orientation_of(image)
    out, view = oriented(image.height, image.width, 1, np.float32, orientation)
    _fill(view, image.crop, lambda band: band, checkpoint)
    checkpoint()
    whole_numbers = image.mode.startswith("I")
    notes = scale_sixteen(out) if image.mode.startswith("I;16") else scale_values(out, whole_numbers)
    return out, (*notes, "turned by EXIF") if orientation != 1 else notes


def scale_sixteen(pixels: Array) -> tuple[str, ...]:
    """Scale float32 values 0…65535 to 0…255 in place."""
    np.divide(pixels, np.float32(257), out=pixels)
    return ("16-bit scaled to 0…255",)


def scale_values(pixels: Array, whole_numbers: bool) -> tuple[str, ...]:
    """Bring float32 values of any range to 0…255 in place and say how.

    Values within 0…1 (not for whole numbers) are multiplied by 255, within 0…255 kept, within 0…65535 divided
    by 257, others stretched from their smallest to their largest. NaN and -inf become 0, +inf becomes 255; where
    there is nothing else, nothing is scaled.
    """
    notes: list[str] = []
    finite = np.isfinite(pixels)
    bad = int(pixels.size - np.count_nonzero(finite))
    if bad == pixels.size:
        np.nan_to_num(pixels, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        return ("holds no numbers",)
    low = float(pixels.min(where=finite, initial=np.inf))
    high = float(pixels.max(where=finite, initial=-np.inf))
    if low >= 0 and high <= 1 and not whole_numbers:
        np.multiply(pixels, np.float32(255), out=pixels)
        notes.append("0…1 scaled to 0…255")
    elif low >= 0 and 255 < high <= 65535:
        notes += scale_sixteen(pixels)
    elif low < 0 or high > 65535:
        # Halved first, because the span of float32 does not fit into float32.
        np.multiply(pixels, np.float32(0.5), out=pixels)
        np.subtract(pixels, np.float32(low / 2), out=pixels)
        np.multiply(pixels, np.float32(255 / max((high - low) / 2, 1e-30)), out=pixels)
        notes.append(f"{_in_words(low)}…{_in_words(high)} stretched to 0…255")
    if bad:
        np.nan_to_num(pixels, copy=False, nan=0.0, posinf=255.0, neginf=0.0)
        notes.append(f"{bad} value{'s' if bad > 1 else ''} not finite, replaced")
    np.clip(pixels, 0, 255, out=pixels)
    return tuple(notes)


def _in_words(value: float) -> str:
    """Four significant digits with a true minus: −2.147e9."""
    digits, e, power = f"{value:.4g}".partition("e")
    return (f"{digits}e{int(power)}" if e else digits).replace("-", "−")
