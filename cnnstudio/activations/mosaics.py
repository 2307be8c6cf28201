"""All maps of a layer as one picture: tiles in rows, one display pixel an activation, a gap between them.

One picture instead of hundreds keeps zooming and panning smooth, and is what is saved. Where an activation lies in
it, and what lies at a pixel, is arithmetic that lives here with the painting.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnstudio.activations.maps import Maps
from cnnstudio.imaging.colour_maps import diverging_lut, sequential_lut

GAP = 1
BACKGROUND = (21, 21, 21)


@dataclass(frozen=True)
class Grid:
    """Where the tiles lie. tile: height and width of a map; channels: in the order of the tiles, row by row."""

    tile: tuple[int, int]
    columns: int
    channels: tuple[int, ...]

    @property
    def rows(self) -> int:
        """Rows of tiles."""
        return -(-len(self.channels) // self.columns)

    @property
    def gap(self) -> int:
        """Pixels between tiles: an eighth of a tile, so that tiles of seven pixels do not drown in gaps."""
        return max(GAP, round(max(self.tile) / 24))

    @property
    def size(self) -> tuple[int, int]:
        """Height and width of the mosaic."""
        (height, width), gap = self.tile, self.gap
        return self.rows * (height + gap) - gap, self.columns * (width + gap) - gap

    def corner(self, place: int) -> tuple[int, int]:
        """Row and column of a tile's first pixel."""
        (height, width), gap = self.tile, self.gap
        return place // self.columns * (height + gap), place % self.columns * (width + gap)

    def at(self, row: int, column: int) -> tuple[int, int, int] | None:
        """Channel, row and column in its map at a pixel of the mosaic; None in a gap or behind the last tile."""
        (height, width), gap = self.tile, self.gap
        down, inner_row = divmod(row, height + gap)
        across, inner_column = divmod(column, width + gap)
        place = down * self.columns + across
        outside = inner_row >= height or inner_column >= width or not 0 <= across < self.columns
        if outside or row < 0 or column < 0 or place >= len(self.channels):
            return None
        return self.channels[place], inner_row, inner_column


def grid_for(maps: Maps, channels: npt.NDArray[np.int64], aspect: float) -> Grid:
    """The grid whose mosaic comes closest to `aspect` (width over height), without stretching a tile."""
    count, (height, width) = len(channels), maps.shape[1:]
    columns = round((count * aspect * height / width) ** 0.5)
    return Grid((height, width), min(count, max(1, columns)), tuple(int(each) for each in channels))


def mosaic(maps: Maps, grid: Grid, *, per_map: bool, gamma: float) -> npt.NDArray[np.uint8]:
    """The picture (h, w, 3) uint8 of maps (C, H, W) in this grid."""
    shown = coloured(maps, per_map=per_map, gamma=gamma)
    height, width = grid.size
    made = np.full((height, width, 3), BACKGROUND, np.uint8)
    for place, channel in enumerate(grid.channels):
        top, left = grid.corner(place)
        made[top : top + grid.tile[0], left : left + grid.tile[1]] = shown[channel]
    return made


def coloured(maps: Maps, *, per_map: bool, gamma: float) -> npt.NDArray[np.uint8]:
    """Maps (C, H, W) as colours (C, H, W, 3): from dark to light, or, where values are negative, diverging from zero.

    per_map: each map's largest value is full colour, else the layer's. gamma: exponent of the value's size.
    """
    signed = bool((maps < 0).any())
    size = np.abs(maps)
    largest = size.reshape(len(maps), -1).max(1) if per_map else np.full(len(maps), size.max(initial=0.0))
    share = size / np.where(largest > 0, largest, 1)[:, None, None]
    np.power(share, np.float32(gamma), out=share)
    table: npt.NDArray[np.uint8] = diverging_lut() if signed else sequential_lut()
    place = 128 + 127 * np.copysign(share, maps) if signed else 255 * share
    return table[np.rint(place).astype(np.uint8)]
