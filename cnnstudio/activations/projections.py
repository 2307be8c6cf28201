"""What of the picture made ONE unit fire at one position, projected back onto the pixels.

By guided backpropagation (Springenberg et al. 2015) or as a deconvnet does (Zeiler and Fergus 2014), whose transposed
convolutions and switched pools are the gradients of the network's own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from cnnstudio.activations.capturing import channels_first, run_to
from cnnstudio.activations.rectifying import follow, gradient
from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import check_one_input
from cnnstudio.activations.twins import twin_of
from cnnstudio.errors import UsageError
from cnnstudio.job import Job

ProjectionMethod = Literal["guided", "deconvnet"]


@dataclass(frozen=True, eq=False)
class Projection:
    """pixels: (side, side, 3) float32 RGB, signed, in the pixels of the network's input; zero has no influence.

    box: x1, y1, x2, y2, the receptive field there. activation: of the unit at the position.
    """

    pixels: npt.NDArray[np.float32]
    box: tuple[int, int, int, int]
    activation: float


def project(
    subject: Subject, pixels: npt.NDArray[Any], layer: str, unit: int, position: tuple[int, int],
    method: ProjectionMethod, job: Job,
) -> Projection:  # fmt: skip
    """A work: unit `unit` of a layer at (row, column) for a picture (H, W, 1 or 3), 0…255.

    Raises UsageError for a layer, unit or position that there is not.
    """
    found = subject.layer(layer)
    check_unit(subject, layer, unit)
    row, column = position
    if not (0 <= row < found.height and 0 <= column < found.width):
        raise UsageError(f"{layer} has {found.height} × {found.width} positions; ({row}, {column}) is none of them.")
    check_one_input(subject)
    inputs = subject.prepared(pixels).tensor.to(subject.device)
    network = twin_of(subject.network)
    with job.giving_way(network):
        made, activation = projected(network, inputs, layer, found.channels, (unit, row, column), method)
    rgb = made.flip(0) if subject.convention.order == "BGR" else made
    return Projection(rgb.permute(1, 2, 0).float().cpu().numpy(), found.box(row, column), activation)


def projected(
    network: nn.Module, inputs: Tensor, layer: str, channels: int, unit: tuple[int, int, int], method: ProjectionMethod
) -> tuple[Tensor, float]:
    """The projection (3, h, w) of the unit (channel, row, column) of a twin's layer, and the unit's activation."""
    given = inputs.detach().requires_grad_()
    with torch.enable_grad():
        maps = channels_first(run_to(network, layer, given.clone()), channels)
        value = maps[(0, *unit)]
        follow(value, method)
        return gradient(value, given)[0].detach(), float(value.detach())


def check_unit(subject: Subject, layer: str, unit: int) -> None:
    """Raise UsageError for a layer or a unit that there is not."""
    channels = subject.layer(layer).channels
    if not 0 <= unit < channels:
        raise UsageError(f"Unit {unit} does not exist; {layer} of {subject.name} has the units 0 to {channels - 1}.")
