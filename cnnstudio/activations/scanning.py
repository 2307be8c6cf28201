"""Maximum patches: one pass over a folder finds for every unit the positions that excite it most.

Zeiler and Fergus, "Visualizing and Understanding Convolutional Networks", 2014: what a unit has learnt shows in the
picture patches that activate it most strongly.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
import torch

from cnnstudio.activations.patch_files import make, write_index
from cnnstudio.activations.patch_index import Array, LayerPatches, PatchIndex, Pictures, Scanned
from cnnstudio.activations.patch_scanner import PatchScanner, scanned_layers
from cnnstudio.activations.picture_batches import Batch, batches_ahead
from cnnstudio.activations.scan_plans import ScanPlan, keep_state, kept_state
from cnnstudio.activations.subjects import Subject
from cnnstudio.errors import StudioError
from cnnstudio.imaging.reading import read_picture
from cnnstudio.job import Job
from cnnstudio.networks.layers import Layer
from cnnstudio.networks.spans import Span

_PREVIEW_SECONDS = 2.0
_CHECKPOINT_SHARE = 20
"""Keeping the state may take a twentieth of the time: with a million pictures it is not small."""


def scan(plan: ScanPlan, subject_on: Callable[[str], Subject], job: Job) -> Generator[None, None, PatchIndex]:
    """Scan the whole plan into its folder; a work for the engine, which yields between batches.

    subject_on: the network on a device. Previews are the index so far. A scan that was cut off is gone on with from
    its last state. Raises UsageError for layers that there are not, StudioError where no picture could be read or
    the disk takes no more.
    """
    index = yield from scan_share(plan, subject_on, job)
    finish(plan, index)
    return index


def scan_share(plan: ScanPlan, subject_on: Callable[[str], Subject], job: Job) -> Generator[None, None, PatchIndex]:
    """As `scan`, for the batches of one process; its state stays in the folder, the index is not written."""
    subject = subject_on(job.device)
    layers = scanned_layers(subject, plan.settings.layers)
    share = _Share(plan, subject, layers)
    # Also where another process, on another machine, has made it already.
    make(plan.target)
    share.take_up()
    batches = plan.batches
    total = sum(map(len, batches))
    passed = sum(map(len, batches[: share.done]))
    job.progress(passed, total)
    if share.done:
        job.preview(share.index())  # what the scan that was cut off has found
    shown = kept = time.monotonic()
    pause = plan.seconds

    def read(number: int) -> Any:
        return read_picture(
            share.pictures.path(number), max_pixels=plan.max_pixels, checkpoint=job.checkpoint
        )

    ahead = batches_ahead(
        subject, batches[share.done :], plan.settings.batch, read, max(2, job.threads), job.checkpoint
    )
    try:
        for batch in ahead:
            share.take(batch, job)
            passed += len(batches[share.done - 1])
            now = time.monotonic()
            if now - kept >= pause:
                share.keep()
                kept = time.monotonic()
                pause = max(plan.seconds, _CHECKPOINT_SHARE * (kept - now))
            if now - shown >= _PREVIEW_SECONDS or share.done == 1:
                job.preview(share.index())
                shown = now
            job.progress(passed, total)
            yield
    finally:
        ahead.close()
    share.keep()
    return share.index()


def finish(plan: ScanPlan, index: PatchIndex) -> None:
    """Write the index in place of the states; StudioError where not one picture could be read."""
    if not index.pictures.sizes[:, 0].any():
        reason = f" {index.unreadable[0][1]}" if index.unreadable else ""
        raise StudioError(f"None of the pictures in {plan.folder} could be read.{reason}")
    try:
        write_index(index, plan.target)
    except StudioError as error:
        raise StudioError(f"The index was not written: {error} The scan is kept; go on with --resume.") from error
    for state in plan.target.glob("unfinished-*-of-*.safetensors"):
        state.unlink(missing_ok=True)


class _Share:
    """What one process has found so far, and how to keep it."""

    def __init__(self, plan: ScanPlan, subject: Subject, layers: Sequence[Layer]) -> None:
        self._plan = plan
        self._scanner = PatchScanner(subject, layers, plan.settings.per_image)
        # As it comes out of a file again, where tuples are lists.
        convention = json.loads(json.dumps(asdict(subject.convention)))
        self._scanned = Scanned(
            subject.name, subject.identity, subject.side, convention, plan.settings.per_image,
            tuple(each.name for each in layers),
        )  # fmt: skip
        self.pictures = Pictures.unseen(plan.folder, plan.names)
        self._unreadable: list[tuple[str, str]] = []
        self.done = 0

    @property
    def _about(self) -> dict[str, Any]:
        scanned = self._scanned
        return {
            "network": scanned.identity, "layers": list(scanned.layers), "per-image": scanned.per_image,
            "batch": self._plan.settings.batch, "preprocessing": dict(scanned.preprocessing),
            "pictures": self._plan.pictures_digest,
        }  # fmt: skip

    def take(self, batch: Batch, job: Job) -> None:
        for each in batch.seen:
            place = each.placement
            self.pictures.sizes[each.number] = each.width, each.height
            self.pictures.placements[each.number] = place.scale_x, place.scale_y, place.left, place.top
            self.pictures.sha256[each.number] = np.frombuffer(bytes.fromhex(each.sha256), np.uint8)
        for number, reason in batch.unreadable:
            self._unreadable.append((self._plan.names[number], reason))
            job.notice(reason)
        if batch.seen:
            self._scanner.take(batch.inputs, batch.numbers, job)
        self.done += 1

    def keep(self) -> None:
        keep_state(self._plan, self._about, self.done, self._unreadable, self._arrays())

    def take_up(self) -> None:
        """Go on from the state that is kept, if there is one."""
        state = kept_state(self._plan, self._about)
        if state is None:
            return
        self.done, self._unreadable, arrays = state
        for key in ("sizes", "placements", "sha256"):
            getattr(self.pictures, key)[:] = arrays[key]
        for key in ("values", "pictures", "places"):
            getattr(self._scanner.top, key).copy_(torch.from_numpy(arrays[key]))

    def _arrays(self) -> dict[str, Array]:
        made = {key: getattr(self.pictures, key) for key in ("sizes", "placements", "sha256")}
        top = self._scanner.top
        return made | {key: getattr(top, key).cpu().numpy() for key in ("values", "pictures", "places")}

    def index(self) -> PatchIndex:
        """What was found so far, as a copy."""
        top, first = self._scanner.top, self._scanner.first
        found = [each.cpu().numpy() for each in (top.values, top.pictures, top.places)]
        layers = {
            name: _layer_patches(layer, *(each[first[name] : first[name] + layer.channels].copy() for each in found))
            for name, layer in self._scanner.layers.items()
        }
        return PatchIndex(self._scanned, self.pictures, layers, tuple(self._unreadable))


def _layer_patches(layer: Layer, values: Array, pictures: Array, places: Array) -> LayerPatches:
    nothing = places < 0
    rows, columns = (np.where(nothing, -1, each).astype(np.int32) for each in divmod(places, layer.width))
    return LayerPatches(
        layer.name, layer.type, layer.height, layer.width, values, pictures, rows, columns,
        _span(layer.rows), _span(layer.columns),
    )  # fmt: skip


def _span(span: Span) -> Array:
    return np.array([span.at(place) for place in range(span.length)], np.int32)
