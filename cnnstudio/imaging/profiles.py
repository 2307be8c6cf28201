"""Colour profiles: pixels are sRGB everywhere, so a picture with another profile is converted on reading."""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageCms

_MODES = {"RGB": "RGB", "CMYK": "CMYK", "L": "GRAY", "LAB": "Lab"}


class ToSrgb:
    """The conversion from one embedded profile to sRGB, for 8-bit images of one mode (RGB, CMYK, L, LAB)."""

    def __init__(self, transform: ImageCms.ImageCmsTransform, name: str) -> None:
        self._transform = transform
        self.name = name

    def __call__(self, image: Image.Image) -> Image.Image:
        """The same picture in sRGB: grey stays grey, everything else becomes RGB."""
        made = ImageCms.applyTransform(image, self._transform)
        assert made is not None
        return made.convert("L") if image.mode == "L" else made


def to_srgb(icc: bytes | None, mode: str) -> ToSrgb | None:
    """The conversion that a picture of Pillow `mode` with this profile needs.

    None when there is no profile, when it is sRGB already, or when it is damaged or made for another kind of
    pixels: such a picture is taken as sRGB, as other programs do.
    """
    if not icc or mode not in _MODES:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        if profile.profile.xcolor_space.strip() != _MODES[mode]:
            return None
        name = (profile.profile.profile_description or "unnamed").strip("\0 \n")
        if name.lower().startswith("srgb") and "preference" not in name.lower():
            return None
        transform = ImageCms.buildTransform(
            profile, ImageCms.createProfile("sRGB"), mode, "RGB",
            ImageCms.Intent.RELATIVE_COLORIMETRIC, ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )  # fmt: skip
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None
    return ToSrgb(transform, name)


@cache
def srgb_profile() -> bytes:
    """An sRGB profile to embed in saved files; always the same bytes, so equal pictures give equal files."""
    made = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Bytes 24 to 35 of the header are the time of making.
    made[24:36] = (2000).to_bytes(2, "big") + (1).to_bytes(2, "big") + (1).to_bytes(2, "big") + bytes(6)
    return bytes(made)
