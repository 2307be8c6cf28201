"""Cross-correlation at stride 1 on the CPU: three ways to the same numbers, chosen by the kernel.

Rank 1 goes through two passes, one row and one column; up to 129 weights through OpenCV's direct filter;
larger kernels through OpenCV's tiled Fourier transform, on strips whose transforms stay in the processor's
cache, which takes about two thirds of the time that cv2.filter2D needs for the same over the whole picture.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.parallel import spans

Block = NDArray[np.float32]
Run = Callable[[Block, int, int, Block], None]

_DIRECT = 129
_SEPARABLE = 25

_TILE = 2000
"""Values a row of a tile of the two-pass filter: as many rows of it as the kernel has fit into a core's cache."""


@dataclass(frozen=True, eq=False)
class Correlator:
    """One kernel made ready.

    `run(source, anchor, border, out)`: source (h + f_rows - 1, W, C), where row i of the result starts at row
    i of the source; columns are extended by OpenCV's `border` so that weight column `anchor` lies on the
    pixel itself. `out` (h, W, C) float32 is filled. `spill` is the same for an `out` of interleaved memory
    that has as many rows as the source; its last f_rows - 1 rows become rubbish. It copies nothing; not every
    way has it.
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
        return Correlator(kernel, "separable", _separable(*factors), None, 20.0 + sum(shape))
    if taps <= _DIRECT:
        return _spilling(kernel, "direct", _direct(kernel), 10.0 + taps)
    return Correlator(kernel, "fourier", _fourier(kernel), None, 300.0)


def _factors(kernel: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """The column and row whose outer product is the kernel, if there are such."""
    left, sizes, right = np.linalg.svd(kernel.astype(np.float64))
    if sizes[0] == 0 or sizes[1] > 1e-6 * sizes[0]:
        return None
    scale = np.sqrt(sizes[0])
    return (left[:, 0] * scale).astype(np.float32), (right[0] * scale).astype(np.float32)


def interleaved(out: Block) -> bool:
    """Whether OpenCV can write into a (h, w, C) view as it lies: whole pixels, one beside the other."""
    return out.strides[1:] == (4 * out.shape[2], 4)


def _rows(kernel: NDArray[np.float32], source: Block) -> int:
    return int(source.shape[0] - kernel.shape[0] + 1)


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
    # Two direct filters take less processor time than cv2.sepFilter2D, and stay on their thread.
    column, row = column[:, None], row[None, :]

    def run(source: Block, anchor: int, border: int, out: Block) -> None:
        import cv2

        width = source.shape[1]
        made = out if interleaved(out) else _scratch.block(1, out.shape)
        for left, right in spans(0, width, _TILE // source.shape[2]):
            first, last = max(0, left - anchor), min(width, right + row.size - 1 - anchor)
            tile = source[:, first:last]
            between = _scratch.block(0, tile.shape)
            cv2.filter2D(tile, cv2.CV_32F, column, dst=between, anchor=(0, 0), borderType=border)
            # At its inner edges a tile writes rubbish: on the right the next tile overwrites it, on the left
            # the columns of the tile before are put back.
            before = made[:, first:left].copy()
            cv2.filter2D(
                between[: len(out)], cv2.CV_32F, row, dst=made[:, first:last], anchor=(anchor, 0), borderType=border
            )
            made[:, first:left] = before
        if made is not out:
            out[:] = made

    return run


def fourier_rows(f: int) -> int:
    """Rows of a strip that fill OpenCV's transform exactly, for a kernel of f rows."""
    return (64 if f <= 20 else 128) + 1 - f


def _fourier(kernel: NDArray[np.float32]) -> Run:
    def run(source: Block, anchor: int, border: int, out: Block) -> None:
        import cv2

        rows, columns, channels = source.shape
        wide = _scratch.block(0, (rows, columns + kernel.shape[1] - 1, channels))
        right = kernel.shape[1] - 1 - anchor
        cv2.copyMakeBorder(source, 0, 0, anchor, right, border, dst=wide)
        plane = _scratch.block(1, wide.shape[:2])
        for channel in range(channels):
            cv2.extractChannel(wide, channel, dst=plane)
            made = _scratch.block(2 + channel, (len(out), columns))
            cv2.matchTemplate(plane, kernel, cv2.TM_CCORR, result=made)
        planes = [_scratch.block(2 + channel, (len(out), columns)) for channel in range(channels)]
        if channels == 3 and interleaved(out):
            cv2.merge(planes, dst=out)
            return
        for channel, plane in enumerate(planes):
            out[..., channel] = plane

    return run


def correlate(block: Block, kernel: NDArray[np.float32]) -> Block:
    """(h + f_rows - 1, w + f_columns - 1, C) → (h, w, C): only where the kernel lies wholly inside the block."""
    out = np.empty((_rows(kernel, block), *block.shape[1:]), np.float32)
    if kernel.size == 1:
        return np.asarray(np.multiply(block, kernel[0, 0], out=out))
    correlator(kernel).run(block, 0, 0, out)
    return out[:, : block.shape[1] - kernel.shape[1] + 1]
