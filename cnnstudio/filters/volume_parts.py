"""What flows through a layer over a volume, part by part and small: for the drawing of the layer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.borders import luminance
from cnnstudio.filters.display import to_display
from cnnstudio.filters.kernels import slices_for
from cnnstudio.filters.layer import apply
from cnnstudio.filters.reducing import reduced
from cnnstudio.filters.settings import FilterSettings, Kernel, Matrix
from cnnstudio.filters.sizes import convolved_size, output_size
from cnnstudio.imaging.picture import Picture

SIDE = 256
NO_PICTURE = (6, 6)
"""Rows and columns of the volume that is drawn while no picture is open: the course's example."""

Images = tuple[NDArray[np.uint8], ...]


@dataclass(frozen=True, eq=False)
class LayerParts:
    """One filter of the layer: its kernel slices, the sizes of its maps, and thumbnails as uint8 (h, w, 3).

    `convolved_size` is (rows, columns) before pooling, `output_size` after it.
    `inputs` and `products` have one image per slice, `outputs` one per map; all empty without a picture.
    """

    kernels: tuple[Matrix, ...]
    convolved_size: tuple[int, int]
    output_size: tuple[int, int]
    inputs: Images = ()
    products: Images = ()
    outputs: Images = ()


def layer_parts(
    settings: FilterSettings, picture: Picture | None, index: int = 0, checkpoint: Callable[[], None] | None = None
) -> LayerParts:
    """The parts of filter `index`; raises UsageError when the kernel does not fit the picture."""
    size = (picture.height, picture.width) if picture is not None else NO_PICTURE
    slices = slices_for(settings, picture.channels if picture is not None else 3)[index]
    kernels = tuple(tuple(tuple(float(w) for w in row) for row in k) for k in slices)
    sizes = convolved_size(settings, *size), output_size(settings, *size)
    if picture is None:
        return LayerParts(kernels, *sizes)
    pixels = np.ascontiguousarray(reduced(picture, SIDE, checkpoint), np.float32)
    one = replace(settings, filters=settings.filters[index : index + 1], mode="signed")
    if settings.channels == "luminance":
        pixels = luminance(pixels)
    inputs = tuple(np.repeat(pixels[..., c : c + 1], 3, axis=2).astype(np.uint8) for c in range(pixels.shape[2]))
    alone = replace(
        one, filters=(Kernel(preset="own", slices=kernels),), channels="depthwise", flip=False, bias=0.0,
        activation="none", pool="none",
    )  # fmt: skip
    return LayerParts(
        kernels, *sizes, inputs, _shown(alone, pixels, checkpoint), _shown(one, pixels, checkpoint)
    )


def _shown(settings: FilterSettings, pixels: NDArray[Any], checkpoint: Callable[[], None] | None) -> Images:
    maps = apply(settings, pixels, checkpoint=checkpoint)
    return tuple(to_display(settings, maps, c) for c in range(len(maps)))
