"""The maps of a layer as a picture, as the settings want them: the mosaic of all, or one map at the input's size."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.activations.channels import order
from cnnstudio.activations.maps import Maps, Pass
from cnnstudio.activations.mosaics import Grid, grid_for, is_signed, mosaic, shaded
from cnnstudio.activations.settings import ActivationSettings

Pixels = npt.NDArray[np.uint8]


def arranged(
    settings: ActivationSettings, maps: Maps, aspect: float, contribution: npt.NDArray[Any] | None = None
) -> Grid:
    """The grid of all maps (C, H, W), sorted; aspect: width over height of the room for it."""
    return grid_for(maps, order(maps, settings.sort, contribution), aspect)


def displayed(
    settings: ActivationSettings, made: Pass, aspect: float, contribution: npt.NDArray[Any] | None = None
) -> Pixels:
    """The mosaic (h, w, 3) of the settings' layer, or the map of their unit enlarged to the input's size."""
    maps = made.maps[settings.layer]
    if settings.unit < 0:
        grid = arranged(settings, maps, aspect, contribution)
        return mosaic(maps, grid, per_map=settings.scale == "map", gamma=settings.gamma)
    return enlarged(one_map(settings, maps, settings.unit), made.seen.shape[:2])


def one_map(settings: ActivationSettings, maps: Maps, unit: int) -> Pixels:
    """The map of one unit in colours (H, W, 3), scaled as the mosaic is."""
    return shaded(shares_of(settings, maps, unit), signed=is_signed(maps), gamma=settings.gamma)


def shares_of(settings: ActivationSettings, maps: Maps, unit: int) -> Maps:
    """The values of one unit (H, W) as shares of what gets the full colour, -1…1."""
    largest = np.abs(maps[unit] if settings.scale == "map" else maps).max(initial=0.0)
    made: Maps = maps[unit] / (largest if largest > 0 else np.float32(1))
    return made


def overlaid(settings: ActivationSettings, made: Pass, unit: int) -> Pixels:
    """The map of one unit over what the network saw, as strongly as the settings say."""
    from cnnstudio.activations.overlaying import laid_over

    return laid_over(settings, made, unit, made.seen, None)


def enlarged(picture: Pixels, size: tuple[int, ...]) -> Pixels:
    """Every pixel repeated so often that the picture is at least `size` (rows, columns)."""
    times = max(1, -(-size[0] // picture.shape[0]), -(-size[1] // picture.shape[1]))
    return np.repeat(np.repeat(picture, times, 0), times, 1)
