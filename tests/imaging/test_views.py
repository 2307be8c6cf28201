"""Viewports, pyramids and thumbnails."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.imaging.picture import Picture
from cnnstudio.imaging.pyramid import Pyramid, halved, view
from cnnstudio.imaging.thumbnails import thumbnail
from cnnstudio.imaging.viewport import Viewport, fit
from tests.imaging.files import photo

SIDES = st.integers(1, 60)
PLACES = st.floats(-50, 90)
SIZES = st.floats(0.5, 120)


@given(PLACES, PLACES, SIZES, SIZES, SIDES, SIDES, st.floats(-5, 70), st.floats(-5, 70))
def test_device_and_raster_positions_are_inverse(x, y, width, height, out_width, out_height, a, b):
    viewport = Viewport(x, y, width, height, out_width, out_height)
    assert viewport.to_device(*viewport.to_raster(a, b)) == pytest.approx((a, b), abs=1e-6)


@given(PLACES, PLACES, SIZES, SIZES, SIDES, SIDES, SIDES, SIDES)
def test_clipping_keeps_every_pixel_in_place(x, y, width, height, out_width, out_height, columns, rows):
    viewport = Viewport(x, y, width, height, out_width, out_height)
    kept = viewport.clipped(columns, rows)
    if kept is None:
        return
    assert kept.x >= -0.01
    assert kept.y >= -0.01
    assert kept.x + kept.width <= columns + 0.01 / viewport.scale_x + 0.01
    assert kept.scale_x == pytest.approx(viewport.scale_x)
    left, top = viewport.to_device(kept.x, kept.y)
    assert (left, top) == pytest.approx((round(left), round(top)), abs=1e-6)
    assert kept.out_width <= out_width
    assert kept.out_height <= out_height


def test_clipping_examples():
    assert Viewport(-10, -5, 40, 20, 80, 40).clipped(100, 100) == Viewport(0, 0, 30, 15, 60, 30)
    assert Viewport(200, 0, 10, 10, 10, 10).clipped(100, 100) is None
    assert Viewport(0, 0, 100, 50, 333, 333).clipped(100, 50) == Viewport(0, 0, 100, 50, 333, 333)
    assert fit(400, 200, 100, 100) == Viewport(0, 0, 400, 200, 100, 50)
    assert Viewport(1.5, 0, 2, 2, 4, 4).covered(10, 10) == (1, 0, 3, 2)
    assert Viewport(1.5, 0, 2, 2, 4, 4).covered(10, 10, margin=1) == (0, 0, 5, 3)


@pytest.mark.parametrize("values", [(0, 0, 0, 1, 1, 1), (0, 0, 1, 1, 0, 1), (float("nan"), 0, 1, 1, 1, 1)])
def test_impossible_viewports(values):
    with pytest.raises(ValueError, match="viewport"):
        Viewport(*values)


@settings(deadline=None)
@given(
    st.integers(1, 33), st.integers(1, 33), st.sampled_from([1, 3]), st.sampled_from([np.uint8, np.float32])
)
def test_halving_against_plain_means(height, width, channels, dtype):
    pixels = np.random.default_rng(5).integers(0, 256, (height, width, channels)).astype(dtype)
    even = np.pad(pixels, ((0, height % 2), (0, width % 2), (0, 0)), "edge").astype(np.float64)
    means = even.reshape(len(even) // 2, 2, even.shape[1] // 2, 2, channels).mean(axis=(1, 3))
    made = halved(pixels)
    assert made.dtype == dtype
    np.testing.assert_allclose(made, means, atol=0.5 if dtype == np.uint8 else 1e-4)


def test_the_level_fits_the_scale():
    pyramid = Pyramid(np.zeros((1000, 3000, 3), np.uint8))
    assert [pyramid.level_for(s) for s in (4, 1, 0.99, 0.5, 0.3, 0.25, 0.126, 0.125)] == [
        0,
        0,
        0,
        1,
        1,
        2,
        2,
        3,
    ]
    assert pyramid.level_for(1e-6) == pyramid.last_level == 6
    assert pyramid.level(2).shape == (250, 750, 3)
    calls = []
    pyramid.build(lambda: calls.append(1))
    assert len(calls) == 6
    assert max(pyramid.level(6).shape) <= 64
    assert Pyramid(np.zeros((3, 3, 1), np.uint8)).last_level == 0


@settings(deadline=None)
@given(
    st.floats(-3, 30),
    st.floats(-3, 20),
    st.floats(1, 20),
    st.floats(1, 20),
    st.integers(20, 60),
    st.integers(20, 60),
)
def test_enlarged_pixels_are_squares(x, y, width, height, out_width, out_height):
    pixels = photo()
    made = view(
        Pyramid(Picture.from_array(pixels, "x")), Viewport(x, y, width, height, out_width, out_height)
    )
    assert made.shape == (out_height, out_width, 3)
    assert made.flags.c_contiguous
    for i, j in ((0, 0), (out_height // 2, out_width // 3), (out_height - 1, out_width - 1)):
        row = int(np.clip(np.floor(y + (i + 0.5) * height / out_height), 0, 23))
        column = int(np.clip(np.floor(x + (j + 0.5) * width / out_width), 0, 31))
        np.testing.assert_array_equal(made[i, j], pixels[row, column])


def test_one_to_one_and_float():
    pixels = photo(100, 120)
    part = Viewport(20, 10, 64, 48, 64, 48)
    np.testing.assert_array_equal(view(Pyramid(pixels), part), pixels[10:58, 20:84])
    np.testing.assert_array_equal(view(Pyramid(pixels.astype(np.float32) + 0.3), part), pixels[10:58, 20:84])
    assert view(Pyramid(pixels[:, :, :1]), part).shape == (48, 64, 1)


@pytest.mark.parametrize("scale", [0.9, 0.61, 0.5, 0.37, 0.25, 0.11])
def test_reduced_views_stay_in_place(scale):
    """A ramp reads off where each device pixel looks: reduced views must not be shifted."""
    ramp = np.repeat(np.arange(512, dtype=np.float32)[None, :, None] / 2.0078125, 400, axis=0)
    viewport = Viewport(40.3, 20.7, 300, 200, round(300 * scale), round(200 * scale))
    made = view(Pyramid(ramp), viewport)
    centres = viewport.x + (np.arange(viewport.out_width) + 0.5) / viewport.scale_x
    np.testing.assert_allclose(made[5, :, 0], (centres - 0.5) / 2.0078125, atol=0.75)


def test_views_of_level_two_are_means():
    pixels = photo(256, 256)
    made = view(Pyramid(pixels), Viewport(0, 0, 256, 256, 64, 64)).astype(float)
    means = pixels.reshape(64, 4, 64, 4, 3).mean(axis=(1, 3))
    assert np.abs(made - means).max() <= 1.5


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ((300, 400, 3), (75, 100, 3)),
        ((1000, 10, 1), (100, 1, 3)),
        ((6, 6, 1), (96, 96, 3)),
        ((80, 60, 3), (80, 60, 3)),
        ((1, 1, 3), (100, 100, 3)),
    ],
)
def test_thumbnails(shape, expected):
    picture = Picture.from_array(photo(*shape[:2], shape[2]), "x")
    made = thumbnail(picture, 100)
    assert (made.shape, made.dtype, made.flags.c_contiguous) == (expected, np.uint8, True)


def test_thumbnails_of_number_grids_can_be_seen():
    grid = Picture.from_array(np.array([[0, 10], [5, 0]], np.uint8), "grid")
    made = thumbnail(grid, 4)[:, :, 0]
    np.testing.assert_allclose(made, np.repeat(np.repeat([[0, 255], [127.5, 0]], 2, 0), 2, 1), atol=1)
    floats = Picture.from_array(photo(200, 200).astype(np.float32), "x")
    np.testing.assert_allclose(
        thumbnail(floats, 50), photo(200, 200).reshape(50, 4, 50, 4, 3).mean(axis=(1, 3)), atol=1
    )


def test_a_tiny_colour_keeps_its_colour():
    pixel = np.array([[[200, 30, 90]]], np.uint8)
    assert (thumbnail(Picture(pixel, "one.png", "0" * 64), 256) == pixel).all()
