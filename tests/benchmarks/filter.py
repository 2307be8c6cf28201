"""Filtering 12 megapixels of float32 RGB on the CPU against cv2.filter2D: same threads, both destinations
reused.
"""

from __future__ import annotations

import os

import numpy as np

from tests.benchmarks.timing import compare

NAME = "filter"
CASES = ("3x3", "7x7", "15x15", "31x31", "separable-15x15")
HEIGHT, WIDTH = 3000, 4000


def run(case: str | None = None, *, height: int = HEIGHT, width: int = WIDTH) -> None:
    """Print one line for each case, or for the named one."""
    # Before any numerical library loads: waiting threads must sleep, or they slow the other contender down.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    pixels = np.random.default_rng(0).random((height, width, 3), np.float32) * 255
    for each in (case,) if case else CASES:
        _run(each, pixels)


def _kernel(case: str) -> np.ndarray:
    rng = np.random.default_rng(1)
    f = int(case.rsplit("x", 1)[1])
    if case.startswith("separable"):
        return np.outer(rng.normal(size=f), rng.normal(size=f)).astype(np.float32)
    return rng.normal(size=(f, f)).astype(np.float32)


def _run(case: str, pixels: np.ndarray) -> None:
    import cv2

    from cnnstudio.filters import FilterSettings, apply, empty_output, own_kernel
    from cnnstudio.filters.parallel import usable_cores

    threads = usable_cores()
    cv2.setNumThreads(threads)
    kernel = _kernel(case)
    layer = FilterSettings(filters=(own_kernel(kernel),))
    ours = empty_output(layer, *pixels.shape)
    theirs = np.empty_like(pixels)
    ours[:], theirs[:] = 0, 0

    def opencv() -> None:
        cv2.filter2D(pixels, cv2.CV_32F, kernel, dst=theirs, borderType=cv2.BORDER_CONSTANT)

    def product() -> None:
        apply(layer, pixels, threads=threads, out=ours)

    opencv()
    product()
    wrong = float(np.abs(ours.transpose(1, 2, 0) - theirs).max() / np.abs(theirs).max())
    if wrong > 1e-4:
        raise AssertionError(f"{case}: the results differ by {wrong:.1e} of the largest value")
    compare(NAME, case, product, opencv, threads=threads, megapixels=round(pixels[..., 0].size / 1e6, 2),
            difference=float(f"{wrong:.1e}"))  # fmt: skip
