"""Networks of the Darknet family against OpenCV's own reader of the same files."""

from __future__ import annotations

import weakref
from pathlib import Path

import cv2
import numpy as np
import pytest
import scipy.signal
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cnnstudio.models.formats import darknet_cfg, darknet_weights
from cnnstudio.networks.darknet import DarknetNetwork
from cnnstudio.networks.darknet_config import MaxPool, Shape, output_shape
from cnnstudio.networks.darknet_layers import MaxPoolLayer
from tests.networks.darknet_files import ingredients, yolov3, yolov4_tiny

SAMPLES = Path(__file__).parents[2] / "sample_images"


def network_of(cfg: Path, weights: Path) -> DarknetNetwork:
    config = darknet_cfg.read(cfg)
    with torch.device("meta"):
        network = DarknetNetwork(config)
    network.load_state_dict(darknet_weights.read(weights, config), assign=True)
    return network


def heads(network: DarknetNetwork, pictures: np.ndarray) -> list[np.ndarray]:
    with torch.inference_mode():
        return [head.numpy() for head in network(torch.from_numpy(pictures))]


def heads_of_opencv(cfg: Path, weights: Path, pictures: np.ndarray, layers: list[int]) -> list[np.ndarray]:
    reference = cv2.dnn.readNetFromDarknet(str(cfg), str(weights))
    # OpenCV's default way to compute 3 × 3 kernels is the less exact one.
    reference.enableWinograd(False)
    reference.setInput(pictures)
    return list(reference.forward([f"conv_{layer}" for layer in layers]))


def noise(width: int, height: int, count: int = 1) -> np.ndarray:
    return np.random.default_rng(1).random((count, 3, height, width), np.float32)


def test_real_yolov3_tiny(model_file):
    files = model_file("yolov3-tiny", "yolov3-tiny.cfg"), model_file("yolov3-tiny", "yolov3-tiny.weights")
    picture = cv2.cvtColor(cv2.imread(str(SAMPLES / "astronaut.jpg")), cv2.COLOR_BGR2RGB)
    picture = cv2.resize(picture, (416, 416), interpolation=cv2.INTER_AREA)
    pictures = picture.transpose(2, 0, 1)[None].astype(np.float32) / 255
    expected = heads_of_opencv(*files, pictures, [15, 22])
    network = network_of(*files)

    found = heads(network, pictures)
    assert [head.shape for head in found] == [(1, 255, 13, 13), (1, 255, 26, 26)]
    for head, reference in zip(found, expected, strict=True):
        np.testing.assert_allclose(head, reference, rtol=0, atol=1e-4)

    network.fuse()
    network.to(memory_format=torch.channels_last)
    for head, reference in zip(heads(network, pictures), expected, strict=True):
        np.testing.assert_allclose(head, reference, rtol=0, atol=1e-4)
    assert not any(isinstance(module, torch.nn.BatchNorm2d) for module in network.modules())


@pytest.mark.parametrize(
    ("net", "size"),
    [
        (yolov3(96, 64, divisor=8, classes=3), (96, 64)),
        (yolov4_tiny(64, 96, divisor=4, classes=2), (64, 96)),
        (ingredients(75, 61), (75, 61)),
    ],
    ids=["yolov3", "yolov4-tiny", "ingredients"],
)
def test_written_networks_of_the_family(net, size, tmp_path):
    files = net.write(tmp_path)
    pictures = noise(*size, count=2)
    found = heads(network_of(*files), pictures)
    expected = heads_of_opencv(*files, pictures, net.heads)
    assert len(found) == len(expected) == len(net.heads)
    for head, reference in zip(found, expected, strict=True):
        assert reference.std() > 0.1, "the reference tells nothing apart"
        np.testing.assert_allclose(head, reference, rtol=0, atol=1e-4 * max(1, np.abs(reference).max()))


def test_other_input_sizes_than_the_files(tmp_path):
    net = yolov4_tiny(64, 64, divisor=8, classes=2)
    network = network_of(*net.write(tmp_path))
    wide = tmp_path / "wide"
    wide.mkdir()
    pictures = noise(160, 96)
    expected = heads_of_opencv(*yolov4_tiny(160, 96, divisor=8, classes=2).write(wide), pictures, net.heads)
    for head, reference in zip(heads(network, pictures), expected, strict=True):
        np.testing.assert_allclose(head, reference, rtol=0, atol=1e-4)


