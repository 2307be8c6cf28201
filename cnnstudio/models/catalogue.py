"""Every network that CNN Studio can get, by name: the registry's, and torchvision's own weights enumerations.

torchvision takes seconds to import and its list changes only with its version, so the list is kept in the cache
folder; only a first use, or a new version, pays for it.
"""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, fields
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from cnnstudio import paths
from cnnstudio.errors import UsageError
from cnnstudio.models.registry import Model, ModelFile, Source, read_registry

_SEPARATOR = "."
_LIST_VERSION = 2
"""Raised whenever rows are made in another way, so that a list kept before is made again."""



@cache
def registered() -> tuple[Model, ...]:
    """The networks of the registry, in its order."""
    return read_registry()


def recommended() -> tuple[Model, ...]:
    """The networks that make every panel work; about 150 MB."""
    return tuple(each for each in registered() if each.recommended)


def every_model() -> tuple[Model, ...]:
    """The registry's networks, then torchvision's, each with its best weights."""
    return (*registered(), *(each for each in _of_torchvision() if _SEPARATOR not in each.name))


def model_named(name: str) -> Model:
    """The network of this name; torchvision's other weights as `resnet50.IMAGENET1K_V1`.

    Raises UsageError with the nearest names when there is none.
    """
    wanted = name.strip().lower()
    for each in registered():
        if each.name == wanted:
            return each
    known = {each.name.lower(): each for each in _of_torchvision()}
    if wanted in known:
        return known[wanted]
    near = difflib.get_close_matches(wanted, [*(each.name for each in registered()), *known], 3)
    hint = f"Did you mean {', '.join(near)}?" if near else "`cnnstudio models list` shows all."
    raise UsageError(f"There is no network {name!r}. {hint}")


def torchvision_is_listed() -> bool:
    """Whether torchvision's networks are known without importing torchvision."""
    return _kept_list().is_file()


def _kept_list() -> Path:
    return paths.folders().cache / f"torchvision-{metadata.version('torchvision')}-{_LIST_VERSION}.json"


@cache
def _of_torchvision() -> tuple[Model, ...]:
    kept = _kept_list()
    try:
        rows = json.loads(kept.read_text("utf-8"))
        if rows:
            return tuple(_from_plain(row) for row in rows)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    from cnnstudio.models.torchvision_models import enumerated

    models = enumerated()
    _keep(kept, models)
    return models


def _keep(path: Path, models: tuple[Model, ...]) -> None:
    from cnnstudio.errors import StudioError
    from cnnstudio.imaging.saving import write_atomically

    rows = [{each.name: getattr(model, each.name) for each in fields(model)} for model in models]
    data = json.dumps(rows, default=asdict).encode()
    try:
        write_atomically(paths.made(path.parent) / path.name, data)
    except (OSError, StudioError):
        # The list is only a saving of time.
        return


def _from_plain(row: dict[str, Any]) -> Model:
    files = tuple(ModelFile(**each) for each in row.pop("files"))
    sources = tuple(Source(**each) for each in row.pop("sources"))
    sizes = [*(each.size for each in files), *(each.size for each in sources)]
    if not files or not sources or not all(isinstance(each, int) for each in sizes):
        raise ValueError("a row without files, sources or sizes")
    if not all(Path(name).name == name for name in (row["name"], *(each.name for each in files))):
        raise ValueError("a name that leads to another folder")
    return Model(files=files, sources=sources, **row)
