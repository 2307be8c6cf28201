"""Why boxes went: every reason is checked against the boxes themselves."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.detection import DetectionSettings, Fate, explained, prepare, steps, suppress
from tests.detection.boxes import candidates, exact_iou, whole_boxes


@settings(deadline=None)
@given(whole_boxes(), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_each_suppressed_box_names_the_first_survivor_that_overlaps_it_enough(boxes, score, iou, agnostic) -> None:
    rows, scores, classes = boxes
    settings = DetectionSettings(score=score / 20, iou=iou / 20, agnostic=agnostic)
    one = candidates(*boxes)
    survivors = suppress(one, settings, prepare(one, settings))
    reasons = explained(one, settings, survivors)
    kept = survivors.index.tolist()
    for n in range(len(rows)):
        fate = Fate(reasons.fate[n])
        if n in kept:
            assert fate is Fate.KEPT
        elif scores[n] <= score / 20:
            assert fate is Fate.BELOW_SCORE
        else:
            assert fate is Fate.SUPPRESSED
            able = [
                k for k in kept
                if (agnostic or classes[k] == classes[n])
                and scores[k] >= scores[n] and exact_iou(rows[k], rows[n]) >= Fraction(iou, 20)
            ]  # fmt: skip
            assert reasons.by[n] == able[0]
            assert reasons.overlap[n] == pytest.approx(float(exact_iou(rows[able[0]], rows[n])))


@settings(deadline=None)
@given(whole_boxes(), st.integers(0, 20))
def test_the_steps_are_the_algorithm_and_use_up_every_box(boxes, iou) -> None:
    one = candidates(*boxes)
    settings = DetectionSettings(score=0.1, iou=iou / 20)
    waiting = {n for n in range(len(one)) if boxes[1][n] > 0.1}
    for step in steps(one, settings):
        assert step.taken in waiting
        assert boxes[1][step.taken] == max(boxes[1][n] for n in waiting)
        waiting -= {step.taken, *step.crossed}
        assert step.left == len(waiting)
        assert list(step.overlap) == sorted(step.overlap, reverse=True)
    assert waiting == set()


def test_a_survivor_shows_its_cluster_and_the_rest_says_why_it_is_not_there() -> None:
    boxes = [(0, 0, 10, 10), (0, 0, 10, 8), (0, 0, 10, 9), (50, 50, 60, 60), (80, 80, 90, 90), (20, 20, 20, 30)]
    one = candidates(boxes, [0.9, 0.8, 0.7, 0.65, 0.95, 0.9], [0, 0, 0, 0, 1, 0])
    reasons = explained(one, DetectionSettings(classes_off=("car",), count=1))
    assert reasons.cluster(0).tolist() == [2, 1]
    assert reasons.overlap[[2, 1]] == pytest.approx([0.9, 0.8])
    fates = [Fate.KEPT, Fate.SUPPRESSED, Fate.SUPPRESSED, Fate.OVER_COUNT, Fate.CLASS_OFF, Fate.UNSOUND]
    assert [Fate(each) for each in reasons.fate] == fates


def test_fused_boxes_name_their_best_member_and_softened_ones_who_lowered_them_most() -> None:
    one = candidates([(0, 0, 10, 10), (0, 0, 10, 5), (0, 0, 10, 9)], [0.9, 0.8, 0.7])
    fused = explained(one, DetectionSettings(method="wbf", iou=0.5))
    assert fused.by.tolist() == [-1, 0, 0]
    soft = explained(one, DetectionSettings(method="soft-linear", iou=0.5, score=0.5))
    assert soft.by.tolist() == [-1, 0, 0]
    assert [Fate(each) for each in soft.fate] == [Fate.KEPT, Fate.SUPPRESSED, Fate.SUPPRESSED]