def test_hooks_see_every_stage_of_a_layer_unchanged(tmp_path):
    network = network_of(*yolov4_tiny(64, 64, divisor=8, classes=2).write(tmp_path))
    seen = {}
    for name in ("layers.0.conv", "layers.0.bn", "layers.0.activation", "layers.0"):
        network.get_submodule(name).register_forward_hook(
            lambda _module, _inputs, output, name=name: seen.update({name: output})
        )
    heads(network, noise(64, 64))
    normed = seen["layers.0.bn"].numpy()
    assert (normed < 0).any()
    np.testing.assert_allclose(seen["layers.0.activation"], np.where(normed < 0, 0.1 * normed, normed), rtol=1e-6)
    np.testing.assert_array_equal(seen["layers.0"], seen["layers.0.activation"])
    assert not np.allclose(seen["layers.0.conv"], normed)


@given(
    size=st.integers(1, 6), stride=st.integers(1, 4), data=st.data(),
    height=st.integers(1, 12), width=st.integers(1, 12),
)  # fmt: skip
@settings(deadline=None)
def test_max_pooling_at_the_borders(size, stride, data, height, width):
    padding = data.draw(st.integers(0, size - 1))
    assume(min(height, width) + padding >= size)
    maps = np.random.default_rng(height * 13 + width).normal(size=(1, 2, height, width)).astype(np.float32)
    section = MaxPool(size, stride, padding)
    rows, columns = ((length + padding - size) // stride + 1 for length in (height, width))
    expected = np.empty((1, 2, rows, columns), np.float32)
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride - padding // 2, column * stride - padding // 2
            window = maps[:, :, max(0, top) : top + size, max(0, left) : left + size]
            expected[:, :, row, column] = window.max(axis=(2, 3))
    np.testing.assert_array_equal(MaxPoolLayer(section)(torch.from_numpy(maps)), expected)
    assert output_shape(section, [Shape(2, height, width)]) == expected.shape[1:]


def test_dilated_convolution():
    text = "[net]\nwidth=9\nheight=7\nchannels=1\n[convolutional]\nsize=3\npad=1\ndilation=2\nactivation=linear\n"
    config = darknet_cfg.parse(text + "filters=6\n[yolo]\nanchors=1,2\nclasses=1\n", "dilated.cfg")
    kernels = np.random.default_rng(0).normal(size=(6, 1, 3, 3)).astype(np.float32)
    network = DarknetNetwork(config)
    network.load_state_dict({"layers.0.conv.weight": torch.from_numpy(kernels), "layers.0.conv.bias": torch.zeros(6)})
    picture = np.random.default_rng(1).random((7, 9), np.float32)
    (found,) = heads(network, picture[None, None])
    for kernel, plane in zip(kernels[:, 0], found[0], strict=True):
        spread = np.zeros((5, 5), np.float32)
        spread[::2, ::2] = kernel
        np.testing.assert_allclose(plane, scipy.signal.correlate2d(picture, spread, "same"), rtol=0, atol=1e-5)


def test_maps_are_let_go_after_their_last_use(tmp_path):
    network = network_of(*yolov4_tiny(64, 64, divisor=8, classes=2).write(tmp_path))
    made: dict[int, weakref.ref[torch.Tensor]] = {}
    alive: list[list[int]] = []

    def note(index: int, output: torch.Tensor) -> None:
        made[index] = weakref.ref(output)
        alive.append([layer for layer, reference in made.items() if reference() is not None])

    for index, layer in enumerate(network.layers):
        layer.register_forward_hook(lambda _module, _inputs, output, index=index: note(index, output))
    heads(network, noise(64, 64))
    # Layer 8 joins 2 and 7; of all the others only 23 waits for a later layer, and the first head is a result.
    assert alive[8] == [2, 7, 8]
    assert alive[33] == [23, 29, 30, 32, 33]
    assert alive[37] == [29, 30, 36, 37]
