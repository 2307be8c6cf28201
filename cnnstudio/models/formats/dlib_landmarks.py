"""The file of dlib's five-point landmark predictor, shape_predictor_5_face_landmarks.dat, as dense tensors.

The file is nothing but dlib's integers, three million of them: vectors of trees that say their size again and again.
All are decoded at once, and as every tree has the same size, the vectors are tables whose columns can be compared.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from cnnstudio.models.formats.dlib_stream import opened
from cnnstudio.models.formats.dlib_table import REAL, Table, Tokens

POINTS = 5
# Two bytes of such a file can become forty in memory.
_MOST_BYTES = 16 << 20
_COORDINATES = 2 * POINTS
# In integers: a split is two pixels and a threshold; a leaf is a matrix of one column, its two sides in front.
_SPLIT = 2 + REAL
_LEAF = 2 + REAL * _COORDINATES


def read(path: Path) -> dict[str, torch.Tensor]:
    """The predictor in a file: S stages of T trees with K splits each, over P pixels; read to its last byte.

    initial_shape (5, 2) and leaves (S, T, K + 1, 5, 2), float32: x, y in sides of the face's rectangle.
    anchors (S, P), int64: the point beside which a pixel lies, and deltas (S, P, 2), float32: how far from it.
    pixels (S, T, K, 2), int64, and thresholds (S, T, K), float32: what the splits compare.
    Raises ModelError that names file and byte when the file is damaged or holds another predictor.
    """
    stream = opened(path, _MOST_BYTES)
    stream.expect_integer("the version of the predictor", 1)
    # Numbers of rows below zero mark the newer of dlib's two ways to write a matrix.
    stream.expect_integer("the rows of the initial shape", -_COORDINATES)
    stream.expect_integer("the columns of the initial shape", -1)
    table = Table(stream)
    initial = table.take("the initial shape", _COORDINATES, REAL)
    splits, leaves = _trees(table)
    stages = splits.shape[1]
    anchors = _vectors(table, "anchors", stages, each=1)
    deltas = _vectors(table, "deltas", stages, each=2 * REAL, length=anchors.shape[2])
    table.end()
    table.require("an anchor", anchors, (anchors[0] >= 0) & (anchors[0] < POINTS))
    compared = splits[..., :2]
    table.require("a pixel of a split", compared, (compared[0] >= 0) & (compared[0] < anchors.shape[2]))
    return _tensors(
        initial_shape=table.reals(initial).reshape(POINTS, 2),
        pixels=compared[0],
        thresholds=table.reals(splits[..., 2:])[..., 0],
        leaves=table.reals(leaves).reshape(*leaves.shape[1:-1], POINTS, 2),
        anchors=anchors[0, ..., 0],
        deltas=table.reals(deltas),
    )


def _trees(table: Table) -> tuple[Tokens, Tokens]:
    """Splits (2, S, T, K, 4) and the reals of leaves (2, S, T, K + 1, 20) of the vectors of vectors of trees."""
    stages, trees, splits = (table.peek(place, "the size of the forest") for place in range(3))
    table.take("the number of stages", 1)
    first_leaf = 1 + splits * _SPLIT + 1
    size = first_leaf + (splits + 1) * _LEAF
    stage = table.take("the trees", stages, 1 + trees * size)
    table.same("the number of trees", stage[..., 0], trees)
    tree = stage[..., 1:].reshape(2, stages, trees, size)
    table.same("the number of splits", tree[..., 0], splits)
    table.same("the number of leaves", tree[..., first_leaf - 1], splits + 1)
    leaf = tree[..., first_leaf:].reshape(2, stages, trees, splits + 1, _LEAF)
    table.same("the rows of a leaf", leaf[..., 0], -_COORDINATES)
    table.same("the columns of a leaf", leaf[..., 1], -1)
    return tree[..., 1 : first_leaf - 1].reshape(2, stages, trees, splits, _SPLIT), leaf[..., 2:]


def _vectors(table: Table, what: str, stages: int, each: int, length: int | None = None) -> Tokens:
    """One vector a stage, of elements of `each` integers: (2, stages, length, each)."""
    table.same(f"the number of stages with {what}", table.take(what, 1), stages)
    length = table.peek(0, f"the number of {what}") if length is None else length
    vectors = table.take(what, stages, 1 + length * each)
    table.same(f"the number of {what}", vectors[..., 0], length)
    return vectors[..., 1:].reshape(2, stages, length, each)


def _tensors(**arrays: NDArray[np.generic]) -> dict[str, torch.Tensor]:
    return {name: torch.from_numpy(np.ascontiguousarray(values)) for name, values in arrays.items()}
