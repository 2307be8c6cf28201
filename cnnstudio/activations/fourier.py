"""A picture as the sum of waves with the colours of photos: what gradient ascent is steered by.

Changing pixels one by one ends in patterns that only a network sees. Changed in this basis, where coarse waves weigh
more than fine ones as they do in photos, and along the axes of their colours, the picture that excites a unit becomes
one that people see something in. Olah, Mordvintsev and Schubert 2017, "Feature Visualization", Distill.
"""

from __future__ import annotations

from functools import cache

import torch
from torch import Tensor

# The colours of ImageNet's photos: a square root of their covariance, in its eigenvectors, as published with the paper.
_COLOURS = ((0.26, 0.09, 0.02), (0.27, 0.00, -0.05), (0.27, -0.09, 0.03))

START = 0.01
"""Standard deviation of the waves that the ascent starts from: a picture of grey noise, almost flat."""

_CONTRAST = 0.25
_FALL = 1.4
_EVEN = 8


def noise(size: int, seed: int) -> Tensor:
    """The waves (3, size, size // 2 + 1, 2) to start from: normal, always the same for a seed."""
    source = torch.Generator().manual_seed(seed)
    return torch.randn(3, size, size // 2 + 1, 2, generator=source) * START


def picture_of(waves: Tensor, decorrelate: bool = True) -> Tensor:
    """The picture (1, 3, size, size) in 0…1 of waves (3, size, size // 2 + 1, 2); differentiable.

    decorrelate: the three planes are the axes of photos' colours, not red, green and blue.
    """
    size = waves.shape[1]
    spectrum = torch.view_as_complex(waves) * _weights(size).to(waves.device)
    planes = torch.fft.irfft2(spectrum, s=(size, size), norm="ortho")
    if decorrelate:
        planes = torch.einsum("rc,chw->rhw", _colours().to(waves.device), planes)
    return torch.sigmoid(_CONTRAST * planes)[None]


@cache
def _weights(size: int) -> Tensor:
    """What a frequency weighs, (size, size // 2 + 1): it falls faster than in photos, where it is its inverse.

    Strided convolutions feed gradients of the finest frequencies that nobody wants to see.
    """
    down, across = torch.fft.fftfreq(size)[:, None], torch.fft.rfftfreq(size)[None]
    waves = (size * (down**2 + across**2).sqrt()).clamp(min=1)
    weights: Tensor = size / waves * (_EVEN / waves) ** (_FALL - 1)
    return weights


@cache
def _colours() -> Tensor:
    root = torch.tensor(_COLOURS)
    scaled: Tensor = root / root.norm(dim=0).max()
    return scaled
