"""Darknet's weights, a short header and then nothing but float32 values, as a state dict of `DarknetNetwork`.

The file says neither what it holds nor for which network; only the .cfg gives the numbers a meaning. So the count is
the one check there is, and it is made before memory is taken.
"""

from __future__ import annotations

import os
import stat
import struct
from collections.abc import Iterator
from math import prod
from pathlib import Path
from typing import BinaryIO

import numpy as np
import torch

from cnnstudio.errors import ModelError
from cnnstudio.networks.darknet_config import Convolution, DarknetConfig, shapes, sources, weight_shape

_VERSION = struct.Struct("<3i")
_FLOAT_BYTES = 4
# From here on Darknet takes the version for the mark of another layout.
_NEWEST = 1000


def read(path: Path, config: DarknetConfig) -> dict[str, torch.Tensor]:
    """The weights of `DarknetNetwork(config)` by name: float32, contiguous, on the CPU, each owning its memory.

    Together they take as much memory as the file is long. Raises ModelError naming the file when it cannot be read,
    is no Darknet file, holds another count of numbers than the network needs, or values that are not finite.
    """
    name = path.name
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise ModelError(f"{name} is not a file. Choose a Darknet .weights file.")
        with path.open("rb") as file:
            _check_length(file, config, name)
            return {key: _tensor(file, key, shape, name) for key, shape in parameters(config)}
    except OSError as error:
        raise ModelError(f"{name} cannot be read: {error.strerror or error}. Check the file.") from error
    except MemoryError as error:
        raise ModelError(f"{name} needs more memory than is free. Close other programs.") from error


def parameters(config: DarknetConfig) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Name and shape of every tensor, in the order of the file."""
    sizes = shapes(config)
    for index, section in enumerate(config.sections):
        if not isinstance(section, Convolution):
            continue
        layer, channel = f"layers.{index}", (section.filters,)
        if section.batch_normalize:
            for key in ("bias", "weight", "running_mean", "running_var"):
                yield f"{layer}.bn.{key}", channel
        else:
            yield f"{layer}.conv.bias", channel
        yield f"{layer}.conv.weight", weight_shape(section, sizes[sources(section, index)[0]].channels)


def _check_length(file: BinaryIO, config: DarknetConfig, name: str) -> None:
    """Read the header; ModelError unless exactly as many numbers follow as the network has."""
    size = os.fstat(file.fileno()).st_size
    major, minor, _revision = _VERSION.unpack(file.read(_VERSION.size).ljust(_VERSION.size, b"\0"))
    if not (0 <= major < _NEWEST and 0 <= minor < _NEWEST):
        raise ModelError(f"{name} does not begin as a Darknet .weights file does. Choose another file.")
    # A count of training pictures follows: a C int before version 0.2, a size_t since.
    start = _VERSION.size + (8 if major * 10 + minor >= 2 else 4)
    needed = sum(prod(shape) for _, shape in parameters(config))
    held, rest = divmod(max(0, size - start), _FLOAT_BYTES)
    if (held, rest) != (needed, 0):
        odd = f" and {rest} bytes" if rest else ""
        raise ModelError(
            f"{name} holds {held} numbers{odd}, but {config.name} needs {needed}. Choose the two files that belong "
            "together, or download the weights again."
        )
    file.seek(start)


def _tensor(file: BinaryIO, key: str, shape: tuple[int, ...], name: str) -> torch.Tensor:
    count = prod(shape)
    values = np.fromfile(file, "<f4", count)
    if values.size != count:
        raise ModelError(f"{name} became shorter while it was read. Try again.")
    if not np.isfinite(values).all():
        raise ModelError(f"{name} holds values in {key} that are not finite. Download it again.")
    if key.endswith("running_var") and values.min() < 0:
        raise ModelError(f"{name} holds negative variances in {key}. Download it again.")
    return torch.from_numpy(values.astype(np.float32, copy=False).reshape(shape))
