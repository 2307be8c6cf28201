"""The few shapes that all painted widgets share, so that edges are crisp and radii equal everywhere."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPen, QTextLayout
from PySide6.QtWidgets import QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import Stops, between

LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTRE = Qt.AlignmentFlag.AlignCenter


def begin(widget: QWidget) -> QPainter:
    """A painter on `widget` with smooth edges; a disabled widget must set its own colours or opacity."""
    painter = QPainter(widget)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    return painter


def box(
    painter: QPainter,
    rect: QRectF | QRect,
    fill: QColor | None,
    edge: QColor | None = None,
    radius: float = 6,
    width: float = 1,
) -> None:
    """A rounded box whose edge of `width` lies inside `rect`."""
    area = QRectF(rect)
    if edge is not None:
        half = width / 2
        area.adjust(half, half, -half, -half)
        radius = max(0.0, radius - half)
        painter.setPen(QPen(edge, width))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill if fill is not None else Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(area, radius, radius)


def text(
    painter: QPainter,
    rect: QRectF | QRect,
    words: str,
    role: str,
    colour: QColor,
    align: Qt.AlignmentFlag = LEFT,
    *,
    elide: bool = True,
) -> None:
    """One line of text in the font of a role, elided at the end when it does not fit."""
    area = QRectF(rect)
    if elide and fonts.width(role, words) > area.width() + 0.5:
        words = fonts.metrics(role).elidedText(words, Qt.TextElideMode.ElideRight, area.width())
    painter.setFont(fonts.font(role))
    painter.setPen(colour)
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine | Qt.TextFlag.TextDontClip, words)


def wrapped(role: str, words: str, width: float) -> list[str]:
    """The lines of a paragraph in the font of a role, broken at words."""
    layout = QTextLayout(words, fonts.font(role))
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        lines.append(words[line.textStart() : line.textStart() + line.textLength()].strip(" "))
    layout.endLayout()
    return lines


def paragraph(
    painter: QPainter,
    rect: QRectF,
    words: str,
    role: str,
    colour: QColor,
    line: float,
    align: Qt.AlignmentFlag = LEFT,
) -> None:
    """A paragraph from the top of `rect`, wrapped to its width, in lines of `line` pixels."""
    for index, one in enumerate(wrapped(role, words, rect.width())):
        area = QRectF(rect.left(), rect.top() + index * line, rect.width(), line)
        text(painter, area, one, role, colour, align, elide=False)


def gradient(stops: Stops, left: QPointF, right: QPointF) -> QLinearGradient:
    """The brush of a colour map from `left` to `right`."""
    low, high = stops[0][0], stops[-1][0]
    made = QLinearGradient(left, right)
    for at, colour in stops:
        made.setColorAt((at - low) / (high - low), QColor(colour))
    return made


def mix(first: QColor, second: QColor, part: float) -> QColor:
    """`first` at 0, `second` at 1."""
    if part <= 0:
        return first
    if part >= 1:
        return second
    return between(((0.0, first.name()), (1.0, second.name())), part)


def shadow(
    painter: QPainter, rect: QRectF, colour: QColor, *, blur: int = 24, drop: int = 8, radius: float = 8
) -> None:
    """A soft shadow below `rect`, as stacked translucent boxes (menus, tips and drags only)."""
    painter.save()
    painter.setPen(Qt.PenStyle.NoPen)
    rings = blur
    veil = QColor(colour)
    for ring in range(rings, 0, -1):
        veil.setAlphaF(colour.alphaF() * 1.5 * (1 - ring / (rings + 1)) / rings)
        painter.setBrush(veil)
        grow = ring * 0.75 - 2
        painter.drawRoundedRect(
            rect.adjusted(-grow, -grow + drop, grow, grow + drop), radius + ring, radius + ring
        )
    painter.restore()
