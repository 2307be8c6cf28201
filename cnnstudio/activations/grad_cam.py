"""Grad-CAM: where a layer's maps support a class (Selvaraju et al. 2017).

Which layer is right is the question people ask most about it; so it is chosen for them, and named.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from cnnstudio.activations.capturing import capturing, channels_first
from cnnstudio.activations.rectifying import gradient
from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import check_one_input, class_logits
from cnnstudio.activations.twins import twin_of
from cnnstudio.errors import UsageError
from cnnstudio.job import Job
from cnnstudio.networks.layers import Layer

_SUMMARIES = (
    nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d, nn.AdaptiveMaxPool2d, nn.Dropout, nn.Dropout2d, nn.Identity,
    nn.Flatten,
)  # fmt: skip


def grad_cam(subject: Subject, inputs: Tensor, index: int, layer: str, job: Job) -> Tensor:
    """ReLU(Σ_k w_k A_k) at the layer's size (h, w), w_k the mean of the gradient of the class's logit over map A_k.

    inputs: (1, 3, H, W). layer: a module that makes maps. Raises UsageError for one that makes none, or on which the
    class does not depend.
    """
    network = twin_of(subject.network)
    given = inputs.detach().requires_grad_()
    with torch.enable_grad(), job.giving_way(network):
        with capturing(network, layer) as kept:
            score = class_logits(subject, network, given.clone())[0, index]
        maps = _maps(subject, layer, kept[0])
        slopes = _maps(subject, layer, gradient(score, kept[0]))
    weights = slopes.mean((1, 2), keepdim=True)
    return (weights * maps).sum(0).clamp(min=0).detach()


def chosen_layer(subject: Subject) -> str:
    """The last module whose maps the classes are made of, before they are pooled to one number a channel.

    Raises UsageError where there is none, as in transformers, whose tokens lie nowhere.
    """
    check_one_input(subject)
    network = twin_of(subject.network)
    found: list[tuple[str, Any]] = []
    summaries: list[Tensor] = []
    runs: dict[str, int] = {}

    def note(name: str, module: nn.Module, output: Any) -> None:
        runs[name] = runs.get(name, 0) + 1
        if "Attention" in type(module).__name__:
            # What every place was mixed into is no map of places any more, until a layer makes maps again.
            found.clear()
        elif not isinstance(output, Tensor) or output.dim() != 4 or min(output.shape[2:]) < 2:
            return
        elif isinstance(module, _SUMMARIES):
            summaries.append(output)
        elif not any(output is each for each in summaries):
            found.append((name, output))

    hooks = [
        module.register_forward_hook(lambda module, _, output, name=name: note(name, module, output))
        for name, module in network.named_modules()
        if name
    ]
    try:
        with torch.inference_mode():
            network(torch.zeros(1, 3, subject.side, subject.side, device=subject.device))
    finally:
        for hook in hooks:
            hook.remove()
    once = [name for name, _ in found if runs[name] == 1]
    if not once:
        raise UsageError(f"{subject.name} has no layer with maps behind which the classes are told.")
    return once[-1]


def check_layer(subject: Subject, layer: str) -> None:
    """Raise UsageError for a layer that there is not, or that makes no maps. Modules with parts are layers too."""
    known = {each.name: each for each in subject.layers}
    parts = {name for name, _ in subject.network.named_modules() if name}
    found: Layer | None = known.get(layer) or (None if layer in parts else subject.layer(layer))
    if found is not None and found.height * found.width == 1:
        with_maps = [each.name for each in subject.layers if each.height > 1 and each.width > 1]
        raise UsageError(f"{layer} makes no maps but numbers. Use a layer before it, such as {with_maps[-1]}.")


def _maps(subject: Subject, layer: str, output: Tensor) -> Tensor:
    """(C, h, w) of what was captured."""
    channels = next((each.channels for each in subject.layers if each.name == layer), output.shape[1])
    if output.dim() != 4:
        raise UsageError(f"{layer} makes no maps. Use another layer; see: cnnstudio layers.")
    return channels_first(output, channels)[0]
