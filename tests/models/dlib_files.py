"""Files as dlib writes them, made of tokens so that a test can damage one; that dlib opens them proves them right."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch

from cnnstudio.networks.metric_resnet import BLOCKS, MetricResNet


def integer(value: int) -> bytes:
    magnitude = abs(value).to_bytes(max(1, (abs(value).bit_length() + 7) // 8), "little")
    return bytes([len(magnitude) | (0x80 if value < 0 else 0)]) + magnitude


def real(value: float) -> list[bytes]:
    fraction, exponent = math.frexp(value)
    return [integer(int(fraction * 2**53)), integer(exponent - 53)] if value else [integer(0), integer(0)]


def text(value: str) -> list[bytes]:
    return [integer(len(value)), value.encode()]


def tensor(values: np.ndarray) -> list[bytes]:
    n, k, rows, columns = (*values.shape, 1, 1, 1)[:4]
    return [*map(integer, (2, n, k, rows, columns)), values.astype("<f4").tobytes()]


def predictor_tokens(initial_shape, pixels, thresholds, leaves, anchors, deltas) -> list[bytes]:
    """The five-point predictor of these arrays, shaped as `dlib_landmarks.read` returns them."""
    stages, trees, splits = thresholds.shape
    made = [integer(1), *_column(initial_shape), integer(stages)]
    for stage in range(stages):
        made.append(integer(trees))
        for tree in range(trees):
            made.append(integer(splits))
            for (first, second), threshold in zip(pixels[stage, tree], thresholds[stage, tree], strict=True):
                made += [integer(int(first)), integer(int(second)), *real(float(threshold))]
            made.append(integer(splits + 1))
            for leaf in leaves[stage, tree]:
                made += _column(leaf)
    made.append(integer(stages))
    for row in anchors:
        made += [integer(len(row)), *(integer(int(anchor)) for anchor in row)]
    made.append(integer(stages))
    for row in deltas:
        made += [integer(len(row)), *(token for value in row.ravel() for token in real(float(value)))]
    return made


def _column(values: np.ndarray) -> list[bytes]:
    flat = [token for value in values.ravel() for token in real(float(value))]
    return [integer(-values.size), integer(-1), *flat]


def random_predictor(seed: int, stages: int = 3, trees: int = 4, splits: int = 7, pixels: int = 12) -> dict:
    """A predictor whose points stay near the rectangle."""
    random = np.random.default_rng(seed)
    return {
        "initial_shape": random.uniform(0, 1, (5, 2)).astype(np.float32),
        "pixels": random.integers(0, pixels, (stages, trees, splits, 2)),
        "thresholds": random.normal(0, 60, (stages, trees, splits)).astype(np.float32),
        "leaves": random.normal(0, 0.03, (stages, trees, splits + 1, 5, 2)).astype(np.float32),
        "anchors": random.integers(0, 5, (stages, pixels)),
        "deltas": random.normal(0, 0.2, (stages, pixels, 2)).astype(np.float32),
    }


def random_network(seed: int) -> MetricResNet:
    """An untrained network whose values neither vanish nor explode, with every bias and scale in use."""
    torch.manual_seed(seed)
    network = MetricResNet().eval()
    with torch.no_grad():
        for name, values in network.named_parameters():
            if "affine" in name:
                values += torch.rand_like(values) * 0.4 - 0.2
    return network


def network_tokens(network: MetricResNet) -> list[bytes]:
    """dlib's anet_type with these weights: the loss, the levels from outside, the layers from inside."""
    made = [integer(1), *text("loss_metric_2"), *real(0.04), *real(0.6)]
    made += [integer(2)] * 2
    for plan in reversed(BLOCKS):
        made += map(integer, [2, 2, *([2, 1, 1] if plan.down else []), 2, 2, 2, 2, 2, 1])
    made += map(integer, [2, 2, 2, 3])
    made += text("input_rgb_image_sized")
    for value in (122.782, 117.001, 104.298):
        made += real(float(np.float32(value)))
    made += [integer(150), integer(150)]
    for index, layer in enumerate(_layers(network)):
        made += [*layer, b"1", b"1", b"0", *([integer(2), *[integer(0)] * 4] * 3)]
        made += [integer(1)] if index == 0 else []
    return made


def _layers(network: MetricResNet) -> Iterator[list[bytes]]:
    yield _convolution(network.stem.conv)
    yield _affine(network.stem.affine)
    yield text("relu_")
    yield _pool("max_pool_2", 3, 2)
    for plan, block in zip(BLOCKS, network.blocks, strict=True):
        yield _convolution(block.conv1)
        yield _affine(block.affine1)
        yield text("relu_")
        yield _convolution(block.conv2)
        yield _affine(block.affine2)
        if plan.down:
            yield _pool("avg_pool_2", 2, 2)
        yield text("add_prev_")
        yield text("relu_")
    yield _pool("avg_pool_2", 0, 1)
    weight = network.fc.weight.detach().numpy().T
    shapes = [*_alias(*weight.shape, 1, 1), *_alias(0, 0, 0, 0)]
    yield [*text("fc_2"), integer(128), integer(256), *tensor(weight), *shapes, integer(1), *_rates()]


def _convolution(layer: torch.nn.Conv2d) -> list[bytes]:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    sizes = [len(bias), *layer.kernel_size, *layer.stride, *layer.padding]
    values = tensor(np.concatenate([weight.ravel(), bias]))
    shapes = [*_alias(*weight.shape), *_alias(1, len(bias), 1, 1)]
    return [*text("con_4"), *values, *map(integer, sizes), *shapes, *_rates()]


def _affine(layer: torch.nn.Module) -> list[bytes]:
    weight, bias = layer.weight.detach().numpy(), layer.bias.detach().numpy()
    shapes = _alias(1, len(bias), 1, 1) * 2
    return [*text("affine_"), *tensor(np.concatenate([weight, bias])), *shapes, integer(0)]


def _pool(name: str, window: int, stride: int) -> list[bytes]:
    return [*text(name), *map(integer, (window, window, stride, stride, 0, 0))]


def _alias(*shape: int) -> list[bytes]:
    return [integer(1), *map(integer, shape)]


def _rates() -> list[bytes]:
    return [*real(1.0), *real(1.0), *real(1.0), *real(0.0)]
