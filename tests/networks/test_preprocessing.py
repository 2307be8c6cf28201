"""What networks are given, against Pillow's and torchvision's resizing and arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms import InterpolationMode
from torchvision.transforms.v2.functional import resize

from cnnstudio.errors import PictureError, UsageError
from cnnstudio.networks.preprocessing import InputConvention, Placement, prepare

CLASSIFIER = InputConvention(resize="short side", resize_to=256, crop=224, interpolation="bicubic")
DETECTOR = InputConvention(scale="0..1", resize="letterbox", resize_to=416, fill=51)
STRETCHED = InputConvention(resize="stretch", resize_to=32, interpolation="area")
WHOLE = InputConvention()
FILTERS = {"bilinear": Image.Resampling.BILINEAR, "bicubic": Image.Resampling.BICUBIC}

SIDES = st.one_of(st.integers(1, 8), st.integers(1, 700))


def noise(width: int, height: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def shown(tensor: torch.Tensor) -> np.ndarray:
    return tensor[0].permute(1, 2, 0).numpy()


def test_arithmetic_by_hand():
    pixels = np.broadcast_to(np.array([10, 51, 255], np.uint8), (2, 3, 3))
    made = prepare(pixels, InputConvention(order="BGR", mean=(5, 1, 10), std=(2, 5, 1)))
    assert made.tensor.shape == (1, 3, 2, 3)
    assert made.tensor.dtype == torch.float32
    assert made.tensor[0, :, 1, 2].tolist() == [125, 10, 0]
    unit = prepare(pixels, InputConvention(scale="0..1", mean=(0, 0.1, 0), std=(1, 0.5, 1)))
    np.testing.assert_allclose(unit.tensor[0, :, 0, 0], [10 / 255, 0.2, 1], rtol=1e-6)


@settings(deadline=None, max_examples=60)
@given(SIDES, SIDES, st.sampled_from(sorted(FILTERS)), st.integers(0, 99))
@example(224, 224, "bilinear", 0)
@example(256, 256, "bilinear", 0)
def test_crop_is_pillows_resize_and_a_cut(width, height, kind, seed):
    short = min(width, height)
    assume(max(width, height) <= 40 * short)
    # Middle greys: Pillow cuts what overshoots after each of its two passes, whose order depends on the size.
    pixels = 90 + noise(width, height, seed) // 4
    size = round(width * 256 / short), round(height * 256 / short)
    whole = Image.fromarray(pixels).resize(size, FILTERS[kind])
    # Python's rounding of halves, as in torchvision.transforms.functional.center_crop.
    left, top = round((size[0] - 224) / 2), round((size[1] - 224) / 2)
    expected = np.asarray(whole.crop((left, top, left + 224, top + 224)), float)
    made = prepare(pixels, replace(CLASSIFIER, interpolation=kind))
    assert np.abs(shown(made.tensor) - expected).max() <= 2
    assert made.placement == Placement(size[0] / width, size[1] / height, -left, -top)


@pytest.mark.parametrize(("width", "height"), [(640, 427), (300, 451), (100, 37), (31, 31)])
def test_resizing_is_torchvisions(width, height):
    pixels = noise(width, height)
    made = prepare(pixels, InputConvention(resize="stretch", resize_to=96, interpolation="bicubic"))
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)
    expected = resize(tensor, [96, 96], InterpolationMode.BICUBIC, antialias=True)
    # Both round after each pass.
    assert (made.tensor[0] - expected).abs().max() <= 2


@settings(deadline=None, max_examples=60)
@given(SIDES, SIDES)
def test_letterbox_keeps_proportions_and_fills_the_rest(width, height):
    made = prepare(np.full((height, width, 3), 255, np.uint8), DETECTOR)
    image, place = shown(made.tensor), made.placement
    assert image.shape == (416, 416, 3)
    right, bottom = place.left + round(width * place.scale_x), place.top + round(height * place.scale_y)
    inside = np.zeros((416, 416), bool)
    inside[place.top : bottom, place.left : right] = True
    assert max(right - place.left, bottom - place.top) == 416
    assert abs((right - place.left) / 416 - width / max(width, height)) <= 1 / 416
    assert abs(place.left - (416 - right)) <= 1
    assert abs(place.top - (416 - bottom)) <= 1
    np.testing.assert_array_equal(image[inside], 1)
    np.testing.assert_allclose(image[~inside], 0.2, rtol=1e-6)
    corners = place.in_picture(np.array([place.left, place.top, right, bottom]))
    np.testing.assert_allclose(corners, [0, 0, width, height], atol=1e-9)


def test_a_box_comes_back_to_where_it_was():
    pixels = np.zeros((300, 500, 3), np.uint8)
    pixels[90:150, 150:300] = 255
    for convention in (DETECTOR, CLASSIFIER, replace(STRETCHED, resize_to=400)):
        made = prepare(pixels, convention)
        bright = made.tensor[0, 0].numpy() > 0.75 * made.tensor.max().item()
        rows, columns = np.flatnonzero(bright.any(1)), np.flatnonzero(bright.any(0))
        found = made.placement.in_picture(np.array([[columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]]))
        np.testing.assert_allclose(found, [[150, 90, 300, 150]], atol=1.5)


def test_area_is_the_mean_of_blocks():
    pixels = noise(32 * 5, 32 * 3)
    blocks = pixels.reshape(32, 3, 32, 5, 3).astype(float).mean((1, 3))
    assert np.abs(shown(prepare(pixels, STRETCHED).tensor) - blocks).max() <= 0.5


@settings(deadline=None, max_examples=40)
@given(
    st.sampled_from([(1, 1), (1, 5000), (5000, 1), (2, 3)]) | st.tuples(st.integers(1, 40), st.integers(1, 40)),
    st.sampled_from([CLASSIFIER, DETECTOR, STRETCHED, WHOLE]), st.sampled_from([np.uint8, np.float32, np.float64]),
)  # fmt: skip
def test_any_size_and_type(size, convention, kind):
    pixels = noise(*size)
    made = prepare(pixels.astype(kind), convention).tensor
    side = convention.crop or convention.resize_to
    assert made.shape == (1, 3, *((side, side) if side else size[::-1]))
    assert made.is_contiguous()
    assert made.min() >= 0
    assert made.max() <= 255
    # A picture is what it shows: neither its type nor a grey picture's single channel changes the answer.
    same = prepare(pixels, convention).tensor
    np.testing.assert_array_equal(made, same)
    np.testing.assert_array_equal(prepare(pixels[:, :, :1], convention).tensor, same[:, :1].expand(1, 3, -1, -1))


def test_fractions_are_kept_where_nothing_is_resized():
    pixels = np.full((2, 2, 3), 10.25)
    assert prepare(pixels, WHOLE).tensor.unique().tolist() == [10.25]
    assert prepare(pixels, STRETCHED).tensor.unique().tolist() == [10]


def test_what_would_not_fit_in_memory_is_refused():
    with pytest.raises(PictureError, match=r"1 × 5000 pixels would become 256 × 1280000 .* 100 megapixels"):
        prepare(noise(1, 5000), replace(CLASSIFIER, crop=None))


@pytest.mark.parametrize("shape", [(3, 3), (3, 3, 4), (0, 3, 3), (1, 3, 3, 3)])
def test_what_is_no_picture_is_refused(shape):
    with pytest.raises(PictureError):
        prepare(np.zeros(shape, np.uint8), WHOLE)
    with pytest.raises(PictureError):
        prepare(np.zeros((3, 3, 3), int), WHOLE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"order": "GRB"}, {"scale": "0..2"}, {"resize": "long side", "resize_to": 5}, {"interpolation": "lanczos"},
        {"std": (1, 0, 1)}, {"mean": (1, 2)}, {"resize": "stretch"}, {"resize": "none", "resize_to": 5},
        {"resize": "short side", "resize_to": 0}, {"crop": 5}, {"resize": "short side", "resize_to": 5, "crop": 6},
        {"resize": "short side", "resize_to": 6, "crop": 5, "interpolation": "area"},
    ],
)  # fmt: skip
def test_contradictions_are_refused(wrong):
    with pytest.raises(UsageError):
        InputConvention(**wrong)
