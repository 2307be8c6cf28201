"""How the classes are drawn: in rows that fit, with bars as long as their scores, moving only where that is allowed."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.classification import Classes, Crop
from cnnstudio.gui.panels.classification import words
from cnnstudio.gui.panels.classification.answer_card import AnswerCard
from cnnstudio.gui.panels.classification.bar_painting import arranged
from cnnstudio.gui.panels.classification.report import report
from cnnstudio.gui.theme import theme
from cnnstudio.imaging.picture import Picture


@pytest.mark.parametrize("stacked", [True, False])
def test_rows_are_as_large_as_fits_and_never_too_small_to_read(stacked):
    roomy, tight, none = (arranged(400, height, 8, stacked=stacked) for height in (2000, 330, 20))
    assert roomy.stacked == stacked
    assert roomy.scale >= tight.scale >= none.scale >= 0.9
    assert tight.height <= 330
    assert none.height > 20  # they scroll then


class Job:
    def checkpoint(self) -> None: ...


@pytest.mark.parametrize("shape", [(300, 900, 3), (900, 300, 3), (40, 60, 1), (1, 1, 3), (2400, 3600, 3)])
def test_the_picture_to_take_away_holds_the_photo_and_a_bar_as_long_as_its_score(qapp, shape):
    height, width, _ = shape
    pixels = np.full(shape, 200, np.uint8)
    score = 0.625
    classes = Classes(("a class",), (7,), (score,), "network", 1000, Crop(0, 0, width, height, 224, 224))
    made = report(Picture.from_array(pixels, "grey.png"), classes, "Network", Job())
    assert made.dtype == np.uint8
    longer = min(1600, max(640, height, width))
    high, wide = (max(1, round(side * longer / max(height, width))) for side in (height, width))
    if high > 20 and wide > 20:
        assert np.abs(made[10 : high - 10, 10 : wide - 10].astype(int) - 200).max() <= 1
    accent, track = (13, 118, 107), (214, 214, 214)  # #0B766B up to one, #D6D6D6
    row = next(line for line in made if np.all(np.abs(line.astype(int) - accent) <= 3, axis=1).sum() > 20)
    filled = np.all(np.abs(row.astype(int) - accent) <= 3, axis=1).sum()
    empty = np.all(np.abs(row.astype(int) - track) <= 3, axis=1).sum()
    assert filled / (filled + empty) == pytest.approx(score, abs=0.02)


@pytest.mark.parametrize(
    ("score", "text"),
    [
        (0.3861, "38.6"), (1.0, "100.0"), (0.0203, "2.0"), (0.001227, "0.12"), (0.000429, "0.043"), (0.00996, "1.0"),
        (0.00001, "0.0010"), (0.000004, "<\u00a00.001"), (0.0, "0.0"),
    ],
)
def test_a_score_is_written_in_per_cent(score, text):
    assert words.score_text(score) == f"{text}\u00a0%"


@pytest.mark.parametrize(
    ("box", "photo", "said"),
    [
        ((0, 0, 1, 1), (1, 1), "Seen whole, at 224\u00a0×\u00a0224"),
        ((75, 0, 300, 300), (451, 300), "The network sees this square, at 224\u00a0×\u00a0224"),
        ((0, 2500, 1, 1), (1, 5000), "Seen: 1\u00a0×\u00a01 in the middle, at 224\u00a0×\u00a0224"),
    ],
)
def test_the_caption_is_true_of_every_picture(box, photo, said):
    crop = Crop(*box, 224, 224)
    assert words.crop_text(crop, *photo) == said
    assert words.is_whole(crop, *photo) == (photo == (1, 1))


def test_bars_grow_only_where_motion_is_allowed(shown, qtbot):
    card = AnswerCard()
    shown(card, width=500)
    crop = Crop(0, 0, 1, 1, 224, 224)
    card.show_classes(Classes(("a",), (0,), (0.5,), "n", 1000, crop), 0.01)
    assert card.bars.bars()[0].share == 0.5  # it was not on screen before, nothing has to move
    qtbot.waitUntil(card.bars.isVisible)
    card.show_classes(Classes(("b",), (1,), (0.9,), "n", 1000, crop), 0.01)
    assert card.bars.bars()[0].share < 0.9
    qtbot.waitUntil(lambda: card.bars.bars()[0].share == 0.9, timeout=5_000)
    theme().set_reduce_motion(True)
    try:
        card.show_classes(Classes(("c",), (2,), (0.4,), "n", 1000, crop), 0.01)
        assert card.bars.bars()[0].share == 0.4
    finally:
        theme().set_reduce_motion(False)
