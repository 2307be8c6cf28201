"""`cnnstudio dream`: a picture from noise, the same for a seed, with its recipe."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from cnnstudio.imaging.recipes import recipe_of


@pytest.fixture(autouse=True)
def _weights(with_weights) -> None:
    with_weights("efficientnet-lite0")


def test_a_unit_becomes_a_picture_bit_by_bit_the_same(cnnstudio, tmp_path):
    words = ("dream", "--layer", "_blocks.2._relu0", "--unit", "4", "--steps", "8", "--size", "64", "--json")
    made = [cnnstudio(*words, "-o", tmp_path / name) for name in ("one.png", "two.png")]
    assert [each.code for each in made] == [0, 0]
    one, two = (np.asarray(Image.open(tmp_path / name)) for name in ("one.png", "two.png"))
    assert one.shape == (64, 64, 3)
    np.testing.assert_array_equal(one, two)
    row = json.loads(made[0].out)
    assert row["goal"] == "unit 4 of _blocks.2._relu0"
    assert row["activation"] > row["start"]
    recipe = recipe_of(tmp_path / "one.png")
    assert recipe.capability == "activations"
    assert recipe.settings["unit"] == 4
    assert recipe.settings["size"] == 64


def test_a_class_is_called_by_its_name(cnnstudio, tmp_path):
    ran = cnnstudio("dream", "--class", "967", "--steps", "2", "--size", "64", "-o", tmp_path / "out.png")
    assert ran.code == 0
    assert ran.out.startswith("espresso: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give --layer and --unit, or --class"),
        (("--layer", "_relu1"), "Give --layer and --unit, or --class"),
        (("--layer", "_relu1", "--unit", "1280"), "units 0 to 1279"),
        (("--layer", "_relu1", "--unit", "-1"), "--unit is -1"),
        (("--layer", "relu", "--unit", "1"), "Did you mean"),
        (("--class", "1000"), "has 0 to 999"),
        (("--class", "3", "--unit", "1"), "Leave one or the other out"),
        (("--class", "3", "--steps", "0"), "--steps is 0"),
    ],
)
def test_what_cannot_be_dreamt_is_refused_in_a_line(cnnstudio, tmp_path, words, said):
    ran = cnnstudio("dream", "-o", tmp_path / "out.png", *words)
    assert ran.code == 2
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "out.png").exists()
