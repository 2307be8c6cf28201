"""SHA-256 of files: what decides whether a file is the one that was verified, wherever it came from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models.registry import ModelFile

BLOCK = 1 << 20


def nothing() -> None:
    """The checkpoint of work that nobody interrupts."""


def sha256_of(path: Path, checkpoint: Callable[[], None] = nothing) -> str:
    """The SHA-256 of a file, hexadecimal; `checkpoint` is invoked after every mebibyte.

    Raises ModelError when the file cannot be read.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
                checkpoint()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error}). Check the file.") from error
    return digest.hexdigest()


def check_file(path: Path, expected: ModelFile, checkpoint: Callable[[], None] = nothing) -> None:
    """Raise ModelError unless the file has the size and SHA-256 that the registry states.

    A publisher that states only the beginning of the hash (torchvision) states no exact size either.
    """
    whole = len(expected.sha256) == 64
    try:
        size = path.stat().st_size
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error.strerror or error}). Check the file.") from error
    if whole and size != expected.size:
        raise ModelError(
            f"{path} has {size} bytes, {expected.name} has {expected.size}: it is cut off or another file. "
            "It was not used; fetch it again."
        )
    found = sha256_of(path, checkpoint)
    if not found.startswith(expected.sha256):
        raise ModelError(
            f"{path} is not {expected.name}: its SHA-256 is {found[:16]}…, not {expected.sha256[:16]}…. "
            "It was not used; fetch it again."
        )
