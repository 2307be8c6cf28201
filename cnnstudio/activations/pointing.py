"""Small questions about the maps of a layer, answered while the pointer moves: which position, which unit, how much."""

from __future__ import annotations

import numpy as np

from cnnstudio.activations.maps import Maps
from cnnstudio.networks.layers import Layer
from cnnstudio.networks.spans import Span


def peak(maps: Maps, unit: int) -> tuple[float, int, int]:
    """The largest value of a unit's map, its row and its column; the first of equal ones."""
    row, column = divmod(int(maps[unit].argmax()), maps.shape[2])
    return float(maps[unit, row, column]), row, column


def loudest(maps: Maps) -> int:
    """The unit with the largest value of all; the first of equal ones."""
    return int(maps.reshape(len(maps), -1).max(1).argmax())


def responding(maps: Maps, row: int, column: int, count: int) -> list[tuple[int, float]]:
    """The units that respond most at a position, with their values, strongest first; those at zero or below never."""
    there = maps[:, row, column]
    order = np.argsort(-there, kind="stable")[:count]
    return [(int(unit), float(there[unit])) for unit in order if there[unit] > 0]


def position_at(layer: Layer, x: float, y: float) -> tuple[int, int]:
    """Row and column of the position whose receptive field has its middle nearest to a place in the input."""
    return _nearest(layer.rows, y), _nearest(layer.columns, x)


def _nearest(span: Span, place: float) -> int:
    if span.steps is not None:
        middles = float(span.steps.offset) + span.steps.size / 2 + float(span.steps.stride) * np.arange(span.length)
    else:
        middles = (span.low + span.high) / 2
    return int(np.abs(middles - place).argmin())
