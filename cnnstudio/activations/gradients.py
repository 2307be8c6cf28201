"""Integrated gradients: how much each pixel adds on the way from a grey picture to this one (Sundararajan et al. 2017).

The method promises that the parts add up to what is explained. Equal steps do not keep it in a network with ceilings
such as ReLU6: after 64 steps of EfficientNet-Lite0 a third can be missing. Here the way is cut where the gradient
fails to foretell the next score, until the parts do add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn

from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import class_logits, grey
from cnnstudio.activations.twins import twin_of
from cnnstudio.job import Job

TOLERANCE = 0.01
MOST_GRADIENTS = 512
_PARTS = 32
_CUT_AT_ONCE = 16
_BATCH = 8


@dataclass(frozen=True, eq=False)
class Attribution:
    """values: (3, h, w), what each value of the input adds to the logit.

    difference: f(picture) - f(grey), which the values add up to but for `error` of it (≥ 0).
    """

    values: Tensor
    difference: float
    error: float


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of the way: where it starts and ends (0…1), its scores there and in the middle, its gradient there."""

    start: float
    end: float
    first: float
    last: float
    middle: float = 0.0
    slope: Tensor | None = None
    foretold: float = 0.0

    @property
    def error(self) -> float:
        """By how much the gradient in the middle misses the change of the score."""
        return self.foretold - (self.last - self.first)


def integrated_gradients(subject: Subject, inputs: Tensor, index: int, job: Job) -> Iterator[Attribution]:
    """The attributions of a class's logit, (3, h, w) in the network's order of channels, finer with each yield.

    inputs: (1, 3, h, w). It ends when they add up within `TOLERANCE` (completeness), or after `MOST_GRADIENTS`.
    """
    baseline = grey(subject)
    way = inputs - baseline
    network = twin_of(subject.network)
    corners = [number / _PARTS for number in range(_PARTS + 1)]
    with torch.inference_mode(), job.giving_way(network):
        some = [class_logits(subject, network, baseline + at * way)[0, index] for at in corners]
    scores = torch.stack(some).tolist()
    new = [_Part(*both, *ends) for both, ends in zip(_pairs(corners), _pairs(scores), strict=True)]
    kept: list[_Part] = []
    gradients = 0
    while True:
        kept += _with_gradients(subject, network, baseline, way, index, new, job)
        gradients += len(new)
        made = _sum(kept, way, scores[-1] - scores[0])
        job.progress(gradients, MOST_GRADIENTS)
        yield made
        if made.error <= TOLERANCE or gradients >= MOST_GRADIENTS:
            job.progress(1, 1)
            return
        kept.sort(key=lambda part: -abs(part.error))
        new = [half for part in kept[:_CUT_AT_ONCE] for half in _halves(part)]
        kept = kept[_CUT_AT_ONCE:]


def _with_gradients(
    subject: Subject, network: nn.Module, baseline: Tensor, way: Tensor, index: int, parts: list[_Part], job: Job
) -> list[_Part]:
    made = []
    for first in range(0, len(parts), _BATCH):
        some = parts[first : first + _BATCH]
        at = torch.tensor([(part.start + part.end) / 2 for part in some], device=way.device).view(-1, 1, 1, 1)
        with torch.enable_grad(), job.giving_way(network):
            pictures = (baseline + at * way).requires_grad_()
            # A copy: a first layer that works in place may not write into what gradients are wanted for.
            scores = class_logits(subject, network, pictures.clone())[:, index]
            [slopes] = torch.autograd.grad(scores.sum(), pictures)
        for part, score, slope in zip(some, scores.tolist(), slopes, strict=True):
            rise = float((slope * way[0]).double().sum())
            made.append(replace(part, middle=score, slope=slope, foretold=(part.end - part.start) * rise))
    return made


def _halves(part: _Part) -> tuple[_Part, _Part]:
    middle = (part.start + part.end) / 2
    return _Part(part.start, middle, part.first, part.middle), _Part(middle, part.end, part.middle, part.last)


def _sum(parts: list[_Part], way: Tensor, difference: float) -> Attribution:
    values = torch.zeros_like(way[0])
    for part in sorted(parts, key=lambda each: each.start):
        assert part.slope is not None
        values += (part.end - part.start) * part.slope
    values *= way[0]
    error = abs(float(values.double().sum()) - difference) / max(abs(difference), 1e-6)
    return Attribution(values, difference, error)


def _pairs(values: list[float]) -> list[tuple[float, float]]:
    return list(zip(values, values[1:], strict=False))
