"""Average precision equals pycocotools; precision, recall and F1 by counting; the curve follows the score."""

from __future__ import annotations

import json

import numpy as np
import pytest

from cnnstudio.detection import evaluate, read_coco_results, read_coco_truth
from cnnstudio.detection.evaluation import Counted, worst_first
from cnnstudio.detection.matching import match
from cnnstudio.errors import StudioError
from tests.detection.coco import random_set, reference, written

BOX = [10, 10, 20, 20]
IMAGE = {"id": 1, "file_name": "one.jpg", "width": 100, "height": 100}
CLASSES = [{"id": 1, "name": "person"}, {"id": 2, "name": "car"}]


def read(folder, truth, results):
    found, true = written(folder, truth, results)
    return read_coco_results(found), read_coco_truth(true)


def data_set(annotations, images=(IMAGE,), categories=tuple(CLASSES)):
    rows = [{"id": n, "area": row["bbox"][2] * row["bbox"][3], "iscrowd": 0, "image_id": 1, "category_id": 1, **row}
            for n, row in enumerate(annotations, 1)]  # fmt: skip
    return {"images": list(images), "annotations": rows, "categories": list(categories)}


def found(*rows):
    return [{"image_id": 1, "category_id": 1, "bbox": BOX, "score": 0.9, **row} for row in rows]


