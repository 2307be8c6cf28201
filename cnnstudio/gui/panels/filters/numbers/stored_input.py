"""The small input as a session file holds it, and back; a file may be damaged or edited by hand."""

from __future__ import annotations

import math
from typing import Any

from cnnstudio.filters import Matrix
from cnnstudio.gui.panels.filters.numbers.problem import LARGEST

MOST = 1e9
"""Larger figures would not fit a cell."""


def to_stored(grids: tuple[Matrix, ...]) -> list[list[list[float]]]:
    """Grids as JSON-ready lists."""
    return [[list(row) for row in grid] for grid in grids]


def from_stored(stored: Any) -> tuple[Matrix, ...] | None:
    """1 or 3 grids of equal size, 1 to 12 a side, of finite numbers; None when `stored` is anything else."""
    if not isinstance(stored, list) or len(stored) not in (1, 3):
        return None
    grids = tuple(_grid(each) for each in stored)
    sizes = {(len(grid), len(row)) for grid in grids for row in grid}
    if len(sizes) != 1 or not all(grids):
        return None
    rows, columns = sizes.pop()
    return grids if 1 <= rows <= LARGEST and 1 <= columns <= LARGEST else None


def _grid(stored: Any) -> Matrix:
    if not isinstance(stored, list) or not all(isinstance(row, list) for row in stored):
        return ()
    if not all(_is_number(value) for row in stored for value in row):
        return ()
    return tuple(tuple(float(value) for value in row) for row in stored)


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) <= MOST if isinstance(value, int) else math.isfinite(value) and abs(value) <= MOST
