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
        along_rows = row_maxima(maps)
        best = along_rows.amax(2).float().masked_fill(numbers.unsqueeze(1) < 0, -torch.inf)
        better = best > self.values[:, -1]
        if maps.device.type != "cpu":
            units = torch.arange(maps.shape[1], device=maps.device)
            self._take(maps, along_rows, numbers, units, *_every(maps))
        elif better.any():
            units = better.any(0).nonzero().squeeze(1)
            self._take(maps, along_rows, numbers, units, *better[:, units].nonzero().unbind(1))

    def _take(
        self, maps: Tensor, along_rows: Tensor, numbers: Tensor, units: Tensor, rows: Tensor, columns: Tensor
    ) -> None:
        """Merge the peaks of pictures `rows` and units `units[columns]` into the lists of `units`."""
        if self.per_image == 1:
            values, places = highest(maps, along_rows, rows, units[columns])
        else:
            values, places = peaks(maps, rows, units[columns], min(self.per_image, maps[0, 0].numel()))
        values = torch.where((numbers[rows].unsqueeze(1) < 0) | values.isnan(), -torch.inf, values)
        shape = (len(units), len(numbers), values.shape[1])
        found = torch.full(shape, -torch.inf, device=maps.device)
        where = torch.full(shape, -1, dtype=torch.int32, device=maps.device)
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


def row_maxima(maps: Tensor) -> Tensor:
    """(B, C, H): of maps (B, C, H, W) the largest value of each row, read in the order in which they lie in memory."""
    if maps.is_contiguous():
        return maps.amax(3)
    return maps.permute(0, 2, 3, 1).amax(2).permute(0, 2, 1)


def highest(maps: Tensor, along_rows: Tensor, pictures: Tensor, units: Tensor) -> tuple[Tensor, Tensor]:
    """As `peaks` for one peak, from the maxima of rows: only the row where it lies is read once more."""
    value, row = along_rows[pictures, units].max(-1)
    column = maps[pictures, units, row].max(-1).indices
    return value.float().unsqueeze(1), (row * maps.shape[3] + column).int().unsqueeze(1)


def peaks(maps: Tensor, pictures: Tensor, units: Tensor, count: int) -> tuple[Tensor, Tensor]:
    """The `count` largest values (n, count) float32 of the maps (H, W) of pictures and units, and where they lie.

    Of equal values the first comes first, which `topk` does not promise.
    """
    values = torch.empty(len(pictures), count, device=maps.device)
    places = torch.empty(len(pictures), count, dtype=torch.int32, device=maps.device)
    step = max(1, _AT_ONCE // maps[0, 0].numel())
    for start in range(0, len(pictures), step):
        part = slice(start, start + step)
        flat = maps[pictures[part], units[part]].flatten(1).float()
        for place in range(count):
            value, index = flat.max(-1)
            values[part, place], places[part, place] = value, index.int()
            if place + 1 < count:
                flat.scatter_(1, index.unsqueeze(1), -torch.inf)
    return values, places


def _every(maps: Tensor) -> tuple[Tensor, Tensor]:
    pictures, units = maps.shape[:2]
    every = torch.arange(pictures * units, device=maps.device)
    return every // units, every % units
