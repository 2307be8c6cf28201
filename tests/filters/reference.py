"""The layer written a second time, slowly, with NumPy's padding and SciPy's correlation; nothing of the
product's.
"""

from __future__ import annotations

import numpy as np
from scipy import signal

_MODES = {"zero": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def amounts(padding: str, pad: int, f: int, dilation: int) -> tuple[int, int]:
    spread = dilation * (f - 1)
    return {
        "valid": (0, 0), "full": (spread, spread), "custom": (pad, pad), "same": (spread // 2, spread - spread // 2)
    }[padding]  # fmt: skip


def dilated(kernel: np.ndarray, d: int) -> np.ndarray:
    out = np.zeros([d * (n - 1) + 1 for n in kernel.shape])
    out[::d, ::d] = kernel
    return out


def plane(x, kernel, *, padding="same", pad=1, border="zero", stride=1, dilation=1, flip=False, transposed=False):
    """One float64 plane (H, W) through one kernel (rows, columns)."""
    kernel = np.asarray(kernel, np.float64)
    if flip:
        kernel = kernel[::-1, ::-1]
    edges = [amounts(padding, pad, f, dilation) for f in kernel.shape]
    wide = dilated(kernel, dilation)
    if transposed:
        spread = np.zeros([(n - 1) * stride + 1 for n in x.shape])
        spread[::stride, ::stride] = x
        out = signal.convolve2d(spread, wide, "full")
        (top, bottom), (left, right) = edges
        return out[top : out.shape[0] - bottom, left : out.shape[1] - right]
    padded = np.pad(np.asarray(x, np.float64), edges, _MODES[border])
    if any(n < f for n, f in zip(padded.shape, wide.shape, strict=True)):
        return np.zeros((0, 0))
    windows = np.lib.stride_tricks.sliding_window_view(padded, wide.shape)
    return np.einsum("ijkl,kl->ij", windows, wide)[::stride, ::stride]


def pooled(x, kind, size, stride):
    if kind == "none":
        return x
    if min(x.shape) < size:
        return np.zeros((0, 0))
    windows = np.lib.stride_tricks.sliding_window_view(x, (size, size))[::stride, ::stride]
    return windows.max((2, 3)) if kind == "max" else windows.mean((2, 3))


def layer(
    pixels,
    kernels,
    mode,
    *,
    shift=0.0,
    activation="none",
    pool="none",
    pool_size=2,
    pool_stride=2,
    **geometry,
):
    """The whole layer in float64: kernels is a list of (S, rows, columns) arrays of one size."""
    x = np.asarray(pixels, np.float64)
    if mode == "luminance" and x.shape[2] == 3:
        x = (x @ [0.299, 0.587, 0.114])[..., None]
    channels = x.shape[2]
    maps = []
    for kernel in kernels:
        if mode == "volume":
            if channels == 1:
                slices = [kernel.sum(0)]
            else:
                slices = kernel if len(kernel) == 3 else [kernel[0]] * channels
            maps.append(sum(plane(x[..., c], slices[c], **geometry) for c in range(channels)))
        else:
            for c in range(channels):
                which = c if mode == "depthwise" and len(kernel) == 3 else 0
                maps.append(plane(x[..., c], kernel[which], **geometry))
    g = {
        "none": lambda z: z, "relu": lambda z: np.maximum(z, 0), "leaky-relu": lambda z: np.where(z > 0, z, 0.01 * z),
        "sigmoid": lambda z: 1 / (1 + np.exp(-np.clip(z, -700, 700))), "tanh": np.tanh, "abs": np.abs,
    }[activation]  # fmt: skip
    return np.stack([pooled(g(z + shift), pool, pool_size, pool_stride) for z in maps])
