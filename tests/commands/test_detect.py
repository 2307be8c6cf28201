"""`cnnstudio detect` on real photos with really trained weights."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest
import skimage.data
from PIL import Image

from cnnstudio.imaging.reading import read_picture
from cnnstudio.models.keeping import forget

# By eye, in the photos' pixels: the cup with its saucer's middle, the motorcycle without its mirror.
SEEN = {"coffee": ("cup", (150, 20, 430, 313)), "motorcycle": ("motorcycle", (45, 45, 700, 455))}


@pytest.fixture(autouse=True)
def _weights(with_weights) -> None:
    with_weights("yolov3-tiny")


@pytest.fixture
def photo(tmp_path):
    def make(name: str):
        path = tmp_path / f"{name}.png"
        pixels = skimage.data.stereo_motorcycle()[0] if name == "motorcycle" else getattr(skimage.data, name)()
        Image.fromarray(pixels).save(path)
        return path

    return make


def overlap(one, other) -> float:
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    areas = sum((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
    return across * down / (areas - across * down)


@pytest.mark.parametrize("name", SEEN)
def test_the_object_of_a_photo_is_found_where_it_is(cnnstudio, photo, name) -> None:
    path = photo(name)
    ran = cnnstudio("detect", path, "--score", "0.5", "--json")
    assert ran.code == 0
    [row] = json.loads(ran.out)
    height, width = skimage.data.coffee().shape[:2] if name == "coffee" else (500, 741)
    assert (row["image"], row["width"], row["height"]) == (str(path), width, height)
    label, box = SEEN[name]
    best = row["detections"][0]
    assert set(best) == {"label", "class_id", "score", "box"}
    assert best["label"] == label
    assert overlap(best["box"], box) > 0.8


def test_scores_fall_and_boxes_lie_in_the_photo_however_low_the_threshold(cnnstudio, photo) -> None:
    [row] = json.loads(cnnstudio("detect", photo("coffee"), "--score", "0.001", "--json").out)
    scores = [each["score"] for each in row["detections"]]
    assert len(scores) > 20
    assert scores == sorted(scores, reverse=True)
    for each in row["detections"]:
        x1, y1, x2, y2 = each["box"]
        assert 0 <= x1 < x2 <= 600
        assert 0 <= y1 < y2 <= 400


def test_nothing_above_the_threshold_is_an_empty_list(cnnstudio, photo) -> None:
    [row] = json.loads(cnnstudio("detect", photo("coffee"), "--score", "1", "--json").out)
    assert row["detections"] == []
    assert "no object" in cnnstudio("detect", photo("coffee"), "--score", "1").out


def test_only_the_classes_asked_for_are_found(cnnstudio, photo) -> None:
    path = photo("coffee")
    rows = json.loads(cnnstudio("detect", path, "--score", "0.001", "--classes", "Cup, spoon", "--json").out)
    assert {each["label"] for each in rows[0]["detections"]} <= {"cup", "spoon"}
    assert rows[0]["detections"][0]["label"] == "cup"
    ran = cnnstudio("detect", path, "--classes", "cupp")
    assert ran.code == 2
    assert "Did you mean cup" in ran.err


def test_a_folder_becomes_a_folder_of_annotated_pictures_that_carry_their_recipe(cnnstudio, photo, tmp_path) -> None:
    photo("coffee"), photo("motorcycle")
    out = tmp_path / "out"
    assert cnnstudio("detect", tmp_path, "-o", out, "--score", "0.5").code == 0
    assert sorted(each.name for each in out.iterdir()) == ["coffee.png", "motorcycle.png"]
    made = read_picture(out / "coffee.png")
    assert made.pixels.shape == (400, 600, 3)
    assert (made.pixels != skimage.data.coffee()).any(2).mean() > 0.005
    assert made.recipe is not None
    assert made.recipe.capability == "detection"
    assert made.recipe.settings["score"] == 0.5


@pytest.mark.parametrize("method", ["greedy", "soft-linear", "soft-gaussian", "diou", "wbf"])
def test_every_method_finds_the_cup_once_above_a_usual_score(cnnstudio, photo, method) -> None:
    ran = cnnstudio("detect", photo("coffee"), "--score", "0.3", "--nms", method, "--json")
    assert [each["label"] for each in json.loads(ran.out)[0]["detections"]] == ["cup"]


def test_an_export_keeps_what_is_below_the_score_and_judges_against_the_truth(cnnstudio, photo, tmp_path) -> None:
    truth = tmp_path / "truth.json"
    truth.write_text(json.dumps({
        "images": [{"id": 5, "file_name": "coffee.png", "width": 600, "height": 400}],
        "categories": [{"id": 2, "name": "cup"}, {"id": 3, "name": "spoon"}],
        "annotations": [{"id": 1, "image_id": 5, "category_id": 2, "bbox": [150, 20, 280, 293], "area": 82040,
                         "iscrowd": 0}],
    }))  # fmt: skip
    out = tmp_path / "found.json"
    ran = cnnstudio("detect", photo("coffee"), "--json", "--export", out, "--truth", truth)
    assert ran.code == 0
    assert len(json.loads(ran.out)[0]["detections"]) == 1
    rows = json.loads(out.read_text())
    assert len(rows) > 1
    assert {row["image_id"] for row in rows} == {5}
    assert {row["category_id"] for row in rows} <= {2, 3}
    assert min(row["score"] for row in rows) < 0.6
    assert min(row["score"] for row in rows) > 0.001
    made = json.loads(cnnstudio("evaluate", out, truth, "--json").out)
    assert made["classes"]["cup"]["AP50"] == pytest.approx(1)
    assert cnnstudio("detect", photo("coffee"), "--export", out, "--truth", truth, "--score", "0.6").code == 0
    assert len(json.loads(out.read_text())) == 1


def test_a_truth_that_does_not_meet_is_an_error_and_writes_nothing(cnnstudio, photo, tmp_path) -> None:
    truth, out = tmp_path / "truth.json", tmp_path / "found.json"
    for images, categories in (([{"id": 5, "file_name": "tea.png"}], [{"id": 2, "name": "cup"}]),
                               ([{"id": 5, "file_name": "coffee.png"}], [{"id": 2, "name": "unicorn"}])):  # fmt: skip
        truth.write_text(json.dumps({"images": images, "categories": categories, "annotations": []}))
        ran = cnnstudio("detect", photo("coffee"), "--export", out, "--truth", truth)
        assert ran.code == 1
        assert "truth.json" in ran.err
        assert not out.exists()
    assert cnnstudio("detect", photo("coffee"), "--truth", truth).code == 2
    assert cnnstudio("detect", photo("coffee"), "--export", out, "--format", "csv", "--truth", truth).code == 2


@pytest.mark.parametrize(
    ("kind", "name"), [("yolo", "out/coffee.txt"), ("voc", "out/coffee.xml"), ("csv", "out"), ("coco", "out")]
)
def test_every_form_is_written(cnnstudio, photo, tmp_path, kind, name) -> None:
    ran = cnnstudio("detect", photo("coffee"), "--export", tmp_path / "out", "--format", kind, "--score", "0.5")
    assert ran.code == 0
    assert (tmp_path / name).stat().st_size > 20


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1), (333, 517)])
def test_pictures_of_any_shape_are_looked_at(cnnstudio, picture, shape) -> None:
    ran = cnnstudio("detect", picture("odd.png", *shape), "--json", "--score", "0")
    assert ran.code == 0
    [row] = json.loads(ran.out)
    assert (row["height"], row["width"]) == shape


def test_one_unreadable_picture_does_not_stop_the_others(cnnstudio, picture, tmp_path) -> None:
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno")
    ran = cnnstudio("detect", broken, picture(mode="L"), "--json")
    assert ran.code == 1
    assert "broken.png" in ran.err
    assert len(json.loads(ran.out)) == 1


def test_wrong_words_are_usage(cnnstudio, picture, tmp_path) -> None:
    photo = picture()
    for words in (("--score", "2"), ("--nms", "hard"), ("--format", "xml"), ("--model", "efficientnet-lite0"),
                  ("--classes", " , "), ("-o", tmp_path / "a.gif"), ("--model", "yolov3-tyni")):  # fmt: skip
        ran = cnnstudio("detect", photo, *words)
        assert ran.code == 2
        assert ran.err.count("\n") == 1


def test_a_broken_weights_file_is_told(cnnstudio, picture, tmp_path, monkeypatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "1")
    folder = tmp_path / "models" / "yolov3-tiny"
    folder.mkdir(parents=True)
    forget("yolov3-tiny")
    (folder / "yolov3-tiny.weights").write_bytes(b"\0" * 35434956)
    ran = cnnstudio("detect", picture())
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "yolov3-tiny" in ran.err


def test_processes_under_torchrun_share_the_pictures_and_print_one_list(photo, tmp_path, models_folder) -> None:
    first, second = photo("coffee"), photo("motorcycle")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "cnnstudio", "detect", str(first), str(second), "--score", "0.5", "--json",
               "--export", str(tmp_path / "all.csv"), "--format", "csv"]  # fmt: skip
    running = [
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            env={**os.environ, "RANK": str(rank), "WORLD_SIZE": "2", "LOCAL_RANK": str(rank), "MASTER_PORT": port,
                 "MASTER_ADDR": "127.0.0.1", "CNNSTUDIO_MODELS": str(models_folder)},
        )
        for rank in range(2)
    ]  # fmt: skip
    outputs = [each.communicate(timeout=150) for each in running]
    assert [each.returncode for each in running] == [0, 0], outputs
    rows = json.loads(outputs[0][0])
    assert outputs[1][0] == ""
    assert [row["image"] for row in rows] == [str(first), str(second)]
    assert [row["detections"][0]["label"] for row in rows] == ["cup", "motorcycle"]
    names = np.loadtxt(tmp_path / "all.csv", str, delimiter=",", skiprows=1, usecols=(3,))
    assert names.tolist() == ["cup", "motorcycle"]
