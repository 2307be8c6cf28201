"""The values written inside single pixels, from 3200 % up: up to some thousand small texts in every paint.

Laying out text is what costs, and the same figures recur, so each is drawn once and kept as a small image.
"""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from cnnstudio.gui import fonts
from cnnstudio.gui.canvas.frame import Frame
from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.theme import text_on

_LONG = 5
_NO_COLOUR = QColor("#3C3C3C").rgb()


def paint_figures(
    painter: QPainter,
    pane: Pane,
    grid: tuple[float, float, float, float],
    columns: range,
    rows: range,
    ratio: float,
) -> None:
    """Write the pane's values into its pixels; the painter is in device pixels.

    grid: left and top of pixel (0, 0), then width and height of a pixel, in device pixels. columns and rows
    may reach beyond the raster.
    """
    value_text = pane.value_text
    if value_text is None:
        return
    left, top, across, down = grid
    for row in range(max(0, rows.start), min(pane.height, rows.stop)):
        for column in range(max(0, columns.start), min(pane.width, columns.stop)):
            text = value_text(column, row)
            if text:
                stamp, half_width, half_height = _stamp(text, _ink(_colour(pane, column, row)), ratio)
                x = left + (column + 0.5) * across - half_width
                y = top + (row + 0.5) * down - half_height
                painter.drawImage(round(x), round(y), stamp)


@lru_cache(maxsize=4096)
def _stamp(text: str, ink: int, ratio: float) -> tuple[QImage, float, float]:
    font = QFont(fonts.font("hint" if len(text) < _LONG or "\n" in text else "cell-tiny"))
    font.setPixelSize(round(font.pixelSize() * ratio))
    flags = Qt.AlignmentFlag.AlignCenter
    box = QFontMetricsF(font).boundingRect(QRectF(0, 0, 10_000, 10_000), flags, text)
    image = QImage(round(box.width()) + 3, round(box.height()), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(0)
    painter = QPainter(image)
    painter.setFont(font)
    painter.setPen(QColor.fromRgb(ink))
    painter.drawText(QRect(0, 0, image.width(), image.height()), flags, text)
    painter.end()
    return image, image.width() / 2, image.height() / 2


@lru_cache(maxsize=4096)
def _ink(fill: int) -> int:
    return text_on(QColor.fromRgb(fill)).rgb()


def _colour(pane: Pane, column: int, row: int) -> int:
    for frame in (pane.frame, pane.backdrop):
        if frame is not None and _covers(frame, column + 0.5, row + 0.5):
            image = frame.image
            x = int((column + 0.5 - frame.x) * image.width() / frame.width)
            y = int((row + 0.5 - frame.y) * image.height() / frame.height)
            return image.pixel(x, y)
    return _NO_COLOUR


def _covers(frame: Frame, x: float, y: float) -> bool:
    return frame.x <= x < frame.x + frame.width and frame.y <= y < frame.y + frame.height
