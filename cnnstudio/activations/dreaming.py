"""The picture that excites a unit or a class most, by gradient ascent from noise.

Erhan et al. 2009; with the basis and the robustness to small movements of Olah et al. 2017, "Feature Visualization".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnstudio.activations.capturing import channels_first, run_to
from cnnstudio.activations.dream_settings import DreamSettings
from cnnstudio.activations.fourier import noise, picture_of
from cnnstudio.activations.projections import check_unit
from cnnstudio.activations.rectifying import open_last
from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import check_class, check_one_input, class_logits
from cnnstudio.activations.twins import twin_of
from cnnstudio.errors import UsageError
from cnnstudio.job import Job
from cnnstudio.networks.preprocessing import InputConvention

SHOWN_EVERY = 8

Objective = Callable[[Tensor], Tensor]


@dataclass(frozen=True, eq=False)
class Dream:
    """pixels: (size, size, 3) uint8. start, activation: of the noise, and of this picture, seen straight: a unit's mean
    over its map, or a class's logit. step: how many were done.
    """

    pixels: npt.NDArray[np.uint8]
    start: float
    activation: float
    step: int


def dream(settings: DreamSettings, subject: Subject, job: Job) -> Generator[None, None, Dream]:
    """A work: the picture that makes a unit's mean, or a class's logit, as large as possible; previews are Dreams.

    On one device the same settings give the same picture, bit by bit. Raises UsageError for a layer, unit or class
    that there is not, and for a size that the network does not take.
    """
    check_dream(settings, subject)
    network = twin_of(subject.network)
    objective = _objective(settings, subject, network)
    waves = noise(settings.size, settings.seed).to(subject.device).requires_grad_()
    movements = np.random.default_rng(settings.seed)
    optimiser = torch.optim.Adam([waves], lr=settings.rate)

    def seen(step: int, start: float | None) -> Dream:
        with torch.no_grad(), job.giving_way(network):
            picture = picture_of(waves, settings.decorrelate)
            value = float(objective(as_input(picture, subject.convention)))
        pixels = (picture[0].permute(1, 2, 0) * 255).round().to(torch.uint8).cpu().numpy()
        return Dream(pixels, value if start is None else start, value, step)

    made = first = seen(0, None)
    job.preview(made)
    for step in range(1, settings.steps + 1):
        yield
        moved = _movement(settings, movements)
        with torch.enable_grad(), job.giving_way(network):
            _climb(waves, settings, moved, subject.convention, objective, optimiser)
        job.progress(step, settings.steps)
        if step % SHOWN_EVERY == 0 or step == settings.steps:
            made = seen(step, first.start)
            job.preview(made)
    if made.activation <= made.start:
        job.notice("Noise excites it as much as this picture. It may be dead; try another one, or more steps.")
    return made


def check_dream(settings: DreamSettings, subject: Subject) -> None:
    """Raise UsageError for what `dream` cannot do."""
    check_one_input(subject)
    if settings.target >= 0:
        check_class(subject, settings.target)
    elif not settings.layer:
        raise UsageError("A layer and a unit, or a class, must be chosen. See: cnnstudio layers.")
    else:
        check_unit(subject, settings.layer, settings.unit)


def as_input(picture: Tensor, convention: InputConvention) -> Tensor:
    """A picture (1, 3, h, w), RGB in 0…1, as the network wants it, at its own size; differentiable."""
    ordered = picture if convention.order == "RGB" else picture.flip(1)
    shape = (1, 3, 1, 1)
    mean, std = (picture.new_tensor(each).view(shape) for each in (convention.mean, convention.std))
    return (ordered * (1 if convention.scale == "0..1" else 255) - mean) / std


def moved_by(picture: Tensor, shift: tuple[float, float], scale: float, degrees: float) -> Tensor:
    """A picture (1, 3, h, w) shifted by pixels (x, y), enlarged about its middle and turned; mirrored at its border."""
    height, width = picture.shape[2:]
    cosine, sine = math.cos(math.radians(degrees)) / scale, math.sin(math.radians(degrees)) / scale
    rows = [[cosine, -sine, -2 * shift[0] / width], [sine, cosine, -2 * shift[1] / height]]
    grid = F.affine_grid(picture.new_tensor([rows]), list(picture.shape), align_corners=False)
    return F.grid_sample(picture, grid, mode="bilinear", padding_mode="reflection", align_corners=False)


def _objective(settings: DreamSettings, subject: Subject, network: nn.Module) -> Objective:
    """What is made as large as possible, of an input (1, 3, h, w)."""
    by_class = settings.target >= 0
    channels = 0 if by_class else subject.layer(settings.layer).channels

    def value(inputs: Tensor) -> Tensor:
        try:
            if by_class:
                return class_logits(subject, network, inputs)[0, settings.target]
            made = run_to(network, settings.layer, inputs)
            open_last(made)
            return channels_first(made, channels)[0, settings.unit].mean()
        except (RuntimeError, ValueError) as error:
            if settings.size == subject.side:
                raise
            raise UsageError(
                f"{subject.name} does not take pictures of {settings.size} pixels. Use --size {subject.side}."
            ) from error

    return value


Movement = tuple[tuple[float, float], float, float]


def _movement(settings: DreamSettings, random: np.random.Generator) -> Movement:
    across, down, larger, turned = random.uniform(-1, 1, 4).tolist()
    shift = settings.jitter * across, settings.jitter * down
    return shift, 1 + settings.scale * larger, settings.turn * turned


def _climb(
    waves: Tensor, settings: DreamSettings, moved: Movement, convention: InputConvention, objective: Objective,
    optimiser: torch.optim.Optimizer,
) -> None:  # fmt: skip
    """One step uphill."""
    picture = moved_by(picture_of(waves, settings.decorrelate), *moved)
    [slope] = torch.autograd.grad(objective(as_input(picture, convention)), waves)
    waves.grad = -slope
    optimiser.step()
