"""The feature maps of every layer for one picture, from one pass, kept as they are: display and sorting come later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnstudio.activations.subjects import Subject
from cnnstudio.job import Job
from cnnstudio.networks.layers import Layer, observed
from cnnstudio.networks.preprocessing import Placement

Maps = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Pass:
    """What one picture made of a network.

    maps: a layer's name → (C, H, W) float32 on the CPU, before any later layer wrote over it. scores: softmax over
    the classes (K), None for a network that tells none. placement: where the picture lies in the input. seen: the
    input as a picture (side, side, 3) uint8.
    """

    subject: Subject
    maps: Mapping[str, Maps]
    scores: Maps | None
    placement: Placement
    seen: npt.NDArray[np.uint8]


def run_through(subject: Subject, pixels: npt.NDArray[Any], names: frozenset[str] | None, job: Job) -> Pass:
    """Send a picture (H, W, 1 or 3), 0…255, through the network and keep the maps of these layers (None: all).

    A work for the engine. Raises UsageError for a layer that there is not.
    """
    layers = {each.name: each for each in subject.layers}
    for name in names or ():
        subject.layer(name)
    prepared = subject.prepared(pixels)
    kept: dict[str, Maps] = {}

    def note(name: str, _module: object, output: Any) -> None:
        tensor = output[0] if isinstance(output, (tuple, list)) else output
        if name in layers and name not in kept and isinstance(tensor, Tensor):
            kept[name] = maps_of(tensor, layers[name])

    wanted = frozenset(layers) if names is None else names
    with torch.inference_mode(), job.giving_way(subject.network), observed(subject.network, note, wanted):
        output = subject.network(prepared.tensor.to(subject.device))
    return Pass(subject, kept, scores_of(subject, output), prepared.placement, seen_by(subject, prepared.tensor))


def maps_of(output: Tensor, layer: Layer) -> Maps:
    """A layer's output for one picture as (C, H, W) float32 of its own memory."""
    tensor = output[0].float()
    shape = (layer.channels, layer.height, layer.width)
    if tensor.dim() == 3 and tuple(tensor.shape) != shape:
        # Channels last, as in transformers with windows.
        tensor = tensor.permute(2, 0, 1)
    elif tensor.dim() == 2:
        tensor = tensor.T
    made = torch.empty(shape, dtype=torch.float32)
    made.copy_(tensor.reshape(shape))
    return made.numpy()


def scores_of(subject: Subject, output: Any) -> Maps | None:
    """Softmax over the classes; None where the network tells none."""
    if not subject.labels or not isinstance(output, Tensor) or output.shape[-1] != len(subject.labels):
        return None
    scores: Maps = output[0].float().softmax(0).cpu().numpy()
    return scores


def seen_by(subject: Subject, inputs: Tensor) -> npt.NDArray[np.uint8]:
    """The input (1, 3, h, w) as the picture that it is, (h, w, 3) uint8 RGB."""
    convention = subject.convention
    shape = (1, 1, 3)
    values = inputs[0].permute(1, 2, 0).cpu().numpy() * np.reshape(convention.std, shape)
    values = (values + np.reshape(convention.mean, shape)) * (255 if convention.scale == "0..1" else 1)
    values = values if convention.order == "RGB" else values[:, :, ::-1]
    return np.ascontiguousarray(values.round().clip(0, 255).astype(np.uint8))
