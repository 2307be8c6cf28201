"""What-if edits: covered parts and moved pictures, against NumPy and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.ndimage
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.activations import brushed, empty_mask, moved, painted
from cnnstudio.errors import PictureError
from tests.activations.evidence_subjects import photo


def test_a_stroke_covers_what_is_nearer_than_its_radius():
    rows, columns = np.mgrid[:40, :60] + 0.5
    (x1, y1), (x2, y2) = (12.0, 10.0), (45.0, 30.0)
    along = ((columns - x1) * (x2 - x1) + (rows - y1) * (y2 - y1)) / ((x2 - x1) ** 2 + (y2 - y1) ** 2)
    along = along.clip(0, 1)
    distance = np.hypot(columns - x1 - along * (x2 - x1), rows - y1 - along * (y2 - y1))
    before = empty_mask(40, 60)
    made = brushed(before, [(x1, y1), (x2, y2)], 5)
    assert not before.any()
    assert made[distance < 4].all()
    assert not made[distance > 6.5].any()
    dot = brushed(before, [(20.0, 20.0)], 4)
    around = np.hypot(columns - 20, rows - 20)
    assert dot[around < 3.4].all()
    assert not dot[around > 4.8].any()


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("kind", [np.uint8, np.float32])
@pytest.mark.parametrize("paint", ["grey", "blur", "noise"])
def test_only_what_is_covered_changes(paint, channels, kind):
    pixels = photo(50, 40)[:, :, :channels].astype(kind)
    mask = empty_mask(50, 40)
    mask[10:20, 5:30] = 1
    made = painted(pixels, mask, paint, 4)
    assert made.shape == pixels.shape
    assert made.dtype == kind
    np.testing.assert_array_equal(made[mask == 0], pixels[mask == 0])
    covered = made[mask == 1].astype(float)
    if paint == "grey":
        assert (covered == 127).all()
    elif paint == "blur":
        # Nothing is left of the noise but its mean.
        assert covered.std() < 0.1 * pixels.std()
        assert covered.mean() == pytest.approx(pixels.mean(), abs=15)
    else:
        assert covered.std() == pytest.approx(255 / np.sqrt(12), rel=0.15)
        assert np.array_equal(made, painted(pixels, mask, paint, 4))
        assert not np.array_equal(made, painted(pixels, mask, paint, 5))


def test_half_covered_is_half_way():
    pixels = np.full((4, 4, 3), 27, np.uint8)
    assert (painted(pixels, np.full((4, 4), 0.5, np.float32), "grey") == 77).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(-12, 12), st.integers(-12, 12), st.integers(1, 20), st.integers(1, 20))
def test_a_shift_by_whole_pixels_keeps_every_value(right, down, height, width):
    pixels = photo(height, width)
    expected = np.full_like(pixels, 127)
    ys, xs = np.mgrid[:height, :width]
    inside = (ys >= down) & (ys < height + down) & (xs >= right) & (xs < width + right)
    expected[inside] = pixels[(ys - down)[inside], (xs - right)[inside]]
    np.testing.assert_array_equal(moved(pixels, (right, down)), expected)


def test_turning_goes_counter_clockwise_and_scaling_keeps_the_middle():
    pixels = photo(31, 31)
    np.testing.assert_array_equal(moved(pixels, degrees=90), np.rot90(pixels))
    np.testing.assert_array_equal(moved(pixels, degrees=180), np.rot90(pixels, 2))
    twice = scipy.ndimage.affine_transform(pixels[:, :, 0].astype(float), [0.5, 0.5], offset=[7.5, 7.5], order=1)
    np.testing.assert_allclose(moved(pixels, scale=2.0)[1:-1, 1:-1, 0], twice[1:-1, 1:-1], atol=1)


def test_a_smaller_picture_has_no_detail_that_it_cannot_hold():
    stripes = np.zeros((64, 64, 1), np.uint8)
    stripes[:, ::2] = 255
    middle = moved(stripes, scale=0.25)[26:38, 26:38].astype(float)
    assert middle.mean() == pytest.approx(127.5, abs=5)
    assert middle.std() < 10


def test_a_picture_that_is_too_long_is_refused():
    with pytest.raises(PictureError, match="Crop it first"):
        moved(np.zeros((1, 40_000, 3), np.uint8))
