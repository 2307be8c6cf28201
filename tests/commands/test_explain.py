"""`cnnstudio explain` on photos with a trained network: what it writes, what it says, what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from cnnstudio.imaging.recipes import recipe_of
from cnnstudio.locate import samples_dir

METHODS = ("grad-cam", "occlusion", "integrated-gradients", "guided-backprop")


@pytest.fixture(autouse=True)
def _weights(with_weights) -> None:
    with_weights("efficientnet-lite0")


@pytest.mark.parametrize("method", METHODS)
def test_every_method_writes_the_picture_and_its_numbers(cnnstudio, tmp_path, method):
    out, raw = tmp_path / "out.png", tmp_path / "out.npy"
    ran = cnnstudio("explain", samples_dir() / "coffee.jpg", "--method", method, "--step", "32", "-o", out,
                    "--raw", raw, "--json")  # fmt: skip
    assert ran.code == 0
    [row] = json.loads(ran.out)
    assert row["class"]["label"] == "espresso"
    assert row["method"] == method
    assert row.get("layer") == ("_relu1" if method == "grad-cam" else None)
    with Image.open(out) as shown, Image.open(samples_dir() / "coffee.jpg") as photo:
        assert shown.size == photo.size
        assert np.any(np.asarray(shown) != np.asarray(photo))
    heat = np.load(raw)
    assert heat.shape == (224, 224)
    assert heat.dtype == np.float32
    if method == "grad-cam":
        assert (heat >= 0).all()
    recipe = recipe_of(out)
    assert recipe.capability == "activations"
    assert recipe.settings["method"] == method
    assert recipe.settings["target"] == 967
    assert recipe.source_name == "coffee.jpg"


def test_without_opacity_only_what_the_network_did_not_see_is_darker(cnnstudio, tmp_path):
    out = tmp_path / "out.png"
    assert cnnstudio("explain", samples_dir() / "cat.jpg", "--opacity", "0", "-o", out).code == 0
    shown, photo = (np.asarray(Image.open(path)).astype(int) for path in (out, samples_dir() / "cat.jpg"))
    # 300 × 451 becomes 256 × 385; 16 rows and 80 columns of that are cut off: 19 and 94 pixels of the picture.
    np.testing.assert_array_equal(shown[19:281, 95:356], photo[19:281, 95:356])
    assert (shown[:18] <= photo[:18]).all()
    assert shown[:, :90].mean() < 0.6 * photo[:, :90].mean()


def test_the_best_class_and_the_layer_are_told(cnnstudio, tmp_path):
    ran = cnnstudio("explain", samples_dir() / "coffee.jpg", "-o", tmp_path / "out.png")
    assert "espresso (95" in ran.err
    assert "_relu1" in ran.err


def test_several_pictures_go_into_a_folder(cnnstudio, picture, tmp_path):
    ran = cnnstudio("explain", picture("one.png"), picture("two.png", 1, 1, "L"), "-o", tmp_path / "made", "--json")
    assert ran.code == 0
    assert len(json.loads(ran.out)) == 2
    assert sorted(path.name for path in (tmp_path / "made").iterdir()) == ["one.png", "two.png"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--class", "1000"), "efficientnet-lite0 has 0 to 999"),
        (("--class", "-1"), "--class is -1"),
        (("--layer", "_fc"), "makes no maps but numbers"),
        (("--layer", "_relu9"), "Did you mean"),
        (("--method", "magic"), "use one of"),
        (("--opacity", "2"), "between 0 and 1"),
        (("--model", "vit_b_16"), "Grad-CAM needs maps"),
        (("--model", "vit_b_16", "--method", "guided-backprop"), "attention"),
    ],
)
def test_what_cannot_be_explained_is_refused_in_a_line(cnnstudio, picture, tmp_path, words, said):
    ran = cnnstudio("explain", picture(), "-o", tmp_path / "out.png", *words)
    assert ran.code == 2
    assert said in ran.err
    assert not (tmp_path / "out.png").exists()


def test_a_network_without_classes_is_refused(cnnstudio, picture, tmp_path, with_weights):
    with_weights("vgg16-hed")
    ran = cnnstudio("explain", picture(), "-o", tmp_path / "out.png", "--model", "vgg16-hed")
    assert ran.code == 2
    assert "vgg16-hed tells no classes" in ran.err
