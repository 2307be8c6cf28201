"""The same layer as one torch convolution: for accelerators, and as the form that has gradients.

On the CPU OpenCV's filters are some thirty times faster than torch's convolution of so few channels, so only
the accelerator comes here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.activations import torch_activation
from cnnstudio.filters.borders import cut, luminance
from cnnstudio.filters.kernels import shifts, slices_for
from cnnstudio.filters.parallel import spans
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, Span, checked_sides

_STRIP_VALUES = 2**24


def apply_on_device(
    settings: FilterSettings,
    pixels: NDArray[Any],
    device: str,
    out: NDArray[np.float32],
    checkpoint: Callable[[], None] | None = None,
) -> NDArray[np.float32]:
    """`apply` on a torch device, in strips of rows that keep its memory small. Fills and returns `out`.

    Raises what torch raises when the device is missing or its memory does not suffice.
    """
    both = checked_sides(settings, *pixels.shape[:2])
    per_row = both[1].convolved * max(len(out), pixels.shape[2]) * both[0].pool_stride
    for rows in spans(0, both[0].out, max(1, _STRIP_VALUES // per_row)):
        if checkpoint is not None:
            checkpoint()
        out[:, rows[0] : rows[1]] = _strip(settings, pixels, both, rows, device)
    return out


def _strip(
    settings: FilterSettings, pixels: NDArray[Any], both: tuple[Side, Side], rows: Span, device: str
) -> NDArray[np.float32]:
    import torch

    down, across = both
    wanted = down.convolved_span(rows), across.convolved_span((0, across.out))
    sources = down.input_span(wanted[0]), across.input_span(wanted[1])
    block = cut(pixels, *sources, "zero" if settings.transposed else settings.border)
    if settings.channels == "luminance":
        block = luminance(block)
    with torch.inference_mode():
        x = torch.from_numpy(np.ascontiguousarray(block.transpose(2, 0, 1)))[None].to(device)
        z = _transposed(settings, x, both, sources, wanted) if settings.transposed else _convolved(settings, x)
        each = z.shape[1] // len(settings.filters)
        shift = torch.tensor(np.repeat(np.array(shifts(settings), np.float32), each), device=x.device)
        z = torch_activation(z + shift[None, :, None, None], settings.activation)
        if settings.pool == "max":
            z = torch.nn.functional.max_pool2d(z, settings.pool_size, settings.pool_stride)
        elif settings.pool == "average":
            z = torch.nn.functional.avg_pool2d(z, settings.pool_size, settings.pool_stride)
        return np.asarray(z[0].cpu().numpy(), np.float32)


def _convolved(settings: FilterSettings, x: Any) -> Any:
    import torch

    weight, groups, order = layer_weights(settings, x.shape[1])
    w = torch.tensor(weight, device=x.device)
    z = torch.nn.functional.conv2d(x, w, stride=settings.stride, dilation=settings.dilation, groups=groups)
    return z if order is None else z[:, order]


def _transposed(
    settings: FilterSettings,
    x: Any,
    both: tuple[Side, Side],
    sources: tuple[Span, Span],
    wanted: tuple[Span, Span],
) -> Any:
    import torch

    weight, groups, order = layer_weights(settings, x.shape[1])
    w = torch.tensor(weight, device=x.device)
    w = w.transpose(0, 1) if groups == 1 else w.reshape(groups, -1, *w.shape[2:])
    z = torch.nn.functional.conv_transpose2d(x, w, stride=settings.stride, dilation=settings.dilation, groups=groups)
    # A stride beyond the kernel leaves zeros behind its last value, which torch does not write out.
    z = torch.nn.functional.pad(z, (0, settings.stride, 0, settings.stride))
    for axis, side in enumerate(both):
        start = wanted[axis][0] + side.before - sources[axis][0] * side.stride
        z = z.narrow(axis + 2, start, wanted[axis][1] - wanted[axis][0])
    return z if order is None else z[:, order]


def layer_weights(settings: FilterSettings, channels: int) -> tuple[NDArray[np.float32], int, list[int] | None]:
    """The layer as torch has it: weight (out, in/groups, rows, columns), groups, and the order of its
    outputs.

    `channels`: of what is convolved (1 after luminance). Each and depthwise are grouped convolutions, whose
    outputs torch lists channel by channel; the order brings them filter by filter. A transposed layer takes
    the same weight as (groups, n, rows, columns), or with its first two axes exchanged when not grouped.
    """
    kernels = slices_for(settings, channels)
    n = len(kernels)
    if settings.channels in ("volume", "luminance"):
        return np.array(kernels), 1, None
    grouped = np.broadcast_to(kernels, (n, channels, *kernels.shape[2:])).transpose(1, 0, 2, 3)
    order = [channel * n + k for k in range(n) for channel in range(channels)]
    return np.ascontiguousarray(grouped).reshape(n * channels, 1, *kernels.shape[2:]), channels, order
