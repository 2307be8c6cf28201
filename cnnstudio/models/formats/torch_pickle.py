"""Weights that torch.save wrote, in its old stream of pickles or in its zip archive.

A pickle is a program. torch's restricted interpreter (`weights_only=True`) runs it, but only after its instructions
were looked through: a mapping of names to tensors needs a handful of globals and no number larger than the file.
"""

from __future__ import annotations

import mmap
import pickle
import pickletools
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import torch

from cnnstudio.errors import ModelError

# What an entry may say of a tensor's size: tied weights are stored once and read several times.
_MOST_TIMES_THE_FILE = 4
_GLOBALS = re.compile(
    r"collections OrderedDict|torch\._utils _rebuild_(tensor_v2|parameter)|torch [A-Z][A-Za-z0-9]{2,12}Storage"
)
_MAGIC = pickle.dumps(0x1950A86A20F9469CFC6C, 2)
_LEGACY_PICKLES = 5
_LEGACY_OBJECT = 3
_ZIP_MAGIC = b"PK\x03\x04"
_ADVICE = "Download it again."


def read(path: Path) -> dict[str, torch.Tensor]:
    """The tensors in a file of torch.save, by name, each contiguous, on the CPU and owning its memory.

    Only a flat mapping of names to dense tensors is accepted. Raises ModelError that names the file when it cannot be
    read, is damaged, holds anything else, or promises more than four times its own size.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            is_zip = _check_instructions(file, size, path.name)
        read_back = torch.load(path, map_location="cpu", weights_only=True, mmap=is_zip)
        return _checked(read_back, size, path.name)
    except ModelError:
        raise
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror or error}. Check the file.") from error
    except MemoryError as error:
        raise ModelError(f"{path.name} needs more memory than is free. Close other programs.") from error
    except Exception as error:
        # What torch raises on a damaged file is not documented.
        raise _damaged(path.name) from error


def _check_instructions(file: BinaryIO, size: int, name: str) -> bool:
    """Refuse pickles with instructions that no mapping of tensors needs; True for a zip archive."""
    if size == 0:
        raise _damaged(name)
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        if data[:4] == _ZIP_MAGIC:
            _check_one(_pickle_in_zip(file, size, name), size, name)
            return True
        if data[: len(_MAGIC)] != _MAGIC:
            raise ModelError(f"{name} is not a file that torch.save writes. {_ADVICE}")
        for index in range(_LEGACY_PICKLES):
            # The pickles before it are a mark, a version and the word sizes of the machine that wrote them.
            _check_one(data, size if index == _LEGACY_OBJECT else None, name)
    return False


def _pickle_in_zip(file: BinaryIO, size: int, name: str) -> bytes:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        names = [member.filename for member in members]
        packed = any(member.compress_type != zipfile.ZIP_STORED for member in members)
        if packed or len(set(names)) < len(names) or sum(member.file_size for member in members) > size:
            raise ModelError(
                f"{name} is not an archive as torch.save writes it: its members are packed or overlap. {_ADVICE}"
            )
        pickles = [each for each in names if each.count("/") == 1 and each.endswith("/data.pkl")]
        if len(pickles) != 1:
            raise ModelError(f"{name} is an archive without weights of torch.save. Choose another file.")
        return archive.read(pickles[0])


def _check_one(stream: Any, largest: int | None, name: str) -> None:
    """Walk through the next pickle of `stream` without running it, to its end."""
    for opcode, argument, _ in pickletools.genops(stream):
        if opcode.name == "GLOBAL" and not _GLOBALS.fullmatch(str(argument)):
            raise ModelError(f"{name} asks for {_short(argument)}, which no file of weights needs. Do not use it.")
        if largest is not None and isinstance(argument, int) and abs(argument) > largest:
            raise ModelError(f"{name} promises {_short(argument)} values, more than it has bytes. {_ADVICE}")


def _checked(read_back: object, size: int, name: str) -> dict[str, torch.Tensor]:
    if not isinstance(read_back, dict):
        raise ModelError(f"{name} holds {type(read_back).__name__}, not tensors by name. Choose a file of weights.")
    entries = list(_tensors(read_back, name))
    promised = sum(tensor.numel() * tensor.element_size() for _, tensor in entries)
    if promised > _MOST_TIMES_THE_FILE * size:
        raise ModelError(f"{name} has {size} bytes and promises tensors of {promised}. {_ADVICE}")
    return {key: tensor.clone(memory_format=torch.contiguous_format) for key, tensor in entries}


def _tensors(read_back: dict[object, object], name: str) -> Iterator[tuple[str, torch.Tensor]]:
    for key, value in dict.items(read_back):
        if not isinstance(key, str):
            raise ModelError(f"{name} names a tensor {_short(key)}, which is not text. {_ADVICE}")
        if not isinstance(value, torch.Tensor):
            raise ModelError(
                f"{name} holds {type(value).__name__} at {_short(key)}, not a tensor. Choose a file of weights alone."
            )
        yield key, value.detach()


def _damaged(name: str) -> ModelError:
    return ModelError(f"{name} is damaged, or not a file of weights that torch.save writes. {_ADVICE}")


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, int) or abs(value) < 1 << 64 else f"{value.bit_length()}-bit many"
    return text if len(text) <= 60 else text[:57] + "..."
