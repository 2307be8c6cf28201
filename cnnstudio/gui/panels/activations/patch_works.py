"""What the engine does for the nine patches: the scan of many pictures into the cache, and the cutting of patches."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cnnstudio.errors import StudioError

if TYPE_CHECKING:
    from cnnstudio.activations import Patch, PatchIndex, ScanPlan

BATCH = 8
"""Pictures in one pass: few, so that a scan stops at once and shows something soon."""

TILE = 192
"""Longest side of a patch as it is shown."""


@dataclass(frozen=True)
class Source:
    """The pictures in and below `folder`, or, where some are named, these `files` alone."""

    folder: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Tile:
    """A patch and its pixels (h, w, 3) uint8, or the reason in `trouble` why there are none."""

    patch: Patch
    pixels: Any
    trouble: str = ""


class _Silent:
    """A job that reports no single picture, because the card counts them."""

    def __init__(self, job: Any) -> None:
        self._job = job

    def __getattr__(self, name: str) -> Any:
        return getattr(self._job, name)

    def notice(self, text: str) -> None:
        """Nothing."""


def scan_pictures(source: Source, model: str, cache: Path, job: Any) -> Generator[None, None, PatchIndex]:
    """The index of all pictures for a network, read where it is kept, else scanned from where a scan was cut off.

    cache: the folder below which indexes are kept. Previews are the index so far. Raises StudioError where there is
    no picture, or none could be read.
    """
    from cnnstudio.activations import kept_subject

    subject = kept_subject(model, device=job.device, checkpoint=job.checkpoint)
    job.checkpoint()
    plan = plan_of(source, model, subject.identity, cache)
    kept = _kept(plan)
    if kept is not None:
        return kept
    _forget_older(plan)

    def subject_on(device: str) -> Any:
        return subject if device == subject.device else kept_subject(model, device=device, checkpoint=job.checkpoint)

    made = yield from _scan(plan, subject_on, job)
    return made


def plan_of(source: Source, model: str, identity: str, cache: Path) -> ScanPlan:
    """Where the scan of these pictures is kept: one folder for source and network, in it one for the files' state."""
    from cnnstudio.activations import PatchSettings, ScanPlan, scan_plan

    settings = PatchSettings(model, batch=BATCH)
    if source.files:
        root, names = _below(source.files)
        plan = ScanPlan(settings, root, names, cache, seconds=0.0)
    else:
        plan = scan_plan(settings, Path(source.folder), cache, seconds=0.0)
    kind = "files" if source.files else "folder"
    whose = hashlib.sha256(f"{kind}\0{plan.folder}\0{identity}".encode("utf-8", "surrogateescape")).hexdigest()
    return replace(plan, target=cache / whose[:24] / plan.pictures_digest[:16])


def _below(files: Sequence[str]) -> tuple[str, tuple[str, ...]]:
    """The folder that all files lie below, and their names from there."""
    paths = sorted(set(map(os.path.abspath, files)))
    try:
        root = os.path.commonpath([os.path.dirname(path) for path in paths])  # noqa: PTH120 - beside its like
    except ValueError:  # on several drives
        root = str(Path(paths[0]).parent)
        return root, tuple(Path(path).as_posix() for path in paths)
    return root, tuple(sorted(Path(path).relative_to(root).as_posix() for path in paths))


def _kept(plan: ScanPlan) -> PatchIndex | None:
    from cnnstudio.activations import read_index

    try:
        return read_index(plan.target)
    except StudioError:
        return None  # there is none, or it is damaged: it is made anew


def _forget_older(plan: ScanPlan) -> None:
    """The pictures have changed since: what is kept of them as they were is of no use."""
    whose = plan.target.parent
    for each in whose.iterdir() if whose.is_dir() else ():
        if each != plan.target:
            shutil.rmtree(each, ignore_errors=True)


def _scan(plan: ScanPlan, subject_on: Any, job: Any) -> Generator[None, None, PatchIndex]:
    from cnnstudio.activations import scan

    useless = f"{plan.state_file} is damaged", f"{plan.target} was begun otherwise"
    try:
        made = yield from scan(plan, subject_on, _Silent(job))  # type: ignore[arg-type]
    except StudioError as error:
        if not str(error).startswith(useless):
            words = str(error).replace("go on with --resume", "scan the same pictures again to go on")
            raise StudioError(words) from error
        plan.state_file.unlink(missing_ok=True)
        made = yield from scan(plan, subject_on, _Silent(job))  # type: ignore[arg-type]
    return made


def cut_tiles(
    index: PatchIndex, layer: str, unit: int, known: Mapping[Any, Tile], job: Any
) -> tuple[Tile, ...]:
    """A unit's patches, strongest first, at most nine. known: tiles that were cut before, by `key_of` their patch."""
    from cnnstudio.activations import patches_of

    made = []
    for patch in patches_of(index, layer, unit):
        job.checkpoint()
        before = known.get(key_of(patch))
        made.append(Tile(patch, before.pixels) if before else _tile(index, patch, job))
    return tuple(made)


def key_of(patch: Patch) -> tuple[str, tuple[int, int, int, int]]:
    """Tells whether two patches are the same pixels."""
    return str(patch.image), patch.box


def _tile(index: PatchIndex, patch: Patch, job: Any) -> Tile:
    import cv2
    import numpy as np

    from cnnstudio.activations import cut
    from cnnstudio.imaging.reading import read_picture

    try:
        pixels = cut(index, patch, partial(read_picture, checkpoint=job.checkpoint))
    except StudioError as error:
        return Tile(patch, None, str(error))
    height, width = pixels.shape[:2]
    scale = min(1.0, TILE / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    return Tile(patch, np.ascontiguousarray(pixels))
