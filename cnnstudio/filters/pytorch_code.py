"""The layer on the screen as a PyTorch program that gives the same numbers."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cnnstudio.filters.activations import LEAK
from cnnstudio.filters.kernels import shifts
from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import pads
from cnnstudio.filters.volume import layer_weights

_FILL = {"zero": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
_ACTIVATIONS = {
    "relu": "F.relu(z)", "leaky-relu": f"F.leaky_relu(z, {LEAK})", "sigmoid": "torch.sigmoid(z)",
    "tanh": "torch.tanh(z)", "abs": "torch.abs(z)",
}  # fmt: skip


def snippet(settings: FilterSettings, channels: int) -> str:
    """Runnable source that defines `run(x)`: x float32 (1, `channels`, H, W) in 0…255 → (1, C', H', W').

    Equal to `apply`'s result within 1e-4. `channels` is 1 or 3.
    """
    grey = settings.channels == "luminance"
    seen = 1 if grey else channels
    lines = ["import torch", "import torch.nn.functional as F", "from torch import nn", ""]
    lines += _layer(settings, seen)
    lines += [
        "",
        "",
        "@torch.no_grad()",
        "def run(x):",
        f'    """x: float32 (1, {channels}, H, W), values 0 to 255."""',
    ]
    if grey and channels == 3:
        lines.append("    x = 0.299 * x[:, 0:1] + 0.587 * x[:, 1:2] + 0.114 * x[:, 2:3]  # Rec. 601 luminance")
    lines += _transposed_call(settings) if settings.transposed else _call(settings)
    order = layer_weights(settings, seen)[2]
    if order is not None and order != sorted(order):
        lines.append(f"    z = z[:, {order}]  # filter by filter instead of channel by channel")
    lines += [f"    z = {_ACTIVATIONS[settings.activation]}"] if settings.activation in _ACTIVATIONS else []
    if settings.pool != "none":
        kind = "max" if settings.pool == "max" else "avg"
        lines.append(f"    z = F.{kind}_pool2d(z, kernel_size={settings.pool_size}, stride={settings.pool_stride})")
    return "\n".join([*lines, "    return z", ""])


def _layer(settings: FilterSettings, seen: int) -> list[str]:
    weight, groups, _ = layer_weights(settings, seen)
    per_filter = np.array(shifts(settings), np.float32)
    shift = np.tile(per_filter, groups) if groups > 1 else per_filter
    biased = bool(np.any(shift))
    if settings.transposed:
        weight = weight.transpose(1, 0, 2, 3) if groups == 1 else weight
    out_maps = len(shift)
    if settings.transposed and groups > 1:
        weight = weight.reshape(groups, -1, *weight.shape[2:])
    name = "ConvTranspose2d" if settings.transposed else "Conv2d"
    size = tuple(int(n) for n in weight.shape[2:])
    extra = "".join(
        f", {key}={value}"
        for key, value, usual in (
            ("stride", settings.stride, 1), ("dilation", settings.dilation, 1), ("groups", groups, 1),
            ("bias", biased, True),
        )
        if value != usual
    )  # fmt: skip
    lines = [f"conv = nn.{name}({seen}, {out_maps}, kernel_size={size}{extra})", "with torch.no_grad():"]
    if settings.flip:
        lines.append("    # The kernels stand here already turned by 180°: cross-correlation with them is convolution.")
    once, times = _once(weight)
    repeated = f".repeat({times[0]}, {times[1]}, 1, 1)" if max(times) > 1 else ""
    lines.append(f"    conv.weight.copy_(torch.tensor({_rows(once)}){repeated})")
    if biased:
        lines.append(f"    conv.bias.copy_(torch.tensor({_numbers(shift)}))")
    return lines


def _once(weight: NDArray[np.float32]) -> tuple[NDArray[np.float32], tuple[int, int]]:
    """The weights without their repetitions along the first two axes, and how often each is repeated there: a kernel
    that serves every channel is written once.
    """
    times = [1, 1]
    for axis in (0, 1):
        size = weight.shape[axis]
        for count in (n for n in range(1, size) if size % n == 0):
            first = np.take(weight, range(count), axis)
            if np.array_equal(np.concatenate([first] * (size // count), axis), weight):
                weight, times[axis] = first, size // count
                break
    return weight, (times[0], times[1])


def _rows(weight: NDArray[np.float32]) -> str:
    indent = " " * 8
    blocks = []
    for out in weight:
        planes = []
        for plane in out:
            rows = f",\n{indent}   ".join(_numbers(row) for row in plane)
            planes.append(f"[{rows}]")
        blocks.append("[" + f",\n{indent}  ".join(planes) + "]")
    return f"[\n{indent}" + f",\n{indent}".join(blocks) + "\n    ]"


def _numbers(values: NDArray[np.float32]) -> str:
    # str() of a float32 is its shortest decimal, so the tensor holds exactly the same weights.
    return "[" + ", ".join(str(value) for value in values) + "]"


def _call(settings: FilterSettings) -> list[str]:
    top, bottom, left, right = pads(settings)
    if not any((top, bottom, left, right)):
        return ["    z = conv(x)"]
    amounts = f"({left}, {right}, {top}, {bottom})"
    if settings.border in ("zero", "replicate"):
        return [f'    x = F.pad(x, {amounts}, mode="{_FILL[settings.border]}")', "    z = conv(x)"]
    # F.pad mirrors and wraps once at most; indexing goes on for pictures smaller than the padding.
    rows = f"torch.arange({-top}, x.shape[2] + {bottom})"
    columns = f"torch.arange({-left}, x.shape[3] + {right})"
    if settings.border == "circular":
        return [f"    x = x[:, :, {rows} % x.shape[2]][..., {columns} % x.shape[3]]", "    z = conv(x)"]
    return [
        "    def mirrored(index, n):  # the edge pixel is not repeated",
        "        index = index % max(2 * n - 2, 1)",
        "        return torch.minimum(index, (2 * n - 2 - index).abs())",
        f"    x = x[:, :, mirrored({rows}, x.shape[2])]",
        f"    x = x[..., mirrored({columns}, x.shape[3])]",
        "    z = conv(x)",
    ]


def _transposed_call(settings: FilterSettings) -> list[str]:
    top, bottom, left, right = pads(settings)
    if not any((top, bottom, left, right)):
        return ["    z = conv(x)"]
    return [
        "    z = conv(x)",
        f"    z = z[:, :, {top} : z.shape[2] - {bottom}, {left} : z.shape[3] - {right}]",
    ]
