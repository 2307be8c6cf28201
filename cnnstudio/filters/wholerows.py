"""The fast way for what people do most: one kernel over each channel, size kept, straight into the result.

Strips have the picture's full width, OpenCV fills the left and right border itself, and nothing is copied: a
direct filter writes its strip into the result and f - 1 rows of rubbish below it, which the next strip
overwrites.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from cnnstudio.filters.activations import activate
from cnnstudio.filters.borders import cut, luminance
from cnnstudio.filters.dense import Block, Correlator, correlator, interleaved
from cnnstudio.filters.kernels import shifts, slices_for
from cnnstudio.filters.parallel import Pause, spans
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, Span

_BORDERS = {"zero": "BORDER_CONSTANT", "reflect": "BORDER_REFLECT_101", "replicate": "BORDER_REPLICATE"}

_CONVERTED = 96
"""Rows of a strip whose pixels must be turned into another type first: few enough to stay in the cache."""


@dataclass(frozen=True, eq=False)
class WholeRows:
    """A layer and its result, for layers that qualify; `fitting` says which."""

    settings: FilterSettings
    pixels: NDArray[Any]
    down: Side
    anchor: int
    correlators: tuple[Correlator, ...]
    results: tuple[Block, ...]
    """One (H', W, C) view of the result a filter."""

    @staticmethod
    def fitting(
        settings: FilterSettings, pixels: NDArray[Any], both: tuple[Side, Side], out: NDArray[np.float32]
    ) -> WholeRows | None:
        """The fast way for this layer, or None: stride, dilation, pooling and wrapped borders go the general
        one.
        """
        width, channels = pixels.shape[1:]
        across = both[1]
        kernels = slices_for(settings, channels)
        plain = settings.stride == settings.dilation == 1 and not settings.transposed and settings.pool == "none"
        kept = across.before == (across.f - 1) // 2 and across.convolved == width and across.f <= width
        if not plain or not kept or settings.border not in _BORDERS or kernels.shape[1] > 1:
            return None
        each = len(out) // len(kernels)
        results = tuple(_pixels(out[k * each : (k + 1) * each]) for k in range(len(kernels)))
        ready = tuple(correlator(kernel[0]) for kernel in kernels)
        return WholeRows(settings, pixels, both[0], across.before, ready, results)

    def fill(self, segment: Span, strip: int, pause: Pause) -> None:
        """Fill the segment's rows of the result, in strips of about `strip` rows, pausing between them."""
        for first, last in self._pieces(segment, strip):
            if first > segment[0]:
                pause()
            rows, columns = self.down.input_span((first, last)), (0, self.pixels.shape[1])
            source = cut(self.pixels, rows, columns, self.settings.border)
            if self.settings.channels == "luminance":
                source = luminance(source)
            for number in range(len(self.correlators)):
                self._strip(number, source, (first, last), segment[1])

    def _pieces(self, segment: Span, strip: int) -> Iterator[Span]:
        """Strips of the segment, parted where the windows begin to reach over the top or bottom edge.

        So only the few rows there are copied together with their border; all others are seen where they lie.
        """
        if self.pixels.dtype != np.float32 or self.settings.channels == "luminance":
            strip = min(strip, _CONVERTED)
        top, bottom = self.down.before, self.down.n - self.down.f + self.down.before + 1
        marks = sorted({*segment, *(m for m in (top, bottom) if segment[0] < m < segment[1])})
        for start, stop in pairwise(marks):
            yield from spans(start, stop, strip)

    def _strip(self, number: int, source: Block, rows: Span, end: int) -> None:
        import cv2

        made, result = self.correlators[number], self.results[number]
        border = int(getattr(cv2, _BORDERS[self.settings.border]))
        start = rows[0]
        if made.spill is not None and interleaved(result):
            # As far down as the rubbish stays inside the segment, whose later rows are still to be computed.
            until = min(start + len(source), end)
            made.spill(source[: until - start], self.anchor, border, result[start:until])
            start = max(start, min(rows[1], until - len(made.kernel) + 1))
        if start < rows[1]:
            made.run(source[start - rows[0] :], self.anchor, border, result[start : rows[1]])
        strip = result[rows[0] : rows[1]]
        shift = shifts(self.settings)[number]
        if shift:
            strip += np.float32(shift)
        activate(strip, self.settings.activation)


def _pixels(maps: NDArray[np.float32]) -> Block:
    """(C, H, W) seen as (H, W, C); one map as pixels of one channel, which OpenCV can write into."""
    if len(maps) == 1:
        return as_strided(maps[0], (*maps.shape[1:], 1), (*maps.strides[1:], maps.itemsize))
    return maps.transpose(1, 2, 0)
