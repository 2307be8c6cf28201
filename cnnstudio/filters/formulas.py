"""The output-size formula as it stands in the window: in letters, and with the current numbers in it."""

from __future__ import annotations

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.filters.sizes import Side, sides


def size_lines(settings: FilterSettings, height: int, width: int) -> tuple[str, ...]:
    """The convolution's size in lines: the formula, then the numbers of the width and, where they differ, of the
    height, as "w = floor((451 + 2·1 - 3)/1) + 1 = 451".
    """
    down, across = sides(settings, height, width)
    letters = _formula(across)[0]
    if _formula(down)[0] != letters:
        letters = _formula(down if down.before != down.after else across)[0]
    return letters, *_both(f"{_formula(across)[1]} = {across.convolved}", f"{_formula(down)[1]} = {down.convolved}")


def pool_lines(settings: FilterSettings, height: int, width: int) -> tuple[str, ...]:
    """The same for the pooling that follows; empty without pooling."""
    if settings.pool == "none":
        return ()
    down, across = sides(settings, height, width)
    numbers = [
        f"floor(({side.convolved} - {settings.pool_size})/{settings.pool_stride}) + 1 = {side.out}"
        for side in (across, down)
    ]
    return "floor((n - f)/s) + 1", *_both(*numbers)


def _both(width: str, height: str) -> tuple[str, ...]:
    return (width,) if width == height else (f"w = {width}", f"h = {height}")


def _formula(side: Side) -> tuple[str, str]:
    return _transposed(side) if side.transposed else _convolution(side)


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