def assert_equal_to_reference(folder, truth, results) -> None:
    made = evaluate(*read(folder, truth, results))
    judged = reference(truth, results)
    precision = judged.eval["precision"][:, :, :, 0, 2]
    for place, one in enumerate(made.classes):
        theirs = precision[:, :, place]
        if one.ap is None:
            assert (theirs == -1).all()
        else:
            assert np.abs(theirs.mean(1) - one.ap).max() < 1e-6
    if made.map50 is None:
        assert judged.stats[0] == -1
    else:
        assert made.map50 == pytest.approx(judged.stats[1], abs=1e-6)
        assert made.map50_95 == pytest.approx(judged.stats[0], abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("kind", [{"levels": 1}, {"levels": 6}, {"levels": 10**6, "crowd": 0.0}, {"crowd": 0.8}])
def test_average_precision_equals_pycocotools(tmp_path, seed, kind) -> None:
    truth, results = random_set(seed, **kind)
    assert_equal_to_reference(tmp_path, truth, results)


def test_more_than_a_hundred_boxes_of_a_class_in_a_picture_equal_pycocotools(tmp_path) -> None:
    truth, results = random_set(1, pictures=2, most=40, classes=2)
    results = results * 5
    assert len(results) > 4 * 100
    assert_equal_to_reference(tmp_path, truth, results)


ADVERSARIAL = {
    "a crowd takes many boxes": (data_set([{"bbox": [0, 0, 90, 90], "iscrowd": 1}, {"bbox": BOX}]),
                                 found({}, {"bbox": [50, 50, 20, 20]}, {"bbox": [60, 60, 20, 20]})),
    "two true objects at the same overlap": (data_set([{"bbox": [10, 10, 20, 20]}, {"bbox": [10, 10, 20, 20]}]),
                                             found({}, {"score": 0.8})),
    "an overlap of exactly one half": (data_set([{"bbox": [10, 10, 20, 10]}]), found({})),
    "an overlap of exactly three quarters": (data_set([{"bbox": [10, 10, 20, 15]}]), found({})),
    "no true object at all": (data_set([]), found({})),
    "only crowds": (data_set([{"bbox": BOX, "iscrowd": 1}]), found({})),
    "boxes without area": (data_set([{"bbox": [10, 10, 0, 20]}, {"bbox": BOX}]), found({"bbox": [10, 10, 0, 20]}, {})),
    "an area that the file says and the box does not": (data_set([{"bbox": BOX, "area": 2e10}]), found({})),
    "a box beyond all sizes": (data_set([{"bbox": BOX}]), found({}, {"bbox": [0, 0, 2e5, 2e5], "score": 0.95})),
    "categories that only the results have": (data_set([{"bbox": BOX}]), found({}, {"category_id": 77})),
}  # fmt: skip


@pytest.mark.parametrize("name", ADVERSARIAL)
def test_special_sets_equal_pycocotools(tmp_path, name) -> None:
    assert_equal_to_reference(tmp_path, *ADVERSARIAL[name])


def test_counts_at_a_score_by_hand_and_the_threshold_of_the_best_f1(tmp_path) -> None:
    # Two objects; hits at 0.9 and 0.5, false boxes at 0.7 and 0.3.
    truth = data_set([{"bbox": BOX}, {"bbox": [60, 60, 20, 20]}])
    away = [0, 60, 20, 20]
    results = found({"score": 0.9}, {"bbox": away, "score": 0.7}, {"bbox": [60, 60, 20, 20], "score": 0.5},
                    {"bbox": away, "score": 0.3})  # fmt: skip
    curve = evaluate(*read(tmp_path, truth, results)).classes[0].curve
    expected = {0.95: (0, 0, 2), 0.9: (0, 0, 2), 0.89: (1, 0, 1), 0.6: (1, 1, 1), 0.5: (1, 1, 1), 0.4: (2, 1, 0),
                0.0: (2, 2, 0)}  # fmt: skip
    for score, counts in expected.items():
        assert curve.at(score) == Counted(*counts)
    assert curve.at(0.4).precision == pytest.approx(2 / 3)
    assert curve.at(0.89).recall == 0.5
    threshold, f1 = curve.best_f1()
    assert f1 == pytest.approx(4 / 5)
    assert 0.3 <= threshold < 0.5
    assert curve.at(threshold).f1 == pytest.approx(f1)
    assert curve.precision() == pytest.approx([1, 1 / 2, 2 / 3, 1 / 2])
    assert curve.recall() == pytest.approx([0.5, 0.5, 1, 1])


def test_equal_scores_fall_together_when_a_threshold_is_chosen(tmp_path) -> None:
    truth = data_set([{"bbox": BOX}])
    results = found({}, *({"bbox": [60, 60, 9, 9]} for _ in range(3)))
    threshold, f1 = evaluate(*read(tmp_path, truth, results)).classes[0].curve.best_f1()
    assert f1 == pytest.approx(2 * 1 / (2 * 1 + 3 + 0))
    assert threshold < 0.9


def test_the_matching_threshold_moves_the_curve_and_not_the_average_precision(tmp_path) -> None:
    sides = read(tmp_path, data_set([{"bbox": [10, 10, 20, 15]}]), found({}))
    loose, strict = evaluate(*sides, matching=0.5), evaluate(*sides, matching=0.8)
    assert loose.map50_95 == strict.map50_95 == pytest.approx(0.6)
    assert (loose.overall.at(0).hits, strict.overall.at(0).hits) == (1, 0)


def test_the_worst_pictures_come_first(tmp_path) -> None:
    images = [{"id": n, "file_name": f"{n}.jpg"} for n in (1, 2, 3, 4)]
    truth = data_set([{"bbox": BOX}, {"bbox": BOX, "image_id": 2}, {"bbox": BOX, "image_id": 2}], images)
    results = found({}, {"image_id": 3, "bbox": BOX}, {"image_id": 2, "score": 0.2})
    results_read, truth_read = read(tmp_path, truth, results)
    matches = match(results_read, truth_read, np.array([0.5]))
    order = [(truth_read.pictures[each.place].id, each.counted) for each in worst_first(matches, truth_read, 0.5)]
    assert order == [(2, Counted(0, 0, 2)), (3, Counted(0, 1, 0)), (1, Counted(1, 0, 0))]


@pytest.mark.parametrize(
    ("results", "words"),
    [(found({"image_id": 9}), "1 pictures of .* are not in"), (found({"category_id": 9}), "None of the categories")],
)
def test_truth_of_other_pictures_or_classes_is_an_error_never_a_zero(tmp_path, results, words) -> None:
    with pytest.raises(StudioError, match=words):
        evaluate(*read(tmp_path, data_set([{"bbox": BOX}]), results))


def test_what_does_not_count_is_told(tmp_path) -> None:
    made = evaluate(*read(tmp_path, data_set([{"bbox": BOX}]), found({}, {"category_id": 77})))
    assert "1 detections are of categories that the ground truth lacks" in made.notes[0]
    assert "no detections" in evaluate(*read(tmp_path, data_set([{"bbox": BOX}]), [])).notes[0]
    beyond = evaluate(*read(tmp_path, data_set([{"bbox": [90, 90, 50, 50]}]), found({})))
    assert "1 true boxes reach beyond their picture" in beyond.notes[0]


def test_results_may_stand_in_a_data_set_of_their_own(tmp_path) -> None:
    path = tmp_path / "results.json"
    path.write_text(json.dumps({"annotations": found({})}))
    assert read_coco_results(path).boxes.tolist() == [BOX]
