"""The maps of a layer, their order, their mosaic and what becomes of the classes without some of them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from cnnstudio.activations import (
    ActivationSettings,
    Grid,
    arranged,
    displayed,
    duplicates,
    first_kernels,
    mosaic,
    order,
    overlaid,
    run_through,
    scores_without,
    silent,
    statistics,
    subject_named,
)  # fmt: skip
from cnnstudio.engine import run_now
from cnnstudio.errors import ModelError, UsageError

NETWORKS = ("efficientnet-lite0", "vgg16-hed", "yolov3-tiny", "mtcnn/onet.pt", "dlib-face")


def photo(height: int = 90, width: int = 120) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize("name", [*NETWORKS, "resnet18", "vit_b_16", "swin_t", "convnext_tiny"])
def test_every_layer_of_every_network_has_maps_of_the_stated_shape(with_weights, name):
    if "_" not in name and name != "resnet18":
        with_weights(name.partition("/")[0])
    subject = subject_named(name)
    made = run_now(run_through, subject, photo(), None)
    assert set(made.maps) == {each.name for each in subject.layers}
    for layer in subject.layers:
        assert made.maps[layer.name].shape == (layer.channels, layer.height, layer.width)
    assert made.seen.shape == (subject.side, subject.side, 3)


def test_maps_are_those_before_the_next_layer_wrote_over_them():
    subject = subject_named("alexnet")
    made = run_now(run_through, subject, photo(), frozenset(["features.0", "features.1"]))
    weight, bias = subject.network.features[0].weight, subject.network.features[0].bias
    inputs = subject.prepared(photo()).tensor
    expected = nn.functional.conv2d(inputs, weight, bias, stride=4, padding=2)[0].numpy()
    assert (expected < 0).any()
    np.testing.assert_allclose(made.maps["features.0"], expected, atol=1e-4)
    np.testing.assert_allclose(made.maps["features.1"], np.maximum(expected, 0), atol=1e-4)


def test_the_input_is_shown_as_the_network_saw_it(with_weights):
    with_weights("vgg16-hed")
    subject = subject_named("vgg16-hed")
    picture = photo(224, 224)
    made = run_now(run_through, subject, picture, frozenset())
    assert np.array_equal(made.seen, picture)


def test_an_untrained_network_says_so_and_is_the_same_at_every_look(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    torch.manual_seed(5)
    before = torch.get_rng_state()
    first, second = (subject_named("resnet18") for _ in range(2))
    assert not first.trained
    assert torch.equal(first.network.conv1.weight, second.network.conv1.weight)
    assert torch.equal(torch.get_rng_state(), before)


def test_registered_networks_are_never_shown_untrained(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    with pytest.raises(ModelError, match="models fetch mtcnn"):
        subject_named("mtcnn/rnet.pt")


@pytest.mark.parametrize(
    ("name", "words"),
    [("mtcnn/qnet.pt", "mtcnn/pnet.pt"), ("resnet_18", "resnet18"), ("yolov3-tiny/x", "yolov3-tiny/")],
)
def test_names_that_there_are_not_bring_those_that_there_are(name, words):
    with pytest.raises(UsageError, match=words):
        subject_named(name)


MAPS = np.array(
    [[[0, 0], [0, 0]], [[1, -1], [3, 1]], [[2, 2], [2, 2]], [[0, 4], [0, 0]]], np.float32
)  # max 0 3 2 4; mean 0 1 2 1; share ≤ 0: 1, 1/4, 0, 3/4


def test_channels_are_sorted_by_their_numbers():
    found = statistics(MAPS)
    assert found.maximum.tolist() == [0, 3, 2, 4]
    assert found.mean.tolist() == [0, 1, 2, 1]
    assert found.sparsity.tolist() == [1, 0.25, 0, 0.75]
    assert order(MAPS, "number").tolist() == [0, 1, 2, 3]
    assert order(MAPS, "maximum").tolist() == [3, 1, 2, 0]
    assert order(MAPS, "mean").tolist() == [2, 1, 3, 0]
    assert order(MAPS, "sparsity").tolist() == [0, 3, 1, 2]
    assert order(MAPS, "contribution", np.array([1, 4, 2, 3], np.float32)).tolist() == [1, 3, 2, 0]


def test_channels_that_say_nothing_in_this_picture_are_listed():
    assert silent(MAPS) == [0, 2]


@given(st.integers(0, 2**32 - 1), st.floats(0.1, 50), st.floats(-5, 5))
def test_channels_that_say_the_same_are_listed_and_no_others(seed, contrast, brightness):
    rng = np.random.default_rng(seed)
    maps = rng.normal(size=(6, 5, 5)).astype(np.float32)
    maps[4] = maps[1] * contrast + brightness
    expected = {
        (a, b) for a in range(6) for b in range(a + 1, 6)
        if np.corrcoef(maps[a].ravel().astype(float), maps[b].ravel().astype(float))[0, 1] >= 0.999
    }  # fmt: skip
    assert (1, 4) in expected
    assert set(duplicates(maps)) == expected


@given(st.integers(1, 40), st.integers(1, 12), st.integers(1, 12), st.floats(0.2, 5), st.data())
def test_every_tile_lies_where_the_grid_says(count, height, width, aspect, data):
    maps = np.arange(count * height * width, dtype=np.float32).reshape(count, height, width)
    grid = arranged(ActivationSettings(sort="maximum"), maps, aspect)
    assert sorted(grid.channels) == list(range(count))
    assert grid.columns * (grid.rows - 1) < count <= grid.columns * grid.rows
    place = data.draw(st.integers(0, count - 1))
    row, column = data.draw(st.integers(0, height - 1)), data.draw(st.integers(0, width - 1))
    top, left = grid.corner(place)
    assert grid.at(top + row, left + column) == (grid.channels[place], row, column)
    found = {
        grid.at(y, x) for y in range(grid.size[0]) for x in range(grid.size[1])
    } - {None}  # fmt: skip
    assert len(found) == count * height * width


def test_gaps_and_what_lies_behind_the_last_tile_are_nothing():
    grid = Grid((2, 3), 2, (5, 6, 7))
    assert grid.at(2, 0) is None
    assert grid.at(0, 3) is None
    assert grid.at(3, 4) is None
    assert grid.at(-1, 0) is None
    assert grid.at(0, grid.size[1]) is None


def test_each_map_is_scaled_alone_or_all_together():
    maps = np.array([[[0, 1]], [[0, 4]]], np.float32)
    grid = Grid((1, 2), 1, (0, 1))
    alone = mosaic(maps, grid, per_map=True, gamma=1.0)
    together = mosaic(maps, grid, per_map=False, gamma=1.0)
    assert np.array_equal(alone[0, 1], alone[2, 1])
    assert not np.array_equal(together[0, 1], together[2, 1])
    assert np.array_equal(together[2, 1], alone[2, 1])


def test_signed_maps_have_a_neutral_zero():
    maps = np.array([[[-2, 0, 2]]], np.float32)
    shown = mosaic(maps, Grid((1, 3), 1, (0,)), per_map=True, gamma=1.0)
    assert shown[0, 1].tolist() == [60, 60, 60]
    assert shown[0, 0, 2] > shown[0, 0, 0]
    assert shown[0, 2, 0] > shown[0, 2, 2]


def test_one_unit_is_shown_at_the_size_of_the_input_and_over_it(with_weights):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    made = run_now(run_through, subject, photo(), None)
    settings = ActivationSettings(layer="_blocks.1._relu1", unit=3)
    assert displayed(settings, made, 1.5).shape == (224, 224, 3)
    assert np.array_equal(overlaid(ActivationSettings(layer="_blocks.1._relu1", overlay=0.0), made, 3), made.seen)


def test_without_all_channels_of_a_layer_the_classes_are_those_of_its_biases(with_weights):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    [last] = [each for each in subject.layers if each.name == "_relu1"]
    bias = subject.network.get_submodule("_fc").bias
    expected = bias.softmax(0).numpy()
    found = run_now(scores_without, subject, photo(), "_relu1", range(last.channels), False)
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_channels_held_at_their_mean_leave_what_only_looks_at_means_alone(with_weights):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    whole = run_now(run_through, subject, photo(), frozenset()).scores
    held = run_now(scores_without, subject, photo(), "_relu1", range(1280), True)
    np.testing.assert_allclose(held, whole, atol=1e-5)
    again = run_now(run_through, subject, photo(), frozenset()).scores
    assert np.array_equal(again, whole)


def test_first_kernels_are_colours_around_a_middle_grey(with_weights):
    with_weights("vgg16-hed")
    subject = subject_named("vgg16-hed")
    name, shown = first_kernels(subject)
    weight = subject.network.trunk.conv1_1.weight.numpy()
    assert name == "trunk.conv1_1"
    assert shown.shape == (64, 3, 3, 3)
    # Trained on BGR: the last input channel is red.
    kernel = weight[10].transpose(1, 2, 0)[..., ::-1]
    assert np.abs(shown[10] - (127.5 + 127.5 * kernel / np.abs(kernel).max())).max() <= 0.5


def test_a_network_that_sees_no_colours_has_no_coloured_kernels():
    subject = subject_named("vit_b_16")
    assert first_kernels(subject)[0] == "conv_proj"


@pytest.mark.parametrize(("count", "aspect", "columns"), [(256, 1.0, 16), (64, 1.1, 8), (512, 2.0, 32), (1, 3.0, 1)])
def test_a_mosaic_leaves_no_row_nearly_empty_where_another_grid_is_as_good(count, aspect, columns):
    maps = np.zeros((count, 8, 8), np.float32)
    assert arranged(ActivationSettings(), maps, aspect).columns == columns


@given(st.integers(12, 2048), st.floats(0.4, 3))
def test_a_mosaic_fills_most_of_its_room(count, aspect):
    grid = arranged(ActivationSettings(), np.zeros((count, 4, 4), np.float32), aspect)
    height, width = grid.rows, grid.columns
    scale = min(aspect / width, 1 / height)
    assert count * scale * scale / aspect > 0.5
