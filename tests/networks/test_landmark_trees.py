"""Five points against dlib's own predictor: the released trees on faces and noise, random trees on noise."""

from __future__ import annotations

import dlib
import numpy as np
import pytest
import skimage.data
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.models.formats import dlib_landmarks
from cnnstudio.networks.landmark_trees import LandmarkTrees, Rectangle, grey, predict
from tests.models.dlib_files import predictor_tokens, random_predictor

FACE = Rectangle(181, 71, 268, 158)
# Multiplying and adding with one rounding instead of two moves a point here by 3 to 8 pixels.
WHERE_ONE_ROUNDING_COUNTS = [
    Rectangle(235, 448, 290, 689), Rectangle(151, 85, 238, 172), Rectangle(365, 129, 406, 309)
]  # fmt: skip


def _expected(predictor, picture: np.ndarray, rectangle: Rectangle) -> np.ndarray:
    return np.array([(point.x, point.y) for point in predictor(picture, dlib.rectangle(*rectangle)).parts()])


def _rectangles(random: np.random.Generator, count: int, side: int) -> list[Rectangle]:
    """Some inside a picture of side x side, many standing out, some of one pixel."""
    corners = random.integers(-side // 4, side, (count, 2))
    sides = random.integers(1, side, (count, 2)) * (random.random((count, 1)) > 0.1)
    return [Rectangle(*map(int, row)) for row in np.hstack([corners, corners + sides])]


@pytest.mark.parametrize("source", ["astronaut", "noise"])
def test_released_trees_find_dlibs_points(model_file, source):
    path = model_file("dlib-face", "shape_predictor_5_face_landmarks.dat")
    trees = LandmarkTrees.from_state(dlib_landmarks.read(path))
    predictor = dlib.shape_predictor(str(path))
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (512, 512, 3), np.uint8)
    picture = skimage.data.astronaut() if source == "astronaut" else noise
    for rectangle in [FACE, *WHERE_ONE_ROUNDING_COUNTS, *_rectangles(random, 200, 512)]:
        found = predict(trees, grey(picture), rectangle)
        np.testing.assert_array_equal(found, _expected(predictor, picture, rectangle))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 5), st.integers(1, 15), st.integers(1, 20))
def test_random_trees_find_dlibs_points(tmp_path, seed, stages, count, splits, pixels):
    arrays = random_predictor(seed, stages, count, splits, pixels)
    path = tmp_path / "random.dat"
    path.write_bytes(b"".join(predictor_tokens(**arrays)))
    predictor = dlib.shape_predictor(str(path))
    trees = LandmarkTrees.from_state(dlib_landmarks.read(path))
    random = np.random.default_rng(seed)
    picture = random.integers(0, 256, (40, 60), np.uint8)
    for rectangle in _rectangles(random, 10, 60):
        found = predict(trees, picture, rectangle)
        np.testing.assert_array_equal(found, _expected(predictor, picture, rectangle))


def test_grey_is_the_mean_rounded_down():
    pixels = np.array([[[255, 255, 255], [0, 0, 2], [1, 1, 1], [255, 0, 1]]], np.uint8)
    assert grey(pixels).tolist() == [[255, 0, 1, 85]]
