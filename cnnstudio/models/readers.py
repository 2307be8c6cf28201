"""Which reader understands a file of the registry, by the format that its row states."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

    from cnnstudio.models.registry import ModelFile

Reader = Callable[[Path], "dict[str, Tensor]"]


def reader_of(file: ModelFile) -> Reader:
    """The function that turns a file of this format into tensors by name; ModelError for an unknown format.

    Each reader is imported when it is needed.
    """
    match file.format:
        case "torch":
            from cnnstudio.models.formats import torch_pickle

            return torch_pickle.read
        case "darknet":
            return _darknet(file.name)
        case "keras":
            from cnnstudio.models.formats import keras_h5

            return keras_h5.read
        case "dlib network":
            from cnnstudio.models.formats import dlib_network

            return dlib_network.read
        case "dlib landmarks":
            from cnnstudio.models.formats import dlib_landmarks

            return dlib_landmarks.read
    raise ModelError(f"{file.name}: there is no reader for the format {file.format!r}.")


def _darknet(name: str) -> Reader:
    from cnnstudio.models.building import darknet_config
    from cnnstudio.models.formats import darknet_weights

    config = darknet_config(name)
    return lambda weights: darknet_weights.read(weights, config)
