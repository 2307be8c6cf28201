"""The strongest positions of every unit of a layer so far, as tensors on the device that computes.

A layer's output is reduced the moment it is made: a later layer may write over it, and all outputs of a batch would
not fit into memory. On the CPU that costs one pass for the maxima; only where a unit's weakest kept value is beaten
is more looked at, which soon is rare. Elsewhere everything is looked at, because asking would halt the device.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

_AT_ONCE = 1 << 22
"""Activations that are copied at once to find peaks in."""


@dataclass(eq=False)
class TopUnits:
    """The strongest positions of C units, strongest first; ties in the order in which they were found.

    values: (C, k) float32, -inf where there is none yet. pictures, places: (C, k) int32: the number of the picture
    (-1 for none) and row · width + column. per_image: the most of a unit's k that lie in one picture.
    """

    values: Tensor
    pictures: Tensor
    places: Tensor
    per_image: int

    @classmethod
    def of(cls, channels: int, kept: int, per_image: int, device: str = "cpu") -> TopUnits:
        """Nothing found yet. per_image: 0 for any number."""
        none = torch.full((channels, kept), -1, dtype=torch.int32, device=device)
        values = torch.full((channels, kept), -torch.inf, device=device)
        return cls(values, none, none.clone(), min(per_image, kept) or kept)

    def update(self, maps: Tensor, numbers: Tensor) -> None:
        """Take in the maps (B, C, H, W) of pictures that come after all before.

        numbers: (B) int32 ascending, -1 for what is no picture. A map with a NaN counts as no map.
        """
        flat = maps.flatten(2)
        best = flat.amax(-1).float().masked_fill(numbers.unsqueeze(1) < 0, -torch.inf)
        better = best > self.values[:, -1]
        if flat.device.type != "cpu":
            units = torch.arange(flat.shape[1], device=flat.device)
            self._take(flat, numbers, units, *_every(flat))
            return
        if better.any():
            units = better.any(0).nonzero().squeeze(1)
            self._take(flat, numbers, units, *better[:, units].nonzero().unbind(1))

    def _take(self, flat: Tensor, numbers: Tensor, units: Tensor, rows: Tensor, columns: Tensor) -> None:
        """Merge the peaks of pictures `rows` and units `units[columns]` into the lists of `units`."""
        count = min(self.per_image, flat.shape[2])
        values, places = peaks(flat, rows, units[columns], count)
        values = torch.where((numbers[rows].unsqueeze(1) < 0) | values.isnan(), -torch.inf, values)
        shape = (len(units), len(numbers), count)
        found = torch.full(shape, -torch.inf, device=flat.device)
        where = torch.full(shape, -1, dtype=torch.int32, device=flat.device)
        found[columns, rows] = values
        where[columns, rows] = places
        whose = numbers.view(1, -1, 1).expand(shape)
        # Stable: of equal values the one that was found first stays in front.
        merged = torch.cat([self.values[units], found.flatten(1)], 1)
        order = merged.sort(dim=1, descending=True, stable=True).indices[:, : self.values.shape[1]]
        kept = merged.gather(1, order)
        nothing = kept == -torch.inf
        for held, new in ((self.pictures, whose), (self.places, where)):
            chosen = torch.cat([held[units], new.flatten(1)], 1).gather(1, order)
            held[units] = chosen.masked_fill(nothing, -1)
        self.values[units] = kept


def peaks(flat: Tensor, rows: Tensor, columns: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` largest values (n, count) float32 of the maps flat[rows[i], columns[i]] (P), and where they lie.

    Of equal values the first comes first, which `topk` does not promise.
    """
    values = torch.empty(len(rows), count, device=flat.device)
    places = torch.empty(len(rows), count, dtype=torch.int32, device=flat.device)
    step = max(1, _AT_ONCE // flat.shape[2])
    for start in range(0, len(rows), step):
        part = slice(start, start + step)
        maps = flat[rows[part], columns[part]].float()
        for place in range(count):
            value, index = maps.max(-1)
            values[part, place], places[part, place] = value, index.int()
            if place + 1 < count:
                maps.scatter_(1, index.unsqueeze(1), -torch.inf)
    return values, places


def _every(flat: Tensor) -> tuple[Tensor, Tensor]:
    pictures, units = flat.shape[:2]
    every = torch.arange(pictures * units, device=flat.device)
    return every // units, every % units
