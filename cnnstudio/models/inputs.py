"""A picture as a network of the zoo wants it: by its row's input convention, or by torchvision's own transforms."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.models.registry import Model
from cnnstudio.networks.preprocessing import InputConvention, Prepared, prepare


def convention_of(model: Model) -> InputConvention:
    """The input convention of a registered network, and of torchvision's classifiers."""
    if "torchvision" not in model.input:
        # The registry's file has lists where the convention has tuples.
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in model.input.items()
        }
        return InputConvention(**plain)
    from torchvision.models import get_weight

    preset: Any = get_weight(model.input["torchvision"]).transforms()
    return InputConvention(
        order="RGB", scale="0..1", mean=tuple(preset.mean), std=tuple(preset.std), resize="short side",
        resize_to=preset.resize_size[0], crop=preset.crop_size[0], interpolation=preset.interpolation.value,
        rounding="down",
    )  # fmt: skip


def prepared(model: Model, pixels: npt.NDArray[Any], at: tuple[float, float] = (0.5, 0.5)) -> Prepared:
    """A picture (H, W, 1 or 3), 0…255, as the network's input (1, 3, h, w) and where the picture lies in it.

    at: where the crop lies, as in `prepare`.
    """
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return prepare(pixels, convention_of(model), at)
