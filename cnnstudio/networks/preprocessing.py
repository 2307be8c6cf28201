"""From a picture to the numbers that a network was trained on.

A wrong order of channels or a wrong mean still gives plausible results, so the convention is a value that belongs to
the network, and there is one function that follows it.

Pillow resizes: its filters widen when a picture shrinks, as in the training of these networks. OpenCV's and PyTorch's
plain ones skip pixels, which changes EfficientNet's certainty by a tenth. Only "area" is OpenCV's, whose windows
weigh a pixel that they cover in part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
import numpy.typing as npt
import torch
from PIL import Image

from cnnstudio.errors import PictureError, UsageError

Array = npt.NDArray[Any]

LARGEST_INPUT = 100_000_000
"""Pixels; a strip of 1 × 5000 whose short side must have 256 would have more."""

_PILLOW = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}


@dataclass(frozen=True)
class InputConvention:
    """What a network expects its input to be.

    order: of the channels; mean and std are in this order and in the units of scale. scale: the range that 0…255 is
    brought to before the mean is subtracted and the result divided by std. resize: "short side" to `resize_to`, the
    other in proportion, then the centre `crop`; "letterbox" into a square of `resize_to` whose rest has the grey
    value `fill` (0…255); "stretch" to that square; or "none". rounding: of the sides to whole pixels; torchvision's
    networks were judged with "down". Raises UsageError when these contradict one another.
    """

    order: Literal["RGB", "BGR"] = "RGB"
    scale: Literal["0..1", "0..255"] = "0..255"
    mean: tuple[float, float, float] = (0.0, 0.0, 0.0)
    std: tuple[float, float, float] = (1.0, 1.0, 1.0)
    resize: Literal["short side", "letterbox", "stretch", "none"] = "none"
    resize_to: int | None = None
    crop: int | None = None
    rounding: Literal["nearest", "down"] = "nearest"
    interpolation: Literal["bilinear", "bicubic", "area"] = "bilinear"
    fill: float = 127.0

    def __post_init__(self) -> None:
        allowed = {
            "order": ("RGB", "BGR"),
            "scale": ("0..1", "0..255"),
            "resize": ("short side", "letterbox", "stretch", "none"),
            "rounding": ("nearest", "down"),
            "interpolation": ("bilinear", "bicubic", "area"),
        }
        for field, values in allowed.items():
            if getattr(self, field) not in values:
                raise UsageError(f"{field} is {getattr(self, field)!r}; it must be one of {', '.join(values)}.")
        if len(self.mean) != 3 or len(self.std) != 3 or 0 in self.std:
            raise UsageError("mean and std must have three values each, std none of 0.")
        if (self.resize == "none") != (self.resize_to is None) or (self.resize_to is not None and self.resize_to < 1):
            raise UsageError(f"resize {self.resize!r} does not go with a size of {self.resize_to}.")
        if self.crop is not None and not (self.resize == "short side" and 1 <= self.crop <= (self.resize_to or 0)):
            raise UsageError(f"crop {self.crop} needs a short side of at least as much, not {self.resize_to}.")
        if self.crop is not None and self.interpolation == "area":
            raise UsageError('A crop goes with "bilinear" or "bicubic", not with "area".')


@dataclass(frozen=True)
class Placement:
    """Where the picture lies in the network's input: input = scale · picture + offset, in pixels, edges at integers.

    scale_x and scale_y differ when the picture is stretched, and by the rounding of a side to whole pixels.
    left, top: of the picture's corner in the input; negative where the crop cut it off.
    """

    scale_x: float
    scale_y: float
    left: int
    top: int

    def in_picture(self, points: Array) -> Array:
        """Points or boxes (..., 2 or 4) as x, y(, x, y) of the input, in pixels of the picture."""
        pairs = points.shape[-1] // 2
        offset, scale = [self.left, self.top] * pairs, [self.scale_x, self.scale_y] * pairs
        return np.asarray((points - np.array(offset)) / np.array(scale))


@dataclass(frozen=True, eq=False)
class Prepared:
    """A network's input (1, 3, h, w) float32 on the CPU, and where the picture lies in it."""

    tensor: torch.Tensor
    placement: Placement


