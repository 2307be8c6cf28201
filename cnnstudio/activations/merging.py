"""Joining the results of several scans: those of parts, merged, are the scan of the whole.

A position among the strongest of the whole is among the strongest of its part, so no picture is needed again.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from cnnstudio.activations.patch_index import Array, LayerPatches, PatchIndex, Pictures, Scanned
from cnnstudio.errors import UsageError


def merged(parts: Sequence[PatchIndex]) -> PatchIndex:
    """One index of all pictures, sorted by name below the folder that holds all of theirs.

    A picture that several parts saw counts once. Raises UsageError where the parts do not belong together.
    """
    first = parts[0]
    for each in parts[1:]:
        _check_alike(first.scanned, each.scanned)
    pictures, numbers = _together([each.pictures for each in parts])
    layers = {
        name: _strongest([each.layers[name] for each in parts], numbers) for name in first.layers
    }
    unreadable = {name: reason for part in parts for name, reason in _unreadable(part, pictures.folder)}
    seen = {name for name, size in zip(pictures.names, pictures.sizes, strict=True) if size[0]}
    left = tuple(sorted((name, reason) for name, reason in unreadable.items() if name not in seen))
    return PatchIndex(first.scanned, pictures, layers, left)


def _check_alike(first: Scanned, other: Scanned) -> None:
    if first.identity != other.identity or first.preprocessing != other.preprocessing:
        raise UsageError(
            f"The indexes were made with different networks, {first.identity!r} and {other.identity!r}. "
            "Only scans of one network can be joined."
        )
    if first.layers != other.layers:
        differing = sorted(set(first.layers) ^ set(other.layers))[:3]
        raise UsageError(f"Not all indexes have the layers {', '.join(differing)}. Scan the same layers.")
    if (first.per_image, first.side) != (other.per_image, other.side):
        raise UsageError(
            f"The indexes were made with --per-image {first.per_image} and {other.per_image}. Scan one of them again."
        )


def _together(parts: Sequence[Pictures]) -> tuple[Pictures, list[Array]]:
    """All pictures, and for every part its pictures' new numbers, -1 for those that an earlier part saw."""
    folder = _common([each.folder for each in parts])
    named = [_below(folder, each) for each in parts]
    made = Pictures.unseen(folder, tuple(sorted({name for names in named for name in names})))
    number = {name: place for place, name in enumerate(made.names)}
    numbers = []
    for part, names in zip(parts, named, strict=True):
        new = np.array([number[name] for name in names], np.int32)
        seen, before = part.sizes[:, 0] > 0, made.sizes[new, 0] > 0
        differing = seen & before & (part.sha256 != made.sha256[new]).any(1)
        if differing.any():
            raise UsageError(
                f"{names[int(differing.argmax())]} was another picture in each of the scans. Scan one of them again."
            )
        fresh = seen & ~before
        for held, given in ((made.sizes, part.sizes), (made.placements, part.placements), (made.sha256, part.sha256)):
            held[new[fresh]] = given[fresh]
        numbers.append(np.where(before, -1, new).astype(np.int32))
    return made, numbers


def _common(folders: Sequence[str]) -> str:
    try:
        return os.path.commonpath(folders)
    except ValueError:
        # On different drives nothing is common: the names are then whole paths.
        return ""


def _below(folder: str, pictures: Pictures) -> list[str]:
    inner = Path(pictures.folder)
    prefix = (inner.relative_to(folder) if folder else inner).as_posix()
    return list(pictures.names) if prefix == "." else [f"{prefix}/{name}" for name in pictures.names]


def _unreadable(part: PatchIndex, folder: str) -> list[tuple[str, str]]:
    names, reasons = [name for name, _ in part.unreadable], [reason for _, reason in part.unreadable]
    return list(zip(_below(folder, replace(part.pictures, names=tuple(names))), reasons, strict=True))


def _strongest(parts: Sequence[LayerPatches], numbers: Sequence[Array]) -> LayerPatches:
    """The strongest k positions of every unit; ties by picture, then by position."""
    first = parts[0]
    pictures = np.concatenate(
        [np.where(each.pictures < 0, -1, new[each.pictures]) for each, new in zip(parts, numbers, strict=True)], 1
    )
    rows, columns = (np.concatenate([getattr(each, axis) for each in parts], 1) for axis in ("rows", "columns"))
    values = np.where(pictures < 0, -np.inf, np.concatenate([each.values for each in parts], 1))
    order = np.lexsort((columns, rows, pictures, -values))[:, : first.values.shape[1]]

    def chosen(held: Array, nothing: float, kind: type) -> Array:
        kept = np.take_along_axis(held, order, 1)
        return np.where(np.take_along_axis(pictures, order, 1) < 0, nothing, kept).astype(kind)

    return replace(
        first, values=chosen(values, -np.inf, np.float32), pictures=chosen(pictures, -1, np.int32),
        rows=chosen(rows, -1, np.int32), columns=chosen(columns, -1, np.int32),
    )  # fmt: skip
