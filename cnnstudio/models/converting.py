"""Foreign weights as safetensors, made once: plain numbers that load in a moment and cannot carry code.

Beside each converted file lies a record with the hash of the original, the version of the reader and the hash of
the converted file itself. A file without a fitting record does not count as there and is made again.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.hashing import check_file, nothing, sha256_of
from cnnstudio.models.registry import Model, ModelFile

if TYPE_CHECKING:
    from torch import Tensor

log = logging.getLogger(__name__)

READERS_VERSION = 1
"""Raised whenever a reader gives other names or numbers, so that what was converted before is made again."""


@dataclass(frozen=True)
class Record:
    """What is known of a converted file. size and mtime_ns tell cheaply that it is still the one that was hashed."""

    original: str
    readers: int
    sha256: str
    size: int
    mtime_ns: int


def converted_path(model: Model, file: ModelFile) -> Path:
    """Where the converted weights of a file lie or would lie."""
    return place.model_dir(model.name) / f"{file.name}.safetensors"


def record_of(converted: Path) -> Record | None:
    """The record beside a converted file, None when there is none or it cannot be read."""
    try:
        record = Record(**json.loads(_record_path(converted).read_text("utf-8")))
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    return record if isinstance(record.original, str) and isinstance(record.sha256, str) else None


def forget_record(converted: Path) -> None:
    """Have a converted file made again the next time, where the folder may be written."""
    with suppress(OSError):
        _record_path(converted).unlink(missing_ok=True)


def converted(model: Model, file: ModelFile, checkpoint: Callable[[], None] = nothing) -> Path:
    """The converted weights of a file, made first if they are not there or not the ones recorded.

    The original is hashed before it is parsed. Raises ModelError naming the file that is missing, wrong or
    cannot be written.
    """
    target = converted_path(model, file)
    if not is_converted(model, file):
        _write(from_original(model, file, checkpoint), target, file)
    return target


def is_converted(model: Model, file: ModelFile) -> bool:
    """Whether the converted weights are there and the ones recorded."""
    target = converted_path(model, file)
    record = record_of(target)
    return record is not None and _fits(target, file, record)


def from_original(model: Model, file: ModelFile, checkpoint: Callable[[], None] = nothing) -> dict[str, Tensor]:
    """The tensors of a file as its authors made it, hashed before it is parsed; ModelError when missing or wrong."""
    original = place.path_of(model, file)
    if original is None:
        raise ModelError(
            f"{file.name} of {model.name} is not here. Run `cnnstudio models fetch {model.name}`."
        )
    check_file(original, file, checkpoint)
    tensors = read(original, file, checkpoint)
    checkpoint()
    return tensors


def keep(tensors: dict[str, Tensor], model: Model, file: ModelFile) -> bool:
    """Write converted weights beside the original; False, logged, where nothing may be written there.

    A folder of networks that a whole class shares is read-only for most.
    """
    target = converted_path(model, file)
    try:
        _write(tensors, target, file)
    except ModelError as error:
        log.info("%s", error)
        return False
    return True


def read(path: Path, file: ModelFile, checkpoint: Callable[[], None] = nothing) -> dict[str, Tensor]:
    """The tensors of an original file, by the names that the network gives them; raises ModelError."""
    from cnnstudio.models.readers import reader_of

    return reader_of(file)(path)


def _fits(target: Path, file: ModelFile, record: Record) -> bool:
    if record.readers != READERS_VERSION or not record.original.startswith(file.sha256):
        return False
    try:
        now = target.stat()
    except OSError:
        return False
    if (now.st_size, now.st_mtime_ns) == (record.size, record.mtime_ns):
        return True
    return now.st_size == record.size and sha256_of(target) == record.sha256


def _write(tensors: dict[str, Tensor], target: Path, file: ModelFile) -> None:
    from safetensors import SafetensorError
    from safetensors.torch import save_file

    from cnnstudio.errors import PictureError
    from cnnstudio.imaging.saving import write_atomically

    made = target.with_name(f".{target.name}.{os.getpid()}")
    place.made(target.parent)
    try:
        save_file(tensors, made)
        with made.open("rb+") as opened:
            os.fsync(opened.fileno())
        digest, stat = sha256_of(made), made.stat()
        _record_path(target).unlink(missing_ok=True)
        made.replace(target)
        record = Record(file.sha256, READERS_VERSION, digest, stat.st_size, stat.st_mtime_ns)
        write_atomically(_record_path(target), json.dumps(asdict(record)).encode())
    except (OSError, SafetensorError, PictureError) as error:
        # safetensors and the atomic writer have errors of their own for what the disk refuses.
        reason = getattr(error, "strerror", None) or error
        raise ModelError(f"{target} cannot be written ({reason}). Free some space.") from error
    finally:
        # On a disk that may only be read even removing what is not there fails.
        with suppress(OSError):
            made.unlink(missing_ok=True)


def _record_path(converted: Path) -> Path:
    return converted.with_name(converted.name + ".json")
