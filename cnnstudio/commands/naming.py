"""What a batch writes where, decided over the whole list before anything runs.

The names depend on nothing but the list of inputs, so every rank of a shared run and every repetition with
`--skip-existing` arrives at the same ones.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.errors import StudioError, UsageError


@dataclass(frozen=True)
class Item:
    """One picture of a batch and the files it becomes: `targets[0]` is OUT, further ones are extras (raw).

    `in_folder` tells a target in OUT, which is a folder to be made, from one that OUT names itself.
    """

    source: Path
    targets: tuple[Path, ...]
    in_folder: bool = False


def into_folder(inputs: Sequence[Path], out: Path) -> bool:
    """Whether OUT means a folder: several inputs, a folder among them, or OUT is or ends like one."""
    several = len(inputs) != 1 or inputs[0].is_dir()
    return several or out.is_dir()


def plan(
    inputs: Sequence[Path], out: Path, *, suffix: str = ".png", extras: Mapping[str, Path] | None = None
) -> list[Item]:
    """The items of a batch: every picture in `inputs` (folders are walked) and its targets.

    `extras` maps a suffix to where files of that kind go, a file or a folder as OUT is. Equal stems are
    numbered (cup.png, cup-2.png), regardless of case, and no target is ever one of the sources.
    Raises UsageError for a target that is the picture itself, StudioError when there is no picture.
    """
    places = {suffix: out, **(extras or {})}
    if not into_folder(inputs, out):
        item = Item(inputs[0], tuple(places.values()))
        _refuse_equal_targets(item)
        return [item]
    sources = _pictures(inputs, tuple(places.values()))
    for place in places.values():
        if place.exists() and not place.is_dir():
            raise StudioError(f"{place}: is a file, but several pictures need a folder. Choose another name.")
    stems = _distinct_stems(sources, places)
    return [
        Item(source, tuple(place / f"{stem}{kind}" for kind, place in places.items()), True)
        for source, stem in zip(sources, stems, strict=True)
    ]


def make_folders(items: Sequence[Item]) -> None:
    """Make the folders a batch writes into, before the work; StudioError when one cannot be made."""
    for folder in {target.parent for item in items if item.in_folder for target in item.targets}:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise StudioError(f"{folder}: this folder cannot be made ({error.strerror}).") from error


def _pictures(inputs: Sequence[Path], places: Sequence[Path]) -> list[Path]:
    """Files as they were given; folders walked, without what an earlier run wrote into a folder below."""
    from cnnstudio.imaging.reading import find_pictures

    found: list[Path] = []
    for one in inputs:
        if not one.is_dir():
            found.append(one)
            continue
        root = one.resolve()
        written = [p.resolve() for p in places if p.resolve() != root and root in p.resolve().parents]
        inside = [
            path for path in find_pictures([one]) if not any(w in path.resolve().parents for w in written)
        ]
        if not inside:
            raise StudioError(f"{one}: there is no picture in this folder.")
        found.extend(inside)
    if not found:
        raise StudioError("there is no picture to work on.")
    return found


def _refuse_equal_targets(item: Item) -> None:
    keys = [_key(target) for target in item.targets]
    if _key(item.source) in keys:
        raise UsageError(f"{item.targets[0]}: is the picture itself. Choose another name for the result.")
    if len(set(keys)) < len(keys):
        raise UsageError(f"{item.targets[0]}: is named for two different results. Choose two names.")


def _distinct_stems(sources: Sequence[Path], places: Mapping[str, Path]) -> list[str]:
    taken = {_key(source) for source in sources}
    plain = {source.stem.casefold() for source in sources}
    made: list[str] = []
    used: set[str] = set()

    def is_free(stem: str) -> bool:
        targets = [_key(place / f"{stem}{kind}") for kind, place in places.items()]
        return stem.casefold() not in used and not any(target in taken for target in targets)

    for source in sources:
        stem, number = source.stem, 1
        while not is_free(stem) or (number > 1 and stem.casefold() in plain):
            number += 1
            stem = f"{source.stem}-{number}"
        used.add(stem.casefold())
        made.append(stem)
    return made


def _key(path: Path) -> str:
    return os.path.abspath(path).casefold()  # noqa: PTH100 - resolve() would follow links and touch the disk
