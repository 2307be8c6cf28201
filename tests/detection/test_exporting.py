"""Files for other tools: each comes back as it was, and pycocotools takes COCO's."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from pycocotools.coco import COCO

from cnnstudio.detection import Detections, export, read_coco_results, read_coco_truth, read_truth
from cnnstudio.detection.from_files import from_yolo_text
from cnnstudio.errors import StudioError, UsageError
from cnnstudio.models.catalogue import registered
from cnnstudio.models.labels import labels_of

LABELS = ("person", "a <b> & c")
BOXES = np.array([[1.5, 2.25, 30, 40], [0, 0, 200, 100]])


def found(image="street.jpg", labels=LABELS, classes=(1, 0)) -> Detections:
    return Detections(image, 200, 100, labels, BOXES, np.array([0.875, 0.25]), np.array(classes))


def test_yolo_text_comes_back(tmp_path) -> None:
    export([found(), found("other.png")], tmp_path / "out", "yolo")
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == ["classes.txt", "other.txt", "street.txt"]
    back = from_yolo_text(tmp_path / "out" / "street.txt", LABELS, 200, 100)
    assert back.boxes == pytest.approx(BOXES, abs=1e-5)
    assert back.scores.tolist() == [0.875, 0.25]
    assert back.class_ids.tolist() == [1, 0]


def test_voc_xml_comes_back_with_names_that_need_escaping(tmp_path) -> None:
    export([found()], tmp_path / "out", "voc")
    truth = read_truth(tmp_path / "out")
    assert truth.pictures[0].name == "street.jpg"
    assert truth.boxes == pytest.approx(np.array([[1.5, 2.25, 28.5, 37.75], [0, 0, 200, 100]]))
    assert [truth.categories[each] for each in truth.category.tolist()] == ["a <b> & c", "person"]


def test_csv_has_a_line_a_box(tmp_path) -> None:
    export([found('we,ird".jpg')], tmp_path / "boxes.csv", "csv")
    with (tmp_path / "boxes.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["image"] for row in rows] == ['we,ird".jpg'] * 2
    assert [float(rows[0][key]) for key in ("score", "x1", "y1", "x2", "y2")] == [0.875, 1.5, 2.25, 30, 40]


def test_coco_results_are_what_pycocotools_takes_with_the_ids_of_the_truth(tmp_path) -> None:
    data = {
        "images": [{"id": 42, "file_name": "street.png", "width": 200, "height": 100}],
        "categories": [{"id": 9, "name": "Person"}],
        "annotations": [],
    }
    (tmp_path / "truth.json").write_text(json.dumps(data))
    notes = export([found()], tmp_path / "results.json", "coco", read_coco_truth(tmp_path / "truth.json"))
    assert "1 detections are of classes that the ground truth lacks" in notes[0]
    loaded = COCO(str(tmp_path / "truth.json")).loadRes(str(tmp_path / "results.json"))
    [row] = loaded.anns.values()
    assert (row["image_id"], row["category_id"], row["bbox"], row["score"]) == (42, 9, [0, 0, 200, 100], 0.25)


def test_without_a_truth_pictures_have_the_numbers_in_their_names_and_classes_cocos_ids(tmp_path) -> None:
    labels = labels_of(next(each for each in registered() if each.name == "yolov3-tiny"))
    classes = (labels.index("stop sign"), labels.index("toothbrush"))
    export([found("000000000139.jpg", labels, classes)], tmp_path / "a.json", "coco")
    results = read_coco_results(tmp_path / "a.json")
    assert results.picture.tolist() == [139, 139]
    # In COCO's own list the stop sign is 13 (12 is missing) and the toothbrush, the last one, 90.
    assert results.category.tolist() == [13, 90]
    export([found("b.jpg"), found("a.jpg")], tmp_path / "b.json", "coco")
    assert read_coco_results(tmp_path / "b.json").picture.tolist() == [1, 1, 2, 2]
    assert read_coco_results(tmp_path / "b.json").category.tolist() == [2, 1, 2, 1]


def test_nothing_found_is_a_file_too(tmp_path) -> None:
    export([], tmp_path / "none.json", "coco")
    assert json.loads((tmp_path / "none.json").read_text()) == []


def test_what_cannot_be_written_is_told_and_the_old_file_stays(tmp_path) -> None:
    with pytest.raises(UsageError, match="--format"):
        export([found()], tmp_path / "a", "xml")
    with pytest.raises(StudioError, match="not saved"):
        export([found()], tmp_path / "no" / "a.json", "coco")
    with pytest.raises(StudioError, match="Two pictures are called"):
        export([found("a/x.jpg"), found("b/x.png")], tmp_path / "out", "yolo")
    assert not (tmp_path / "out").exists()
    (tmp_path / "file").write_text("mine")
    with pytest.raises(UsageError, match="needs a folder"):
        export([found()], tmp_path / "file", "voc")
    data = {"images": [], "categories": [{"id": 1, "name": "person"}], "annotations": []}
    (tmp_path / "truth.json").write_text(json.dumps(data))
    with pytest.raises(StudioError, match="has no picture named"):
        export([found()], tmp_path / "file", "coco", read_coco_truth(tmp_path / "truth.json"))
    assert (tmp_path / "file").read_text() == "mine"
