"""Which boxes survive: against the notes in exact fractions, against torchvision, and by hand."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torchvision.ops import batched_nms, nms

from cnnstudio.detection import DetectionSettings, prepare, suppress
from cnnstudio.detection.overlap_graph import FLOOR, overlap_graph
from cnnstudio.errors import UsageError
from tests.detection.boxes import by_the_notes, candidates, clustered, whole_boxes

HALF = ((0, 0, 10, 10), (0, 0, 10, 5))
"""Two boxes whose IoU is exactly one half."""


def kept(given_, prepared=None, **settings) -> list[int]:
    return suppress(given_, DetectionSettings(**settings), prepared).index.tolist()


@settings(deadline=None)
@given(whole_boxes(), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_greedy_is_the_algorithm_of_the_notes(boxes, score, iou, agnostic) -> None:
    one = candidates(*boxes)
    expected = by_the_notes(*boxes, score / 20, Fraction(iou, 20), agnostic=agnostic)
    settings = DetectionSettings(score=score / 20, iou=iou / 20, agnostic=agnostic)
    assert suppress(one, settings).index.tolist() == expected
    assert suppress(one, settings, prepare(one, settings)).index.tolist() == expected


@settings(deadline=None)
@given(whole_boxes(), st.integers(5, 20), st.booleans(), st.sets(st.sampled_from(("person", "car", "dog"))))
def test_one_preparation_serves_every_move_of_thresholds_classes_and_count(boxes, iou, agnostic, off) -> None:
    one = candidates(*boxes)
    prepared = prepare(one, DetectionSettings(agnostic=agnostic))
    for score in (0.0, 0.25, 0.5, 0.95):
        settings = DetectionSettings(score=score, iou=iou / 20, agnostic=agnostic, classes_off=tuple(off), count=4)
        assert prepared.fits(settings)
        mine = [n for n in range(len(boxes[0])) if ("person", "car", "dog")[boxes[2][n]] not in off]
        parts = [[each[n] for n in mine] for each in boxes]
        expected = by_the_notes(*parts, score, Fraction(iou, 20), agnostic=agnostic)[:4]
        assert suppress(one, settings, prepared).index.tolist() == [mine[n] for n in expected]


@pytest.mark.parametrize("threshold", [0.0, 0.1, 0.3, 0.45, 0.5, 0.7, 0.9, 1.0])
@pytest.mark.parametrize(("count", "objects"), [(1500, 500), (1500, 12)])
def test_greedy_keeps_what_torchvision_keeps(count, objects, threshold) -> None:
    boxes, scores, _ = clustered(count + objects, count, objects)
    expected = nms(torch.from_numpy(boxes), torch.from_numpy(scores), threshold).tolist()
    one = candidates(boxes, scores, dtype=np.float32)
    settings = DetectionSettings(score=0, iou=threshold)
    # A score of 0 is its threshold, so it drops; torchvision knows no threshold. IoU ≥ 0 holds for every two boxes.
    expected = [n for n in expected if scores[n] > 0] if threshold else [int(scores.argmax())]
    assert kept(one, score=0.0, iou=threshold) == expected
    assert suppress(one, settings, prepare(one, settings)).index.tolist() == expected


@pytest.mark.parametrize("threads", [1, 3])
def test_classes_are_kept_apart_as_in_torchvisions_batched_suppression(threads) -> None:
    boxes, scores, classes = clustered(3, 2000, 60, 3)
    one = candidates(boxes, scores, classes, dtype=np.float32)
    prepared = prepare(one, DetectionSettings(), threads=threads)
    for threshold in (0.3, 0.5, 0.8):
        them = batched_nms(torch.from_numpy(boxes), torch.from_numpy(scores), torch.from_numpy(classes), threshold)
        expected = {n for n in them.tolist() if scores[n] > 0}
        assert set(kept(one, prepared, score=0.0, iou=threshold)) == expected
        assert set(kept(one, score=0.0, iou=threshold)) == expected


def test_a_long_chain_in_which_each_box_waits_for_the_one_before() -> None:
    # Neighbours overlap by 6/14, next but one by 2/18: every second box survives.
    boxes = [(4 * n, 0, 4 * n + 10, 10) for n in range(500)]
    one = candidates(boxes, np.linspace(1, 0.5, 500))
    settings = DetectionSettings(score=0.1, iou=0.4)
    assert suppress(one, settings, prepare(one, settings)).index.tolist() == list(range(0, 500, 2))
    assert suppress(one, settings).index.tolist() == list(range(0, 500, 2))


def test_an_iou_equal_to_its_threshold_suppresses_and_a_score_equal_to_its_threshold_drops() -> None:
    one = candidates(HALF, [0.9, 0.8])
    assert kept(one, iou=0.5) == [0]
    assert kept(one, iou=math.nextafter(0.5, 1)) == [0, 1]
    assert kept(one, iou=0.6, score=0.8) == [0]
    assert kept(one, iou=0.6, score=math.nextafter(0.8, 0)) == [0, 1]


def test_thresholds_of_nothing_and_everything() -> None:
    one = candidates([*HALF, (50, 50, 60, 60)], [0.9, 0.8, 0.7], [0, 0, 1])
    assert kept(one, iou=0.0) == [0, 2]
    assert kept(one, iou=0.0, agnostic=True) == [0]
    assert kept(one, iou=1.0) == [0, 1, 2]
    assert kept(one, score=1.0) == []
    assert kept(candidates([(0, 0, 1, 1)] * 2, [0.9, 0.8]), iou=1.0) == [0]


def test_the_distance_of_the_centres_counts_in_diou() -> None:
    # Equal squares moved by 3 of 10 pixels: IoU 7/13, the diagonal of both is 13² + 10², so DIoU = 7/13 - 9/269.
    one = candidates([(0, 0, 10, 10), (3, 0, 13, 10)], [0.9, 0.8])
    exact = 7 / 13 - 9 / 269
    for iou, expected in ((exact - 1e-9, [0]), (exact + 1e-9, [0, 1])):
        settings = DetectionSettings(method="diou", iou=iou)
        assert suppress(one, settings).index.tolist() == expected
        assert suppress(one, settings, prepare(one, settings)).index.tolist() == expected
    assert kept(one, method="greedy", iou=exact + 1e-9) == [0]


def test_soft_linear_by_hand() -> None:
    # 0.8 · (1 - 0.5) = 0.4 for the half box; the third overlaps nothing.
    one = candidates([*HALF, (50, 50, 60, 60)], [0.9, 0.8, 0.5])
    made = suppress(one, DetectionSettings(method="soft-linear", score=0.3, iou=0.5))
    assert made.index.tolist() == [0, 2, 1]
    assert made.scores == pytest.approx([0.9, 0.5, 0.4])
    assert kept(one, method="soft-linear", score=0.4, iou=0.5) == [0, 2]
    assert kept(one, method="soft-linear", score=0.4, iou=0.51) == [0, 1, 2]


def test_soft_gaussian_by_hand_with_two_decays() -> None:
    # Box 2 overlaps box 0 by 1/4 and box 1 by 1/2; both lower its score.
    one = candidates([(0, 0, 8, 8), (0, 0, 8, 4), (0, 0, 8, 2)], [0.9, 0.8, 0.7])
    made = suppress(one, DetectionSettings(method="soft-gaussian", score=0.01, sigma=0.5))
    second, third = 0.8 * math.exp(-(0.5**2) / 0.5), 0.7 * math.exp(-(0.25**2) / 0.5)
    # 0.7 e^(-1/8) = 0.618 is now above 0.8 e^(-1/2) = 0.485, so it is taken next and lowers the other once more.
    assert made.index.tolist() == [0, 2, 1]
    assert made.scores == pytest.approx([0.9, third, second * math.exp(-(0.5**2) / 0.5)])


def test_weighted_fusion_by_hand() -> None:
    one = candidates([(0, 0, 10, 10), (0, 0, 10, 8), (50, 50, 60, 60), (0, 0, 10, 10)], [0.9, 0.6, 0.7, 0.8],
                     [0, 0, 0, 1])  # fmt: skip
    made = suppress(one, DetectionSettings(method="wbf", score=0.5, iou=0.55))
    assert made.index.tolist() == [3, 0, 2]
    assert made.scores == pytest.approx([0.8, 0.75, 0.7])
    assert made.boxes[1] == pytest.approx([0, 0, 10, (0.9 * 10 + 0.6 * 8) / 1.5])
    assert suppress(one, DetectionSettings(method="wbf", score=0.5, iou=0.8)).index.tolist() == [3, 0, 2]
    assert len(suppress(one, DetectionSettings(method="wbf", score=0.5, iou=0.81))) == 4


@pytest.mark.parametrize("method", ["greedy", "soft-linear", "soft-gaussian", "diou", "wbf"])
def test_no_candidates_survive_as_none(method) -> None:
    settings = DetectionSettings(method=method)
    nothing = candidates([], [])
    assert len(suppress(nothing, settings)) == 0
    assert len(suppress(nothing, settings, prepare(nothing, settings))) == 0
    low = candidates(HALF, [0.1, 0.2])
    assert len(suppress(low, settings)) == 0


@pytest.mark.parametrize("method", ["greedy", "soft-linear", "soft-gaussian", "diou", "wbf"])
def test_boxes_that_are_none_are_left_out_and_told(method) -> None:
    boxes = [(0, 0, 10, 10), (math.nan, 0, 1, 1), (5, 5, 1, 9), (3, 3, 3, 9), (0, 0, math.inf, 1), (20, 20, 30, 30)]
    one = candidates(boxes, [0.9, 0.95, 0.95, 0.95, 0.95, math.nan])
    settings = DetectionSettings(method=method)
    for made in (suppress(one, settings), suppress(one, settings, prepare(one, settings))):
        assert made.index.tolist() == [0]
        told = "; ".join(made.notes)
        for words in ("2 boxes have NaN or infinite corners", "box 2 has corners in the wrong order",
                      "box 3 has no area", "box 5 has a score that is no number"):  # fmt: skip
            assert words in told


def test_more_pairs_than_memory_should_hold_are_not_prepared_and_it_is_told() -> None:
    boxes = np.tile(np.array([[0, 0, 10, 10]], np.float32), (4500, 1))
    one = candidates(boxes, np.linspace(1, 0.5, 4500), dtype=np.float32)
    settings = DetectionSettings(score=0.4)
    prepared = prepare(one, settings)
    assert prepared.graph is None
    made = suppress(one, settings, prepared)
    assert made.index.tolist() == [0]
    assert "4500 boxes overlap too much" in prepared.notes[0]


def test_a_graph_is_refused_beyond_the_pairs_allowed_and_answers_only_from_its_floor_on() -> None:
    boxes, scores, groups = clustered(0, 300, 5)
    assert overlap_graph(boxes, scores, groups, most_pairs=10) is None
    prepared = prepare(candidates(boxes, scores, dtype=np.float32), DetectionSettings())
    assert prepared.fits(DetectionSettings(iou=FLOOR))
    for other in ({"iou": FLOOR / 2}, {"method": "diou"}, {"agnostic": True}, {"method": "wbf"}):
        assert not prepared.fits(replace(DetectionSettings(), **other))


def test_a_hundred_thousand_candidates_are_answered_as_torchvision_does() -> None:
    boxes, scores, _ = clustered(9, 100_000, 300)
    one = candidates(boxes, scores, dtype=np.float32)
    expected = nms(torch.from_numpy(boxes[scores > 0.9]), torch.from_numpy(scores[scores > 0.9]), 0.5)
    assert kept(one, score=0.9) == np.flatnonzero(scores > 0.9)[expected.numpy()].tolist()


@pytest.mark.parametrize("wrong", [{"iou": 1.1}, {"score": -0.1}, {"score": math.nan}, {"method": "hard"}])
def test_settings_out_of_range_are_refused(wrong) -> None:
    with pytest.raises(UsageError):
        suppress(candidates(HALF, [0.9, 0.8]), DetectionSettings(**wrong))


def test_a_class_beyond_the_list_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="the list has 3 classes"):
        candidates(HALF, [0.9, 0.8], [0, 3])
