"""Where the files of networks lie: one folder a network, below the user's cache or `CNNSTUDIO_MODELS`.

A file under its final name is whole and verified, because nothing is ever written under that name: it is
written and checked elsewhere in the same folder and renamed. Whether a network is installed is therefore a
question of names and sizes, answered without reading anything.
"""

from __future__ import annotations

import os
import shutil
from importlib import metadata
from pathlib import Path
from stat import S_ISREG

from cnnstudio import paths
from cnnstudio.errors import ModelError
from cnnstudio.models.registry import Model, ModelFile

VARIABLE = "CNNSTUDIO_MODELS"


def models_dir() -> Path:
    """The folder of all networks; not created by asking."""
    given = os.environ.get(VARIABLE)
    return Path(given).expanduser().absolute() if given else paths.folders().cache / paths.MODELS


def model_dir(name: str) -> Path:
    """The folder of one network."""
    return models_dir() / name


def unfinished_dir(name: str) -> Path:
    """Where downloads of a network wait until they are whole: on the same disk, so that renaming is one step."""
    return model_dir(name) / "unfinished"


def made(folder: Path) -> Path:
    """The folder, created if missing; ModelError that names the variable which moves it otherwise."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ModelError(
            f"{folder} cannot be created ({error.strerror}). Set {VARIABLE} to a folder that can be written."
        ) from error
    return folder


def own_path(model: Model, file: ModelFile) -> Path:
    """Where a fetched or imported copy of the file lies or would lie."""
    return model_dir(model.name) / file.name


def shipped_path(model: Model, file: ModelFile) -> Path | None:
    """The file inside an installed package, or None. The package is not imported."""
    for source in model.sources:
        if source.kind == "shipped":
            try:
                found = Path(str(metadata.distribution(source.package).locate_file(source.where[file.name])))
            except metadata.PackageNotFoundError:
                continue
            if found.is_file():
                return found
    return None


def path_of(model: Model, file: ModelFile) -> Path | None:
    """The file where it can be read now: the own copy, else the shipped one; None when neither is there."""
    own = own_path(model, file)
    if _whole(own, file):
        return own
    shipped = shipped_path(model, file)
    return shipped if shipped and _whole(shipped, file) else None


def missing(model: Model) -> list[ModelFile]:
    """The files that have to be fetched before the network can be used."""
    return [each for each in model.files if path_of(model, each) is None]


def installed(model: Model) -> bool:
    """Whether the network can be used without fetching anything."""
    return not missing(model)


def remove(model: Model) -> int:
    """Delete everything that was fetched, imported or converted for a network; the bytes freed.

    What a package ships stays. Raises ModelError naming what cannot be removed.
    """
    folder = model_dir(model.name)
    if not folder.is_dir():
        return 0
    try:
        freed = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
        shutil.rmtree(folder)
    except OSError as error:
        raise ModelError(f"{folder} cannot be removed ({error.strerror}). Close what uses it.") from error
    return freed


def _whole(path: Path, file: ModelFile) -> bool:
    try:
        found = path.stat()
    except OSError:
        # Never there, or removed by another process a moment ago.
        return False
    # A publisher that states only the beginning of the hash states no exact size either.
    return S_ISREG(found.st_mode) and (found.st_size == file.size or len(file.sha256) < 64)