def prepare(pixels: Array, convention: InputConvention, at: tuple[float, float] = (0.5, 0.5)) -> Prepared:
    """The input that a network wants of a picture.

    pixels: (H, W, 3) RGB or (H, W, 1) grey, uint8 or float in 0…255. What is resized is rounded to bytes, as in
    training: half a grey value can move a class by 0.05, and a picture's type must not. at: where the crop lies, from
    (0, 0), the picture's first column and row, to (1, 1), its last. Raises PictureError when the shape is another, or
    the input would have more than `LARGEST_INPUT` pixels.
    """
    if pixels.ndim != 3 or pixels.shape[2] not in (1, 3) or pixels.size == 0:
        raise PictureError(f"An array of shape {pixels.shape} is no picture; it must have 1 or 3 channels.")
    if pixels.dtype != np.uint8 and pixels.dtype.kind != "f":
        raise PictureError(f"An array of {pixels.dtype} is no picture; it must be uint8 or float, 0…255.")
    width, height = pixels.shape[1], pixels.shape[0]
    scaled = _scaled_size(width, height, convention)
    out = _input_size(scaled, convention)
    if out[0] * out[1] > LARGEST_INPUT:
        raise PictureError(
            f"The picture of {width} × {height} pixels would become {out[0]} × {out[1]} for the network; "
            f"the limit is {LARGEST_INPUT // 1_000_000} megapixels. Crop it first."
        )
    # Halves are rounded to the even pixel, as torchvision's crop does, whose networks were judged with it.
    left, top = (round((outer - inner) * part) for outer, inner, part in zip(out, scaled, at, strict=True))
    placement = Placement(scaled[0] / width, scaled[1] / height, left, top)
    part = (max(0, -left), max(0, -top), min(scaled[0], out[0]), min(scaled[1], out[1]))
    seen = _resized(pixels, scaled, part, convention.interpolation)
    return Prepared(_tensor(_framed(seen, out, placement, convention.fill), convention), placement)


def _scaled_size(width: int, height: int, convention: InputConvention) -> tuple[int, int]:
    """Columns and rows of the whole picture after resizing."""
    if convention.resize_to is None:
        return width, height
    if convention.resize == "stretch":
        return convention.resize_to, convention.resize_to
    side = min(width, height) if convention.resize == "short side" else max(width, height)
    whole = round if convention.rounding == "nearest" else int
    return max(1, whole(convention.resize_to * width / side)), max(1, whole(convention.resize_to * height / side))


def _input_size(scaled: tuple[int, int], convention: InputConvention) -> tuple[int, int]:
    side = convention.resize_to if convention.resize == "letterbox" else convention.crop
    return (side, side) if side else scaled


def _resized(pixels: Array, scaled: tuple[int, int], part: tuple[int, int, int, int], interpolation: str) -> Array:
    """The part (x, y, columns, rows) of the picture at its scaled size; nothing beside it is computed."""
    height, width = pixels.shape[:2]
    x, y, columns, rows = part
    if (width, height) == scaled:
        return pixels[y : y + rows, x : x + columns]
    if pixels.dtype != np.uint8:
        pixels = np.rint(pixels).clip(0, 255).astype(np.uint8)
    if interpolation == "area":
        made = cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA)
        return np.asarray(made).reshape(rows, columns, -1)
    across, down = width / scaled[0], height / scaled[1]
    box = (x * across, y * down, min(width, (x + columns) * across), min(height, (y + rows) * down))
    image = Image.fromarray(pixels if pixels.shape[2] == 3 else pixels[:, :, 0])
    return np.asarray(image.resize((columns, rows), _PILLOW[interpolation], box)).reshape(rows, columns, -1)


def _framed(seen: Array, out: tuple[int, int], placement: Placement, fill: float) -> Array:
    """The visible part in a frame of grey, where the input is larger."""
    rows, columns = seen.shape[:2]
    if (columns, rows) == out:
        return seen
    frame = np.full((out[1], out[0], seen.shape[2]), fill, np.float32)
    left, top = placement.left, placement.top
    frame[top : top + rows, left : left + columns] = seen
    return frame


def _tensor(pixels: Array, convention: InputConvention) -> torch.Tensor:
    """(1, 3, h, w) float32 in the network's order and range."""
    channels = (0, 1, 2) if convention.order == "RGB" else (2, 1, 0)
    planes = np.empty((3, *pixels.shape[:2]), np.float32)
    white = 255 if convention.scale == "0..1" else 1
    for plane, channel, mean, std in zip(planes, channels, convention.mean, convention.std, strict=True):
        np.divide(pixels[:, :, channel % pixels.shape[2]], white, out=plane, dtype=np.float32, casting="same_kind")
        plane -= mean
        plane /= std
    return torch.from_numpy(planes[None])
