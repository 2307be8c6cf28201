"""Evidence laid over the photo that it was found in, at the photo's own size."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from cnnstudio.activations.evidence import Evidence
from cnnstudio.imaging.colour_maps import scaled_to_rgb, signed_to_rgb
from cnnstudio.networks.preprocessing import Placement

Pixels = npt.NDArray[np.uint8]

SMOOTHED = {"occlusion": 6.0, "integrated-gradients": 2.0, "guided-backprop": 1.2}
"""Standard deviation, in pixels of the input, by which evidence is smoothed to be seen: as fine as the pixels, it
would be lost in the photo."""

HIGHEST = 99.5
"""The percentile that gets the full colour: a few outliers would leave all else dark."""

_UNSEEN = 0.45


def overlaid_evidence(evidence: Evidence, pixels: npt.NDArray[Any], opacity: float) -> Pixels:
    """The picture (H, W, 1 or 3), 0…255, with the evidence over what the network saw of it, as (H, W, 3) uint8.

    opacity: 0…1, of the evidence's colours. What the network did not see is darkened.
    """
    height, width = pixels.shape[:2]
    made = np.broadcast_to(pixels, (height, width, 3)) * np.float32(_UNSEEN)
    left, top, right, bottom = seen_box(evidence, width, height)
    seen = slice(top, bottom), slice(left, right)
    into = _into_picture(evidence.placement) - np.array([[0, 0, left], [0, 0, top]])
    laid = cv2.warpAffine(
        coloured_heat(evidence), into, (right - left, bottom - top), borderMode=cv2.BORDER_REPLICATE
    )
    made[seen] = pixels[seen] * np.float32(1 - opacity) + laid * np.float32(opacity)
    return np.asarray(made.round().clip(0, 255), np.uint8)


def seen_box(evidence: Evidence, width: int, height: int) -> tuple[int, int, int, int]:
    """x1, y1, x2, y2 of the part of a picture of width × height that the network saw, in whole pixels."""
    rows, columns = evidence.heat.shape
    corners = evidence.placement.in_picture(np.array([0.0, 0.0, columns, rows]))
    left, top, right, bottom = np.clip(corners.round(), 0, [width, height] * 2).astype(int).tolist()
    return left, top, max(right, left + 1), max(bottom, top + 1)


def coloured_heat(evidence: Evidence) -> Pixels:
    """The evidence alone, (h, w, 3) in the pixels of the input, in sequential colours, or diverging if it is signed."""
    sigma = SMOOTHED.get(evidence.method, 0.0)
    heat = cv2.GaussianBlur(evidence.heat, (0, 0), sigma) if sigma else evidence.heat
    top = float(np.percentile(np.abs(heat), HIGHEST)) or float(np.abs(heat).max()) or 1.0
    return signed_to_rgb(heat, top) if evidence.signed else scaled_to_rgb(heat, 0.0, top)


def _into_picture(placement: Placement) -> npt.NDArray[np.float64]:
    """The affine map from pixels of the input to pixels of the picture, both counted from the middles of pixels."""
    across, down = 1 / placement.scale_x, 1 / placement.scale_y
    return np.array([
        [across, 0, (0.5 - placement.left) * across - 0.5],
        [0, down, (0.5 - placement.top) * down - 0.5],
    ])  # fmt: skip
