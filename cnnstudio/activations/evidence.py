"""The evidence for a class, by any of the methods, in one form."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor

from cnnstudio.activations.explain_settings import METHODS, ExplainSettings
from cnnstudio.activations.grad_cam import check_layer, chosen_layer, grad_cam
from cnnstudio.activations.gradients import TOLERANCE, integrated_gradients
from cnnstudio.activations.guided import guided_backprop
from cnnstudio.activations.occlusion import occlusion
from cnnstudio.activations.rectifying import rectifiers
from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import Target, check_class, class_logits, target_of
from cnnstudio.activations.twins import twin_of
from cnnstudio.errors import UsageError
from cnnstudio.job import Job
from cnnstudio.networks.preprocessing import Placement

Heat = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What speaks for a class, and, where the method can tell, what speaks against it (negative).

    heat: (h, w), in the pixels of the network's input; Grad-CAM and guided backprop have no negative values. By
    method: the weighted sum of the layer's maps, enlarged bilinearly; the fall of the score; the part of the logit;
    the largest guided gradient of the three colours. colours: (h, w, 3) RGB, what the two gradient methods say of
    each colour. layer: of Grad-CAM, else empty. placement: where the picture lies in the input.
    """

    method: str
    model: str
    target: Target
    layer: str
    heat: Heat
    colours: Heat | None
    placement: Placement

    @property
    def signed(self) -> bool:
        """Whether the method also tells what speaks against the class."""
        return self.method in ("occlusion", "integrated-gradients")


def explain(
    settings: ExplainSettings, subject: Subject, pixels: npt.NDArray[Any], job: Job
) -> Generator[None, None, Evidence]:
    """A work: the `Evidence` for a class in a picture (H, W, 1 or 3), 0…255, with previews of the slow methods.

    Raises UsageError for a network without classes, a class or a layer that there is not, and a method that the
    network does not allow.
    """
    check_request(settings, subject)
    prepared = subject.prepared(pixels)
    inputs = prepared.tensor.to(subject.device)
    target = target_of(subject, inputs, settings.target, job)
    layer = ""
    if settings.method == "grad-cam":
        layer = settings.layer or chosen_layer(subject)

    def evidence(heat: Tensor, colours: Tensor | None = None) -> Evidence:
        return Evidence(
            settings.method, subject.name, target, layer, heat.float().cpu().numpy(),
            None if colours is None else _rgb(colours, subject), prepared.placement,
        )  # fmt: skip

    match settings.method:
        case "grad-cam":
            small = grad_cam(subject, inputs, target.index, layer, job)
            size = inputs.shape[2:]
            made = evidence(F.interpolate(small[None, None], size, mode="bilinear", align_corners=False)[0, 0])
            if not made.heat.any():
                job.notice(f"No place of {layer} speaks for {target.label}.")
        case "guided-backprop":
            values = guided_backprop(subject, inputs, target.index, job)
            made = evidence(values.abs().amax(0), values)
        case "occlusion":
            for heat in occlusion(subject, inputs, target.index, settings.window, settings.step, job):
                made = evidence(heat)
                job.preview(made)
                yield
        case _:
            for part in integrated_gradients(subject, inputs, target.index, job):
                made = evidence(part.values.sum(0), part.values)
                job.preview(made)
                yield
            if part.error > TOLERANCE:
                job.notice(f"The parts add up to the score within {part.error:.0%} only.")
    return made


def check_request(settings: ExplainSettings, subject: Subject) -> None:
    """Raise UsageError where `explain` would: before any picture is read."""
    check_class(subject, settings.target)
    reason = unsupported(subject, settings.method)
    if reason:
        raise UsageError(reason)
    if settings.method == "grad-cam" and settings.layer:
        check_layer(subject, settings.layer)


def unsupported(subject: Subject, method: str) -> str:
    """Why a method is no use for a network, in a sentence; empty where it is."""
    if method not in METHODS:
        raise UsageError(f"{method!r} is no method; use one of: {', '.join(METHODS)}.")
    if not subject.labels:
        return f"{subject.name} tells no classes. Choose a classifier, such as efficientnet-lite0."
    if method in ("grad-cam", "guided-backprop"):
        found = _reasons.setdefault(subject, {})
        if method not in found:
            found[method] = _without_maps(subject) if method == "grad-cam" else _without_rectifiers(subject)
        return found[method]
    return ""


_reasons: WeakKeyDictionary[Subject, dict[str, str]] = WeakKeyDictionary()
"""What was found out about networks, as a pass is needed for it."""


def _without_maps(subject: Subject) -> str:
    try:
        chosen_layer(subject)
    except UsageError as error:
        return f"Grad-CAM needs maps: {error}"
    return ""


def _without_rectifiers(subject: Subject) -> str:
    if any("Attention" in type(each).__name__ for each in subject.network.modules()):
        return f"Guided backprop needs rectifiers; {subject.name} mixes places by attention. Use occlusion."
    inputs = torch.zeros(1, 3, subject.side, subject.side, device=subject.device, requires_grad=True)
    with torch.enable_grad():
        output = class_logits(subject, twin_of(subject.network), inputs.clone())
    if not rectifiers(output):
        return f"Guided backprop needs rectifiers such as ReLU; {subject.name} has none. Use integrated gradients."
    return ""


def _rgb(values: Tensor, subject: Subject) -> Heat:
    ordered = values.flip(0) if subject.convention.order == "BGR" else values
    return ordered.permute(1, 2, 0).float().cpu().numpy()
