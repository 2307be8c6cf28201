"""EfficientNet-Lite0, the zoo's classifier: small enough to answer on a CPU while somebody draws.

Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", ICML 2019. The Lite variant
drops squeeze-and-excitation and replaces swish by ReLU6. The weights were trained in TensorFlow, so its padding
belongs to the network: where a stride leaves an odd pixel over, that pixel is at the bottom and at the right.
"""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_BN_EPS = 1e-3
_STEM = 32
_HEAD = 1280

# Kernel, stride of the first block, expansion, channels, blocks: table 1 of the paper, stages 2 to 8.
_STAGES = (
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
)


class SameConv2d(nn.Conv2d):
    """A convolution without bias whose output has ceil(size / stride) rows and columns, padded as TensorFlow does.

    The padding is as small as that allows; of an odd number of rows or columns the bottom or right gets one more.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride, groups=groups, bias=False)

    def forward(self, input: Tensor) -> Tensor:
        """x: (N, C, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        top, bottom = same_padding(input.shape[2], self.kernel_size[0], self.stride[0])
        left, right = same_padding(input.shape[3], self.kernel_size[1], self.stride[1])
        if top == bottom and left == right:
            return F.conv2d(input, self.weight, None, self.stride, (top, left), self.dilation, self.groups)
        padded = F.pad(input, (left, right, top, bottom))
        return F.conv2d(padded, self.weight, None, self.stride, 0, self.dilation, self.groups)


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros before and after an axis of `size` pixels, as TensorFlow's padding "SAME" counts them."""
    total = max(0, (-(-size // stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


class InvertedResidual(nn.Module):
    """Widen by a 1×1 convolution, filter each channel by itself, narrow again (Sandler et al. 2018).

    The input is added where it has the output's shape. A block with expansion 1 has no widening layers.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self._adds_input = stride == 1 and inputs == outputs
        if expansion > 1:
            self._expand_conv = SameConv2d(inputs, wide, 1)
            self._bn0 = nn.BatchNorm2d(wide, _BN_EPS)
            self._relu0 = nn.ReLU6()
        self._depthwise_conv = SameConv2d(wide, wide, kernel, stride, groups=wide)
        self._bn1 = nn.BatchNorm2d(wide, _BN_EPS)
        self._relu1 = nn.ReLU6()
        self._project_conv = SameConv2d(wide, outputs, 1)
        self._bn2 = nn.BatchNorm2d(outputs, _BN_EPS)

    def forward(self, x: Tensor) -> Tensor:
        """x: (N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        y = x
        # Its layers are registered in the order in which they follow one another.
        for layer in self.children():
            y = layer(y)
        return x + y if self._adds_input else y


class EfficientNetLite0(nn.Module):
    """ImageNet's 1000 classes from 224×224 pixels; 4 652 008 weights.

    Names of layers are those of the released state dict, which loads strictly. Every step is a module of its own and
    writes over no other's output, so that forward hooks see what each layer made.
    """

    def __init__(self, classes: int = 1000) -> None:
        super().__init__()
        self._conv_stem = SameConv2d(3, _STEM, 3, stride=2)
        self._bn0 = nn.BatchNorm2d(_STEM, _BN_EPS)
        self._relu0 = nn.ReLU6()
        self._blocks = nn.Sequential()
        channels = _STEM
        for kernel, stride, expansion, outputs, blocks in _STAGES:
            for index in range(blocks):
                step = stride if index == 0 else 1
                self._blocks.append(InvertedResidual(channels, outputs, kernel, step, expansion))
                channels = outputs
        self._conv_head = SameConv2d(channels, _HEAD, 1)
        self._bn1 = nn.BatchNorm2d(_HEAD, _BN_EPS)
        self._relu1 = nn.ReLU6()
        self._pool = nn.AdaptiveAvgPool2d(1)
        self._fc = nn.Linear(_HEAD, classes)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, classes) of x: (N, 3, H, W) float RGB, (value - 127) / 128; trained at H = W = 224."""
        x = self._relu0(self._bn0(self._conv_stem(x)))
        x = self._blocks(x)
        x = self._relu1(self._bn1(self._conv_head(x)))
        logits: Tensor = self._fc(torch.flatten(self._pool(x), 1))
        return logits
