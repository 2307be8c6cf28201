"""Where an output pixel lies over the input, so that input and output can be shown linked.

Coordinates are continuous: pixel 0 covers 0 to 1, its centre is 0.5.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, sides


@dataclass(frozen=True)
class Axis:
    """input = offset + scale * output along one axis."""

    scale: float
    offset: float


def placement(settings: FilterSettings, height: int, width: int) -> tuple[Axis, Axis]:
    """The vertical and horizontal placement of the output over an input of this size."""
    down, across = sides(settings, height, width)
    return _axis(down), _axis(across)


def _axis(side: Side) -> Axis:
    middle = (side.extent - 1) / 2
    if side.transposed:
        scale = 1 / side.stride
        first = (side.before - middle) / side.stride + 0.5
    else:
        scale = float(side.stride)
        first = middle - side.before + 0.5
    # The centre of output 0 before pooling lies at `first`; a pool's first window is centred (size - 1)/2 further.
    centre = first + scale * (side.pool_size - 1) / 2
    step = scale * side.pool_stride
    return Axis(step, centre - step / 2)
