"""Large convolutions on the CPU in strips of rows, with a yield point before each strip, both ways.

One layer of VGG at 512 pixels takes a good part of a second on two cores; a yield point per layer would come
too seldom. A strip is computed from just the input rows it needs, so the values are those of the whole layer
(but for the order of summation), and the repeated rows at the seams cost a few per cent.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch
    from torch import nn

LARGEST_STRIP = 0.4e9
"""Multiplications in a strip for each compute thread: some 10 to 20 ms on a common core."""

FEWEST_ROWS = 8
"""Rows in a strip, so that the repeated rows at the seams stay few."""


def can_be_split(layer: nn.Module) -> bool:
    """Whether `in_strips` computes this layer: a plain Conv2d with zero padding given in numbers."""
    from torch import nn

    return type(layer) is nn.Conv2d and layer.padding_mode == "zeros" and not isinstance(layer.padding, str)


def in_strips(layer: nn.Conv2d, checkpoint: Callable[[], None]) -> Callable[[torch.Tensor], torch.Tensor]:
    """A stand-in for `layer.forward` that splits large inputs on the CPU and passes everything else on.

    It can be differentiated once, not twice.
    """
    whole = layer.forward

    def forward(x: torch.Tensor) -> torch.Tensor:
        rows = _rows_per_strip(layer, x)
        if rows is None:
            return whole(x)
        import torch

        weight, bias = layer.weight, layer.bias
        if torch.is_autocast_enabled("cpu"):
            kind = torch.get_autocast_dtype("cpu")
            x, weight = x.to(kind), weight.to(kind)
            bias = None if bias is None else bias.to(kind)
        geometry = (layer.stride, layer.padding, layer.dilation, layer.groups)
        with torch.autocast("cpu", enabled=False):
            y: torch.Tensor = _function().apply(x, weight, bias, geometry, rows, checkpoint)
        return y

    return forward


def _rows_per_strip(layer: nn.Conv2d, x: torch.Tensor) -> int | None:
    """Output rows in a strip, or None where the layer is better computed whole."""
    if x.device.type != "cpu" or x.dim() != 4 or x.shape[1] != layer.in_channels:
        return None
    height, width = (_output_size(layer, x.shape[2 + axis], axis) for axis in (0, 1))
    a_row = x.shape[0] * width * layer.weight.numel()
    import torch

    largest = LARGEST_STRIP * torch.get_num_threads()
    if height <= 0 or width <= 0 or a_row * height <= 2 * largest:
        return None
    return max(FEWEST_ROWS, int(largest // a_row))


def _output_size(layer: nn.Conv2d, size: int, axis: int) -> int:
    padding = layer.padding[axis]
    assert isinstance(padding, int)
    reach = layer.dilation[axis] * (layer.kernel_size[axis] - 1)
    return math.floor((size + 2 * padding - reach - 1) / layer.stride[axis]) + 1


@cache
def _function() -> Any:
    """The differentiable function; made on first use, because torch is loaded late."""
    import torch
    from torch.nn import functional

    def strips(x: Any, kernel: int, geometry: Any, rows: int) -> Any:
        """(first and end output row, first and end input row, zero rows above and below) of each strip."""
        (stride, _), (padding, _), (dilation, _), _ = geometry
        reach = dilation * (kernel - 1) + 1
        height = (x.shape[2] + 2 * padding - reach) // stride + 1
        for top in range(0, height, rows):
            end = min(top + rows, height)
            first, last = top * stride - padding, (end - 1) * stride - padding + reach
            low = min(max(first, 0), x.shape[2])
            high = min(max(last, low), x.shape[2])
            # A strip may lie in the padding altogether.
            above = min(max(-first, 0), last - first)
            yield top, end, low, high, above, last - first - above - (high - low)

    def cut(x: Any, low: int, high: int, above: int, below: int) -> Any:
        part = x[:, :, low:high]
        return functional.pad(part, (0, 0, above, below)) if above or below else part

    class Strips(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, x: Any, weight: Any, bias: Any, geometry: Any, rows: int, checkpoint: Any) -> Any:
            ctx.save_for_backward(x, weight)
            ctx.rest = geometry, rows, checkpoint, None if bias is None else list(bias.shape)
            stride, (_, across), dilation, groups = geometry
            parts = []
            for _, _, low, high, above, below in strips(x, weight.shape[2], geometry, rows):
                checkpoint()
                part = cut(x, low, high, above, below)
                parts.append(functional.conv2d(part, weight, bias, stride, (0, across), dilation, groups))
            return torch.cat(parts, 2)

        @staticmethod
        @torch.autograd.function.once_differentiable
        def backward(ctx: Any, gradient: Any) -> Any:
            x, weight = ctx.saved_tensors
            geometry, rows, checkpoint, bias_shape = ctx.rest
            stride, (_, across), dilation, groups = geometry
            wanted = [bool(each) for each in ctx.needs_input_grad[:3]]
            to_x = torch.zeros_like(x) if wanted[0] else None
            sums: list[Any] = [None, None]
            for top, end, low, high, above, below in strips(x, weight.shape[2], geometry, rows):
                checkpoint()
                part = cut(x, low, high, above, below)
                to_part, *others = torch.ops.aten.convolution_backward(
                    gradient[:, :, top:end], part, weight, bias_shape, stride, (0, across), dilation,
                    False, (0, 0), groups, wanted,
                )  # fmt: skip
                if to_x is not None:
                    to_x[:, :, low:high] += to_part[:, :, above : above + high - low]
                sums = [new if old is None else old.add_(new) for old, new in zip(sums, others, strict=True)]
            return to_x, *sums, None, None, None

    return Strips
