"""The first pass of a network finds its fastest kernels and takes many times as long as every other one."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakSet

from cnnstudio.job import Job
from cnnstudio.models.keeping import kept_network
from cnnstudio.models.registry import Model

if TYPE_CHECKING:
    from torch import nn

_warmed: WeakSet[nn.Module] = WeakSet()


def warm(model: Model, job: Job) -> None:
    """Have a network in memory that has run once; a work for the engine. Raises ModelError as `kept_network` does."""
    loaded = kept_network(model, device=job.device, checkpoint=job.checkpoint)
    if loaded in _warmed:
        return
    import numpy as np
    import torch

    from cnnstudio.models.inputs import prepared

    inputs = prepared(model, np.zeros((8, 8, 3), np.uint8)).tensor.to(job.device)
    with torch.inference_mode(), job.giving_way(loaded):
        loaded(inputs)
    _warmed.add(loaded)
