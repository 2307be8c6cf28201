"""Where the views lie inside the canvas: margins, gaps, captions, side by side or stacked. Device pixels."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSizeF

MARGIN, GAP = 16, 12
CAPTION, BELOW_CAPTION = 20, 10
_NARROWEST_CAPTION = 440
_ENOUGH_FOR_WORDS = 200


def cells(width: int, height: int, count: int, scene: QSizeF, ratio: float) -> list[QRect]:
    """Split a canvas of width x height device pixels into `count` equal views of pictures of size `scene`.

    The number of columns is the one that shows the pictures largest; a wide canvas gives side by side. ratio:
    device pixels per logical pixel. Views are at least one pixel large.
    """
    if count < 1:
        return []
    best: tuple[float, list[QRect]] | None = None
    for columns in range(count, 0, -1):
        made = _grid(width, height, count, columns, ratio)
        room = min(
            made[0].width() / max(scene.width(), 1e-9),
            made[0].height() / max(scene.height(), 1e-9),
        )
        if best is None or room > best[0] * 1.001:
            best = (room, made)
    assert best is not None
    return _tightened(best[1], height, scene)


def _tightened(made: list[QRect], height: int, scene: QSizeF) -> list[QRect]:
    """Several rows of several pictures stand as close as the whole pictures allow, in the middle of the canvas."""
    rows = len({cell.top() for cell in made})
    if rows == 1 or rows == len(made):
        return made
    cell = made[0]
    high = max(1, min(cell.height(), round(cell.width() * scene.height() / max(scene.width(), 1e-9))))
    spare = cell.height() - high
    # A row's own spare height goes; all of it is shared out above and below.
    first = cell.top() + rows * spare // 2
    pitch = made[-1].top() - cell.top()
    step = pitch // (rows - 1) - spare
    return [
        QRect(each.left(), first + step * round((each.top() - cell.top()) * (rows - 1) / pitch), each.width(), high)
        for each in made
    ]


def _grid(width: int, height: int, count: int, columns: int, ratio: float) -> list[QRect]:
    margin, gap = round(MARGIN * ratio), round(GAP * ratio)
    strip = round((CAPTION + BELOW_CAPTION) * ratio)
    rows = -(-count // columns)
    wide = max(1, (width - 2 * margin - gap * (columns - 1)) // columns)
    high = max(1, (height - 2 * margin - gap * (rows - 1)) // rows - strip)
    return [
        QRect(
            margin + (index % columns) * (wide + gap),
            margin + (index // columns) * (high + strip + gap) + strip,
            wide,
            high,
        )
        for index in range(count)
    ]


def caption_rect(cell: QRect, picture: QRectF, ratio: float) -> QRectF:
    """Logical rectangle of the caption above the visible part of a picture (both given in device pixels).

    It is as wide as the picture, or wider when the picture is too narrow for words, but it stays in
    its view; it begins where the picture begins unless that leaves too little room.
    """
    seen = picture.intersected(QRectF(cell))
    if seen.isEmpty():
        seen = QRectF(cell)
    width = min(max(seen.width(), _NARROWEST_CAPTION * ratio), cell.width())
    room = cell.x() + cell.width() - seen.left()
    if room >= _ENOUGH_FOR_WORDS * ratio:
        width = min(width, room)
    left = min(seen.left(), cell.x() + cell.width() - width)
    top = seen.top() - (CAPTION + BELOW_CAPTION) * ratio
    return QRectF(left / ratio, top / ratio, width / ratio, CAPTION)
