"""`cnnstudio nms`: the suppression of given boxes, exactly as the notes have it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torchvision.ops import batched_nms, nms

from tests.detection.boxes import clustered


def put(folder, rows):
    path = folder / "boxes.json"
    path.write_text(rows if isinstance(rows, str) else json.dumps(rows))
    return path


def rows_of(boxes, scores, classes):
    return [
        {"box": [float(each) for each in box], "score": float(score), "class_id": int(one)}
        for box, score, one in zip(boxes, scores, classes, strict=True)
    ]


NOTES = [
    {"box": [0, 0, 10, 10], "score": 0.9, "class_id": 0},
    {"box": [0, 0, 10, 5], "score": 0.8, "class_id": 0},
    {"box": [0, 0, 10, 4], "score": 0.7, "class_id": 0},
    {"box": [0, 0, 10, 9], "score": 0.85, "class_id": 1},
    {"box": [50, 50, 60, 60], "score": 0.6, "class_id": 0},
    {"box": [80, 80, 90, 90], "score": 0.61, "class_id": 0},
]


def test_the_defaults_are_the_notes(cnnstudio, tmp_path) -> None:
    ran = cnnstudio("nms", put(tmp_path, NOTES), "--json")
    assert ran.code == 0
    assert json.loads(ran.out) == [
        {"index": index, "box": NOTES[index]["box"], "score": NOTES[index]["score"],
         "class_id": NOTES[index]["class_id"]}
        for index in (0, 3, 2, 5)
    ]  # fmt: skip
    assert ran.err == ""


@pytest.mark.parametrize(
    ("words", "expected"),
    [(("--agnostic",), [0, 2, 5]), (("--iou", "0.51"), [0, 3, 1, 5]), (("--score", "0.59"), [0, 3, 2, 5, 4]),
     (("--score", "1"), []), (("--iou", "0"), [0, 3]), (("--iou", "1"), [0, 3, 1, 2, 5]), (("--count", "2"), [0, 3])],
)  # fmt: skip
def test_each_option_does_what_it_says(cnnstudio, tmp_path, words, expected) -> None:
    ran = cnnstudio("nms", put(tmp_path, NOTES), "--json", *words)
    assert [row["index"] for row in json.loads(ran.out)] == expected


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.8])
@pytest.mark.parametrize("agnostic", [True, False])
def test_many_boxes_are_kept_as_torchvision_keeps_them(cnnstudio, tmp_path, threshold, agnostic) -> None:
    boxes, scores, classes = clustered(5, 800, 50, 4)
    path = put(tmp_path, rows_of(boxes, scores, classes))
    ran = cnnstudio("nms", path, "--score", "0.1", "--iou", threshold, "--json", *["--agnostic"][: int(agnostic)])
    part = np.flatnonzero(scores.astype(float) > 0.1)
    tensors = [torch.from_numpy(each[part]).double() for each in (boxes, scores)]
    kept = nms(*tensors, threshold) if agnostic else batched_nms(*tensors, torch.from_numpy(classes[part]), threshold)
    assert [row["index"] for row in json.loads(ran.out)] == part[kept.numpy()].tolist()


def test_other_methods_print_what_they_made_of_the_boxes(cnnstudio, tmp_path) -> None:
    rows = [NOTES[0], NOTES[1]]
    [fused] = json.loads(cnnstudio("nms", put(tmp_path, rows), "--nms", "wbf", "--json").out)
    assert fused["index"] == 0
    assert fused["score"] == pytest.approx(0.85)
    assert fused["box"] == pytest.approx([0, 0, 10, (0.9 * 10 + 0.8 * 5) / 1.7])
    soft = json.loads(cnnstudio("nms", put(tmp_path, rows), "--nms", "soft-linear", "--score", "0.3", "--json").out)
    assert [row["score"] for row in soft] == pytest.approx([0.9, 0.4])


def test_bad_boxes_are_left_out_and_told_and_none_is_an_empty_list(cnnstudio, tmp_path) -> None:
    text = '[{"box": [NaN, 0, 1, 1], "score": 0.9}, {"box": [9, 0, 1, 1], "score": 0.9}, ' \
           '{"box": [1, 1, 1, 4], "score": 0.9}, {"box": [0, 0, 1, 1], "score": 0.9}]'  # fmt: skip
    ran = cnnstudio("nms", put(tmp_path, text), "--json")
    assert ran.code == 0
    assert [row["index"] for row in json.loads(ran.out)] == [3]
    for words in ("box 0 has NaN", "box 1 has corners in the wrong order", "box 2 has no area"):
        assert words in ran.err
    assert json.loads(cnnstudio("nms", put(tmp_path, []), "--json").out) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [("{}", "must be a list"), ("[1]", "entry 0"), ('[{"score": 1}]', "box is missing"),
     ('[{"box": [1, 2, 3], "score": 1}]', "four numbers"), ('[{"box": [1, 2, 3, 4]}]', "score is missing"),
     ('[{"box": [1, 2, 3, 4], "score": 1, "class_id": "a"}]', "class_id"), ("[", "no JSON"),
     ('[{"box": [1, 2, 3, "4"], "score": 1}]', "four numbers")],
)  # fmt: skip
def test_a_wrong_file_is_told_in_one_line(cnnstudio, tmp_path, text, words) -> None:
    ran = cnnstudio("nms", put(tmp_path, text), "--json")
    assert (ran.code, ran.out) == (1, "")
    assert words in ran.err
    assert ran.err.count("\n") == 1


def test_wrong_words_are_usage(cnnstudio, tmp_path) -> None:
    path = put(tmp_path, NOTES)
    for words in (("--score", "1.1"), ("--iou", "nan"), ("--nms", "hard"), ("--iou", "-0.1")):
        assert cnnstudio("nms", path, *words).code == 2
    assert cnnstudio("nms", tmp_path / "none.json").code == 1


def test_people_read_a_line_a_box(cnnstudio, tmp_path) -> None:
    lines = cnnstudio("nms", put(tmp_path, NOTES)).out.splitlines()
    assert len(lines) == 4
    assert "0.9000" in lines[0]
