"""Where the names of boxes are written so that they do not cover each other.

Plain arithmetic in any unit, so that the saved picture and the canvas place their labels alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Rectangle = tuple[float, float, float, float]


def label_places(
    boxes: Sequence[Rectangle], sizes: Sequence[tuple[float, float]], width: float, height: float
) -> list[Rectangle]:
    """x1, y1, x2, y2 of a label for each box, inside a picture of width × height as far as it fits.

    boxes: x1, y1, x2, y2, the most important first; sizes: (width, height) of the labels. A label stands above its
    box, else in it, below it, or at the nearest height beside its left edge that is free; where nothing is free it
    stands above.
    """
    taken: list[Rectangle] = []
    for box, size in zip(boxes, sizes, strict=True):
        tries = [_inside(x, y, size, width, height) for x, y in _tries(box, size, height)]
        taken.append(next((each for each in tries if not any(_meet(each, other) for other in taken)), tries[0]))
    return taken


def _tries(box: Rectangle, size: tuple[float, float], height: float) -> Iterator[tuple[float, float]]:
    left, top, right, bottom = box
    wide, tall = size
    above = top - tall if top >= tall else top
    yield left, above
    yield right - wide, above
    for x in (left, right - wide):
        yield x, top
        yield x, bottom
        yield x, bottom - tall
    for step in range(1, int(height / max(1.0, tall)) + 2):
        yield left, above - step * tall
        yield left, above + step * tall


def _inside(x: float, y: float, size: tuple[float, float], width: float, height: float) -> Rectangle:
    x, y = max(0.0, min(x, width - size[0])), max(0.0, min(y, height - size[1]))
    return x, y, x + size[0], y + size[1]


def _meet(one: Rectangle, other: Rectangle) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
