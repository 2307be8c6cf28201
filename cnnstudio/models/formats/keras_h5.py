"""Weights of HED as Keras 3 wrote them: `.weights.h5`, an HDF5 file with a group for each layer.

Keras numbers layers within their block and keeps kernels as (rows, columns, inputs, outputs); PyTorch wants names and
(outputs, inputs, rows, columns).
"""

from __future__ import annotations

import math
import re
from pathlib import Path

import numpy as np
import torch

from cnnstudio.errors import ModelError
from cnnstudio.models.formats import hdf5
from cnnstudio.networks.hed import HolisticallyNestedEdges

_ADVICE = "Download it again."
_MOST_BESIDE_THE_WEIGHTS = 4_000_000
"""Bytes of names and addresses that a file may have; the released one has 81 276."""


def read(path: Path) -> dict[str, torch.Tensor]:
    """The state dict of `HolisticallyNestedEdges` in a Keras file: float32, contiguous, on the CPU.

    Raises ModelError naming the file when it cannot be read, is damaged, or does not hold exactly the arrays of this
    network, all finite.
    """
    shapes = _shapes()
    try:
        data = _bytes_of(path, 4 * sum(math.prod(shape) for shape in shapes.values()))
        places = hdf5.arrays(data)
        _check(places, shapes)
        return {name: _tensor(data, places[_path_of(name)], name) for name in shapes}
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror or error}. Check the file.") from error
    except MemoryError as error:
        raise ModelError(f"{path.name} needs more memory than is free. Close other programs.") from error
    except ValueError as error:
        raise ModelError(f"{path.name} is damaged, or not a file of HED's weights: {error}. {_ADVICE}") from error


def _shapes() -> dict[str, tuple[int, ...]]:
    with torch.device("meta"):
        return {name: tuple(tensor.shape) for name, tensor in HolisticallyNestedEdges().state_dict().items()}


def _path_of(name: str) -> str:
    """Where Keras keeps `trunk.conv3_2.weight`: block3/layers/conv2d_1/vars/0; a bias is vars/1."""
    layer, _, kind = name.rpartition(".")
    convolution = re.fullmatch(r"trunk\.conv(\d)_(\d)", layer)
    if convolution:
        block, index = int(convolution[1]), int(convolution[2]) - 1
        layer = f"block{block}/layers/conv2d" + (f"_{index}" if index else "")
    return f"{layer}/vars/{('weight', 'bias').index(kind)}"


def _in_keras_order(shape: tuple[int, ...]) -> tuple[int, ...]:
    return (*shape[2:], shape[1], shape[0]) if len(shape) == 4 else shape


def _bytes_of(path: Path, weights: int) -> bytes:
    most = weights + _MOST_BESIDE_THE_WEIGHTS
    with path.open("rb") as file:
        data = file.read(most + 1)
    if not weights < len(data) <= most:
        has = f"more than {most}" if len(data) > most else f"{len(data)}"
        raise ValueError(f"it has {has} bytes, of which the weights take {weights}")
    return data


def _check(places: dict[str, hdf5.Place], shapes: dict[str, tuple[int, ...]]) -> None:
    """Raise ValueError unless the file has exactly the network's arrays."""
    expected = {_path_of(name): _in_keras_order(shape) for name, shape in shapes.items()}
    for path in (*expected, *places):
        if path not in places or path not in expected:
            raise ValueError(f"it {'has an unknown' if path in places else 'lacks the'} array {path!r}")
        if places[path].shape != expected[path]:
            raise ValueError(f"{path!r} has shape {places[path].shape} instead of {expected[path]}")


def _tensor(data: bytes, place: hdf5.Place, name: str) -> torch.Tensor:
    values = np.frombuffer(data, "<f4", place.count, place.offset).reshape(place.shape)
    if not np.isfinite(values).all():
        raise ValueError(f"{name} holds values that are no numbers")
    axes = (3, 2, 0, 1) if values.ndim == 4 else range(values.ndim)
    return torch.from_numpy(np.array(values.transpose(*axes), np.float32, order="C"))
