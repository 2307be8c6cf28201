"""The names of classes, in the order of a network's outputs."""

from __future__ import annotations

from functools import cache

from cnnstudio.errors import ModelError
from cnnstudio.locate import resources_dir
from cnnstudio.models.registry import Model


def labels_of(model: Model) -> tuple[str, ...]:
    """The classes of a network that tells classes; ModelError for one that does not.

    ImageNet's 1000 as torchvision names them, COCO's 80 as its data set names them.
    """
    if "torchvision" in model.input:
        return _torchvision(model.input["torchvision"])
    lists = {"classification": "imagenet", "detection": "coco"}
    if model.task not in lists:
        raise ModelError(f"{model.name} tells no classes; it is made for {model.task}.")
    return _shipped(lists[model.task])


@cache
def _shipped(name: str) -> tuple[str, ...]:
    return tuple((resources_dir() / "labels" / f"{name}.txt").read_text("utf-8").splitlines())


@cache
def _torchvision(weights: str) -> tuple[str, ...]:
    from torchvision.models import get_weight

    return tuple(get_weight(weights).meta["categories"])
