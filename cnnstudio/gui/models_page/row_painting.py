"""How a row of the table is painted: what the network is, and its state, each in its columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from cnnstudio.gui import fonts, icons, numbers_text
from cnnstudio.gui.model_state import ModelState, progress_words
from cnnstudio.gui.models_page.columns import Columns
from cnnstudio.gui.models_page.telling import Told
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

LINE, ABOVE, TITLE = 16, 9, 16
_MOST_LINES = 3


def capital(words: str) -> str:
    """The words with a capital at the beginning; the rest stays, names are spelt as they are."""
    return words[:1].upper() + words[1:]


def about_lines(about: str, width: float) -> list[str]:
    """What a network was trained on, in at most three lines; the last one is elided when it is painted."""
    lines = painting.wrapped("hint", about, width)
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], " ".join(lines[_MOST_LINES - 1 :])]
    return lines


def paint_what(painter: QPainter, at: Columns, band: float, model: Model, about: str, size: int) -> None:
    """Title over training, task, size on disk in bytes, licence. band: height of the row without a note beneath it."""
    t = tokens()
    painting.text(painter, at.area("name", ABOVE, TITLE), model.title, "name", t.text1)
    for number, line in enumerate(about_lines(about, at.name[1])):
        painting.text(painter, at.area("name", ABOVE + TITLE + number * LINE, LINE), line, "hint", t.text3)
    painting.text(painter, at.area("task", 0, band), capital(model.task), "body", t.text2)
    words = numbers_text.byte_count(size)
    painting.text(painter, at.area("size", 0, band), words, "body", t.text1, painting.RIGHT)
    licence = model.licence
    if fonts.width("body", licence) > at.licence[1]:
        licence = licence.partition(" (")[0]  # the tip has all of it
    painting.text(painter, at.area("licence", 0, band), licence, "body", t.text2)


def line_top(band: float, told: Told) -> int:
    """Where the progress line lies in a row of this height: with its words beneath, in the middle."""
    return round(band / 2) - (19 if told.more else 11)


def paint_state(painter: QPainter, area: QRectF, state: ModelState, told: Told) -> None:
    """The words of the state, one or two lines; beneath the progress line while it is fetched."""
    t = tokens()
    if state.fetching:
        words = progress_words(state.done or 0, state.total or 0, state.seconds_left)
        top = line_top(area.height(), told) + 6
        painting.text(painter, QRectF(area.left(), top, area.width(), LINE), words, "hint", t.text2)
        painting.text(painter, QRectF(area.left(), top + LINE, area.width(), LINE), told.more, "hint", t.text3)
        return
    if told.icon:
        spot = QRectF(area.left(), area.top(), 16, area.height())
        icons.paint(painter, spot, told.icon, getattr(t, told.colour), 16)
        area = area.adjusted(24, 0, 0, 0)
    ink = t.text1 if told.icon else t.text3
    if told.more:
        painting.text(painter, area.adjusted(0, -16, 0, 0), told.state, "body", ink)
        painting.text(painter, area.adjusted(0, 16, 0, 0), told.more, "hint", t.text3)
    else:
        painting.text(painter, area, told.state, "body", ink)
