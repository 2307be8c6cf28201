"""Cross-correlation at stride 1 on the CPU: four ways to the same numbers, chosen by the kernel.

Rank 1 goes through two passes of one row and one column; up to 129 weights through OpenCV's direct filter; up to
about 450 the kernel is cut into bands of rows that each stay direct, because OpenCV turns to a Fourier transform at
130 weights, which pays only later; beyond that the Fourier transform, tile by tile.
Measured against one cv2.filter2D over the whole picture; see ARCHITECTURE.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]
Run = Callable[[Block, int, int, Block], None]

_DIRECT = 129
_BANDS = 450
_SEPARABLE = 25


@dataclass(frozen=True, eq=False)
class Correlator:
    """One kernel made ready.

    `run(source, anchor, border, out)`: source (h + f_rows - 1, W, C), where row i of the result starts at row i of
    the source; columns are extended by OpenCV's `border` so that weight column `anchor` lies on the pixel itself.
    `out` (h, W, C) float32 is filled. `spill` is the same for an `out` of interleaved memory that has as many rows
    as the source; its last f_rows - 1 rows become rubbish. It copies nothing; not every way has it.
    """

    kernel: NDArray[np.float32]
    way: str
    run: Run
    spill: Run | None
    cost: float
    """Multiplications a value, with what moving the data costs added."""


def correlator(kernel: NDArray[np.float32]) -> Correlator:
    """The fastest correlator for a (rows, columns) float32 kernel."""
    return _made(kernel.shape, np.ascontiguousarray(kernel, np.float32).tobytes())


@lru_cache(maxsize=256)
def _made(shape: tuple[int, int], data: bytes) -> Correlator:
    kernel = np.frombuffer(data, np.float32).reshape(shape)
    taps = kernel.size
    factors = _factors(kernel) if min(shape) > 1 and taps >= _SEPARABLE else None
    if factors is not None:
        return _spilling(kernel, "separable", _separable(*factors), 10.0 + sum(shape))
    if taps <= _DIRECT:
        return _spilling(kernel, "direct", _direct(kernel), 10.0 + taps)
    if taps <= _BANDS:
        return Correlator(kernel, "bands", _banded(kernel), None, 20.0 + taps)
    return Correlator(kernel, "fourier", _fourier(kernel), None, 450.0)


def _factors(kernel: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """The column and row whose outer product is the kernel, if there are such."""
    left, sizes, right = np.linalg.svd(kernel.astype(np.float64))
    if sizes[0] == 0 or sizes[1] > 1e-6 * sizes[0]:
        return None
    scale = np.sqrt(sizes[0])
    return (left[:, 0] * scale).astype(np.float32), (right[0] * scale).astype(np.float32)


def _rows(kernel: NDArray[np.float32], source: Block) -> int:
    return source.shape[0] - kernel.shape[0] + 1


class _Scratch(threading.local):
    """Memory that a thread keeps: fresh memory costs several times the filter itself, in page faults."""

    def __init__(self) -> None:
        self.kept: dict[int, Block] = {}

    def block(self, number: int, shape: tuple[int, ...]) -> Block:
        """Uninitialised float32 of that shape, the same memory at every call with this number."""
        need = int(np.prod(shape))
        if number not in self.kept or self.kept[number].size < need:
            self.kept[number] = np.empty(need, np.float32)
        return self.kept[number][:need].reshape(shape)


_scratch = _Scratch()


def _spilling(kernel: NDArray[np.float32], way: str, spill: Run, cost: float) -> Correlator:
    def run(source: Block, anchor: int, border: int, out: Block) -> None:
        made = _scratch.block(0, source.shape)
        spill(source, anchor, border, made)
        out[:] = made[: len(out)]

    return Correlator(kernel, way, run, spill, cost)


def _direct(kernel: NDArray[np.float32]) -> Run:
    def spill(source: Block, anchor: int, border: int, out: Block) -> None:
        import cv2

        cv2.filter2D(source, cv2.CV_32F, kernel, dst=out, anchor=(anchor, 0), borderType=border)

    return spill


def _separable(column: NDArray[np.float32], row: NDArray[np.float32]) -> Run:
    def spill(source: Block, anchor: int, border: int, out: Block) -> None:
        import cv2

        cv2.sepFilter2D(source, cv2.CV_32F, row, column, dst=out, anchor=(anchor, 0), borderType=border)

    return spill


def _banded(kernel: NDArray[np.float32]) -> Run:
    count = -(-kernel.size // (_DIRECT - 9))
    edges = np.linspace(0, kernel.shape[0], count + 1).round().astype(int)
    bands = [(int(a), np.ascontiguousarray(kernel[a:b])) for a, b in zip(edges[:-1], edges[1:], strict=True)]

    def run(source: Block, anchor: int, border: int, out: Block) -> None:
        import cv2

        rows = _rows(kernel, source)
        total: Block | None = None
        for first, band in bands:
            part = source[first : first + rows + len(band) - 1]
            made = _scratch.block(0 if total is None else 1, part.shape)
            cv2.filter2D(part, cv2.CV_32F, band, dst=made, anchor=(anchor, 0), borderType=border)
            made = made[:rows]
            if total is None:
                total = made
            else:
                np.add(total, made, out=out if first == bands[-1][0] else total)

    return run


def _fourier(kernel: NDArray[np.float32]) -> Run:
    def run(source: Block, anchor: int, border: int, out: Block) -> None:
        import cv2

        right = kernel.shape[1] - 1 - anchor
        wide = cv2.copyMakeBorder(source, 0, 0, anchor, right, border)
        for channel, plane in enumerate(cv2.split(wide)):
            out[..., channel] = cv2.matchTemplate(plane, kernel, cv2.TM_CCORR)

    return run


def correlate(block: Block, kernel: NDArray[np.float32]) -> Block:
    """(h + f_rows - 1, w + f_columns - 1, C) → (h, w, C): only where the kernel lies wholly inside the block."""
    out = np.empty((_rows(kernel, block), *block.shape[1:]), np.float32)
    if kernel.size == 1:
        return np.multiply(block, kernel[0, 0], out=out)
    correlator(kernel).run(block, 0, 0, out)
    return out[:, : block.shape[1] - kernel.shape[1] + 1]
