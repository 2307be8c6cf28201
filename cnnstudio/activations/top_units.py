"""The strongest positions of every unit so far, as tensors on the device that computes.

A layer's output is reduced the moment it is made: a later layer may write over it, and all outputs of a batch would
not fit into memory. On the CPU that costs one pass for the maxima; only where a unit's weakest kept value is beaten
is more looked at, which soon is rare. Elsewhere everything is looked at, because asking would halt the device. What
was found is sorted in once a batch, for all layers together: many small operations would cost more than the maxima.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

_AT_ONCE = 1 << 22
"""Activations that are copied at once to find peaks in."""


@dataclass(eq=False)
class TopUnits:
    """The strongest positions of U units, strongest first; ties in the order in which they were found.

    values: (U, k) float32, -inf where there is none yet. pictures, places: (U, k) int32: the number of the picture
    (-1 for none) and row · width + column. per_image: the most of a unit's k that lie in one picture.
    """

    values: Tensor
    pictures: Tensor
    places: Tensor
    per_image: int
    _found: list[tuple[Tensor, Tensor, Tensor, Tensor]] = field(default_factory=list)

    @classmethod
    def of(cls, units: int, kept: int, per_image: int, device: str = "cpu") -> TopUnits:
        """Nothing found yet. per_image: 0 for any number."""
        none = torch.full((units, kept), -1, dtype=torch.int32, device=device)
        values = torch.full((units, kept), -torch.inf, device=device)
        return cls(values, none, none.clone(), min(per_image, kept) or kept)

    def look(self, first: int, maps: Tensor, numbers: Tensor) -> None:
        """Find what beats the kept values of the units from `first` on in their maps (B, C, H, W).

        numbers: (B) int32, of pictures that come after all before, ascending; -1 for what is no picture. A map with a
        NaN counts as no map.
        """
        along_rows = row_maxima(maps)
        if maps.device.type == "cpu":
            beaten = along_rows.amax(2) > self.values[first : first + maps.shape[1], -1]
            slots, units = beaten.nonzero().unbind(1)
            if not len(units):
                return
        else:
            slots, units = _every(maps)
        if self.per_image == 1:
            values, places = highest(maps, along_rows, slots, units)
        else:
            values, places = peaks(maps, slots, units, min(self.per_image, maps[0, 0].numel()))
        self._found.append((units + first, numbers[slots], values, places))

    def settle(self) -> None:
        """Sort what was found since the last time into the lists; to be done after every batch."""
        if not self._found:
            return
        width = max(values.shape[1] for _, _, values, _ in self._found)
        units, numbers = (torch.cat([found[part] for found in self._found]) for part in (0, 1))
        values, places = (torch.cat([_padded(found[part], width) for found in self._found]) for part in (2, 3))
        self._found.clear()
        values = values.masked_fill((numbers < 0).unsqueeze(1) | values.isnan(), -torch.inf)
        # Stable, here and below: of equal values the one that was found first stays in front.
        order = units.argsort(stable=True)
        touched, counts = torch.unique_consecutive(units[order], return_counts=True)
        row = torch.arange(len(touched), device=units.device).repeat_interleave(counts)
        column = torch.arange(len(units), device=units.device) - (counts.cumsum(0) - counts)[row]
        shape = (len(touched), int(counts.max()), width)

        def table(held: Tensor, new: Tensor) -> Tensor:
            made = torch.full(shape, _nothing(held), dtype=held.dtype, device=held.device)
            made[row, column] = new[order]
            return torch.cat([held[touched], made.flatten(1)], 1)

        every = table(self.values, values)
        best = every.sort(dim=1, descending=True, stable=True).indices[:, : self.values.shape[1]]
        kept = every.gather(1, best)
        for held, new in ((self.pictures, numbers.unsqueeze(1).expand(places.shape)), (self.places, places)):
            held[touched] = table(held, new).gather(1, best).masked_fill(kept == -torch.inf, -1)
        self.values[touched] = kept


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


def _padded(found: Tensor, width: int) -> Tensor:
    """As wide as the widest layer's, whose maps may have more positions."""
    rest = width - found.shape[1]
    return torch.nn.functional.pad(found, (0, rest), value=_nothing(found)) if rest else found


def _nothing(like: Tensor) -> float:
    return -torch.inf if like.is_floating_point() else -1


def _every(maps: Tensor) -> tuple[Tensor, Tensor]:
    pictures, units = maps.shape[:2]
    every = torch.arange(pictures * units, device=maps.device)
    return every // units, every % units
