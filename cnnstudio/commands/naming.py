"""What a batch writes where, decided over the whole list before anything runs.

The names depend on nothing but which pictures there are, not on the order in which they were given, so every
rank of a shared run and every repetition with `--skip-existing` arrives at the same ones.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cnnstudio.commands.paths_given import make_folder
from cnnstudio.errors import StudioError, UsageError
from cnnstudio.imaging.finding import EXTENSIONS, find_pictures

_WHY = "for several pictures, or beside a result that is one"


@dataclass(frozen=True)
class Item:
    """One picture of a batch and the files it becomes: `targets[0]` is OUT, further ones are extras (raw).

    `in_folder` tells a target in OUT, which is a folder to be made, from one that OUT names itself. A folder
    without pictures is an item without targets, so that it is reported in its turn.
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
    numbered (cup.png, cup-2.png), regardless of case, in the order of the pictures' absolute paths; no target
    is ever one of the sources. Raises UsageError for a target that is the picture itself and for a file's name
    where a folder is needed, StudioError when there is no picture.
    """
    places = {suffix: out, **(extras or {})}
    if not into_folder(inputs, out):
        item = Item(inputs[0], tuple(places.values()))
        _refuse_equal_targets(item)
        return [item]
    for kind, place in places.items():
        _refuse_file(place, kind)
    sources = _pictures(inputs, tuple(places.values()))
    stems = _distinct_stems(sources, places)
    return [_in_folder(source, stems.get(number), places) for number, source in enumerate(sources)]


def without_targets(inputs: Sequence[Path]) -> list[Item]:
    """The items of a batch that only reads: every picture in `inputs`; StudioError when there is none."""
    return [Item(source, ()) for source in _pictures(inputs, ())]


def make_folders(items: Sequence[Item]) -> None:
    """Make the folders a batch writes into, before the work; StudioError when one cannot be made."""
    for folder in {target.parent for item in items if item.in_folder for target in item.targets}:
        make_folder(folder)


def _in_folder(source: Path, stem: str | None, places: Mapping[str, Path]) -> Item:
    if stem is None:
        return Item(source, (), True)
    return Item(source, tuple(place / f"{stem}{kind}" for kind, place in places.items()), True)


def _refuse_file(place: Path, kind: str) -> None:
    if place.is_dir():
        return
    if place.exists():
        raise UsageError(f"{place} is a file, but a folder is needed {_WHY}. Choose another name.")
    if place.suffix.lower() in (*EXTENSIONS, kind):
        raise UsageError(
            f"{place} is the name of a file, but a folder is needed {_WHY}. Name one, such as {place.stem}."
        )


def _pictures(inputs: Sequence[Path], places: Sequence[Path]) -> list[Path]:
    """Files as they were given; folders walked, without what an earlier run wrote into a folder below.

    A folder without pictures stands for itself.
    """
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
        found.extend(inside or [one])
    if all(each.is_dir() for each in found):
        raise StudioError(f"{found[0]} holds no picture." if found else "there is no picture to work on.")
    return found


def _refuse_equal_targets(item: Item) -> None:
    keys = [_key(target) for target in item.targets]
    if _key(item.source) in keys:
        raise UsageError(f"{item.source} is the picture itself. Choose another name for the result.")
    if len(set(keys)) < len(keys):
        raise UsageError(f"{item.targets[0]} is named for two different results. Choose two names.")


def _distinct_stems(sources: Sequence[Path], places: Mapping[str, Path]) -> dict[int, str]:
    """The stem of each source that is no folder, by its place in the list."""
    files = {number: source for number, source in enumerate(sources) if not source.is_dir()}
    taken = {_key(source) for source in files.values()}
    plain = {source.stem.casefold() for source in files.values()}
    made: dict[int, str] = {}
    used: set[str] = set()

    def is_free(stem: str) -> bool:
        targets = [_key(place / f"{stem}{kind}") for kind, place in places.items()]
        return stem.casefold() not in used and not any(target in taken for target in targets)

    for place in sorted(files, key=lambda each: os.path.abspath(files[each])):  # noqa: PTH100 - as in _key
        stem, number = files[place].stem, 1
        while not is_free(stem) or (number > 1 and stem.casefold() in plain):
            number += 1
            stem = f"{files[place].stem}-{number}"
        used.add(stem.casefold())
        made[place] = stem
    return made


def _key(path: Path) -> str:
    return os.path.abspath(path).casefold()  # noqa: PTH100 - resolve() would follow links and touch the disk
