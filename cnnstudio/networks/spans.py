"""Which input pixels a position of a feature map depends on, along one axis: the arithmetic of receptive fields.

A `Span` holds for every position the first pixel and the one behind the last, exactly and clipped at the border, as
gradients would find them; and, where it holds, the textbook's receptive field, stride and offset, unclipped.

Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016; Araujo, Norris and Sim, "Computing
Receptive Fields of Convolutional Neural Networks", Distill 2019.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]

_NOTHING_LOW, _NOTHING_HIGH = np.iinfo(np.int64).max // 4, -(np.iinfo(np.int64).max // 4)


@dataclass(frozen=True)
class Steps:
    """Position i sees `size` pixels from offset + i · stride on, also where that lies outside the picture."""

    size: int
    stride: Fraction
    offset: Fraction


@dataclass(frozen=True, eq=False)
class Span:
    """Pixels low[i] … high[i] - 1 for position i; low[i] > high[i] where it sees nothing but padding."""

    low: Places
    high: Places
    steps: Steps | None = None

    @property
    def length(self) -> int:
        """Number of positions."""
        return len(self.low)

    def at(self, position: int) -> tuple[int, int]:
        """First pixel and the one behind the last; (0, 0) where the position sees nothing."""
        low, high = int(self.low[position]), int(self.high[position])
        return (low, high) if low < high else (0, 0)


def pixels(count: int) -> Span:
    """The picture itself: every pixel sees itself."""
    places = np.arange(count, dtype=np.int64)
    return Span(places, places + 1, Steps(1, Fraction(1), Fraction(0)))


def whole(count: int, picture: int) -> Span:
    """Positions that see everything, as behind a mean over the map or in a dense layer."""
    return Span(np.zeros(count, np.int64), np.full(count, picture, np.int64))


def windowed(before: Span, size: int, stride: int, padding: int, dilation: int, count: int) -> Span:
    """Behind a convolution or pooling of `count` positions; `padding` in front (it may be negative: a crop)."""
    starts = np.arange(count, dtype=np.int64) * stride - padding
    made = gathered(before, starts[:, None] + np.arange(size, dtype=np.int64) * dilation)
    steps = before.steps
    if steps is None:
        return made
    reach = steps.stride * (size - 1) * dilation
    behind = Steps(
        steps.size + int(reach), steps.stride * stride, steps.offset - steps.stride * padding
    )
    return Span(made.low, made.high, behind)


def transposed(before: Span, size: int, stride: int, padding: int, dilation: int, count: int) -> Span:
    """Behind a transposed convolution of `count` positions: position i is fed where i + padding - k·dilation = s·j."""
    reach = np.arange(count, dtype=np.int64)[:, None] + padding - np.arange(size, dtype=np.int64) * dilation
    taps = np.where(reach % stride == 0, reach // stride, -1)
    return gathered(before, taps)


def gathered(before: Span, taps: Places) -> Span:
    """Positions that depend on the positions `taps` (count, any number) of a map; those outside count for nothing."""
    inside = (taps >= 0) & (taps < before.length)
    held = np.clip(taps, 0, before.length - 1)
    low = np.where(inside, before.low[held], _NOTHING_LOW).min(axis=1, initial=_NOTHING_LOW)
    high = np.where(inside, before.high[held], _NOTHING_HIGH).max(axis=1, initial=_NOTHING_HIGH)
    return Span(low, high)


def joined(first: Span, second: Span) -> Span:
    """What depends on the same position of two maps of one size, as a sum or a concatenation does."""
    low, high = np.minimum(first.low, second.low), np.maximum(first.high, second.high)
    a, b = first.steps, second.steps
    if a is None or b is None or a.stride != b.stride:
        return Span(low, high)
    start = min(a.offset, b.offset)
    end = max(a.offset + a.size, b.offset + b.size)
    if (end - start).denominator != 1:
        return Span(low, high)
    return Span(low, high, Steps(int(end - start), a.stride, start))


def resampled(before: Span, count: int, *, reach: int) -> Span:
    """Behind an interpolation to `count` positions that looks at `reach` neighbours on each side (0: nearest)."""
    if count == before.length:
        return before
    scale = Fraction(before.length, count)
    centre = [(i + Fraction(1, 2)) * scale - Fraction(1, 2) for i in range(count)]
    if reach == 0:
        taps = np.array([[min(before.length - 1, int(i * scale))] for i in range(count)], np.int64)
        made = gathered(before, taps)
        return Span(made.low, made.high, _repeated(before, count))
    floors = np.array([each.numerator // each.denominator for each in centre], np.int64)
    # Exactly on a position its neighbours weigh nothing.
    between = np.array([each.denominator != 1 for each in centre])
    around = np.arange(1 - reach, 1 + reach, dtype=np.int64) * between[:, None]
    made = gathered(before, np.clip(floors[:, None] + around, 0, before.length - 1))
    return Span(made.low, made.high, _interpolated(before, scale, reach))


def _repeated(before: Span, count: int) -> Steps | None:
    """Even steps for positions that come `times` in a row with one field: the window that holds all their fields."""
    times, rest = divmod(count, before.length)
    if before.steps is None or rest or times < 1:
        return None
    stride = before.steps.stride / times
    wider = before.steps.stride - stride
    if wider.denominator != 1:
        return None
    return Steps(before.steps.size + int(wider), stride, before.steps.offset - wider)


def _interpolated(before: Span, scale: Fraction, reach: int) -> Steps | None:
    """Even steps for positions between others: as wide as what the most neighbours see, around the place itself."""
    steps = before.steps
    wider = None if steps is None else steps.stride * (2 * reach - 1)
    if steps is None or wider is None or wider.denominator != 1:
        return None
    middle = steps.offset + steps.stride * (scale - 1) / 2
    return Steps(steps.size + int(wider), steps.stride * scale, middle - wider / 2)


def averaged(before: Span, count: int) -> Span:
    """Behind an adaptive pooling to `count` positions, as torch cuts its windows."""
    if count == before.length:
        return before
    longest = -(-before.length // count) + 1
    starts = np.arange(count, dtype=np.int64) * before.length // count
    ends = -(-(np.arange(1, count + 1, dtype=np.int64) * before.length) // count)
    taps = starts[:, None] + np.arange(longest, dtype=np.int64)
    return gathered(before, np.where(taps < ends[:, None], taps, -1))
