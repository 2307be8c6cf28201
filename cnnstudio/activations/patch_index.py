"""What a scan for maximum patches finds: of every unit the pictures and positions that excite it most.

Plain arrays, without torch, so that an index is shown in a moment.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.errors import UsageError

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Pictures:
    """The pictures of a scan in its order, which is that of their names.

    folder: absolute. names: below it, with "/". sizes: (N, 2) int32, width and height, 0 where a picture was not
    seen. placements: (N, 4) float64, scale_x, scale_y, left, top as `Placement` has them. sha256: (N, 32) uint8, of
    the files.
    """

    folder: str
    names: tuple[str, ...]
    sizes: Array
    placements: Array
    sha256: Array

    @classmethod
    def unseen(cls, folder: str, names: tuple[str, ...]) -> Pictures:
        """None of them seen yet; rows are filled in once, when a picture is."""
        count = len(names)
        sizes, placements = np.zeros((count, 2), np.int32), np.zeros((count, 4), np.float64)
        return cls(folder, names, sizes, placements, np.zeros((count, 32), np.uint8))

    def path(self, number: int) -> Path:
        """Where a picture lies."""
        return Path(self.folder, self.names[number])


@dataclass(frozen=True, eq=False)
class LayerPatches:
    """The strongest positions of a layer's C units, strongest first; ties by picture, then by position.

    height, width: of its maps. values: (C, k) float32, -inf where there are fewer than k. pictures, rows, columns:
    (C, k) int32, -1 for none. row_spans (height, 2), column_spans (width, 2): int32, what a row and a column of the
    map see of the network's input, the second number behind the last; 0, 0 for nothing but padding.
    """

    name: str
    type: str
    height: int
    width: int
    values: Array
    pictures: Array
    rows: Array
    columns: Array
    row_spans: Array
    column_spans: Array

    @property
    def channels(self) -> int:
        """Its number of units."""
        return int(self.values.shape[0])


@dataclass(frozen=True)
class Scanned:
    """What was scanned how: indexes can be joined where all this is equal.

    network: its name. identity: tells its weights from others. side: rows and columns of its input. preprocessing:
    its input convention as plain values. per_image: the most positions of a unit in one picture, 0 for any number.
    layers: the names of the scanned ones, in order of execution.
    """

    network: str
    identity: str
    side: int
    preprocessing: Mapping[str, Any]
    per_image: int
    layers: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class PatchIndex:
    """A scan's result, or an unfinished one's so far. unreadable: name and reason of pictures that were left out."""

    scanned: Scanned
    pictures: Pictures
    layers: Mapping[str, LayerPatches]
    unreadable: tuple[tuple[str, str], ...] = ()

    def layer(self, name: str) -> LayerPatches:
        """The layer of this name; UsageError with the nearest names otherwise."""
        if name in self.layers:
            return self.layers[name]
        near = difflib.get_close_matches(name, self.layers, 3, 0.4) or list(self.layers)[:3]
        raise UsageError(f"The index has no layer {name!r}. Did you mean {', '.join(near)}?")
