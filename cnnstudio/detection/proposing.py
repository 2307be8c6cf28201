"""One pass of a detector over one picture: everything it proposes, before any threshold."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.candidates import Candidates
from cnnstudio.detection.heads import heads_of, output_of
from cnnstudio.detection.networks import detecting_network, detector_named
from cnnstudio.detection.settings import DetectionSettings
from cnnstudio.detection.torchvision_detectors import candidates_of_torchvision
from cnnstudio.detection.yolo import candidates_of
from cnnstudio.job import Job
from cnnstudio.models.labels import labels_of
from cnnstudio.models.registry import Model


def propose(settings: DetectionSettings, pixels: npt.NDArray[Any], job: Job) -> Candidates:
    """The candidates of a picture (H, W, 1 or 3), 0…255; a work for the engine.

    Only `settings.model` counts. Raises UsageError for a network that is no detector, ModelError when its weights
    are missing.
    """
    model = detector_named(settings.model)
    network = detecting_network(model, job)
    job.checkpoint()
    if "torchvision" in model.input:
        return candidates_of_torchvision(network, labels_of(model), pixels, job)
    return _yolo(model, network, pixels, job)


def _yolo(model: Model, network: Any, pixels: npt.NDArray[Any], job: Job) -> Candidates:
    import torch

    from cnnstudio.detection.letterbox import letterboxed

    picture = letterboxed(model, pixels)
    with torch.inference_mode(), job.giving_way(network):
        tensor = picture.tensor.to(job.device)
        maps = [np.ascontiguousarray(each[0].float().cpu().numpy()) for each in network(tensor)]
    size = (picture.tensor.shape[2], picture.tensor.shape[3])
    heads = heads_of(network.config, tuple((each.shape[1], each.shape[2]) for each in maps), size)
    outputs = tuple(output_of(head, each) for head, each in zip(heads, maps, strict=True))
    height, width = pixels.shape[:2]
    return candidates_of(outputs, picture.placement, labels_of(model), width, height)
