"""Small classifiers whose evidence can be worked out in a test, and what every test asks of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import torch
from torch import nn

from cnnstudio.activations import Subject
from cnnstudio.engine import run_now
from cnnstudio.networks.preprocessing import InputConvention


def subject_of(network: nn.Module, side: int = 16, classes: int = 3, order: Any = "RGB") -> Subject:
    """A subject with a network of one's own; its input is the picture, (value - 127) / 50, at one size."""
    convention = InputConvention(
        order=order, mean=(127.0, 127.0, 127.0), std=(50.0, 50.0, 50.0), resize="short side", resize_to=side, crop=side
    )
    network.eval().requires_grad_(False)
    labels = tuple(f"class {number}" for number in range(classes))
    return Subject("small", "small", network, convention, True, labels, "cpu")


def classifier(*, inplace: bool = False, rectifier: Callable[[], nn.Module] | None = None, seed: int = 1) -> nn.Module:
    """Two convolutions, a pool and a dense layer, with rectifiers between them."""
    torch.manual_seed(seed)
    made = rectifier or (lambda: nn.ReLU(inplace=inplace))
    return nn.Sequential(
        nn.Conv2d(3, 6, 3, padding=1), made(), nn.MaxPool2d(2), nn.Conv2d(6, 8, 3, padding=1), made(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(8, 3),
    )  # fmt: skip


def photo(height: int = 16, width: int = 16, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)


def here(work: Callable[..., Any], *args: Any) -> Any:
    """What a function that is handed a job returns, or the last that it yields."""

    def last(*rest: Any) -> Any:
        made = work(*args, *rest)
        if isinstance(made, Iterable) and not isinstance(made, torch.Tensor):
            made = list(made)[-1]
        return made

    return run_now(last)
