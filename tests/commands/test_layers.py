"""`cnnstudio layers` and `cnnstudio activations`, on really trained networks."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from PIL import Image

from cnnstudio.imaging.recipes import recipe_of
from cnnstudio.locate import samples_dir


@pytest.fixture(autouse=True)
def _weights(with_weights) -> None:
    with_weights("efficientnet-lite0")


def test_layers_are_listed_in_order_with_the_promised_fields(cnnstudio):
    ran = cnnstudio("layers", "--model", "vgg16", "--json")
    assert ran.code == 0
    rows = json.loads(ran.out)
    assert list(rows[0]) == ["name", "type", "channels", "height", "width", "receptive_field", "stride", "offset"]
    by_name = {row["name"]: row for row in rows}
    # Simonyan and Zisserman's configuration D: three 3x3 layers behind two pools see 40 pixels, four apart.
    assert by_name["features.14"] == {
        "name": "features.14", "type": "Conv2d", "channels": 256, "height": 56, "width": 56,
        "receptive_field": 40, "stride": 4, "offset": -18,
    }  # fmt: skip
    assert [row["name"] for row in rows[:3]] == ["features.0", "features.1", "features.2"]


def test_untrained_networks_are_said_to_be_untrained(cnnstudio, monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    ran = cnnstudio("layers", "--model", "squeezenet1_0")
    assert ran.code == 0
    assert "squeezenet1_0 is untrained" in ran.err
    assert "models fetch squeezenet1_0" in ran.err


def test_the_raw_output_is_the_whole_layers(cnnstudio, tmp_path):
    from cnnstudio.activations import subject_named
    from cnnstudio.imaging.reading import read_picture

    out, raw = tmp_path / "maps.png", tmp_path / "maps.npy"
    photo = samples_dir() / "cat.jpg"
    ran = cnnstudio("activations", photo, "--layer", "_relu0", "--unit", "3", "-o", out, "--raw", raw)
    assert ran.code == 0
    maps = np.load(raw)
    subject = subject_named("efficientnet-lite0")
    with torch.inference_mode():
        made = subject.network.get_submodule("_bn0")(
            subject.network.get_submodule("_conv_stem")(subject.prepared(read_picture(photo).pixels).tensor)
        )
    assert maps.dtype == np.float32
    np.testing.assert_allclose(maps, made[0].clamp(0, 6).numpy(), atol=1e-5)
    with Image.open(out) as shown:
        assert shown.size == (224, 224)
    assert recipe_of(out).settings["layer"] == "_relu0"


def test_the_mosaic_holds_a_tile_a_channel(cnnstudio, tmp_path):
    out = tmp_path / "maps.png"
    ran = cnnstudio("activations", samples_dir() / "cat.jpg", "--layer", "_relu0", "-o", out, "--sort", "mean")
    assert ran.code == 0
    with Image.open(out) as shown:
        width, height = shown.size
    assert width * height >= 32 * 112 * 112


def test_the_mosaic_begins_with_what_adds_most_to_the_best_class(cnnstudio, tmp_path):
    from cnnstudio.activations import run_through, subject_named
    from cnnstudio.engine import run_now
    from cnnstudio.imaging.reading import read_picture

    out, photo = tmp_path / "maps.png", samples_dir() / "cat.jpg"
    words = ("--layer", "_relu1", "-o", out, "--sort", "contribution", "--scale", "layer", "--gamma", "1")
    ran = cnnstudio("activations", photo, *words)
    assert ran.code == 0
    subject = subject_named("efficientnet-lite0")
    made = run_now(run_through, subject, read_picture(photo).pixels, frozenset(["_relu1"]))
    maps = made.maps["_relu1"]
    # Behind this layer come the mean over the map and a linear one.
    weight = subject.network.get_submodule("_fc").weight[int(made.scores.argmax())].numpy()
    best = int((maps.mean((1, 2)) * weight).argmax())
    with Image.open(out) as shown:
        tile = np.asarray(shown.convert("RGB"))[:7, :7].astype(int).sum(2)
    brighter = np.subtract.outer(tile.ravel(), tile.ravel()) > 0
    larger = np.subtract.outer(maps[best].ravel(), maps[best].ravel()) > 0
    assert len(np.unique(tile)) > 5
    assert np.all(larger[brighter])


def test_nothing_contributes_to_a_class_where_there_is_none(cnnstudio, with_weights, tmp_path):
    with_weights("mtcnn")
    out = tmp_path / "out.png"
    words = ("--model", "mtcnn/pnet.pt", "--layer", "conv1", "--sort", "contribution")
    ran = cnnstudio("activations", samples_dir() / "cat.jpg", "-o", out, *words)
    assert ran.code == 2
    assert "no classes" in ran.err
    assert not out.exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--layer", "_relu9"), "_relu"),
        (("--layer", "_relu0", "--unit", "32"), "0 to 31"),
        (("--layer", "_relu0", "--unit", "-2"), "0 to 31"),
        (("--layer", "_relu0", "--scale", "log"), "--scale"),
        (("--layer", "_relu0", "--model", "lenet"), "no network 'lenet'"),
    ],
)
def test_wrong_words_are_usage_errors_that_say_what_is_right(cnnstudio, tmp_path, words, says):
    ran = cnnstudio("activations", samples_dir() / "cat.jpg", "-o", tmp_path / "out.png", *words)
    assert ran.code == 2
    assert says in ran.err
    assert not (tmp_path / "out.png").exists()
