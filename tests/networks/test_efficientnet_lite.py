"""EfficientNet-Lite0 against what was measured with timm's, and its padding against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
import skimage.data
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate
from torchvision.models import MobileNet_V3_Small_Weights

from cnnstudio.models.formats import torch_pickle
from cnnstudio.networks.efficientnet_lite import EfficientNetLite0, SameConv2d, same_padding
from cnnstudio.networks.preprocessing import InputConvention, prepare

INPUT = InputConvention(
    mean=(127.0,) * 3, std=(128.0,) * 3, resize="short side", resize_to=256, crop=224, interpolation="bicubic"
)
CLASSES = MobileNet_V3_Small_Weights.DEFAULT.meta["categories"]


@pytest.fixture
def trained(model_file):
    network = EfficientNetLite0().eval()
    network.load_state_dict(
        torch_pickle.read(model_file("efficientnet-lite0", "efficientnet-lite0-57934424.pth")), strict=True
    )
    return network


# Measured with a network whose logits equal those of timm's tf_efficientnet_lite0 to the last bit.
@pytest.mark.parametrize(
    ("name", "best"),
    [
        ("chelsea", {"tiger cat": 0.386, "Egyptian cat": 0.356, "tabby": 0.169}),
        ("coffee", {"espresso": 0.951, "cup": 0.015, "consomme": 0.008}),
        ("rocket", {"missile": 0.296, "projectile": 0.200, "drilling platform": 0.088}),
        ("astronaut", {"football helmet": 0.162, "bobsled": 0.110, "go-kart": 0.064}),
    ],
)
def test_recorded_scores(trained, name, best):
    with torch.inference_mode():
        scores = trained(prepare(getattr(skimage.data, name)(), INPUT).tensor).softmax(1)[0]
    values, indices = scores.topk(3)
    assert [CLASSES[index] for index in indices] == list(best)
    np.testing.assert_allclose(values, list(best.values()), atol=0.01)


def padding_by_search(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's rule as words: the least padding for ceil(size / stride) windows, halved, the rest at the end."""
    for total in range(kernel + stride):
        windows = len(range(0, size + total - kernel + 1, stride))
        if windows == int(np.ceil(size / stride)):
            return total // 2, (total + 1) // 2
    raise AssertionError


@given(st.integers(1, 300), st.sampled_from([1, 3, 5, 7]), st.integers(1, 3))
def test_padding_is_the_least(size, kernel, stride):
    assert same_padding(size, kernel, stride) == padding_by_search(size, kernel, stride)


def test_padding_of_the_network_by_hand():
    assert same_padding(224, 3, 2) == (0, 1)
    assert same_padding(56, 5, 2) == (1, 2)
    assert same_padding(7, 3, 1) == (1, 1)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 13), st.integers(1, 13), st.sampled_from([1, 3, 5]), st.sampled_from([1, 2]), st.booleans(),
    st.integers(0, 2**32 - 1),
)  # fmt: skip
def test_convolution_is_scipys(height, width, kernel, stride, depthwise, seed):
    rng = np.random.default_rng(seed)
    layer = SameConv2d(4, 4, kernel, stride, groups=4 if depthwise else 1)
    weights = rng.standard_normal(tuple(layer.weight.shape))
    layer.weight.data = torch.from_numpy(weights)
    x = rng.standard_normal((4, height, width))
    padded = np.pad(x, [(0, 0), padding_by_search(height, kernel, stride), padding_by_search(width, kernel, stride)])
    expected = [
        correlate(padded[[index]] if depthwise else padded, weights[index], "valid", method="direct")[0]
        for index in range(4)
    ]
    with torch.inference_mode():
        made = layer(torch.from_numpy(x)[None])[0]
    np.testing.assert_allclose(made, np.array(expected)[:, ::stride, ::stride], atol=1e-12)


def test_hooks_see_every_layer_as_it_was():
    network, seen = EfficientNetLite0().eval(), {}

    def keep(name):
        return lambda module, inputs, output: seen.setdefault(name, []).append((output, output.clone()))

    leaves = [(name, module) for name, module in network.named_modules() if not list(module.children())]
    for name, module in [*leaves, *network._blocks.named_children()]:
        module.register_forward_hook(keep(name))
    with torch.inference_mode():
        network(torch.randn(1, 3, 224, 224))
    assert set(seen) == {name for name, _ in leaves} | {str(index) for index in range(16)}
    assert all(len(outputs) == 1 and torch.equal(*outputs[0]) for outputs in seen.values())
    # Channels and rows after the last block of each stage: table 1 of the paper.
    stages = {0: (16, 112), 2: (24, 56), 4: (40, 28), 7: (80, 14), 10: (112, 14), 14: (192, 7), 15: (320, 7)}
    assert {index: tuple(seen[str(index)][0][0].shape[1:3]) for index in stages} == stages
