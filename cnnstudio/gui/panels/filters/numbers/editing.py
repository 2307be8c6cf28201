"""Edits of the small input: each takes the grids, one per channel, and gives new ones."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.filters import Matrix

Grids = tuple[Matrix, ...]


def with_cell(grids: Grids, channel: int, row: int, column: int, value: float) -> Grids:
    """The grids with another number in one cell."""
    changed = [[list(line) for line in grid] for grid in grids]
    changed[channel][row][column] = value
    return tuple(tuple(tuple(line) for line in grid) for grid in changed)


def mirrored(grids: Grids) -> Grids:
    """The grids turned left to right, which shows a kernel's polarity."""
    return tuple(tuple(tuple(reversed(row)) for row in grid) for grid in grids)


def resized(grids: Grids, rows: int, columns: int, new: Callable[[], float]) -> Grids:
    """The grids cut or continued at the bottom and the right; `new` gives the numbers of cells that come."""
    return tuple(
        tuple(
            tuple(grid[r][c] if r < len(grid) and c < len(grid[0]) else new() for c in range(columns))
            for r in range(rows)
        )
        for grid in grids
    )
