"""From the filter lab's settings and a small input to a `NumberProblem`; runs on the engine's thread.

Every number comes from the same functions that filter photos; nothing is computed a second way.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from cnnstudio.errors import UsageError
from cnnstudio.filters import FilterSettings, Matrix
from cnnstudio.gui.panels.filters.numbers.problem import LARGEST, NumberProblem

if TYPE_CHECKING:
    import numpy as np


def make_problem(
    settings: FilterSettings, inputs: tuple[Matrix, ...], *, filter_index: int = 0
) -> NumberProblem:
    """The small convolution that `settings` make of `inputs`, (H, W) rows of 1 or 3 channels, 1 to 12 a side.

    `filter_index` chooses one of several filters. Raises UsageError for other sizes, and as `output_size`
    does when the kernel or the pooling window does not fit.
    """
    from cnnstudio.filters import luminance, slices_for

    pixels = _pixels(inputs)
    if settings.channels == "luminance":
        pixels = luminance(pixels)
    channels = pixels.shape[2]
    kernels = slices_for(settings, channels)[filter_index]
    plain = replace(settings, pool="none")
    outputs = _maps(plain, pixels, filter_index)
    pooled = _maps(settings, pixels, filter_index) if settings.pool != "none" else ()
    padding, padded = _padded(settings, pixels)
    problem = NumberProblem(
        inputs=_grids(pixels.transpose(2, 0, 1)), kernels=_grids(kernels), outputs=outputs, padding=padding,
        padded=padded, stride=settings.stride, dilation=settings.dilation, transposed=settings.transposed,
        summed=settings.channels == "volume" and channels > 1, flipped=settings.flip, bias=settings.bias,
        offset=settings.filters[filter_index].offset, activation=settings.activation,
        pool=settings.pool, pool_size=settings.pool_size, pool_stride=settings.pool_stride, pooled=pooled,
    )  # fmt: skip
    return _without_identity(problem)


def _pixels(inputs: tuple[Matrix, ...]) -> np.ndarray[Any, Any]:
    import numpy as np

    if len(inputs) not in (1, 3):
        raise UsageError(f"The input has {len(inputs)} channels; give 1 or 3.")
    sizes = {(len(grid), len(row)) for grid in inputs for row in grid}
    if len(sizes) != 1:
        raise UsageError("The rows of the input differ in length; give every row the same number of values.")
    rows, columns = sizes.pop()
    if not (1 <= rows <= LARGEST and 1 <= columns <= LARGEST):
        raise UsageError(f"The input is {rows} × {columns}; by the numbers it is 1 to {LARGEST} a side.")
    return np.ascontiguousarray(np.array(inputs, np.float32).transpose(1, 2, 0))


def _maps(settings: FilterSettings, pixels: np.ndarray[Any, Any], filter_index: int) -> tuple[Matrix, ...]:
    from cnnstudio.filters import apply_region, map_count, output_size

    height, width = output_size(settings, *pixels.shape[:2])
    maps = apply_region(settings, pixels, 0, 0, width, height)
    each = map_count(settings, pixels.shape[2]) // len(settings.filters)
    return _grids(maps[filter_index * each : (filter_index + 1) * each])


def _padded(
    settings: FilterSettings, pixels: np.ndarray[Any, Any]
) -> tuple[tuple[int, int, int, int], tuple[Matrix, ...]]:
    from cnnstudio.filters import cut, sides

    height, width = pixels.shape[:2]
    down, across = sides(settings, height, width)
    padding = (down.before, across.before, down.after, across.after)
    if settings.transposed or not any(padding):
        return padding, ()
    rows, columns = (-down.before, height + down.after), (-across.before, width + across.after)
    return padding, _grids(cut(pixels, rows, columns, settings.border).transpose(2, 0, 1))


def _grids(array: np.ndarray[Any, Any]) -> tuple[Matrix, ...]:
    return tuple(tuple(tuple(float(v) for v in row) for row in grid) for grid in array)


def _without_identity(problem: NumberProblem) -> NumberProblem:
    """A pooling behind a kernel that changes nothing is shown as a pooling alone."""
    ones = [w for grid in problem.kernels for row in grid for w in row if w]
    nothing = problem.outputs == problem.inputs and ones == [1.0] * len(problem.kernels)
    if not (problem.pooled and nothing and problem.stride == 1 and problem.activation == "none"):
        return problem
    return replace(problem, kernels=(), padding=(0, 0, 0, 0), padded=())
