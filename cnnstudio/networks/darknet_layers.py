"""The layers of Darknet that PyTorch lacks, or computes at other borders."""

from __future__ import annotations

import torch
from torch import nn
from torch.nn import functional

from cnnstudio.networks.darknet_config import Convolution, MaxPool, Route, Section, Shortcut, Upsample, weight_shape

# Darknet adds it to the standard deviation, OpenCV to the variance as PyTorch does; with 1e-5, PyTorch's own value, the
# heads of YOLOv3-tiny differ by 2e-3.
BATCH_NORM_EPSILON = 1e-6
LEAKY_SLOPE = 0.1


class ConvolutionLayer(nn.Module):
    """A convolution `conv`, its batch norm `bn` (or nothing) and its `activation`."""

    def __init__(self, section: Convolution, channels: int) -> None:
        super().__init__()
        filters, _, *size = weight_shape(section, channels)
        self.conv = nn.Conv2d(
            channels, filters, (size[0], size[1]), section.stride, section.padding, section.dilation, section.groups,
            bias=not section.batch_normalize,
        )
        self.bn: nn.Module = nn.BatchNorm2d(filters, BATCH_NORM_EPSILON) if section.batch_normalize else nn.Identity()
        self.activation = activation(section.activation)

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(N, channels, H, W) to (N, filters, H', W')."""
        return self.activation(self.bn(self.conv(maps)))  # type: ignore[no-any-return]


class MaxPoolLayer(nn.Module):
    """Max pooling whose odd pixel of padding lies right and below: a window of 2 at stride 1 keeps the size."""

    def __init__(self, section: MaxPool) -> None:
        super().__init__()
        self.section = section

    def forward(self, maps: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) to (N, C, H', W'); what lies outside never wins."""
        height, width = maps.shape[-2:]
        left_right, above_below = self._padding(width), self._padding(height)
        if any(left_right + above_below):
            maps = functional.pad(maps, left_right + above_below, value=float("-inf"))
        return functional.max_pool2d(maps, self.section.size, self.section.stride)

    def _padding(self, length: int) -> tuple[int, int]:
        """Pixels before and after, the latter only as far as windows reach: an unneeded pixel costs a copy."""
        size, stride, padding = self.section.size, self.section.stride, self.section.padding
        before = padding // 2
        reached = (length + padding - size) // stride * stride + size
        return before, max(0, reached - before - length)


class RouteLayer(nn.Module):
    """Earlier maps side by side, or one part of each."""

    def __init__(self, section: Route) -> None:
        super().__init__()
        self.section = section

    def forward(self, *maps: torch.Tensor) -> torch.Tensor:
        """Several (N, C, H, W) of the same size to (N, sum of C / groups, H, W)."""
        parts = [each.chunk(self.section.groups, dim=1)[self.section.group_id] for each in maps]
        return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


class ShortcutLayer(nn.Module):
    """The sum of two maps, cut or filled with zeros to the channels of the first."""

    def __init__(self, section: Shortcut) -> None:
        super().__init__()
        self.activation = activation(section.activation)

    def forward(self, before: torch.Tensor, earlier: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) and (N, C', H, W) to (N, C, H, W)."""
        missing = before.shape[1] - earlier.shape[1]
        if missing:
            # A negative number of channels to add cuts them off.
            earlier = functional.pad(earlier, (0, 0, 0, 0, 0, missing))
        return self.activation(before + earlier)  # type: ignore[no-any-return]


def activation(name: str) -> nn.Module:
    """The activation of this name; none works in place, so that hooks keep what they were given."""
    match name:
        case "leaky":
            return nn.LeakyReLU(LEAKY_SLOPE)
        case "relu":
            return nn.ReLU()
        case "mish":
            return nn.Mish()
        case "logistic":
            return nn.Sigmoid()
        case "swish":
            return nn.SiLU()
        case "linear":
            return nn.Identity()
    raise ValueError(f"no activation is called {name!r}")


def layer(section: Section, channels: int) -> nn.Module:
    """The module that computes a section from maps of which the first has `channels` channels."""
    match section:
        case Convolution():
            return ConvolutionLayer(section, channels)
        case MaxPool():
            return MaxPoolLayer(section)
        case Route():
            return RouteLayer(section)
        case Shortcut():
            return ShortcutLayer(section)
        case Upsample():
            return nn.Upsample(scale_factor=section.stride, mode="nearest")
    return nn.Identity()
