"""The annotated picture: names apart from each other, colours that stay, masks and key points where they belong."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.detection import Detections, class_colour, drawn, label_places, text_colour
from cnnstudio.detection.candidates import Masks
from cnnstudio.detection.colours import HUES
from cnnstudio.detection.drawing import mask_in_picture


def found(boxes, classes, masks=None, width=200, height=150) -> Detections:
    scores = np.linspace(0.9, 0.5, len(boxes))
    labels = tuple(f"class {n}" for n in range(30))
    return Detections("a.jpg", width, height, labels, np.array(boxes, float).reshape(-1, 4), scores,
                      np.array(classes, int), masks)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 300) for _ in range(4)]), max_size=12))
def test_names_lie_in_the_picture_and_never_on_each_other(corners) -> None:
    boxes = [(min(a, c), min(b, d), max(a, c), max(b, d)) for a, b, c, d in corners]
    places = label_places(boxes, [(60, 14)] * len(boxes), 300, 300)
    for x1, y1, x2, y2 in places:
        assert 0 <= x1 < x2 <= 300 + 1e-9
        assert 0 <= y1 < y2 <= 300 + 1e-9
    for one, other in itertools.combinations(places, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]


def test_the_surest_name_stands_above_its_box() -> None:
    assert label_places([(50, 40, 90, 80)], [(30, 10)], 200, 200) == [(50, 30, 80, 40)]
    assert label_places([(50, 4, 90, 80)], [(30, 10)], 200, 200) == [(50, 4, 80, 14)]


# Linear RGB as seen without red, green or blue cones: F. Viénot, H. Brettel, J. Mollon, 1999, and Brettel 1997.
BLIND = {
    "protan": [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    "deutan": [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
}


@pytest.mark.parametrize("eyes", [None, *BLIND])
def test_the_first_seven_classes_differ_for_every_eye(eyes) -> None:
    rgb = np.array([class_colour(n) for n in range(7)], np.float32) / 255
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    seen = linear @ np.array(BLIND[eyes]).T if eyes else linear
    seen = np.clip(seen, 0, 1)
    shown = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055).astype(np.float32)
    lab = cv2.cvtColor(shown[None], cv2.COLOR_RGB2Lab)[0]
    for one, other in itertools.combinations(range(7), 2):
        assert np.linalg.norm(lab[one] - lab[other]) > 9


def test_colours_are_stable_and_twenty_one_of_them_are_different() -> None:
    colours = [class_colour(n) for n in range(21)]
    assert len(set(colours)) == 21
    assert colours[:7] == list(HUES)
    assert class_colour(21) == class_colour(0)
    for colour in colours:
        assert text_colour(colour) in ((0, 0, 0), (255, 255, 255))
    assert text_colour((240, 228, 66)) == (0, 0, 0)
    assert text_colour((0, 40, 80)) == (255, 255, 255)


def test_a_box_is_drawn_on_its_own_pixels_and_nothing_without_detections() -> None:
    grey = np.full((150, 200, 1), 90, np.uint8)
    assert (drawn(grey, found([], [])) == 90).all()
    made = drawn(grey, found([(20, 40, 120, 140)], [3]))
    assert made.shape == (150, 200, 3)
    colour = list(class_colour(3))
    for row, column in ((40, 119), (139, 20), (139, 119), (90, 20), (90, 119), (139, 70)):
        assert made[row, column].tolist() == colour
    assert made[90, 70].tolist() == [90, 90, 90]
    assert made[140, 70].tolist() == [90, 90, 90]
    assert made[90, 120].tolist() == [90, 90, 90]


def test_float_pictures_are_drawn_on_too() -> None:
    made = drawn(np.full((60, 80, 3), 12.6, np.float32), found([(5, 30, 70, 55)], [0], width=80, height=60))
    assert made[45, 40].tolist() == [13, 13, 13]


def test_masks_fill_their_object_as_torchvision_pastes_them() -> None:
    from torch import from_numpy
    from torchvision.models.detection.roi_heads import paste_masks_in_image

    mask = np.zeros((28, 28), np.float32)
    cv2.circle(mask, (13, 13), 9, 1, -1)
    box = np.array([20.0, 30.0, 90.0, 110.0], np.float32)
    theirs = paste_masks_in_image(from_numpy(mask[None, None]), from_numpy(box[None]), (150, 200)).numpy()[0, 0] >= 0.5
    part, (left, top) = mask_in_picture(mask, box.tolist(), 200, 150)
    mine = np.zeros((150, 200), bool)
    mine[top : top + part.shape[0], left : left + part.shape[1]] = part
    assert (mine & theirs).sum() / (mine | theirs).sum() > 0.93
    made = drawn(np.zeros((150, 200, 3), np.uint8), found([box], [0], Masks(np.array([0]), masks=mask[None])))
    assert made[70, 55].any()
    assert not made[33, 24].any()


def test_key_points_are_joined_and_unseen_ones_left_out() -> None:
    points = np.zeros((1, 17, 3), np.float32)
    points[0, :, 2] = -1
    points[0, 5], points[0, 7] = (50, 60, 1), (50, 100, 1)
    masks = Masks(np.array([0]), keypoints=points)
    made = drawn(np.zeros((150, 200, 3), np.uint8), found([(30, 40, 90, 130)], [1], masks))
    assert made[80, 50].tolist() == list(class_colour(1))
    assert not made[2, 2].any()


def test_a_mask_outside_the_picture_is_nothing() -> None:
    assert mask_in_picture(np.ones((4, 4)), (300, 10, 320, 20), 200, 150)[0].size == 0
