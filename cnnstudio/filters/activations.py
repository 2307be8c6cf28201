"""The activation functions, in place on float32 maps."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAK = 0.01
"""Slope of the leaky ReLU below 0."""


def activate(values: NDArray[np.float32], name: str) -> None:
    """Apply the activation to every value, in place."""
    if name == "relu":
        np.maximum(values, 0, out=values)
    elif name == "leaky-relu":
        np.maximum(values, values * np.float32(LEAK), out=values)
    elif name == "sigmoid":
        # Through tanh, which does not overflow for large negative values.
        values *= np.float32(0.5)
        np.tanh(values, out=values)
        values += 1
        values *= np.float32(0.5)
    elif name == "tanh":
        np.tanh(values, out=values)
    elif name == "abs":
        np.abs(values, out=values)


def activated(value: float, name: str) -> float:
    """The activation of one number."""
    if name == "relu":
        return max(value, 0.0)
    if name == "leaky-relu":
        return max(value, LEAK * value)
    if name == "sigmoid":
        return 0.5 * (1.0 + math.tanh(0.5 * value))
    if name == "tanh":
        return math.tanh(value)
    return abs(value) if name == "abs" else value


def torch_activation(values: Any, name: str) -> Any:
    """The activation of a torch tensor."""
    import torch

    if name == "leaky-relu":
        return torch.nn.functional.leaky_relu(values, LEAK)
    functions = {"relu": torch.relu, "sigmoid": torch.sigmoid, "tanh": torch.tanh, "abs": torch.abs}
    return functions[name](values) if name in functions else values
