"""`cnnstudio evaluate`: the figures of pycocotools, and never a silently wrong one."""

from __future__ import annotations

import json

import pytest

from tests.detection.coco import random_set, reference, written


@pytest.mark.parametrize("seed", range(3))
def test_the_figures_are_those_of_pycocotools(cnnstudio, tmp_path, seed) -> None:
    truth, results = random_set(seed)
    ran = cnnstudio("evaluate", *written(tmp_path, truth, results), "--json")
    assert ran.code == 0
    made = json.loads(ran.out)
    judged = reference(truth, results)
    assert made["mAP50"] == pytest.approx(judged.stats[1], abs=1e-6)
    assert made["mAP50_95"] == pytest.approx(judged.stats[0], abs=1e-6)
    precision = judged.eval["precision"][:, :, :, 0, 2]
    assert list(made["classes"]) == [each["name"] for each in truth["categories"]]
    for place, one in enumerate(made["classes"].values()):
        if one["truths"] == 0:
            assert one["AP50"] is None
        else:
            assert one["AP50"] == pytest.approx(precision[0, :, place].mean(), abs=1e-6)
            assert one["AP50_95"] == pytest.approx(precision[:, :, place].mean(), abs=1e-6)


def test_without_true_objects_there_is_no_figure_and_it_is_told(cnnstudio, tmp_path) -> None:
    truth, results = random_set(0)
    ran = cnnstudio("evaluate", *written(tmp_path, {**truth, "annotations": []}, results), "--json")
    made = json.loads(ran.out)
    assert made["mAP50"] is None
    assert made["mAP50_95"] is None
    assert "marks no object" in ran.err


def test_truth_of_other_pictures_or_classes_is_an_error(cnnstudio, tmp_path) -> None:
    truth, results = random_set(0)
    for key, words in (("image_id", "pictures of"), ("category_id", "None of the categories")):
        moved = [{**row, key: row[key] + 100_000} for row in results]
        ran = cnnstudio("evaluate", *written(tmp_path, truth, moved), "--json")
        assert (ran.code, ran.out) == (1, "")
        assert words in ran.err


def test_files_the_wrong_way_round_are_told(cnnstudio, tmp_path) -> None:
    found, true = written(tmp_path, *random_set(0))
    ran = cnnstudio("evaluate", true, found)
    assert ran.code == 1
    assert ran.err.count("\n") == 1


def test_people_read_the_mean_first_and_a_line_a_class(cnnstudio, tmp_path) -> None:
    truth, results = random_set(0)
    lines = cnnstudio("evaluate", *written(tmp_path, truth, results)).out.splitlines()
    assert lines[0].startswith("mAP50 0.")
    assert len(lines) == 1 + len(truth["categories"])
