"""One pass of a classifier over one picture, and its softmax."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.classification.settings import ClassifySettings
from cnnstudio.errors import UsageError
from cnnstudio.job import Job
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.inputs import prepared
from cnnstudio.models.keeping import kept_network
from cnnstudio.models.labels import labels_of
from cnnstudio.models.registry import Model


@dataclass(frozen=True)
class Classes:
    """The best classes, the surest first. scores: 0…1, softmax over all classes of the network."""

    labels: tuple[str, ...]
    indices: tuple[int, ...]
    scores: tuple[float, ...]
    model: str


def classifier_named(name: str) -> Model:
    """The classifier of this name; UsageError for a network that is none."""
    model = model_named(name)
    if model.task != "classification":
        raise UsageError(f"{model.name} is no classifier; it is made for {model.task}.")
    return model


def classify(settings: ClassifySettings, pixels: npt.NDArray[Any], job: Job) -> Classes:
    """The best classes of a picture (H, W, 1 or 3), 0…255; a work for the engine.

    Raises UsageError for a network that is no classifier, ModelError when its weights are missing.
    """
    import torch

    model = classifier_named(settings.model)
    network = kept_network(model, device=job.device, checkpoint=job.checkpoint)
    picture = prepared(model, pixels).tensor.to(job.device)
    job.checkpoint()
    with torch.inference_mode(), job.giving_way(network):
        scores = network(picture)[0].float().softmax(0).cpu().numpy()
    return best(scores, labels_of(model), settings.top, model.name)


def best(scores: npt.NDArray[np.float32], labels: tuple[str, ...], top: int, model: str) -> Classes:
    """The `top` highest scores, the surest first, equal ones in the order of the network."""
    order = np.argsort(-scores, kind="stable")[:top]
    return Classes(
        tuple(labels[index] for index in order),
        tuple(int(index) for index in order),
        tuple(float(scores[index]) for index in order),
        model,
    )
