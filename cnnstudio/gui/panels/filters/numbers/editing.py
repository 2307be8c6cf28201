"""Edits of the small input: each takes the grids, one per channel, and gives new ones."""

from __future__ import annotations

from cnnstudio.gui.panels.filters.numbers.problem import Rows

Grids = tuple[Rows, ...]


def with_cell(grids: Grids, channel: int, row: int, column: int, value: float) -> Grids:
    """The grids with another number in one cell."""
    changed = [[list(line) for line in grid] for grid in grids]
    changed[channel][row][column] = value
    return tuple(tuple(tuple(line) for line in grid) for grid in changed)


def mirrored(grids: Grids) -> Grids:
    """The grids turned left to right, which shows a kernel's polarity."""
    return tuple(tuple(tuple(reversed(row)) for row in grid) for grid in grids)
