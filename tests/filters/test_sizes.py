"""The arithmetic of sizes: formula, padding, coverage, dropped pixels, windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.errors import UsageError
from cnnstudio.filters import (
    FilterSettings,
    Kernel,
    coverage,
    dropped_padded,
    dropped_pixels,
    input_window,
    output_size,
    own_kernel,
    pads,
    pool_lines,
    size_lines,
)
from tests.filters.reference import amounts
from tests.filters.strategies import layers

VALID = FilterSettings(padding="valid")


def sized(f, **changes):
    return FilterSettings(filters=(own_kernel(np.ones((f, f)).tolist()),), **changes)


def test_formula_in_letters_and_numbers():
    assert size_lines(FilterSettings(), 512, 512) == (
        "floor((n + 2p - f)/s) + 1",
        "floor((512 + 2·1 - 3)/1) + 1 = 512",
    )
    assert size_lines(sized(4), 10, 10)[1] == "floor((10 + 1 + 2 - 4)/1) + 1 = 10"
    assert size_lines(FilterSettings(dilation=2, padding="valid"), 10, 10)[1] == (
        "floor((10 + 2·0 - 2·(3 - 1) - 1)/1) + 1 = 6"
    )
    assert size_lines(FilterSettings(transposed=True, stride=2, padding="valid"), 4, 4)[1] == (
        "(4 - 1)·2 + 1·(3 - 1) + 1 - 2·0 = 9"
    )
    assert pool_lines(FilterSettings(), 512, 512) == ()
    assert pool_lines(FilterSettings(pool="max"), 512, 512)[1] == "floor((512 - 2)/2) + 1 = 256"


def test_both_sides_are_told_where_they_differ():
    kernel = own_kernel([[1.0] * 3] * 31)
    tall = FilterSettings(filters=(kernel,), padding="custom", pad=1, pool="average", pool_stride=3)
    assert size_lines(tall, 300, 451) == (
        "floor((n + 2p - f)/s) + 1",
        "w = floor((451 + 2·1 - 3)/1) + 1 = 451",
        "h = floor((300 + 2·1 - 31)/1) + 1 = 272",
    )
    assert pool_lines(tall, 300, 451)[1:] == ("w = floor((451 - 2)/3) + 1 = 150", "h = floor((272 - 2)/3) + 1 = 91")


@settings(deadline=None)
@given(layers(), st.integers(1, 40), st.integers(1, 40))
def test_numbers_in_the_formulas_compute_to_the_size(layer, height, width):
    from math import floor

    try:
        size = output_size(layer, height, width)
    except UsageError:
        return
    last = pool_lines(layer, height, width) or size_lines(layer, height, width)
    numbers = [line.removeprefix("w = ").removeprefix("h = ").rsplit(" = ", 1) for line in last[1:]]
    made = [(eval(sum_.replace("·", "*"), {"floor": floor}), int(result)) for sum_, result in numbers]
    assert made[0] == (size[1], size[1])
    assert made[-1] == (size[0], size[0])


def test_pads():
    assert pads(sized(3)) == (1, 1, 1, 1)
    assert pads(sized(4)) == pads(sized(4, flip=True)) == (1, 2, 1, 2)
    assert pads(sized(3, padding="full", dilation=2)) == (4, 4, 4, 4)
    assert pads(sized(3, padding="custom", pad=5)) == (5, 5, 5, 5)
    oblong = FilterSettings(filters=(own_kernel([[1, 1, 1, 1]]),))
    assert pads(oblong) == (0, 0, 1, 2)


def test_courses_sizes():
    assert output_size(VALID, 6, 6) == (4, 4)
    assert output_size(replace(VALID, stride=2), 7, 8) == (3, 3)
    assert output_size(FilterSettings(), 39, 40) == (39, 40)
    assert output_size(sized(5, padding="valid"), 32, 32) == (28, 28)
    assert output_size(replace(VALID, transposed=True, stride=2), 2, 2) == (5, 5)


def test_coverage_of_the_notes():
    seen = coverage(VALID, 6, 6)
    assert seen[0, 0] == 1
    assert seen[2, 2] == 9
    assert coverage(sized(3, padding="full"), 6, 6).tolist() == [[9] * 6] * 6


@settings(deadline=None, max_examples=60)
@given(layers(largest=4), st.integers(1, 9), st.integers(1, 9))
def test_coverage_counts_windows(layer, height, width):
    layer = replace(layer, pool="none")
    try:
        size = output_size(layer, height, width)
    except UsageError:
        return
    counted = np.zeros((height, width), int)
    f = np.array(layer.filters[0].slices[0]).shape
    before = [amounts(layer.padding, layer.pad, n, layer.dilation)[0] for n in f]
    for y in range(size[0]):
        for x in range(size[1]):
            for m in range(f[0]):
                for n in range(f[1]):
                    if layer.transposed:
                        for r in range(height):
                            for c in range(width):
                                at = (
                                    r * layer.stride + m * layer.dilation,
                                    c * layer.stride + n * layer.dilation,
                                )
                                counted[r, c] += at == (y + before[0], x + before[1])
                    else:
                        r = y * layer.stride + m * layer.dilation - before[0]
                        c = x * layer.stride + n * layer.dilation - before[1]
                        if 0 <= r < height and 0 <= c < width:
                            counted[r, c] += 1
    np.testing.assert_array_equal(coverage(layer, height, width), counted)


def test_dropped_pixels():
    assert dropped_pixels(replace(VALID, stride=2), 6, 7) == (1, 0)
    assert dropped_padded(FilterSettings(stride=3), 6, 6) == (2, 2)
    assert dropped_pixels(FilterSettings(stride=3), 6, 6) == (1, 1)
    assert dropped_pixels(FilterSettings(stride=3, transposed=True), 6, 6) == (0, 0)


@settings(deadline=None)
@given(layers(), st.integers(1, 30), st.integers(1, 30), st.data())
def test_windows_hold_everything_an_output_depends_on(layer, height, width, data):
    from cnnstudio.filters import apply

    layer = replace(layer, activation="none", border="zero", pool="none", channels="each", filters=layer.filters[:1])
    layer = replace(layer, filters=(own_kernel(np.ones_like(layer.filters[0].slices[0]).tolist()),))
    try:
        size = output_size(layer, height, width)
    except UsageError:
        return
    y, x = (data.draw(st.integers(0, n - 1)) for n in size)
    top, left, bottom, right = input_window(layer, height, width, y, x)
    pixels = np.zeros((height, width, 1), np.float32)
    r, c = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    pixels[r, c] = 1
    if apply(layer, pixels)[0, y, x] != layer.bias:
        assert top <= r < bottom
        assert left <= c < right


def test_messages():
    with pytest.raises(UsageError, match="crops everything"):
        output_size(FilterSettings(filters=(Kernel(preset="box", size=9),), transposed=True, padding="full"), 3, 3)
