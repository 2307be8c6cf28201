"""The arithmetic of sizes along one side of the picture: padding, output size, and which input an output
needs.

The course's formula is floor((n + 2p - f)/s) + 1. Here p may differ before and after (an even kernel at
"same" gets its extra line at the bottom and right, with a flipped kernel too), and f is d(f - 1) + 1 when
dilated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import UsageError
from cnnstudio.filters.kernels import kernel_size
from cnnstudio.filters.settings import FilterSettings

Span = tuple[int, int]
"""First index and the index after the last one."""


@dataclass(frozen=True)
class Side:
    """One side (height or width) of the layer: n input pixels, kernel side f, padding, stride, dilation,
    pooling.
    """

    n: int
    f: int
    before: int
    after: int
    stride: int
    dilation: int
    transposed: bool
    pool_size: int
    pool_stride: int

    @property
    def extent(self) -> int:
        """How many input pixels a dilated kernel spans: d(f - 1) + 1."""
        return self.dilation * (self.f - 1) + 1

    @property
    def convolved(self) -> int:
        """Output size before pooling; below 1 when the kernel does not fit."""
        if self.transposed:
            return (self.n - 1) * self.stride + self.extent - self.before - self.after
        return (self.n + self.before + self.after - self.extent) // self.stride + 1

    @property
    def out(self) -> int:
        """Output size after pooling; below 1 when the pooling window does not fit."""
        return (self.convolved - self.pool_size) // self.pool_stride + 1

    @property
    def dropped(self) -> int:
        """Lines of the padded input at the end that no window reaches, because the floor drops them."""
        if self.transposed:
            return 0
        return (self.n + self.before + self.after - self.extent) % self.stride

    def convolved_span(self, out: Span) -> Span:
        """The convolved values that pooling needs for these outputs."""
        return out[0] * self.pool_stride, (out[1] - 1) * self.pool_stride + self.pool_size

    def input_span(self, convolved: Span) -> Span:
        """The input pixels that these convolved values need; negative or beyond n where they lie in the
        padding.

        Transposed: the input pixels that are laid onto these outputs, again possibly beyond the picture.
        """
        first, last = convolved[0], convolved[1] - 1
        if self.transposed:
            reach = -(-self.extent // self.stride)
            return (first + self.before) // self.stride - reach, (last + self.before) // self.stride + 1
        return first * self.stride - self.before, last * self.stride - self.before + self.extent

    def windows(self) -> NDArray[np.int64]:
        """How many windows use each of the n input pixels; transposed: how many outputs each one reaches."""
        counts = np.zeros(self.n, np.int64)
        for m in range(self.f):
            if self.transposed:
                at = np.arange(self.n) * self.stride + m * self.dilation - self.before
                counts += (at >= 0) & (at < self.convolved)
            else:
                at = np.arange(max(self.convolved, 0)) * self.stride + m * self.dilation - self.before
                np.add.at(counts, at[(at >= 0) & (at < self.n)], 1)
        return counts


def _padding(settings: FilterSettings, f: int) -> tuple[int, int]:
    spread = settings.dilation * (f - 1)
    if settings.padding == "valid":
        return 0, 0
    if settings.padding == "full":
        return spread, spread
    if settings.padding == "custom":
        return settings.pad, settings.pad
    return spread // 2, spread - spread // 2


def sides(settings: FilterSettings, height: int, width: int) -> tuple[Side, Side]:
    """The vertical and the horizontal side, without checking that the kernel fits."""
    pooled = settings.pool != "none"
    made = []
    for n, f in zip((height, width), kernel_size(settings), strict=True):
        before, after = _padding(settings, f)
        made.append(Side(
            n, f, before, after, settings.stride, settings.dilation, settings.transposed,
            settings.pool_size if pooled else 1, settings.pool_stride if pooled else 1,
        ))  # fmt: skip
    return made[0], made[1]


def checked_sides(settings: FilterSettings, height: int, width: int) -> tuple[Side, Side]:
    """`sides`, or UsageError naming the sizes, width × height, and the remedy when there would be no output."""
    down, across = sides(settings, height, width)
    if down.convolved < 1 or across.convolved < 1:
        if settings.transposed:
            raise UsageError(
                f"Padding {settings.padding} crops everything from the transposed output of a {width} × {height} "
                "picture; use less padding."
            )
        padded = f"{width + across.before + across.after} × {height + down.before + down.after}"
        raise UsageError(
            f"The kernel spans {across.extent} × {down.extent} pixels, more than the padded picture of {padded}; "
            "use a smaller kernel, less dilation or more padding."
        )
    if down.out < 1 or across.out < 1:
        raise UsageError(
            f"The pooling window of {settings.pool_size} × {settings.pool_size} is larger than the map of "
            f"{across.convolved} × {down.convolved}; use a smaller window."
        )
    return down, across


def output_size(settings: FilterSettings, height: int, width: int) -> tuple[int, int]:
    """Height and width of the maps, after pooling. Raises UsageError when the kernel or pooling window does
    not fit.
    """
    down, across = checked_sides(settings, height, width)
    return down.out, across.out


def convolved_size(settings: FilterSettings, height: int, width: int) -> tuple[int, int]:
    """Height and width of the maps before pooling."""
    down, across = checked_sides(settings, height, width)
    return down.convolved, across.convolved


def map_count(settings: FilterSettings, channels: int) -> int:
    """How many maps come out: one a filter, times the channels when each is filtered alone."""
    alone = settings.channels in ("each", "depthwise")
    return len(settings.filters) * (channels if alone else 1)


def pads(settings: FilterSettings) -> tuple[int, int, int, int]:
    """Lines added at the (top, bottom, left, right); for transposed, lines cropped from the output there."""
    down, across = sides(settings, 1, 1)
    return down.before, down.after, across.before, across.after


def dropped_pixels(settings: FilterSettings, height: int, width: int) -> tuple[int, int]:
    """Rows at the bottom and columns at the right of the *picture* (not its padding) that no window reaches."""
    down, across = checked_sides(settings, height, width)
    return max(0, down.dropped - down.after), max(0, across.dropped - across.after)


def dropped_padded(settings: FilterSettings, height: int, width: int) -> tuple[int, int]:
    """Rows and columns of the padded input that the floor drops."""
    down, across = checked_sides(settings, height, width)
    return down.dropped, across.dropped


def coverage(settings: FilterSettings, height: int, width: int) -> NDArray[np.int64]:
    """(height, width): how many kernel windows use each input pixel (transposed: how many outputs it
    reaches).
    """
    down, across = checked_sides(settings, height, width)
    return np.asarray(np.outer(down.windows(), across.windows()))


def input_window(settings: FilterSettings, height: int, width: int, row: int, column: int) -> tuple[int, int, int, int]:
    """The input rectangle (top, left, bottom, right; ends exclusive) behind one output cell, padding
    included.
    """
    down, across = checked_sides(settings, height, width)
    top, bottom = down.input_span(down.convolved_span((row, row + 1)))
    left, right = across.input_span(across.convolved_span((column, column + 1)))
    if settings.transposed:
        top, left = max(top, 0), max(left, 0)
        bottom, right = min(bottom, height), min(right, width)
    return top, left, bottom, right
