"""The channels of a layer compared: which respond most, which not at all, which say the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from cnnstudio.activations.maps import Maps

SAME = 0.999
"""Correlation from which on two channels count as duplicates."""

Numbers = npt.NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ChannelStatistics:
    """One number a channel. sparsity: the share of positions without a response above zero, 0…1."""

    maximum: Numbers
    mean: Numbers
    sparsity: Numbers


def statistics(maps: Maps) -> ChannelStatistics:
    """Of maps (C, H, W)."""
    flat = maps.reshape(len(maps), -1)
    return ChannelStatistics(flat.max(1), flat.mean(1), (flat <= 0).mean(1, dtype=np.float32))


def order(maps: Maps, by: str, contribution: Numbers | None = None) -> npt.NDArray[np.int64]:
    """The channels sorted: by number, or the highest maximum, mean, sparsity or contribution first.

    Equal ones stay in the order of their numbers. contribution: (C), needed for "contribution".
    """
    if by == "number":
        return np.arange(len(maps))
    values = contribution if by == "contribution" else getattr(statistics(maps), by)
    if values is None:
        return np.arange(len(maps))
    return np.argsort(-values, kind="stable")


def silent(maps: Maps) -> list[int]:
    """Channels that are the same everywhere in this picture: behind a ReLU, those that never respond."""
    flat = maps.reshape(len(maps), -1)
    return [int(channel) for channel in np.flatnonzero(flat.max(1) == flat.min(1))]


def duplicates(maps: Maps, least: float = SAME) -> list[tuple[int, int]]:
    """Pairs of channels whose maps are the same up to brightness and contrast: correlation of at least `least`.

    Maps of fewer than nine positions tell nothing and give no pairs; silent channels belong to none.
    """
    flat = maps.reshape(len(maps), -1).astype(np.float64)
    if flat.shape[1] < 9:
        return []
    centred = flat - flat.mean(1, keepdims=True)
    length = np.linalg.norm(centred, axis=1)
    heard = np.flatnonzero(length > 1e-6 * max(1e-12, float(np.abs(flat).max())))
    unit = centred[heard] / length[heard, None]
    alike = np.triu(unit @ unit.T, 1)
    return [(int(heard[a]), int(heard[b])) for a, b in np.argwhere(alike >= least)]
