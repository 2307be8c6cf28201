"""One pass of a classifier over one picture, and its softmax."""

from __future__ import annotations

from dataclasses import dataclass, replace
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
from cnnstudio.networks.preprocessing import Prepared


@dataclass(frozen=True)
class Crop:
    """What a network got to see: a part of the picture, in its pixels, as so many columns and rows."""

    x: float
    y: float
    width: float
    height: float
    columns: int
    rows: int


@dataclass(frozen=True)
class Classes:
    """The best classes, the surest first. scores: 0…1, softmax over all `total` classes of the network."""

    labels: tuple[str, ...]
    indices: tuple[int, ...]
    scores: tuple[float, ...]
    model: str
    total: int
    crop: Crop

    def best(self, top: int) -> Classes:
        """The first `top` of them."""
        return replace(self, labels=self.labels[:top], indices=self.indices[:top], scores=self.scores[:top])


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
    picture = prepared(model, pixels)
    job.checkpoint()
    with torch.inference_mode(), job.giving_way(network):
        scores = network(picture.tensor.to(job.device))[0].float().softmax(0).cpu().numpy()
    order = np.argsort(-scores, kind="stable")[: settings.top]
    labels = labels_of(model)
    return Classes(
        tuple(labels[index] for index in order),
        tuple(int(index) for index in order),
        tuple(float(scores[index]) for index in order),
        model.name, len(labels), crop_of(picture, pixels.shape[1], pixels.shape[0]),
    )  # fmt: skip


def crop_of(picture: Prepared, width: int, height: int) -> Crop:
    """The part of a picture of width × height that lies in a network's input."""
    rows, columns = picture.tensor.shape[2:]
    corners = picture.placement.in_picture(np.array([0.0, 0.0, columns, rows]))
    left, top, right, bottom = np.clip(corners, 0, [width, height] * 2).tolist()
    return Crop(left, top, right - left, bottom - top, columns, rows)
