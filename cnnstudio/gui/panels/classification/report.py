"""The picture to take away: the photo with what the network saw, and the classes below or beside it, as on paper.

Always on white, whichever theme the window has, so that the same settings give the same picture.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from cnnstudio.gui.panels.classification.bar_painting import Bar, Layout, Lettering, arranged, paint_bars
from cnnstudio.gui.panels.classification.crop_mark import paint_crop
from cnnstudio.gui.panels.classification.words import doubt, heading
from cnnstudio.gui.theme import tokens_for
from cnnstudio.gui.widgets.painting import RIGHT

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.imaging.picture import Picture

SMALLEST, LARGEST = 640, 1600
"""Limits of the photo's longer side in the picture, pixels: below it is enlarged for the words to fit beside it."""

_MARGIN, _HEAD, _GAP = 24, 20, 12
_NARROWEST, _BESIDE = 420, 460
"""The classes stand below a photo of at least this width, as in a text; beside a narrower one they have their own."""


def report(picture: Picture, classes: Classes, title: str, job: Any) -> Any:
    """Photo and classes as one picture, (H, W, 3) uint8; a work for the engine. title: of the network."""
    import numpy as np

    photo, scale = _photo(picture)
    job.checkpoint()
    wide, high = photo.width(), photo.height()
    s = max(1.0, max(wide, high) / 1000)
    below = wide >= _NARROWEST * s
    width = (wide if below else _BESIDE * s) - 2 * _MARGIN * s
    rows = arranged(width, 10_000, len(classes.labels), stacked=not below)
    card_high = (2 * _MARGIN + _HEAD + _GAP) * s + rows.height
    size = (wide, round(high + card_high)) if below else (round(wide + _BESIDE * s), max(high, round(card_high)))
    image = QImage(*size, QImage.Format.Format_RGB888)
    image.fill(QColor("#FFFFFF"))
    painter = QPainter(image)
    painter.drawImage(0, 0, photo)
    crop = classes.crop
    part = QRectF(crop.x * scale[0], crop.y * scale[1], crop.width * scale[0], crop.height * scale[1])
    paint_crop(painter, QRectF(0, 0, wide, high), part, s)
    left, top = (0.0, float(high)) if below else (float(wide), (size[1] - card_high) / 2)
    _paint_card(painter, QRectF(left + _MARGIN * s, top + _MARGIN * s, width, 0), classes, title, rows, s)
    painter.end()
    job.checkpoint()
    lines = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine())
    return lines[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()


def _photo(picture: Picture) -> tuple[QImage, tuple[float, float]]:
    """The photo within the limits, and how many of its pixels one of the picture's has become, across and down."""
    import cv2
    import numpy as np

    from cnnstudio.imaging.pyramid import to_bytes

    pixels = to_bytes(picture.pixels)
    longer = max(picture.width, picture.height)
    factor = min(LARGEST, max(SMALLEST, longer)) / longer
    wide, high = (max(1, round(side * factor)) for side in (picture.width, picture.height))
    if factor != 1:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        pixels = np.asarray(cv2.resize(pixels, (wide, high), interpolation=way)).reshape(high, wide, -1)
    rgb = np.ascontiguousarray(np.broadcast_to(pixels, (high, wide, 3)))
    made = QImage(rgb.data, wide, high, 3 * wide, QImage.Format.Format_RGB888).copy()
    return made, (wide / picture.width, high / picture.height)


def _paint_card(
    painter: QPainter, area: QRectF, classes: Classes, title: str, rows: Layout, scale: float
) -> None:
    colours, letters = tokens_for(False), Lettering(scale)
    head = QRectF(area.left(), area.top(), area.width(), _HEAD * scale)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setPen(colours.text3)
    used = letters.write(painter, head, title, 12, 400, RIGHT)
    painter.setPen(colours.text2)
    words = heading(classes) + (", not sure" if doubt(classes) else "")
    letters.write(painter, head.adjusted(0, 0, -used - 12, 0), words, 12, 600)
    bars = [Bar(label, score, score) for label, score in zip(classes.labels, classes.scores, strict=True)]
    body = QRectF(area.left(), head.bottom() + _GAP * scale, area.width(), rows.height)
    paint_bars(painter, body, bars, rows, colours)
