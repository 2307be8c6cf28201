"""The file of dlib's face recognition network, dlib_face_recognition_resnet_model_v1.dat, as a state dict.

dlib writes a network from the loss inward to the input, and then the contents of its layers from the input outward.
Nothing in a file says how it is to be understood: that is in the C++ type that was saved. So the file is compared,
record by record, with the one network it can be.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from cnnstudio.models.formats.dlib_stream import DlibStream, Shape, opened
from cnnstudio.networks.metric_resnet import BLOCKS, DIMENSIONS, MEAN_RGB, SIDE, STEM_FILTERS, BlockPlan

State = dict[str, torch.Tensor]

# How each level of the network announces itself: a layer, a tag or skip (which hold nothing), the layer on the input.
_LAYER, _TAG, _INNERMOST = 2, 1, 3
_MOST_BYTES = 32 << 20
_MEAN_TOLERANCE = 1e-4
_NOTHING: Shape = (0, 0, 0, 0)
_WITHOUT_BIAS = 1


def read(path: Path) -> State:
    """The entries of `MetricResNet` in a file, which is read to its last byte.

    Raises ModelError that names file, byte and record for a file that is damaged or holds another network.
    """
    stream = opened(path, _MOST_BYTES)
    _loss(stream)
    for level in _levels():
        stream.expect_integer("the level of a layer", level)
    _input(stream)
    state = _stem(stream)
    for index, plan in enumerate(BLOCKS):
        state |= _block(stream, f"blocks.{index}", plan)
    _pool(stream, "avg_pool_2", window=0, stride=1)
    state |= _fully_connected(stream, "fc", BLOCKS[-1].outputs, DIMENSIONS)
    stream.end()
    return state


def _levels() -> list[int]:
    """The kinds of level, outermost first."""
    levels = [_LAYER] * 2
    for plan in reversed(BLOCKS):
        shortcut = [_LAYER, _TAG, _TAG] if plan.down else []
        levels += [_LAYER] * 2 + shortcut + [_LAYER] * 5 + [_TAG]
    return [*levels, _LAYER, _LAYER, _LAYER, _INNERMOST]


def _loss(stream: DlibStream) -> None:
    stream.expect_integer("the version of the network", 1)
    stream.expect_text("the loss", "loss_metric_2")
    stream.real("the margin of the loss")
    stream.real("the threshold of the loss")


def _input(stream: DlibStream) -> None:
    stream.expect_text("the input layer", "input_rgb_image_sized")
    for colour, mean in zip(("red", "green", "blue"), MEAN_RGB, strict=True):
        start = stream.offset
        found = stream.real(f"the mean {colour}")
        if abs(found - mean) > _MEAN_TOLERANCE:
            stream.refuse(f"the mean {colour} is {found:g} instead of {mean}", start)
    stream.expect_integer("the rows of the input", SIDE)
    stream.expect_integer("the columns of the input", SIDE)


def _stem(stream: DlibStream) -> State:
    state = _convolution(stream, "stem.conv", (STEM_FILTERS, 3, 7, 7), stride=2, padding=0)
    stream.expect_integer("the samples of a picture", 1)
    state |= _affine(stream, "stem.affine", STEM_FILTERS)
    _plain(stream, "relu_")
    _pool(stream, "max_pool_2", window=3, stride=2)
    return state


def _block(stream: DlibStream, key: str, plan: BlockPlan) -> State:
    stride, padding = (2, 0) if plan.down else (1, 1)
    state = _convolution(stream, f"{key}.conv1", (plan.outputs, plan.inputs, 3, 3), stride, padding)
    state |= _affine(stream, f"{key}.affine1", plan.outputs)
    _plain(stream, "relu_")
    state |= _convolution(stream, f"{key}.conv2", (plan.outputs, plan.outputs, 3, 3), stride=1, padding=1)
    state |= _affine(stream, f"{key}.affine2", plan.outputs)
    if plan.down:
        _pool(stream, "avg_pool_2", window=2, stride=2)
    _plain(stream, "add_prev_")
    _plain(stream, "relu_")
    return state


def _convolution(stream: DlibStream, key: str, shape: Shape, stride: int, padding: int) -> State:
    stream.expect_text(f"the record of {key}", "con_4")
    filters, _, rows, columns = shape
    values = _values(stream, key, filters + math.prod(shape))
    _expect_integers(stream, key, (filters, rows, columns, stride, stride, padding, padding))
    stream.expect_alias(f"the filters of {key}", shape)
    stream.expect_alias(f"the biases of {key}", (1, filters, 1, 1))
    _rates(stream, key)
    _bookkeeping(stream, key)
    return {
        f"{key}.weight": torch.from_numpy(values[:-filters].reshape(shape).copy()),
        f"{key}.bias": torch.from_numpy(values[-filters:].copy()),
    }


def _affine(stream: DlibStream, key: str, channels: int) -> State:
    stream.expect_text(f"the record of {key}", "affine_")
    values = _values(stream, key, 2 * channels)
    stream.expect_alias(f"the factors of {key}", (1, channels, 1, 1))
    stream.expect_alias(f"the summands of {key}", (1, channels, 1, 1))
    stream.expect_integer(f"the mode of {key}", 0)
    _bookkeeping(stream, key)
    return {
        f"{key}.weight": torch.from_numpy(values[:channels].copy()),
        f"{key}.bias": torch.from_numpy(values[channels:].copy()),
    }


def _fully_connected(stream: DlibStream, key: str, inputs: int, outputs: int) -> State:
    stream.expect_text(f"the record of {key}", "fc_2")
    _expect_integers(stream, key, (outputs, inputs))
    values = _values(stream, key, inputs * outputs)
    stream.expect_alias(f"the weights of {key}", (inputs, outputs, 1, 1))
    stream.expect_alias(f"the biases of {key}", _NOTHING)
    stream.expect_integer(f"the bias mode of {key}", _WITHOUT_BIAS)
    _rates(stream, key)
    _bookkeeping(stream, key)
    # dlib multiplies from the left: a row of inputs by (inputs, outputs).
    return {f"{key}.weight": torch.from_numpy(values.reshape(inputs, outputs).T.copy())}


def _plain(stream: DlibStream, name: str) -> None:
    """A layer without content."""
    stream.expect_text("the record of a layer", name)
    _bookkeeping(stream, name)


def _pool(stream: DlibStream, name: str, window: int, stride: int) -> None:
    stream.expect_text("the record of a pool", name)
    _expect_integers(stream, name, (window, window, stride, stride, 0, 0))
    _bookkeeping(stream, name)


def _values(stream: DlibStream, key: str, count: int) -> NDArray[np.float32]:
    """All trained numbers of a layer; finite, since one NaN would spread to every descriptor."""
    start = stream.offset
    values = stream.tensor(f"the numbers of {key}")
    if values.size != count:
        stream.refuse(f"{key} has {values.size} numbers instead of {count}", start)
    if not np.isfinite(values).all():
        stream.refuse(f"{key} holds numbers that are not finite", start)
    return values


def _expect_integers(stream: DlibStream, key: str, values: tuple[int, ...]) -> None:
    for value in values:
        stream.expect_integer(f"a size of {key}", value)


def _rates(stream: DlibStream, key: str) -> None:
    for _ in range(4):
        stream.real(f"a learning rate of {key}")


def _bookkeeping(stream: DlibStream, key: str) -> None:
    """What every layer ends with: three marks and three tensors that matter in training alone."""
    for _ in range(3):
        stream.flag(f"a mark of {key}")
    for _ in range(3):
        stream.tensor(f"the training state of {key}")
