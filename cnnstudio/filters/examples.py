"""The worked examples of the course, with the numbers that must come out."""

from __future__ import annotations

from dataclasses import dataclass, replace

from cnnstudio.filters.settings import FilterSettings, Kernel

Grid = tuple[tuple[float, ...], ...]


@dataclass(frozen=True)
class Example:
    """A small input as rows of numbers, the layer applied to it, and the rows of the one map that comes out."""

    name: str
    title: str
    settings: FilterSettings
    inputs: Grid
    expected: Grid
    note: str = ""


def _grid(text: str) -> Grid:
    return tuple(tuple(float(cell) for cell in row.split()) for row in text.split("/"))


def _edges(preset: str) -> FilterSettings:
    return FilterSettings(filters=(Kernel(preset=preset),), padding="valid")


_POOLED = FilterSettings(
    filters=(Kernel(preset="identity", size=1),),
    padding="valid",
    pool="max",
    pool_size=2,
    pool_stride=2,
    mode="clip",
)
_STEP = _grid("/".join(["10 10 10 0 0 0"] * 6))
_MIRRORED = _grid("/".join(["0 0 0 10 10 10"] * 6))
_ASYMMETRIC = Kernel(preset="own", slices=(((1.0, 2.0), (3.0, 4.0)),), name="1 2 / 3 4")

EXAMPLES: tuple[Example, ...] = (
    Example(
        "A", "Vertical edges of a 6 × 6 grid", _edges("prewitt-v"),
        _grid("3 0 1 2 7 4/1 5 8 9 3 1/2 7 2 5 1 3/0 1 3 1 7 8/4 2 1 6 2 8/2 4 5 2 3 9"),
        _grid("-5 -4 0 8/-10 -2 2 3/0 -2 -4 -7/-3 -2 -3 -16"),
        "Six minus three plus one: a 4 × 4 map comes out.",
    ),
    Example("B", "A step, bright to dark", _edges("prewitt-v"), _STEP, _grid("/".join(["0 30 30 0"] * 4)),
            "Positive where bright turns to dark, from left to right."),
    Example("B-sobel", "The step through Sobel", _edges("sobel-v"), _STEP, _grid("/".join(["0 40 40 0"] * 4)),
            "Sobel gives the middle row more weight."),
    Example("B-scharr", "The step through Scharr", _edges("scharr-v"), _STEP, _grid("/".join(["0 160 160 0"] * 4)),
            "Scharr gives it more still."),
    Example("B-mirrored", "The step mirrored: polarity", _edges("prewitt-v"), _MIRRORED,
            _grid("/".join(["0 -30 -30 0"] * 4)), "Dark to bright: the same edge, the other sign."),
    Example("C", "Max pooling, 4 × 4", _POOLED, _grid("2 1 3 1/1 0 1 4/0 6 9 5/7 1 4 1"), _grid("2 4/7 9"),
            "Each 2 × 2 window keeps its largest value. Nothing is learned."),
    Example("D", "Max pooling once more", _POOLED, _grid("1 3 2 1/2 9 1 1/1 3 2 3/5 6 1 2"), _grid("9 2/6 3")),
    Example("D-average", "Average pooling", replace(_POOLED, pool="average"),
            _grid("1 3 2 1/2 9 1 1/1 3 2 3/5 6 1 2"), _grid("3.75 1.25/3.75 2")),
    Example("transposed", "Transposed: overlaps add", FilterSettings(
                filters=(Kernel(preset="own", slices=(((1.0, 2.0, 1.0), (2.0, 4.0, 2.0), (1.0, 2.0, 1.0)),)),),
                padding="valid", transposed=True, stride=2),
            _grid("1 2/3 4"),
            _grid("1 2 3 4 2/2 4 6 8 4/4 8 10 12 6/6 12 14 16 8/3 6 7 8 4"),
            "Each input value lays its multiple of the kernel onto the output."),
    Example("flip", "An asymmetric kernel, flipped", FilterSettings(filters=(_ASYMMETRIC,), padding="valid", flip=True),
            _grid("1 2 3/4 5 6/7 8 9"), _grid("23 33/53 63"),
            "Without the flip, cross-correlation gives 37 47 / 67 77."),
)  # fmt: skip
"""Examples A to D of the notes, with the variants the notes mention beside them."""
