"""The kernels of a network's first layer as colour patches: the one place where weights can be looked at directly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from torch import nn

from cnnstudio.activations.subjects import Subject


def first_kernels(subject: Subject) -> tuple[str, npt.NDArray[np.uint8]] | None:
    """The first convolution's name and its kernels (C, h, w, 3) uint8, zero middle grey; None where it sees no colours.

    Each kernel's largest weight is full colour, in the order of channels that the network was trained with.
    """
    modules = dict(subject.network.named_modules())
    for layer in subject.layers:
        module = modules[layer.name]
        weight = getattr(module, "weight", None)
        if isinstance(module, nn.Conv2d) or (weight is not None and weight.dim() == 4):
            return (layer.name, _coloured(weight, subject)) if weight is not None and weight.shape[1] == 3 else None
    return None


def _coloured(weight: object, subject: Subject) -> npt.NDArray[np.uint8]:
    values: npt.NDArray[np.float32] = weight.detach().float().cpu().numpy().transpose(0, 2, 3, 1)  # type: ignore[attr-defined]
    values = values if subject.convention.order == "RGB" else values[..., ::-1]
    largest = np.abs(values).reshape(len(values), -1).max(1)
    share = values / np.where(largest > 0, largest, 1)[:, None, None, None]
    return np.ascontiguousarray(np.rint(127.5 + 127.5 * share).astype(np.uint8))
