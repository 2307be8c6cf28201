"""Learned edges and Sobel's, held against SciPy, against the network asked directly, and against plain facts."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

from cnnstudio.engine import run_now
from cnnstudio.filters import learned_edges
from cnnstudio.filters.edge_network import LONGEST, WHITE, reduced, sobel_magnitude

MEAN_BGR = np.array([104.00699, 116.66877, 122.67892], np.float32)


def photo(height: int = 40, width: int = 60) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def test_sobels_magnitude_is_scipys_up_to_its_scale():
    picture = photo()
    grey = np.rint(picture @ np.array([0.299, 0.587, 0.114])).astype(np.float32)
    expected = np.hypot(ndimage.sobel(grey, 1, mode="mirror"), ndimage.sobel(grey, 0, mode="mirror"))
    expected = np.minimum(expected / np.quantile(expected, WHITE), 1)
    assert np.abs(sobel_magnitude(picture) - expected).max() < 0.02


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255))
def test_a_picture_without_edges_has_none(height, width, grey):
    assert not sobel_magnitude(np.full((height, width, 3), grey, np.uint8)).any()


@given(st.integers(1, 3000), st.integers(1, 3000), st.sampled_from([1, 3]))
def test_large_pictures_are_reduced_in_proportion_and_small_ones_kept(height, width, channels):
    made = reduced(np.zeros((height, width, channels), np.uint8))
    assert made.shape[2] == 3
    if max(height, width) <= LONGEST:
        assert made.shape[:2] == (height, width)
    else:
        assert max(made.shape[:2]) == LONGEST
        assert abs(made.shape[0] * width - made.shape[1] * height) <= max(height, width)


def test_the_six_maps_are_those_of_the_network_given_bgr_minus_its_mean(with_weights):
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.loading import load_network

    with_weights("vgg16-hed")
    picture = photo()
    made = run_now(learned_edges, picture)
    around = cv2.copyMakeBorder(picture, 32, 32, 32, 32, cv2.BORDER_REPLICATE)
    inputs = torch.from_numpy((around[..., ::-1].astype(np.float32) - MEAN_BGR).transpose(2, 0, 1))[None]
    with torch.inference_mode():
        logits = load_network(model_named("vgg16-hed"))(inputs)[0, :, 32:72, 32:92].numpy()
    assert made.learned.shape == (6, 40, 60)
    np.testing.assert_allclose(made.learned, 1 / (1 + np.exp(-logits)), atol=1e-5)


def test_the_border_of_a_grey_picture_is_no_edge(with_weights):
    with_weights("vgg16-hed")
    learned = run_now(learned_edges, np.full((120, 160, 3), 128, np.uint8)).learned
    middle = learned[:, 60, 80]
    # Without the padding the fusion stands out by 0.40 at the border, Side 2 by 0.38.
    assert (learned.reshape(6, -1).max(1) - middle).max() < 0.03


def test_sobel_is_shown_before_the_network_has_answered(with_weights):
    with_weights("vgg16-hed")
    seen = []
    made = run_now(learned_edges, photo(), on_preview=seen.append)
    assert [len(each.shown()) for each in seen] == [2]
    assert len(made.shown()) == 8


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 90, 1), (90, 1, 3)])
def test_pictures_of_any_shape_have_maps(with_weights, shape):
    with_weights("vgg16-hed")
    made = run_now(learned_edges, np.full(shape, 200, np.uint8))
    assert made.learned.shape == (6, *shape[:2])
    assert np.isfinite(made.learned).all()
