"""The output-size formula as it stands in the window: in letters, and with the current numbers in it."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, sides


def formula_text(settings: FilterSettings, n: int, *, across: bool = False) -> tuple[str, str]:
    """Two lines for an input side of n pixels: the formula, and "floor((512 + 2·1 - 3)/1) + 1 = 512".

    `across` takes the kernel's columns instead of its rows. With pooling each line shows the second step as
    well.
    """
    side = sides(settings, n, n)[1 if across else 0]
    letters, numbers = _transposed(side) if settings.transposed else _convolution(side)
    numbers = f"{numbers} = {side.convolved}"
    if settings.pool == "none":
        return letters, numbers
    pooled = replace(side, pool_size=settings.pool_size, pool_stride=settings.pool_stride)
    return (
        f"{letters}, then floor((n - f)/s) + 1",
        f"{numbers}, then floor(({side.convolved} - {pooled.pool_size})/{pooled.pool_stride}) + 1 = {pooled.out}",
    )


def _padding(side: Side) -> tuple[str, str]:
    if side.before == side.after:
        return "2p", f"2·{side.before}"
    return "p₁ + p₂", f"{side.before} + {side.after}"


def _convolution(side: Side) -> tuple[str, str]:
    p, number = _padding(side)
    if side.dilation == 1:
        return f"floor((n + {p} - f)/s) + 1", f"floor(({side.n} + {number} - {side.f})/{side.stride}) + 1"
    return (
        f"floor((n + {p} - d(f - 1) - 1)/s) + 1",
        f"floor(({side.n} + {number} - {side.dilation}·({side.f} - 1) - 1)/{side.stride}) + 1",
    )


def _transposed(side: Side) -> tuple[str, str]:
    p, number = _padding(side)
    if side.before != side.after:
        p, number = f"({p})", f"({number})"
    return (
        f"(n - 1)s + d(f - 1) + 1 - {p}",
        f"({side.n} - 1)·{side.stride} + {side.dilation}·({side.f} - 1) + 1 - {number}",
    )


def pool_text(settings: FilterSettings, n: int) -> tuple[str, str]:
    """Two lines for the pooling that follows a convolution over n pixels across; empty without pooling."""
    if settings.pool == "none":
        return "", ""
    side = sides(settings, n, n)[1]
    return (
        "floor((n - f)/s) + 1",
        f"floor(({side.convolved} - {settings.pool_size})/{settings.pool_stride}) + 1 = {side.out}",
    )
