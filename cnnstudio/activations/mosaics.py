"""All maps of a layer as one picture: tiles in rows, one display pixel an activation, a gap between them.

One picture instead of hundreds keeps zooming and panning smooth, and is what is saved. Where an activation lies in
it, and what lies at a pixel, is arithmetic that lives here with the painting.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from cnnstudio.activations.maps import Maps
from cnnstudio.imaging.colour_maps import diverging_lut, sequential_lut

GAP = 1
BACKGROUND = (18, 18, 18)
"""The dark canvas' own colour: a little darker than a map's zero, so that tiles have edges."""

_HALF = 1 << 15


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
    """The grid whose mosaic shows its tiles largest in a room of `aspect` (width over height).

    Of grids that come close to it the one with the fullest last row is taken.
    """
    count, (height, width) = len(channels), maps.shape[1:]
    ideal = min(float(count), max(1.0, (count * aspect * height / width) ** 0.5))

    def size_and_fill(columns: int) -> float:
        rows = -(-count // columns)
        tile = min(aspect / (columns * width), 1 / (rows * height))
        # A tenth of the size of a tile is worth a row that is full instead of nearly empty.
        return float(tile * (1 + 0.1 * (count / (rows * columns) - 1) * rows))

    near = range(max(1, int(ideal * 0.7)), min(count, int(ideal * 1.4) + 1) + 1)
    return Grid((height, width), max(near, key=size_and_fill), tuple(int(each) for each in channels))


def mosaic(maps: Maps, grid: Grid, *, per_map: bool, gamma: float) -> npt.NDArray[np.uint8]:
    """The picture (h, w, 3) uint8 of maps (C, H, W) in this grid."""
    return tiled(coloured(maps, per_map=per_map, gamma=gamma), grid)


def tiled(pictures: npt.NDArray[np.uint8], grid: Grid) -> npt.NDArray[np.uint8]:
    """Pictures (C, H, W, 3) in their places in the grid, (h, w, 3)."""
    height, width = grid.size
    made = np.full((height, width, 3), BACKGROUND, np.uint8)
    for place, channel in enumerate(grid.channels):
        top, left = grid.corner(place)
        made[top : top + grid.tile[0], left : left + grid.tile[1]] = pictures[channel]
    return made


def coloured(maps: Maps, *, per_map: bool, gamma: float) -> npt.NDArray[np.uint8]:
    """Maps (C, H, W) as colours (C, H, W, 3): from dark to light, or, where values are negative, diverging from zero.

    per_map: each map's largest value is full colour, else the layer's. gamma: exponent of the value's size.
    """
    signed, flat = is_signed(maps), maps.reshape(len(maps), -1)
    largest = np.maximum(flat.max(1), -flat.min(1))
    if not per_map:
        largest[:] = largest.max(initial=0.0)
    shares = np.divide(maps, np.where(largest > 0, largest, 1)[:, None, None], dtype=np.float32)
    return shaded(shares, signed=signed, gamma=gamma)


def is_signed(maps: Maps) -> bool:
    """Whether a layer's maps have values below zero, so that their colours diverge from it."""
    return bool(maps.min(initial=0.0) < 0)


def shaded(shares: npt.NDArray[np.float32], *, signed: bool, gamma: float) -> npt.NDArray[np.uint8]:
    """Shares of full colour (...), -1…1, as colours (..., 3)."""
    # A table of all 16-bit values is quicker than a power for each value of a large layer.
    places = np.multiply(shares, np.float32(_HALF - 1))
    places += np.float32(_HALF + 0.5)
    made: npt.NDArray[np.uint8] = _table(signed, gamma)[places.astype(np.uint16)]
    return made


@lru_cache(maxsize=16)
def _table(signed: bool, gamma: float) -> npt.NDArray[np.uint8]:
    shares = np.clip((np.arange(2 * _HALF) - _HALF) / (_HALF - 1), -1, 1)
    sizes = np.abs(shares) ** gamma
    places = 128 + 127 * np.copysign(sizes, shares) if signed else 255 * np.where(shares > 0, sizes, 0)
    colours = diverging_lut() if signed else sequential_lut()
    made: npt.NDArray[np.uint8] = colours[np.rint(places).astype(np.uint8)]
    return made
