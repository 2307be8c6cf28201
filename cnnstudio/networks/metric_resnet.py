"""The network of dlib that turns a face into 128 numbers, close together for pictures of one person.

He, Zhang, Ren & Sun, "Deep Residual Learning for Image Recognition", 2016, with 29 convolutions and half the filters;
trained with a metric loss by Davis King (dlib, dnn_face_recognition_ex). It differs from ResNets in torchvision:
batch normalisation is frozen into a scale and shift per channel, convolutions keep their bias, shortcuts that go down
are average pools, and an addition fills the smaller operand with zeros, in channels as in rows and columns.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 150
MEAN_RGB = (122.782, 117.001, 104.298)
DIMENSIONS = 128
# Two descriptors of one person lie nearer to each other than this (Euclidean).
SAME_PERSON = 0.6


class BlockPlan(NamedTuple):
    """Filters in and out of a residual block; `down` halves rows and columns."""

    inputs: int
    outputs: int
    down: bool


STEM_FILTERS = 32
BLOCKS = (
    *[BlockPlan(32, 32, False)] * 3,
    BlockPlan(32, 64, True), *[BlockPlan(64, 64, False)] * 3,
    BlockPlan(64, 128, True), *[BlockPlan(128, 128, False)] * 2,
    BlockPlan(128, 256, True), *[BlockPlan(256, 256, False)] * 2,
    BlockPlan(256, 256, True),
)  # fmt: skip


class MetricResNet(nn.Module):
    """Faces (N, 3, 150, 150), RGB as (value - MEAN_RGB) / 256, to descriptors (N, 128), not normalised."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Sequential()
        self.stem.add_module("conv", nn.Conv2d(3, STEM_FILTERS, 7, stride=2))
        self.stem.add_module("affine", ChannelAffine(STEM_FILTERS))
        self.stem.add_module("relu", nn.ReLU())
        self.stem.add_module("pool", nn.MaxPool2d(3, 2))
        self.blocks = nn.Sequential(*[ResidualBlock(plan) for plan in BLOCKS])
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(BLOCKS[-1].outputs, DIMENSIONS, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Descriptors (N, 128) of normalised faces (N, 3, 150, 150)."""
        x = self.blocks(self.stem(x))
        descriptor: Tensor = self.fc(self.pool(x).flatten(1))
        return descriptor


class ResidualBlock(nn.Module):
    """Two 3 x 3 convolutions beside a shortcut."""

    def __init__(self, plan: BlockPlan) -> None:
        super().__init__()
        # Going down, the convolution starts inside the border, so it may come out smaller than the shortcut.
        stride, padding = (2, 0) if plan.down else (1, 1)
        self.conv1 = nn.Conv2d(plan.inputs, plan.outputs, 3, stride, padding)
        self.affine1 = ChannelAffine(plan.outputs)
        self.relu1 = nn.ReLU()
        self.conv2 = nn.Conv2d(plan.outputs, plan.outputs, 3, padding=1)
        self.affine2 = ChannelAffine(plan.outputs)
        self.shortcut = nn.AvgPool2d(2, 2) if plan.down else nn.Identity()
        self.relu2 = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        """relu(convolutions + shortcut), the smaller of the two filled with zeros to the larger."""
        through = self.affine2(self.conv2(self.relu1(self.affine1(self.conv1(x)))))
        result: Tensor = self.relu2(added(through, self.shortcut(x)))
        return result


class ChannelAffine(nn.Module):
    """A factor and a summand for each channel: batch normalisation after training."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """weight * x + bias on (N, channels, height, width)."""
        return torch.addcmul(self.bias[:, None, None], x, self.weight[:, None, None])


def added(a: Tensor, b: Tensor) -> Tensor:
    """The sum of (N, C, H, W) tensors of different sizes, each filled with zeros behind its last channel, row and
    column.
    """
    if a.shape == b.shape:
        return a + b
    shape = [max(sides) for sides in zip(a.shape[1:], b.shape[1:], strict=True)]
    return _filled(a, shape) + _filled(b, shape)


def _filled(x: Tensor, shape: list[int]) -> Tensor:
    channels, rows, columns = (full - side for full, side in zip(shape, x.shape[1:], strict=True))
    return functional.pad(x, (0, columns, 0, rows, 0, channels))
