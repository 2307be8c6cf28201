"""What is lit on a number grid at one step: plain values, so that a step is a comparison and a repaint."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from cnnstudio.gui.panels.filters.numbers.problem import Cell

Window = tuple[int, int, int, int]


@dataclass(frozen=True)
class Marks:
    """The lit cells of one grid, in padded coordinates.

    `window`: outlined rectangle (row, column, rows, columns). `lit`: cells drawn bright; when anything is
    lit the others step back. `corners`: small text per cell with the number whose sign colours it.
    `current`: the one cell outlined. `hidden`: cells not reached yet, drawn as a dot. `partial`: values
    shown in place of the grid's own.
    """

    window: Window | None = None
    lit: frozenset[Cell] = frozenset()
    corners: Mapping[Cell, tuple[str, float]] = field(default_factory=dict)
    current: Cell | None = None
    hidden: frozenset[Cell] = frozenset()
    partial: Mapping[Cell, float] = field(default_factory=dict)


NONE = Marks()
