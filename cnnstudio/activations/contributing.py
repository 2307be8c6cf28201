"""How much each channel of a layer adds to the score of a class, as the gradient tells it.

Activation times gradient, summed over the map: the first-order estimate of what the score loses when the channel is
switched off (Molchanov et al., "Pruning convolutional neural networks for resource efficient inference", 2017).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from cnnstudio.activations.maps import maps_of
from cnnstudio.activations.subjects import Subject
from cnnstudio.errors import UsageError
from cnnstudio.job import Job


def contributions(
    subject: Subject, pixels: npt.NDArray[Any], layer: str, target: int, job: Job
) -> npt.NDArray[np.float32]:
    """For each channel (C) of a layer: its activations times the gradient of a class's score, summed.

    The score is the one before the softmax; target: a class, or -1 for the network's best. A work for the engine.
    Raises UsageError for an unknown layer or class, and for a network that tells no classes.
    """
    found = subject.layer(layer)
    if not subject.labels:
        raise UsageError(f"{subject.name} tells no classes, so nothing contributes to one. Sort by something else.")
    if not -1 <= target < len(subject.labels):
        raise UsageError(f"Class {target} does not exist; {subject.name} has 0 to {len(subject.labels) - 1}.")
    leaf: list[Tensor] = []

    def cut(_module: object, _inputs: object, output: Any) -> Any:
        first, *rest = output if isinstance(output, (tuple, list)) else (output,)
        if leaf or not isinstance(first, Tensor):
            return None
        # A fresh leaf, so that nothing in front of the layer is differentiated; behind it goes a copy, because
        # the next layer may work in place, and a leaf must not be written over.
        leaf.append(first.detach().clone().requires_grad_())
        copy = leaf[0].clone()
        return (copy, *rest) if isinstance(output, (tuple, list)) else copy

    inputs = subject.prepared(pixels).tensor.to(subject.device)
    hook = subject.network.get_submodule(layer).register_forward_hook(cut)
    try:
        with torch.inference_mode(False), torch.enable_grad(), job.giving_way(subject.network):
            scores = subject.network(inputs)[0]
            best = int(scores.argmax()) if target < 0 else target
            [slope] = torch.autograd.grad(scores[best], leaf[0], allow_unused=True)
    finally:
        hook.remove()
    if slope is None:
        return np.zeros(found.channels, np.float32)
    made: npt.NDArray[np.float32] = maps_of(leaf[0].detach() * slope, found).reshape(found.channels, -1).sum(1)
    return made
