"""Which network a dropped file belongs to: by its name at once, by its hash where the name says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.job import Job
    from cnnstudio.models.registry import Model


def by_name(file: str, models: Iterable[Model]) -> list[str]:
    """The networks that have a file of this name, packed or not, or come in an archive of this name."""
    plain = file.removesuffix(".bz2").lower()
    return [
        model.name
        for model in models
        if any(each.name.lower() == plain for each in model.files)
        or any(source.archive.lower() == file.lower() for source in model.sources if source.archive)
    ]


def by_hash(path: Path, models: tuple[Model, ...], job: Job) -> Iterator[None]:
    """A work for the engine: the names of the networks that a file with other name belongs to, none for most files.

    Raises ModelError when it cannot be read.
    """
    from cnnstudio.imaging.apart import Apart
    from cnnstudio.models.hashing import sha256_of

    apart = Apart(lambda _dropped: sha256_of(path), "hash")
    while not apart.wait(0.004):
        job.checkpoint()
        yield
    digest = apart.result(lambda: None)
    return [  # type: ignore[return-value]
        model.name
        for model in models
        if any(digest.startswith(each.sha256) for each in model.files)
        or any(digest == source.sha256 for source in model.sources if source.sha256)
    ]
