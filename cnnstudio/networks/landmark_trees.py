"""Five points of a face by an ensemble of regression trees: comparisons of pixels move a mean shape into place.

Kazemi & Sullivan, "One Millisecond Face Alignment with an Ensemble of Regression Trees", 2014, as dlib's
shape_predictor computes it; float32 and the order of sums are dlib's, so that the points come out the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]


class Rectangle(NamedTuple):
    """Where a face lies, in whole pixels; `right` and `bottom` are its last column and row."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class LandmarkTrees:
    """S stages of T trees with K splits each, over P pixels; shapes are in sides of the face's rectangle.

    initial_shape (5, 2); anchors (S, P) and deltas (S, P, 2): pixels, each beside one point of the shape;
    pixels (S, T, K, 2) and thresholds (S, T, K): splits; leaves (S, T, K + 1, 5, 2): how far the points move.
    """

    initial_shape: Floats
    anchors: Indices
    deltas: Floats
    pixels: Indices
    thresholds: Floats
    leaves: Floats

    @classmethod
    def from_state(cls, state: Mapping[str, Tensor]) -> LandmarkTrees:
        """The trees of a mapping with a tensor for each field."""
        return cls(**{name: state[name].numpy() for name in cls.__slots__})


def grey(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The brightness that the trees compare, (H, W), of RGB (H, W, 3): the mean of the colours, rounded down."""
    mean: NDArray[np.uint8] = (pixels.sum(axis=2, dtype=np.uint16) // 3).astype(np.uint8)
    return mean


def predict(trees: LandmarkTrees, picture: NDArray[np.uint8], rectangle: Rectangle) -> NDArray[np.float64]:
    """The five points (5, 2), x and y in pixels, rounded to whole ones, of the face in a rectangle of a grey picture.

    picture: (H, W), of which the rectangle may stand out; what lies outside is 0.
    Order: outer and inner corner of the eye on the picture's right, of the eye on its left, then under the nose.
    """
    corner = np.array(rectangle[:2], np.float64)
    sides = np.array(rectangle[2:], np.float64) - corner
    shape = trees.initial_shape
    for stage in range(len(trees.leaves)):
        places = _turned(trees.deltas[stage], _turn(trees.initial_shape, shape)) + shape[trees.anchors[stage]]
        brightness = _sampled(picture, _rounded(corner + sides * places))
        moves = trees.leaves[stage, np.arange(trees.leaves.shape[1]), _leaves(trees, stage, brightness)]
        shape = np.add.accumulate(np.concatenate([shape[None], moves]))[-1]
    return _rounded(corner + sides * shape).astype(np.float64)


def _turn(reference: Floats, shape: Floats) -> Floats:
    """The rotation and scale (2, 2) that bring one shape nearest to another, in the sense of least squares."""
    # As complex numbers, a rotation with scale is one factor, and least squares gives it as a quotient.
    a, b = (points.astype(np.float64) @ np.array([1, 1j]) for points in (reference, shape))
    a, b = a - a.mean(), b - b.mean()
    factor = np.vdot(a, b) / np.vdot(a, a).real
    return np.array([[factor.real, -factor.imag], [factor.imag, factor.real]], np.float32)


def _turned(deltas: Floats, turn: Floats) -> Floats:
    """The product of each row with `turn`; a matrix product may round once where dlib rounds twice."""
    return deltas[:, :1] * turn[:, 0] + deltas[:, 1:] * turn[:, 1]


def _sampled(picture: NDArray[np.uint8], places: Indices) -> Floats:
    """Brightness at (P, 2) x and y; 0 outside."""
    height, width = picture.shape
    x, y = places.T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    found = np.zeros(len(places), np.float32)
    found[inside] = picture[y[inside], x[inside]]
    return found


def _leaves(trees: LandmarkTrees, stage: int, brightness: Floats) -> Indices:
    """Which leaf each tree of a stage ends in; below split i stand split 2i + 1, where it holds, and 2i + 2."""
    splits: int = trees.thresholds.shape[2]
    tree = np.arange(trees.thresholds.shape[1])
    at: Indices = np.zeros_like(tree)
    while (inner := at < splits).any():
        rows, node = tree[inner], at[inner]
        first, second = trees.pixels[stage, rows, node].T
        holds = brightness[first] - brightness[second] > trees.thresholds[stage, rows, node]
        at[inner] = 2 * node + np.where(holds, 1, 2)
    return at - splits


def _rounded(places: NDArray[np.float64]) -> Indices:
    whole: Indices = np.floor(places + 0.5).astype(np.int64)
    return whole
