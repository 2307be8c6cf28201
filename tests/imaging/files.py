"""Picture files of every kind, made in memory with Pillow, tifffile and OpenCV for the tests of reading."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from PIL import Image


def photo(height: int = 24, width: int = 32, channels: int = 3, seed: int = 7) -> np.ndarray:
    """A smooth picture (height, width, channels) uint8 that lossy formats keep; one channel as (H, W)."""
    rng = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width]
    planes = [
        128 + 60 * np.sin(rows / 6 + rng.uniform(0, 6)) + 60 * np.cos(columns / 7 + rng.uniform(0, 6))
        for _ in range(channels)
    ]
    made = np.stack(planes, axis=2).round().clip(0, 255).astype(np.uint8)
    return made[:, :, 0] if channels == 1 else made


def file_of(image: Image.Image | np.ndarray, kind: str, **options: Any) -> bytes:
    """The bytes of a file of this format."""
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def one_of_each() -> dict[str, bytes]:
    """A small valid file of every format that can be read, and of the stranger kinds of some."""
    import tifffile

    rgb, grey = photo(), photo(channels=1)
    deep = (rgb.astype(np.uint16) * 257) ^ 3
    frames = [Image.fromarray(photo(seed=seed)) for seed in range(3)]

    def tiff(array: np.ndarray, **options: Any) -> bytes:
        stream = io.BytesIO()
        tifffile.imwrite(stream, array, **options)
        return stream.getvalue()

    return {
        "png": file_of(rgb, "PNG"),
        "png-grey": file_of(grey, "PNG"),
        "png-palette": file_of(Image.fromarray(rgb).quantize(16), "PNG"),
        "png-alpha": file_of(Image.fromarray(rgb).convert("RGBA"), "PNG"),
        "png-16-grey": file_of(Image.fromarray(deep[:, :, 0]), "PNG"),
        "png-animated": file_of(frames[0], "PNG", save_all=True, append_images=frames[1:]),
        "jpeg": file_of(rgb, "JPEG"),
        "jpeg-progressive": file_of(rgb, "JPEG", progressive=True),
        "jpeg-cmyk": file_of(Image.fromarray(rgb).convert("CMYK"), "JPEG"),
        "tiff": file_of(rgb, "TIFF"),
        "tiff-lzw": file_of(rgb, "TIFF", compression="tiff_lzw"),
        "tiff-16-rgb": tiff(deep, photometric="rgb"),
        "tiff-float": tiff(rgb.astype(np.float32), photometric="rgb"),
        "tiff-float-grey": file_of(Image.fromarray(grey.astype(np.float32)), "TIFF"),
        "webp": file_of(rgb, "WEBP"),
        "webp-animated": file_of(frames[0], "WEBP", save_all=True, append_images=frames[1:]),
        "gif": file_of(frames[0], "GIF", save_all=True, append_images=frames[1:]),
        "bmp": file_of(rgb, "BMP"),
        "ppm": file_of(rgb, "PPM"),
        "jp2": file_of(rgb, "JPEG2000"),
        "avif": file_of(rgb, "AVIF"),
    }
