"""Guided backpropagation: the pixels that speak for a class, by the gradient that only lets support through."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnstudio.activations.rectifying import follow, gradient
from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import class_logits
from cnnstudio.activations.twins import twin_of
from cnnstudio.job import Job


def guided_backprop(subject: Subject, inputs: Tensor, index: int, job: Job) -> Tensor:
    """The guided gradient (3, h, w) of a class's logit, in the network's order of channels.

    inputs: (1, 3, h, w). Springenberg et al. 2015.
    """
    network = twin_of(subject.network)
    given = inputs.detach().requires_grad_()
    with torch.enable_grad(), job.giving_way(network):
        # A copy: a first layer that works in place may not write into what gradients are wanted for.
        score = class_logits(subject, network, given.clone())[0, index]
        follow(score, "guided")
        return gradient(score, given)[0].detach()
