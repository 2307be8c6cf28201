"""What a scan is going to do: the pictures it found and where its result goes; and the state it can be taken up from.

While a scan runs its folder holds one file a process, `unfinished-RANK-of-WORLD.safetensors`, replaced as a whole
every few seconds: it is never half written, and a scan that is killed goes on from it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from cnnstudio.activations.patch_files import INDEX, save_arrays
from cnnstudio.activations.patch_index import Array
from cnnstudio.activations.patch_settings import PatchSettings
from cnnstudio.errors import StudioError, UsageError
from cnnstudio.imaging.finding import find_pictures
from cnnstudio.imaging.saving import write_atomically

SECONDS = 10.0
"""Between two states that are kept."""


@dataclass(frozen=True)
class ScanPlan:
    """A scan of the pictures in and below a folder into the folder `target`, or the share of one process of several.

    folder: absolute. names: of the pictures below it, with "/", sorted by their characters. rank, world: the share:
    every world-th batch. max_pixels: of a picture; None for the program's own limit. seconds: between two states.
    """

    settings: PatchSettings
    folder: str
    names: tuple[str, ...]
    target: Path
    rank: int = 0
    world: int = 1
    max_pixels: int | None = None
    seconds: float = SECONDS

    @property
    def batches(self) -> list[range]:
        """The numbers of the pictures of this share, batch by batch, as a lone process would form them."""
        size, count = self.settings.batch, len(self.names)
        starts = range(0, count, size)[self.rank :: self.world]
        return [range(start, min(start + size, count)) for start in starts]

    @cached_property
    def pictures_digest(self) -> str:
        """Tells whether two plans are for the same pictures: names, sizes and times of their files."""
        digest = hashlib.sha256()
        for name in self.names:
            try:
                state = os.stat(Path(self.folder, name))  # noqa: PTH116 - a million Path objects would be slow
                words = f"{name}\0{state.st_size}\0{state.st_mtime_ns}\n"
            except OSError:
                words = f"{name}\0\n"
            digest.update(words.encode("utf-8", "surrogateescape"))
        return digest.hexdigest()

    @property
    def state_file(self) -> Path:
        """Where the state of this share is kept."""
        return self.target / f"unfinished-{self.rank}-of-{self.world}.safetensors"


def scan_plan(settings: PatchSettings, folder: Path, target: Path, **more: Any) -> ScanPlan:
    """The plan for a folder; more: further fields. Raises StudioError where there is no picture."""
    if not folder.is_dir():
        raise UsageError(f"{folder} is no folder. Name a folder of pictures.")
    root = os.path.abspath(folder)  # noqa: PTH100 - resolve() would follow links
    names = sorted(path.relative_to(root).as_posix() for path in find_pictures([root]))
    if not names:
        raise StudioError(f"{folder} holds no picture.")
    return ScanPlan(settings, root, tuple(names), target, **more)


def claim(plan: ScanPlan, resume: bool) -> bool:
    """Whether the target folder can be used and there is anything to do: False where a finished scan is resumed.

    Raises StudioError rather than write over what is there.
    """
    target = plan.target
    if target.exists() and not target.is_dir():
        raise UsageError(f"{target} is a file, and a folder is needed. Choose another name.")
    if (target / INDEX).exists():
        if resume:
            return False
        raise UsageError(f"{target} holds a finished index. Choose another name.")
    states = sorted(each.name for each in target.glob("unfinished-*-of-*.safetensors"))
    if states and not resume:
        raise UsageError(f"{target} holds an unfinished scan. Go on with --resume, or choose another name.")
    worlds = {name.split("-of-")[1].split(".")[0] for name in states} - {str(plan.world)}
    if worlds:
        raise UsageError(f"{target} was begun with {worlds.pop()} processes. Go on with as many.")
    if not states and target.is_dir() and any(target.iterdir()):
        raise UsageError(f"{target} holds other files. Name a new folder.")
    return True


def keep_state(plan: ScanPlan, about: Any, done: int, unreadable: Iterable[Any], arrays: dict[str, Array]) -> None:
    """Write the state after `done` batches; StudioError when that fails, and then the last one is still there."""
    told = {"about": json.dumps(about), "done": str(done), "unreadable": json.dumps(list(unreadable))}
    try:
        write_atomically(plan.state_file, save_arrays(arrays, told))
    except StudioError as error:
        raise StudioError(f"The scan stopped: {error} What was done is kept; go on with --resume.") from error


def kept_state(plan: ScanPlan, about: dict[str, Any]) -> tuple[int, list[tuple[str, str]], dict[str, Array]] | None:
    """The batches that are done, the unreadable pictures and the arrays; None where the share has not begun.

    Raises UsageError, which names it, where something in `about` is not what the scan was begun with.
    """
    file = plan.state_file
    if not file.is_file():
        return None
    try:
        with safe_open(file, framework="numpy") as held:
            told = held.metadata()
            arrays = {name: held.get_tensor(name) for name in held.keys()}  # noqa: SIM118 - it is no mapping
        begun, done = json.loads(told["about"]), int(told["done"])
        unreadable = [(str(name), str(reason)) for name, reason in json.loads(told["unreadable"])]
        differing = [name for name in about if begun[name] != about[name]]
    except (OSError, SafetensorError, ValueError, KeyError, TypeError) as error:
        raise StudioError(f"{file} is damaged. Scan into another folder.") from error
    if differing:
        words = ", ".join(_difference(name, begun[name], about[name]) for name in differing)
        raise UsageError(f"{plan.target} was begun otherwise: {words}. Go on as it began, or choose another name.")
    return done, unreadable, arrays


def _difference(name: str, begun: Any, now: Any) -> str:
    if isinstance(begun, (str, int)) and name != "pictures":
        return f"{name} {begun}, not {now}"
    return f"other {name}"
