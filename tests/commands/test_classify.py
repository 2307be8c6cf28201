"""`cnnstudio classify` on real photos with really trained weights; labels as recorded for these photos elsewhere."""

from __future__ import annotations

import json

import pytest
import skimage.data
from PIL import Image

from cnnstudio.locate import samples_dir


@pytest.fixture(autouse=True)
def _weights(with_weights) -> None:
    with_weights("efficientnet-lite0")


@pytest.mark.parametrize(
    ("photo", "label", "score"),
    [("chelsea", "tiger cat", 0.386), ("coffee", "espresso", 0.951), ("rocket", "missile", 0.296)],
)
def test_the_first_class_of_a_photo_is_the_recorded_one(cnnstudio, tmp_path, photo, label, score):
    path = tmp_path / f"{photo}.png"
    Image.fromarray(getattr(skimage.data, photo)()).save(path)
    ran = cnnstudio("classify", path, "--json")
    assert ran.code == 0
    [row] = json.loads(ran.out)
    assert row["image"] == str(path)
    assert row["top"][0]["label"] == label
    assert row["top"][0]["score"] == pytest.approx(score, abs=0.01)
    scores = [each["score"] for each in row["top"]]
    assert len(scores) == 5
    assert scores == sorted(scores, reverse=True)
    assert sum(scores) <= 1


@pytest.mark.parametrize(
    ("photo", "label"), [("cat.jpg", "cat"), ("coffee.jpg", "espresso"), ("rocket.jpg", "missile")]
)
def test_the_sample_photos_are_classified_correctly(cnnstudio, photo, label):
    [row] = json.loads(cnnstudio("classify", samples_dir() / photo, "--json").out)
    assert label in row["top"][0]["label"]


def test_index_and_label_belong_together_as_torchvision_lists_them(cnnstudio):
    from torchvision.models import MobileNet_V3_Small_Weights

    names = MobileNet_V3_Small_Weights.DEFAULT.meta["categories"]
    [row] = json.loads(cnnstudio("classify", samples_dir() / "cat.jpg", "--json", "--top", "20").out)
    assert len(row["top"]) == 20
    assert all(names[each["index"]] == each["label"] for each in row["top"])


def test_people_read_a_line_a_class_under_the_pictures_name(cnnstudio, picture):
    one, two = picture("one.png"), picture("two.png", mode="L")
    ran = cnnstudio("classify", one, two, "--top", "2")
    lines = ran.out.splitlines()
    assert lines[0] == str(one)
    assert lines[3] == str(two)
    assert len(lines) == 6
    assert "%" in lines[1]


def test_one_unreadable_picture_does_not_stop_the_others(cnnstudio, picture, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\nno")
    ran = cnnstudio("classify", broken, picture(), "--json")
    assert ran.code == 1
    assert "broken.png" in ran.err
    assert [row["image"][-9:] for row in json.loads(ran.out)] == ["photo.png"]


@pytest.mark.parametrize("shape", [(1, 1), (1, 700), (700, 1)])
def test_pictures_of_any_shape_are_classified(cnnstudio, picture, shape):
    ran = cnnstudio("classify", picture("odd.png", *shape), "--json")
    assert ran.code == 0
    assert len(json.loads(ran.out)[0]["top"]) == 5


def test_a_network_that_is_no_classifier_is_refused_by_name(cnnstudio, picture):
    ran = cnnstudio("classify", picture(), "--model", "yolov3-tiny")
    assert ran.code == 2
    assert "yolov3-tiny is no classifier" in ran.err


def test_a_misspelt_network_gets_the_nearest_name(cnnstudio, picture):
    ran = cnnstudio("classify", picture(), "--model", "eficientnet-lite0")
    assert ran.code == 2
    assert "efficientnet-lite0" in ran.err


def test_without_its_weights_and_offline_it_says_how_to_get_them(cnnstudio, picture, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "0")
    ran = cnnstudio("classify", picture(), "--model", "squeezenet1_0", "--offline")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "models fetch squeezenet1_0" in ran.err


def test_offline_before_the_command_holds_too(cnnstudio, picture, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "none"))
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "0")
    ran = cnnstudio("--offline", "classify", picture(), "--model", "squeezenet1_0")
    assert ran.code == 1
    assert "fetching is off" in ran.err


def test_ten_crops_are_outlined_in_pixels_of_the_picture(cnnstudio):
    [row] = json.loads(cnnstudio("classify", samples_dir() / "coffee.jpg", "--ten-crop", "--json").out)
    assert row["top"][0]["label"] == "espresso"
    # 400 × 600 becomes 256 × 384: a crop of 224 is 350 pixels.
    assert row["crops"][0] == [0, 0, 350, 350]
    assert row["crops"][3] == [250, 50, 600, 400]
    assert row["crops"][4] == [125, 25, 475, 375]
    assert row["crops"][5:] == row["crops"][:5]
    assert "votes" not in row


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--ensemble", "efficientnet-lite0"), "alone does not vote"),
        (("--ensemble", ","), "names no network"),
        (("--ensemble", "resnet18,vgg16", "--model", "alexnet"), "Leave --model out"),
    ],
)
def test_ensembles_that_cannot_vote_are_refused(cnnstudio, picture, words, said):
    ran = cnnstudio("classify", picture(), *words)
    assert ran.code == 2
    assert said in ran.err


def test_the_votes_of_an_ensemble_are_told(cnnstudio, picture, monkeypatch):
    import torch
    from torch import nn

    from cnnstudio.classification import computing
    from cnnstudio.commands import fetch_progress

    torch.manual_seed(0)
    made = {
        name: nn.Sequential(nn.AvgPool2d(32), nn.Flatten(), nn.Linear(147, 1000)).requires_grad_(False)
        for name in ("resnet18", "resnet34")
    }
    monkeypatch.setattr(computing, "kept_network", lambda model, **_: made[model.name])
    monkeypatch.setattr(fetch_progress, "ensured", lambda name: None)
    ran = cnnstudio("classify", picture(), "--ensemble", "resnet18,resnet34", "--top", "3", "--json")
    [row] = json.loads(ran.out)
    assert [each["model"] for each in row["votes"]] == ["resnet18", "resnet34"]
    assert all(len(each["top"]) == 3 for each in row["votes"])
    # The ensemble's score of a class lies between its members' best ones.
    assert row["top"][0]["score"] <= max(each["top"][0]["score"] for each in row["votes"])
