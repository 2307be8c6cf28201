"""The line above a picture: title, what it is, how long it took, and whether it is live."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from cnnstudio.gui import fonts
from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.theme import Tokens

_BETWEEN = 10.0
_BADGE_HEIGHT = 18.0
_BADGE_PADDING = 24.0
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextSingleLine


def natural_width(pane: Pane) -> float:
    """How wide a pane's caption is when nothing of it is left out."""
    width = fonts.width("name", pane.title)
    if pane.subtitle:
        width += _BETWEEN + fonts.width("body", pane.subtitle)
    if pane.right_text:
        width += _BETWEEN + fonts.width("body", pane.right_text)
    if pane.live:
        width += _BETWEEN + fonts.width("hint-strong", "live") + _BADGE_PADDING
    return width + 4


def paint_caption(painter: QPainter, rect: QRectF, pane: Pane, colours: Tokens) -> None:
    """Paint a pane's caption into `rect` (logical pixels); words that do not fit end in an ellipsis."""
    right = rect.right()
    if pane.live:
        right = _paint_badge(painter, rect, colours) - _BETWEEN
    if pane.right_text:
        left = right - fonts.width("body", pane.right_text)
        _paint_words(painter, rect, (left, right + 1), pane.right_text, "body", colours.caption)
        right = left - _BETWEEN
    left = _paint_words(painter, rect, (rect.left(), right), pane.title, "name", colours.text1)
    if pane.subtitle:
        _paint_words(painter, rect, (left + _BETWEEN, right), pane.subtitle, "body", colours.caption)


def _paint_words(
    painter: QPainter, rect: QRectF, span: tuple[float, float], words: str, role: str, colour: QColor
) -> float:
    left, right = span
    metrics = fonts.metrics(role)
    shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, right - left))
    painter.setFont(fonts.font(role))
    painter.setPen(colour)
    width = metrics.horizontalAdvance(shown)
    painter.drawText(QRectF(left, rect.top(), width + 1, rect.height()), _MIDDLE, shown)
    return left + width


def _paint_badge(painter: QPainter, rect: QRectF, colours: Tokens) -> float:
    width = fonts.width("hint-strong", "live") + _BADGE_PADDING
    badge = QRectF(rect.right() - width, rect.center().y() - _BADGE_HEIGHT / 2, width, _BADGE_HEIGHT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colours.tint)
    painter.drawRoundedRect(badge, 4, 4)
    painter.setBrush(colours.accent_text)
    painter.drawEllipse(QPointF(badge.left() + 10, badge.center().y()), 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    _paint_words(
        painter, badge, (badge.left() + 17, badge.right()), "live", "hint-strong", colours.accent_text
    )
    return badge.left()
