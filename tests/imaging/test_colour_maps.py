"""The colour maps against the stops of the design, and the fast mapping against a plain one."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.imaging import colour_maps as maps

DIVERGING = {
    -1: "9AD4FF",
    -0.66: "4A9BE0",
    -0.33: "2D6296",
    0: "3C3C3C",
    0.33: "8F5222",
    0.66: "DB8433",
    1: "FFD09A",
}
SEQUENTIAL = {0: "151515", 0.2: "20364A", 0.4: "356A80", 0.6: "6FA08F", 0.8: "D2C27C", 1: "FFF4D6"}


def _rgb(words: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(words))


def test_stops_are_those_of_the_design():
    for value, words in DIVERGING.items():
        assert maps.colour_at(maps.DIVERGING, value) == _rgb(words)
    for value, words in SEQUENTIAL.items():
        assert maps.colour_at(maps.SEQUENTIAL, value) == _rgb(words)


def test_tables_hold_the_stops():
    table = maps.diverging_lut()
    assert (table.shape, table.dtype) == ((256, 3), np.uint8)
    for value, words in DIVERGING.items():
        # A step of the table is 1/127, in which no channel changes by more than 3.
        assert np.abs(table[128 + round(value * 127)].astype(int) - _rgb(words)).max() <= 3
    assert [tuple(table[i]) for i in (1, 128, 255)] == [_rgb(DIVERGING[v]) for v in (-1, 0, 1)]
    table = maps.sequential_lut()
    assert [tuple(table[round(v * 255)]) for v in SEQUENTIAL] == [
        _rgb(words) for words in SEQUENTIAL.values()
    ]


def test_lightness_is_monotonic():
    def lightness(table):
        from skimage.color import rgb2lab

        return rgb2lab(table[None] / 255)[0, :, 0]

    sides = lightness(maps.diverging_lut())
    assert (np.diff(sides[1:129]) <= 0.3).all()
    assert (np.diff(sides[128:]) >= -0.3).all()
    assert (np.diff(lightness(maps.sequential_lut())) >= -0.3).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.01, 5000), st.integers(0, 99))
def test_signed_values_against_plain_numpy(height, width, wide, seed):
    values = np.random.default_rng(seed).normal(0, wide, (height, width)).astype(np.float32)
    made = maps.signed_to_rgb(values, wide)
    index = np.clip(128 + values.astype(np.float64) / wide * 127, 0, 255)
    near = np.abs(index - np.floor(index) - 0.5) < 1e-3
    expected = maps.diverging_lut()[np.rint(index).astype(int)]
    np.testing.assert_array_equal(made[~near], expected[~near])


def test_zero_is_grey_and_the_destination_is_used():
    out = np.empty((3, 5, 3), np.uint8)
    assert maps.signed_to_rgb(np.zeros((3, 5), np.float32), 7.0, out) is out
    assert (out == 0x3C).all()


@pytest.mark.parametrize("wide", [0.0, -1.0, float("nan"), float("inf")])
def test_a_range_of_nothing_does_no_harm(wide):
    made = maps.signed_to_rgb(np.array([[0.0, 2.0, -2.0]], np.float32), wide)
    assert [tuple(c) for c in made[0]] == [_rgb(DIVERGING[v]) for v in (0, 1, -1)]


def test_scaled_values():
    made = maps.scaled_to_rgb(np.array([[3.0, 5.0, 13.0, 99.0, -9.0]], np.float32), 3.0, 13.0)
    assert [tuple(c) for c in made[0]] == [_rgb(SEQUENTIAL[v]) for v in (0, 0.2, 1, 1, 0)]
    assert (maps.scaled_to_rgb(np.full((2, 2), 4.0, np.float32), 4.0, 4.0) == 0x15).all()
