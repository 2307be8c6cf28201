"""Proof that what lies in the cache is what it should be: every file hashed, originals and converted ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.converting import converted_path, forget_record, record_of
from cnnstudio.models.hashing import check_file, nothing, sha256_of
from cnnstudio.models.registry import Model, ModelFile


@dataclass(frozen=True)
class Verdict:
    """name: the network. reason: why the file is wrong, empty when it is right."""

    name: str
    file: Path
    ok: bool
    reason: str = ""


def verify(models: Iterable[Model], checkpoint: Callable[[], None] = nothing) -> Iterator[Verdict]:
    """A verdict for every file of these networks that is there; networks that are not there have none.

    The record of a wrong converted file is dropped, so that the file is made again instead of used.
    """
    for model in models:
        for file in model.files:
            for path in (place.own_path(model, file), place.shipped_path(model, file)):
                if path is not None and path.is_file():
                    yield _original(model, path, file, checkpoint)
            made = converted_path(model, file)
            if made.is_file():
                yield _converted(model, made, file.sha256, checkpoint)


def _original(model: Model, path: Path, file: ModelFile, checkpoint: Callable[[], None]) -> Verdict:
    try:
        check_file(path, file, checkpoint)
    except ModelError as error:
        return Verdict(model.name, path, False, str(error))
    return Verdict(model.name, path, True)


def _converted(model: Model, path: Path, original: str, checkpoint: Callable[[], None]) -> Verdict:
    record = record_of(path)
    if record is None:
        return Verdict(model.name, path, False, f"{path} has no record. It will be made again.")
    try:
        found = sha256_of(path, checkpoint)
    except ModelError as error:
        return Verdict(model.name, path, False, str(error))
    if not record.original.startswith(original) or found != record.sha256:
        forget_record(path)
        return Verdict(model.name, path, False, f"{path} is not what was converted. It is made again when it is used.")
    return Verdict(model.name, path, True)
