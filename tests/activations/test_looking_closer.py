"""Contributions to a class, maps over the photo, and the questions that the pointer asks, against hand arithmetic."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from cnnstudio.activations import (
    ActivationSettings,
    contributions,
    kept_subject,
    laid_over,
    loudest,
    peak,
    position_at,
    responding,
    run_through,
    scores_without,
    subject_named,
)  # fmt: skip
from cnnstudio.activations.subjects import Subject
from cnnstudio.engine import run_now
from cnnstudio.errors import UsageError
from cnnstudio.models import place
from cnnstudio.networks.preprocessing import InputConvention


def photo(height: int = 90, width: int = 120) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


class Small(nn.Module):
    """A convolution, a ReLU that writes over it, the mean, two classes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, stride=2)
        self.relu = nn.ReLU(inplace=True)
        self.classes = nn.Linear(4, 2)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        return self.classes(self.relu(self.conv(pictures)).mean((2, 3)))


def small() -> Subject:
    torch.manual_seed(3)
    network = Small().eval().requires_grad_(False)
    convention = InputConvention(scale="0..1", resize="short side", resize_to=9, crop=9)
    return Subject("small", "small", network, convention, True, ("a", "b"), "cpu")


def test_what_a_channel_adds_to_a_class_is_its_mean_times_the_weight_of_a_linear_ending():
    subject = small()
    made = run_now(run_through, subject, photo(), None)
    weight = subject.network.classes.weight.numpy()
    for target in (0, 1):
        expected = made.maps["relu"].mean((1, 2)) * weight[target]
        found = run_now(contributions, subject, photo(), "relu", target)
        np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)


def test_before_a_relu_that_works_in_place_only_what_passes_it_adds_something():
    subject = small()
    values = run_now(run_through, subject, photo(), None).maps["conv"]
    expected = np.maximum(values, 0).mean((1, 2)) * subject.network.classes.weight.numpy()[1]
    found = run_now(contributions, subject, photo(), "conv", 1)
    assert (values < 0).any()
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-7)
    assert not subject.network.conv.weight.requires_grad


def test_contributions_in_the_middle_of_a_deep_network_are_those_of_autograd_by_hand():
    subject = subject_named("resnet18")
    network, inputs = subject.network, subject.prepared(photo()).tensor
    block = network.layer3[0]
    with torch.enable_grad():
        before = network.layer2(network.layer1(network.maxpool(network.relu(network.bn1(network.conv1(inputs))))))
        x = block.conv1(before).detach().requires_grad_()
        inner = block.bn2(block.conv2(block.bn1(x).clamp(min=0)))
        y = network.layer4(network.layer3[1]((inner + block.downsample(before)).clamp(min=0)))
        network.fc(y.mean((2, 3)))[0, 7].backward()
    expected = (x * x.grad)[0].sum((1, 2)).detach().numpy()
    found = run_now(contributions, subject, photo(), "layer3.0.conv1", 7)
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-5 * np.abs(expected).max())
    with pytest.raises(UsageError, match="no layer"):
        run_now(contributions, subject, photo(), "layer2", 7)


def test_the_class_is_the_best_one_unless_another_is_named(with_weights):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    best = int(run_now(run_through, subject, photo(), frozenset()).scores.argmax())
    by_default, named, other = (
        run_now(contributions, subject, photo(), "_relu1", target) for target in (-1, best, (best + 1) % 1000)
    )
    assert np.array_equal(by_default, named)
    assert not np.allclose(by_default, other)


def test_networks_without_classes_and_classes_that_there_are_not_are_refused(with_weights):
    with_weights("mtcnn")
    with pytest.raises(UsageError, match="no classes"):
        run_now(contributions, subject_named("mtcnn/pnet.pt"), photo(), "conv1", -1)
    with pytest.raises(UsageError, match="0 to 1"):
        run_now(contributions, small(), photo(), "conv", 2)


def test_channels_of_tokens_are_features_and_not_places():
    subject = subject_named("vit_b_16")
    [last] = [each.name for each in subject.layers if each.name == "encoder.ln"]
    channels = [0, 5]
    found = run_now(scores_without, subject, photo(), last, channels, False)
    tokens = run_now(run_through, subject, photo(), frozenset([last])).maps[last][:, 0, 0].copy()
    tokens[channels] = 0
    expected = subject.network.heads(torch.from_numpy(tokens)[None])[0].softmax(0).numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-6)


def test_a_map_lies_over_the_pixels_that_it_was_made_of():
    subject = small()  # input 9 × 9, unit i sees pixels 2i … 2i + 2: its middle is the middle of pixel 2i + 1
    made = run_now(run_through, subject, photo(9, 9), None)
    values = np.zeros((4, 4, 4), np.float32)
    values[1, 2, 1] = 1
    made.maps["relu"][:] = values
    over = laid_over(ActivationSettings(layer="relu", overlay=1.0), made, 1, made.seen, None)
    light = over.astype(int).sum(2)
    assert np.unravel_index(light.argmax(), light.shape) == (5, 3)
    large = np.repeat(np.repeat(made.seen, 10, 0), 10, 1)
    over = laid_over(ActivationSettings(layer="relu", overlay=1.0, gamma=1.0), made, 1, large, 10.0)
    light = over.astype(int).sum(2)
    rows, columns = np.nonzero(light == light.max())
    assert (rows.mean(), columns.mean()) == pytest.approx((54.5, 34.5), abs=0.6)
    assert np.array_equal(laid_over(ActivationSettings(layer="relu", overlay=0.0), made, 1, large, 10.0), large)


def test_what_the_network_did_not_see_is_darkened():
    subject = small()
    picture = np.full((90, 120, 3), 100, np.uint8)  # 12 × 9 for the network, of which 2 columns go at the left
    made = run_now(run_through, subject, picture, None)
    over = laid_over(ActivationSettings(layer="relu", overlay=0.0), made, 0, picture, 1.0)
    assert over[:, :20].max() == over[:, 110:].max() == 40
    assert over[:, 20:110].min() == 100


def test_the_pointer_is_told_peaks_units_and_positions():
    maps = np.array([[[0, 1], [5, 2]], [[3, 0], [5, -1]], [[0, 4], [0, 0]]], np.float32)
    assert peak(maps, 0) == (5.0, 1, 0)
    assert loudest(maps) == 0
    assert responding(maps, 0, 1, 5) == [(2, 4.0), (0, 1.0)]
    assert responding(maps, 1, 0, 1) == [(0, 5.0)]
    conv = small().layer("conv")  # middles at 1.5, 3.5, 5.5, 7.5
    assert position_at(conv, 5.2, 0.0) == (0, 2)
    assert position_at(conv, -4.0, 100.0) == (3, 0)


def test_a_network_is_followed_once_and_anew_when_its_weights_arrive(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    first = kept_subject("squeezenet1_1")
    assert kept_subject("SqueezeNet1_1") is first
    assert not first.trained
    monkeypatch.setattr(place, "installed", lambda model: True)
    with pytest.raises(Exception, match="squeezenet"):
        kept_subject("squeezenet1_1")
