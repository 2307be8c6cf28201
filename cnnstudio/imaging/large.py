"""Large JPEG and PNG files, decoded without stopping the window.

Pillow clears and frees 4 bytes a pixel with the interpreter lock held, 80 ms at 100 megapixels. OpenCV
decodes the same values into the final array without the lock, but cannot be interrupted and passes over some
damage. So it works in a thread of its own, and only on files whose end is there; all else is left to Pillow.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnstudio.imaging.decoding import Checkpoint

Array = npt.NDArray[Any]

LARGE_PIXELS = 16_000_000
_POLL_S = 0.005
_BAND_ROWS = 128
# A PNG may carry its orientation behind the pixels, where only Pillow looks.
_TAIL_BYTES = 1 << 16
_ENDS = {"JPEG": b"\xff\xd9", "PNG": b"IEND\xaeB`\x82"}
_MODES = {"JPEG": ("RGB", "L"), "PNG": ("RGB", "RGBA", "L")}


def decode_large(image: Image.Image, data: bytes, depth: int, checkpoint: Checkpoint) -> Array | None:
    """The pixels (H, W, 1 or 3) uint8 as stored: not turned, not converted to sRGB, alpha dropped.

    None when the picture is not large, of another kind, or damaged: Pillow has to decode it. `checkpoint` is
    invoked every few milliseconds; when it raises, the result is dropped as soon as it is there.
    """
    kind = image.format or ""
    if image.width * image.height < LARGE_PIXELS or depth != 8 or image.mode not in _MODES.get(kind, ()):
        return None
    if not data.endswith(_ENDS[kind]) or getattr(image, "n_frames", 1) > 1:
        return None
    if kind == "PNG" and b"eXIf" in data[-_TAIL_BYTES:] and "exif" not in image.info:
        return None
    grey = image.mode == "L"
    decoded = _in_own_thread(data, grey, checkpoint)
    if decoded is None or decoded.shape[:2] != (image.height, image.width) or decoded.dtype != np.uint8:
        return None
    return decoded.reshape(image.height, image.width, 1 if grey else 3)


def _in_own_thread(data: bytes, grey: bool, checkpoint: Checkpoint) -> Array | None:
    made: list[Array | None] = []
    worker = threading.Thread(target=lambda: made.append(_decode(data, grey)), name="decode", daemon=True)
    worker.start()
    while worker.is_alive():
        worker.join(_POLL_S)
        checkpoint()
    return made[0] if made else None


def _decode(data: bytes, grey: bool) -> Array | None:
    import cv2

    kind = cv2.IMREAD_GRAYSCALE if grey else cv2.IMREAD_COLOR
    try:
        found = cv2.imdecode(np.frombuffer(data, np.uint8), kind | cv2.IMREAD_IGNORE_ORIENTATION)
        if found is None or grey:
            return found
        for top in range(0, len(found), _BAND_ROWS):
            band = found[top : top + _BAND_ROWS]
            cv2.cvtColor(band, cv2.COLOR_BGR2RGB, dst=band)
    except (cv2.error, MemoryError):
        return None
    return found
