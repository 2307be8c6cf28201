"""How near a learned kernel has come to the one it should find, as a number and in words."""

from __future__ import annotations

from cnnstudio.filters import Matrix
from cnnstudio.gui import numbers_text

CLOSE = 0.01
"""The share of the target's largest weight up to which a learned kernel counts as found."""


def rows_of(weights: object) -> Matrix:
    """Weights as rows; a stack of slices gives its first one."""
    rows = [list(row) for row in weights]  # type: ignore[attr-defined]
    if rows and isinstance(rows[0][0], (list, tuple)):
        rows = [list(row) for row in rows[0]]
    return tuple(tuple(float(w) for w in row) for row in rows)


def largest_error(learned: Matrix | None, target: Matrix | None) -> float | None:
    """The largest difference between two kernels, as a share of the target's largest weight.

    None when one of them is missing, when they differ in size, or when the target is all 0.
    """
    if learned is None or target is None or _size(learned) != _size(target):
        return None
    scale = max(abs(w) for row in target for w in row)
    pairs = (
        (a, b) for one, other in zip(learned, target, strict=True) for a, b in zip(one, other, strict=True)
    )  # fmt: skip
    return max(abs(a - b) for a, b in pairs) / scale if scale else None


def error_text(error: float) -> str:
    """The error in words."""
    if error < 0.001:
        share = "below 0.1\u00a0%"
    else:
        share = numbers_text.quantity(100 * error, "%", 1 if error < 0.1 else 0)
    return f"Largest error {share} of the largest weight"


def _size(matrix: Matrix) -> tuple[int, int]:
    return len(matrix), len(matrix[0])
