"""What evidence is asked for: a class of a network, with the score that the network gives it."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnnstudio.activations.subjects import Subject
from cnnstudio.errors import UsageError
from cnnstudio.job import Job


@dataclass(frozen=True)
class Target:
    """A class. score: 0…1, its softmax for the picture; logit: before the softmax."""

    index: int
    label: str
    score: float
    logit: float


def target_of(subject: Subject, inputs: Tensor, index: int, job: Job) -> Target:
    """The class of this index, or the best one for -1, for an input (1, 3, h, w). Raises as `check_class`."""
    check_class(subject, index)
    with torch.inference_mode(), job.giving_way(subject.network):
        logits = class_logits(subject, subject.network, inputs)[0].float()
    chosen = int(logits.argmax()) if index < 0 else index
    return Target(chosen, subject.labels[chosen], float(logits.softmax(0)[chosen]), float(logits[chosen]))


def check_class(subject: Subject, index: int) -> None:
    """Raise UsageError for a network without classes, or for an index that none of them has; -1 is the best one."""
    if not subject.labels:
        raise UsageError(f"{subject.name} tells no classes. Choose a classifier, such as efficientnet-lite0.")
    if not -1 <= index < len(subject.labels):
        raise UsageError(f"Class {index} does not exist; {subject.name} has 0 to {len(subject.labels) - 1}.")


def class_logits(subject: Subject, network: nn.Module, inputs: Tensor) -> Tensor:
    """The scores before the softmax, (N, classes), of inputs (N, 3, h, w). `network`: the subject's, or its twin.

    Raises UsageError where the network wants more than one picture or answers something else.
    """
    check_one_input(subject)
    output: Any = network(inputs)
    if not isinstance(output, Tensor) or output.shape != (len(inputs), len(subject.labels)):
        raise UsageError(f"{subject.name} does not answer one score for each class, so none can be explained.")
    return output


def check_one_input(subject: Subject) -> None:
    """Raise UsageError for a network that cannot be run on one picture alone."""
    try:
        parameters = inspect.signature(subject.network.forward).parameters.values()
    except (TypeError, ValueError):
        return
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = [each for each in parameters if each.kind in kinds and each.default is inspect.Parameter.empty]
    if len(needed) > 1:
        names = ", ".join(each.name for each in needed)
        raise UsageError(f"{subject.name} wants several inputs ({names}); only networks that take one picture work.")


def grey(subject: Subject, value: float = 127.0) -> Tensor:
    """The input (1, 3, side, side) for a picture that is this grey, 0…255, everywhere."""
    side = subject.side
    return subject.prepared(np.full((side, side, 3), value, np.float32)).tensor.to(subject.device)
