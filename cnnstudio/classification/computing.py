"""What classifiers see in one picture: one network or several that vote, one part of the picture or ten."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.classification.settings import ClassifySettings
from cnnstudio.errors import UsageError
from cnnstudio.job import Job
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.inputs import convention_of, prepared
from cnnstudio.models.keeping import kept_network
from cnnstudio.models.labels import labels_of
from cnnstudio.models.registry import Model
from cnnstudio.networks.preprocessing import Prepared

Box = tuple[float, float, float, float]


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
    """The best classes, the surest first. scores: 0…1, softmax over all `total` classes of the network.

    crop: what was seen; of ten crops, the middle one. votes: what each network of an ensemble says by itself; `model`
    then names them all, and scores are the mean. crops: x1, y1, x2, y2 of the ten crops in pixels of the picture, the
    corners, the middle, and the same five again, which are seen mirrored; of the first network of an ensemble.
    seconds: what the passes through the networks took, nothing else.
    """

    labels: tuple[str, ...]
    indices: tuple[int, ...]
    scores: tuple[float, ...]
    model: str
    total: int
    crop: Crop
    votes: tuple[Classes, ...] = ()
    crops: tuple[Box, ...] = ()
    seconds: float = field(default=0.0, compare=False)

    def best(self, top: int) -> Classes:
        """The first `top` of them."""
        return replace(
            self, labels=self.labels[:top], indices=self.indices[:top], scores=self.scores[:top],
            votes=tuple(each.best(top) for each in self.votes),
        )  # fmt: skip


def classifier_named(name: str) -> Model:
    """The classifier of this name; UsageError for a network that is none."""
    model = model_named(name)
    if model.task != "classification":
        raise UsageError(f"{model.name} is no classifier; it is made for {model.task}.")
    return model


def members_of(settings: ClassifySettings) -> tuple[Model, ...]:
    """The classifiers that are asked. UsageError for one twice, one alone, or ones that know other classes."""
    if not settings.ensemble:
        return (classifier_named(settings.model),)
    members = tuple(classifier_named(each) for each in settings.ensemble)
    names = [each.name for each in members]
    if len(members) < 2:
        raise UsageError(f"An ensemble of {names[0]} alone does not vote. Name two networks or more.")
    if len(set(names)) < len(names):
        raise UsageError(f"The ensemble {', '.join(names)} names a network twice. Name each once.")
    for each in members:
        if labels_of(each) != labels_of(members[0]):
            raise UsageError(f"{each.name} knows other classes than {names[0]}, so the two cannot vote together.")
    return members


def classify(settings: ClassifySettings, pixels: npt.NDArray[Any], job: Job) -> Classes:
    """The best classes of a picture (H, W, 1 or 3), 0…255; a work for the engine.

    Raises UsageError for a network that is no classifier and for an ensemble that cannot vote, ModelError when weights
    are missing.
    """
    members = members_of(settings)
    found = []
    for number, model in enumerate(members):
        found.append(_asked(model, settings, pixels, job))
        job.progress(number + 1, len(members))
    if len(found) == 1:
        return found[0][1]
    votes = tuple(made for _, made in found)
    mean = np.mean([scores for scores, _ in found], axis=0)
    first = votes[0]
    name = " + ".join(each.model for each in votes)
    best = _best(mean, members[0], settings.top, first.crop, first.crops)
    return replace(best, model=name, votes=votes, seconds=sum(each.seconds for each in votes))


def _asked(
    model: Model, settings: ClassifySettings, pixels: npt.NDArray[Any], job: Job
) -> tuple[npt.NDArray[Any], Classes]:
    """The scores of one network for all classes, and its best ones."""
    import torch

    network = kept_network(model, device=job.device, checkpoint=job.checkpoint)
    seen = crops_of(model, pixels) if settings.ten_crop else [prepared(model, pixels)]
    scores, seconds = [], 0.0
    for picture in seen:
        job.checkpoint()
        inputs = picture.tensor.to(job.device)
        both = torch.cat([inputs, inputs.flip(3)]) if settings.ten_crop else inputs
        began = time.perf_counter()
        with torch.inference_mode(), job.giving_way(network):
            scores.append(network(both).float().softmax(1).mean(0).cpu().numpy())
        seconds += time.perf_counter() - began
    mean = scores[0] if len(scores) == 1 else np.mean(scores, axis=0)
    boxes = [crop_of(each, pixels.shape[1], pixels.shape[0]) for each in seen]
    outlines = tuple((box.x, box.y, box.x + box.width, box.y + box.height) for box in boxes)
    crops = (*outlines, *outlines) if settings.ten_crop else ()
    return mean, replace(_best(mean, model, settings.top, boxes[-1], crops), seconds=seconds)


def crops_of(model: Model, pixels: npt.NDArray[Any]) -> list[Prepared]:
    """The four corners and, last, the middle of a picture, as the network wants them."""
    if convention_of(model).crop is None:
        raise UsageError(f"{model.name} sees pictures whole, so there are no ten crops for it.")
    return [prepared(model, pixels, at) for at in ((0, 0), (1, 0), (0, 1), (1, 1), (0.5, 0.5))]


def _best(scores: npt.NDArray[Any], model: Model, top: int, crop: Crop, crops: tuple[Box, ...]) -> Classes:
    order = np.argsort(-scores, kind="stable")[:top]
    labels = labels_of(model)
    return Classes(
        tuple(labels[index] for index in order),
        tuple(int(index) for index in order),
        tuple(float(scores[index]) for index in order),
        model.name, len(labels), crop, crops=crops,
    )  # fmt: skip


def crop_of(picture: Prepared, width: int, height: int) -> Crop:
    """The part of a picture of width × height that lies in a network's input."""
    rows, columns = picture.tensor.shape[2:]
    corners = picture.placement.in_picture(np.array([0.0, 0.0, columns, rows]))
    left, top, right, bottom = np.clip(corners, 0, [width, height] * 2).tolist()
    return Crop(left, top, right - left, bottom - top, columns, rows)
