"""Switching channels of a layer off and watching what the network makes of the picture without them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy.typing as npt
import torch
from torch import Tensor

from cnnstudio.activations.maps import Maps, scores_of
from cnnstudio.activations.subjects import Subject
from cnnstudio.job import Job


def scores_without(
    subject: Subject, pixels: npt.NDArray[Any], layer: str, channels: Sequence[int], to_mean: bool, job: Job
) -> Maps | None:
    """Softmax over the classes (K) with these channels of a layer at zero, or at their mean over this picture.

    A work for the engine. None for a network that tells no classes. Raises UsageError for an unknown layer.
    """
    found = subject.layer(layer)
    module = subject.network.get_submodule(layer)
    chosen = torch.tensor(sorted({each for each in channels if 0 <= each < found.channels}), device=subject.device)

    def without(_module: object, _inputs: object, output: Any) -> Any:
        if not isinstance(output, Tensor) or not len(chosen):
            return output
        made = output.clone()
        # Tokens, and the maps of transformers with windows, have their channels last.
        axis = output.dim() - 1 if output.dim() == 3 or output.shape[1] != found.channels else 1
        rest = tuple(each for each in range(1, output.dim()) if each != axis)
        held = made.mean(rest, keepdim=True) if to_mean and rest else torch.zeros_like(made[:1])
        index = [slice(None)] * output.dim()
        index[axis] = chosen  # type: ignore[call-overload]
        made[tuple(index)] = held.expand_as(made)[tuple(index)]
        return made

    inputs = subject.prepared(pixels).tensor.to(subject.device)
    hook = module.register_forward_hook(without)
    try:
        with torch.inference_mode(), job.giving_way(subject.network):
            return scores_of(subject, subject.network(inputs))
    finally:
        hook.remove()
