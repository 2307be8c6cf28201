"""Where one output number comes from: every product, their sum, what is added, the activation, the pooling
window.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.errors import UsageError
from cnnstudio.filters.activations import activated
from cnnstudio.filters.borders import luminance, source_index
from cnnstudio.filters.kernels import slices_for
from cnnstudio.filters.regions import checked_pixels
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, checked_sides, map_count


@dataclass(frozen=True)
class Term:
    """One product. `row` and `column` lie outside the picture for a cell of the padding."""

    channel: int
    row: int
    column: int
    kernel_row: int
    kernel_column: int
    value: float
    weight: float
    padding: bool

    @property
    def product(self) -> float:
        """value · weight."""
        return self.value * self.weight


@dataclass(frozen=True)
class Sum:
    """One convolved value at (row, column) of the map before pooling: a = g(total + offset + bias)."""

    row: int
    column: int
    terms: tuple[Term, ...]
    offset: float
    bias: float
    activation: str

    @property
    def total(self) -> float:
        """The sum of all products."""
        return float(sum(term.product for term in self.terms))

    def channel_total(self, channel: int) -> float:
        """The sum of the products of one input channel."""
        return float(sum(term.product for term in self.terms if term.channel == channel))

    @property
    def z(self) -> float:
        """The value before the activation."""
        return self.total + self.offset + self.bias

    @property
    def value(self) -> float:
        """The value after the activation."""
        return activated(self.z, self.activation)

    def written_out(self, longest: int = 27) -> str:
        """The sum term by term: "1·3 + 0·0 - 1·1 + … = -5"; beyond `longest` terms the rest is "…"."""
        parts = [
            _signed(f"{_short(t.value)}·{_short(abs(t.weight))}", t.weight < 0, n) for n, t in enumerate(self.terms)
        ]
        if len(parts) > longest:
            parts = [*parts[:longest], " + …"]
        parts += [_signed(_short(abs(v)), v < 0, 1) for v in (self.offset, self.bias) if v]
        text = "".join(parts) or "0"
        if self.activation == "none":
            return f"{text} = {_short(self.value)}"
        return f"{self.activation}({text} = {_short(self.z)}) = {_short(self.value)}"


@dataclass(frozen=True)
class Cell:
    """One output value: the sums it is pooled from (one, without pooling), and which of them max pooling
    keeps.
    """

    row: int
    column: int
    sums: tuple[Sum, ...]
    pool: str

    @property
    def kept(self) -> int | None:
        """The index of the sum that max pooling keeps; None otherwise."""
        if self.pool != "max":
            return None
        return max(range(len(self.sums)), key=lambda k: self.sums[k].value)

    @property
    def value(self) -> float:
        """The output value."""
        values = [each.value for each in self.sums]
        return max(values) if self.pool == "max" else sum(values) / len(values)


def cell(settings: FilterSettings, pixels: NDArray[Any], number: int, row: int, column: int) -> Cell:
    """The arithmetic behind the value at (row, column) of map `number`, in double precision.

    `pixels` (H, W, C) as `apply` takes them. For a transposed layer the terms are those input pixels whose
    kernel reaches the cell. Raises UsageError for a cell outside the output.
    """
    checked_pixels(pixels)
    down, across = checked_sides(settings, *pixels.shape[:2])
    if not (0 <= row < down.out and 0 <= column < across.out and 0 <= number < map_count(settings, pixels.shape[2])):
        raise UsageError(f"There is no output at row {row}, column {column} of map {number}.")
    rows, columns = down.convolved_span((row, row + 1)), across.convolved_span((column, column + 1))
    sums = tuple(_sum(settings, pixels, number, (down, across), (y, x)) for y in range(*rows) for x in range(*columns))
    return Cell(row, column, sums, settings.pool)


def _sum(
    settings: FilterSettings, pixels: NDArray[Any], number: int, both: tuple[Side, Side], at: tuple[int, int]
) -> Sum:
    channels = pixels.shape[2]
    alone = settings.channels in ("each", "depthwise")
    which, only = divmod(number, channels) if alone else (number, None)
    kernel = slices_for(settings, channels)[which]
    seen = range(1) if settings.channels == "luminance" else range(channels) if only is None else (only,)
    terms: list[Term] = []
    for channel in seen:
        weight = kernel[channel if len(kernel) > 1 else 0]
        for row, m in both[0].taps(at[0]):
            for column, n in both[1].taps(at[1]):
                value, padding = _value(settings, pixels, row, column, channel)
                terms.append(Term(channel, row, column, m, n, value, float(weight[m, n]), padding))
    return Sum(*at, tuple(terms), settings.filters[which].offset, settings.bias, settings.activation)


def _value(settings: FilterSettings, pixels: NDArray[Any], row: int, column: int, channel: int) -> tuple[float, bool]:
    height, width = pixels.shape[:2]
    border = "zero" if settings.transposed else settings.border
    y = int(source_index((row, row + 1), height, border)[0])
    x = int(source_index((column, column + 1), width, border)[0])
    padding = not (0 <= row < height and 0 <= column < width)
    if y < 0 or x < 0:
        return 0.0, True
    spot = pixels[y : y + 1, x : x + 1].astype(np.float32)
    if settings.channels == "luminance":
        spot = luminance(spot)
    return float(spot[0, 0, channel]), padding


def _short(value: float) -> str:
    return f"{value:.4g}" if abs(value) < 10_000 else f"{value:.0f}"


def _signed(text: str, negative: bool, number: int) -> str:
    if number == 0:
        return f"-{text}" if negative else text
    return f" - {text}" if negative else f" + {text}"
