"""Outline icons from the Phosphor font that the qtawesome package carries.

The font is read as a raw face and its glyphs are filled as paths, so icons are crisp at every scale and
follow the theme when painted. qtawesome itself is not imported (0.3 s); single names are looked up in
its character map as text.
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QIcon, QIconEngine, QPainter, QPainterPath, QPixmap, QRawFont

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import tokens

_EM = 64.0


@cache
def _folder() -> Path:
    spec = find_spec("qtawesome")
    for place in (spec.submodule_search_locations or []) if spec else []:
        if (Path(place) / "fonts").is_dir():
            return Path(place) / "fonts"
    raise FileNotFoundError("The icon font is missing; install the package qtawesome.")


@cache
def _face() -> QRawFont:
    path = sorted(_folder().glob("phosphor-[0-9]*.ttf"))[-1]
    return QRawFont(str(path), _EM, QFont.HintingPreference.PreferNoHinting)


@cache
def _names() -> str:
    return sorted(_folder().glob("phosphor-charmap-*.json"))[-1].read_text(encoding="ascii")


def codepoint(name: str) -> int:
    """The code point of an icon; raises KeyError for a name that the font does not have."""
    text, key = _names(), f'"{name}"'
    at = text.find(key)
    if at < 0:
        raise KeyError(f"No icon is called {name!r}.")
    start = text.index('"', at + len(key)) + 1
    return int(text[start : text.index('"', start)], 16)


@cache
def thin(name: str) -> str:
    """The variant of an icon with thinner lines, for sizes from 32 px; the same icon when there is
    none."""
    return f"{name}-light" if f'"{name}-light"' in _names() else name


@cache
def shape(name: str) -> QPainterPath:
    """The outline of an icon in a 1 × 1 box; "text:Σ" gives a letter of the sans font instead."""
    path = QPainterPath()
    if name.startswith("text:"):
        letter = QFont(fonts.font("button"))
        letter.setPixelSize(int(_EM * 0.9))
        path.addText(0, 0, letter, name[5:])
        box = path.boundingRect()
        path.translate(_EM / 2 - box.center().x(), _EM / 2 - box.center().y())
    else:
        face = _face()
        glyph = face.glyphIndexesForString(chr(codepoint(name)))[0]
        path = face.pathForGlyph(glyph)
        # Moves the baseline so that the glyph's design box becomes 0 … 1 em.
        path.translate(0, face.ascent() * _EM / (face.ascent() + face.descent()))
    small = QPainterPath()
    small.addPath(path)
    return _scaled(small, 1 / _EM)


def _scaled(path: QPainterPath, factor: float) -> QPainterPath:
    from PySide6.QtGui import QTransform

    return QTransform.fromScale(factor, factor).map(path)


@cache
def _pixmap(name: str, size: int, colour: int, ratio: float) -> QPixmap:
    side = round(size * ratio)
    pixmap = QPixmap(side, side)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(side, side)
    painter.fillPath(shape(name), QColor.fromRgba(colour))
    painter.end()
    pixmap.setDevicePixelRatio(ratio)
    return pixmap


def paint(painter: QPainter, rect: QRectF | QRect, name: str, colour: QColor, size: int = 16) -> None:
    """Paint an icon of `size` pixels in the middle of `rect`, on whole device pixels."""
    if size >= 32 and not name.startswith("text:"):
        name = thin(name)
    ratio = painter.device().devicePixelRatioF()
    box = QRectF(rect)
    x = round((box.center().x() - size / 2) * ratio) / ratio
    y = round((box.center().y() - size / 2) * ratio) / ratio
    painter.drawPixmap(QPointF(x, y), _pixmap(name, size, colour.rgba(), ratio))


class _Engine(QIconEngine):
    """Paints from the tokens at the moment of painting, so that icons need no rebuilding when the theme
    changes."""

    def __init__(self, name: str, size: int, role: str) -> None:
        super().__init__()
        self._name, self._size, self._role = name, size, role

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, state: QIcon.State) -> None:
        side = min(rect.width(), rect.height())
        paint(painter, rect, self._name, _colour(self._role, mode, state), side)

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        return _pixmap(
            self._name, min(size.width(), size.height()), _colour(self._role, mode, state).rgba(), 1.0
        )

    def actualSize(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QSize:
        side = min(self._size, size.width(), size.height())
        return QSize(side, side)

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._size, self._role)


def _colour(role: str, mode: QIcon.Mode, state: QIcon.State) -> QColor:
    now = tokens()
    if mode == QIcon.Mode.Disabled:
        return now.disabled
    if state == QIcon.State.On and role != "on_accent":
        return now.accent_text
    colour: QColor = getattr(now, role)
    return colour


def icon(name: str, size: int = 16, role: str = "text2") -> QIcon:
    """An icon that follows the theme; `role` names a colour token, checked icons turn accent, disabled
    ones grey."""
    codepoint(name) if not name.startswith("text:") else None
    return QIcon(_Engine(name, size, role))
