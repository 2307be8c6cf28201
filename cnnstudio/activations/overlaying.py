"""One map laid over the photo, each of its values where the pixels lie that it was made of."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from cnnstudio.activations.displaying import shares_of
from cnnstudio.activations.maps import Pass
from cnnstudio.activations.mosaics import is_signed, shaded
from cnnstudio.activations.settings import ActivationSettings
from cnnstudio.networks.layers import Layer
from cnnstudio.networks.preprocessing import Placement
from cnnstudio.networks.spans import Span

Pixels = npt.NDArray[np.uint8]

UNSEEN = 0.4
"""How bright the part of the photo is shown that the network did not see."""


def laid_over(
    settings: ActivationSettings, made: Pass, unit: int, photo: npt.NDArray[Any], scale: float | None
) -> Pixels:
    """The map of a unit of the settings' layer over a photo (H, W, 3) uint8, as strongly as the settings say.

    scale: pixels of `photo` for one of the picture; None where `photo` is the network's input itself. What the
    network did not see is darkened.
    """
    height, width = photo.shape[:2]
    place = Placement(1.0, 1.0, 0, 0) if scale is None else made.placement
    to_photo = 1.0 if scale is None else scale
    layer, side = made.subject.layer(settings.layer), made.seen.shape
    maps = made.maps[settings.layer]
    shares = cv2.warpAffine(
        shares_of(settings, maps, unit), _into(layer, side, place, to_photo), (width, height),
        flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE,
    )  # fmt: skip
    shown = shaded(np.clip(shares, -1, 1), signed=is_signed(maps), gamma=settings.gamma)
    mixed = cv2.addWeighted(shown, settings.overlay, photo, 1 - settings.overlay, 0)
    corners = place.in_picture(np.array([0, 0, side[1], side[0]], float)) * to_photo
    left, top, right, bottom = np.clip(np.rint(corners), 0, [width, height] * 2).astype(int)
    out = np.asarray(np.rint(photo * UNSEEN), np.uint8)
    out[top:bottom, left:right] = mixed[top:bottom, left:right]
    return out


def _into(layer: Layer, side: tuple[int, ...], place: Placement, to_photo: float) -> npt.NDArray[np.float64]:
    """The affine map from positions of a layer to pixels of the photo, both counted from the middles of pixels."""
    down, top = _steps(layer.rows, layer.height, side[0])
    across, left = _steps(layer.columns, layer.width, side[1])
    wide, high = to_photo / place.scale_x, to_photo / place.scale_y
    return np.array([
        [across * wide, 0, (left - place.left) * wide - 0.5],
        [0, down * high, (top - place.top) * high - 0.5],
    ])  # fmt: skip


def _steps(span: Span, count: int, side: int) -> tuple[float, float]:
    """Pixels of the input from one position to the next, and the middle of what the first one sees."""
    if span.steps is None or count < 2 or span.steps.stride <= 0:
        return side / count, side / count / 2
    return float(span.steps.stride), float(span.steps.offset) + span.steps.size / 2
