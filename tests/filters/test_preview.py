"""What the window shows first, and the whole that follows: bands and parts must equal the layer itself."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.engine import run_now
from cnnstudio.filters import FilterSettings, apply, output_size, preview, to_display
from cnnstudio.filters.placing import placement
from cnnstudio.filters.probing import probe
from cnnstudio.filters.settings import Kernel
from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.viewport import Viewport

LAYERS = st.builds(
    FilterSettings,
    padding=st.sampled_from(["valid", "same", "full"]), border=st.sampled_from(["zero", "reflect", "replicate"]),
    stride=st.integers(1, 3), dilation=st.integers(1, 2), transposed=st.booleans(),
    channels=st.sampled_from(["each", "luminance", "volume", "depthwise"]), mode=st.sampled_from(["signed", "abs"]),
    pool=st.sampled_from(["none", "max"]),
)  # fmt: skip


def photo(height: int, width: int, channels: int = 3) -> Picture:
    rng = np.random.default_rng(height * 1000 + width)
    return Picture.from_array(rng.integers(0, 256, (height, width, channels), dtype=np.uint8), "noise")


@pytest.mark.parametrize("whole_values", [0, 10**9])
@given(layer=LAYERS)
@settings(max_examples=25, deadline=None)
def test_the_whole_in_bands_equals_the_layer(whole_values, layer):
    picture = photo(37, 29)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview, "BAND_PIXELS", 100)
        patch.setattr(preview, "WHOLE_VALUES", whole_values)
        made = run_now(preview.full_display, layer, picture, None)
    expected = to_display(layer, apply(layer, picture.pixels))
    # A value on the boundary between two colours may round either way on another path.
    assert made.shape == expected.shape
    assert np.mean(made != expected) < 0.002


@given(layer=LAYERS, x=st.floats(0, 20), y=st.floats(0, 20))
@settings(max_examples=25, deadline=None)
def test_a_close_view_is_cut_out_of_the_whole(layer, x, y):
    picture = photo(40, 40)
    seen, _ = preview.filtered_view(layer, picture, Viewport(x, y, 12.0, 9.0, 120, 90), None)
    whole = to_display(layer, apply(layer, picture.pixels))
    left, top = int(seen.x), int(seen.y)
    part = whole[top : top + int(seen.height), left : left + int(seen.width)]
    assert seen.exact
    assert np.mean(seen.rgb != part) < 0.01


def test_a_far_view_is_reduced_and_says_so():
    picture = photo(1500, 1500)
    seen, counts = preview.filtered_view(FilterSettings(), picture, Viewport(0, 0, 1500, 1500, 300, 300), None)
    assert not seen.exact
    assert seen.rgb.shape[0] <= 400
    assert (seen.x, seen.y) == (0, 0)
    assert seen.width >= 1500 > seen.width - 8
    assert sum(counts[0]) > 1000


@given(layer=LAYERS)
@settings(max_examples=40, deadline=None)
def test_placement_puts_an_impulse_over_itself(layer):
    """A single bright pixel must answer at the place where the output lies over it (odd kernel, no pooling)."""
    layer = replace(layer, pool="none", mode="signed", filters=(Kernel(preset="identity", size=3),), dilation=1)
    pixels = np.zeros((24, 24, 1), np.uint8)
    pixels[12, 12] = 255
    maps = apply(layer, pixels)[0]
    down, across = placement(layer, 24, 24)
    for row, column in np.argwhere(maps == maps.max()) if maps.max() > 0 else []:
        middle = down.offset + (row + 0.5) * down.scale, across.offset + (column + 0.5) * across.scale
        assert middle == pytest.approx((12.5, 12.5))


@given(layer=LAYERS, row=st.integers(0, 5), column=st.integers(0, 5), channels=st.sampled_from([1, 3]))
@settings(max_examples=60, deadline=None)
def test_a_probe_adds_up(layer, row, column, channels):
    picture = photo(30, 30, channels)
    height, width = output_size(layer, 30, 30)
    made = probe(layer, picture, min(column, width - 1), min(row, height - 1), None)
    if made.window:
        products = np.array(made.window) * np.array(made.weights)
        assert products.sum() == pytest.approx(made.value, abs=0.01)
