"""Detectors as detection runs them: folded, laid out for speed, their own thresholds opened wide.

The zoo's networks are shared with other panels, which look at their layers, so what is changed here is a second network
that shares the weights where it can. It lives as long as the one it was made from.
"""

from __future__ import annotations

import copy
import threading
from itertools import chain
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from cnnstudio.errors import UsageError
from cnnstudio.job import Job
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.keeping import kept_network
from cnnstudio.models.registry import Model

if TYPE_CHECKING:
    from torch import nn

RAW_SCORE = 0.001
"""torchvision's detectors propose every class for every place; what lies below is noise in its tens of thousands."""
RAW_COUNT = 100_000

_made: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
_lock = threading.Lock()


def detector_named(name: str) -> Model:
    """The detector of this name; UsageError for a network that is none that detection can run."""
    model = model_named(name)
    if model.task != "detection":
        raise UsageError(f"{model.name} is no detector; it is made for {model.task}.")
    return model


def detecting_network(model: Model, job: Job) -> nn.Module:
    """The network that detection runs, from memory where it is there. Raises ModelError when weights are missing."""
    kept = kept_network(model, device=job.device, checkpoint=job.checkpoint)
    with _lock:
        made = _made.get(kept)
    if made is None:
        made = _opened(kept) if "torchvision" in model.input else _folded(kept, job.device)
        with _lock:
            _made[kept] = made
    return made  # type: ignore[no-any-return]


def _folded(network: nn.Module, device: str) -> Any:
    """A Darknet network whose batch norms are folded into the convolutions, channels innermost."""
    import torch

    from cnnstudio.detection.packing import pack

    made: Any = copy.deepcopy(network)
    made.fuse()
    made.requires_grad_(False).to(memory_format=torch.channels_last)
    if device == "cpu":
        pack(made)
    return made


def _opened(network: nn.Module) -> Any:
    """A torchvision detector that drops and suppresses nothing; it shares all its numbers with the given one."""
    shared: dict[int, Any] = {id(each): each for each in chain(network.parameters(), network.buffers())}
    made: Any = copy.deepcopy(network, shared)
    deciding = made.roi_heads if hasattr(made, "roi_heads") else made
    deciding.score_thresh = RAW_SCORE
    deciding.detections_per_img = RAW_COUNT
    # Nothing overlaps by more than 1.
    deciding.nms_thresh = 1.0
    return made
