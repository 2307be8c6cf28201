"""`cnnstudio max-patches` as a person and as `torchrun` start it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.activations import merged, read_index, subject_named
from cnnstudio.imaging.recipes import recipe_of
from tests.activations.test_scanning import by_hand, same
from tests.activations.tiny import folder

MODEL = "squeezenet1_1"
LAYER = "features.3.squeeze"


@pytest.fixture
def pictures(tmp_path) -> Path:
    return folder(tmp_path / "pictures", 5)


@pytest.fixture
def index(cnnstudio, pictures, tmp_path) -> Path:
    made = tmp_path / "index"
    ran = cnnstudio("max-patches", "scan", pictures, "--model", MODEL, "-o", made, "--batch", 4)
    assert (ran.code, ran.out) == (0, "")
    assert "squeezenet1_1 is untrained" in ran.err
    assert "5 of 5 pictures" in ran.err
    return made


def test_show_tells_picture_box_position_and_activation(cnnstudio, index, pictures):
    ran = cnnstudio("max-patches", "show", index, "--layer", LAYER, "--unit", 2, "--json")
    assert ran.code == 0
    rows = json.loads(ran.out)
    names = sorted(pictures.iterdir())
    expected = by_hand(subject_named(MODEL), names, LAYER, 4, 1)[2]
    assert [(row["activation"], row["image"], *row["position"]) for row in rows] == [
        (value, str(names[number]), r, c) for value, number, r, c in expected
    ]
    for row in rows:
        with Image.open(row["image"]) as image:
            width, height = image.size
        x1, y1, x2, y2 = row["box"]
        assert 0 <= x1 < x2 <= width
        assert 0 <= y1 < y2 <= height
        assert set(row) == {"image", "box", "position", "activation"}
    lines = cnnstudio("max-patches", "show", index, "--layer", LAYER, "--unit", 2).out.splitlines()
    assert len(lines) == 5
    assert rows[0]["image"] in lines[0]


def test_the_patches_as_a_picture_carry_their_recipe(cnnstudio, index, tmp_path):
    ran = cnnstudio("max-patches", "show", index, "--layer", LAYER, "--unit", 2, "-o", tmp_path / "out.png")
    assert (ran.code, ran.out) == (0, "")
    sheet = np.asarray(Image.open(tmp_path / "out.png"))
    assert sheet.shape == (488, 488, 3)
    assert sheet[:160, :160].std() > 20
    assert (sheet[-160:] == sheet[-1, -1]).all()
    recipe = recipe_of(tmp_path / "out.png")
    assert recipe.capability == "activations"
    assert (recipe.settings["model"], recipe.settings["layer"], recipe.settings["unit"]) == (MODEL, LAYER, 2)


def test_two_halves_merged_are_the_whole(cnnstudio, index, pictures, tmp_path):
    for number, path in enumerate(sorted(pictures.iterdir())):
        half = pictures / f"half{number % 2}"
        half.mkdir(exist_ok=True)
        path.rename(half / path.name)
    for half in ("half0", "half1"):
        words = ("--model", MODEL, "-o", tmp_path / half, "--batch", 4)
        assert cnnstudio("max-patches", "scan", pictures / half, *words).code == 0
    assert cnnstudio("max-patches", "merge", tmp_path / "half0", tmp_path / "half1", "-o", tmp_path / "both").code == 0
    words = ("--model", MODEL, "-o", tmp_path / "whole", "--batch", 4)
    assert cnnstudio("max-patches", "scan", pictures, *words).code == 0
    both, whole = read_index(tmp_path / "both"), read_index(tmp_path / "whole")
    assert both.pictures.names == whole.pictures.names
    for name, layer in whole.layers.items():
        np.testing.assert_allclose(both.layers[name].values, layer.values, rtol=1e-5, atol=1e-5)
        np.testing.assert_array_equal(both.layers[name].pictures, layer.pictures)


def test_the_same_scan_twice_gives_the_same_bytes(cnnstudio, index, pictures, tmp_path):
    again = tmp_path / "again"
    assert cnnstudio("max-patches", "scan", pictures, "--model", MODEL, "-o", again, "--batch", 4).code == 0
    for path in index.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (again / path.relative_to(index)).read_bytes()


def test_two_processes_share_the_pictures_out_and_write_one_index(cnnstudio, index, pictures, tmp_path):
    shared = tmp_path / "shared"
    (pictures / "broken.png").write_bytes(b"no")
    words = ["max-patches", "scan", str(pictures), "--model", MODEL, "-o", str(shared), "--batch", "2"]
    start = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2", "-m", "cnnstudio"]
    ran = subprocess.run(
        [sys.executable, *start, *words],
        capture_output=True, text=True, timeout=150, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert "[rank 0/2]" in ran.stderr
    assert "[rank 1/2]" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert sorted(each.name for each in shared.iterdir()) == sorted(each.name for each in index.iterdir())
    alone = tmp_path / "alone"
    ran = subprocess.run(
        [sys.executable, "-m", "cnnstudio", *words[:5], "-o", str(alone), "--batch", "2"],
        capture_output=True, text=True, timeout=150, check=False, env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    assert same(read_index(shared), read_index(alone))
    assert read_index(shared).unreadable[0][0] == "broken.png"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("scan", "{tmp}/none", "-o", "{tmp}/x"), 2, "none is no folder"),
        (("scan", "{tmp}/empty", "-o", "{tmp}/x"), 1, "empty holds no picture"),
        (("scan", "{tmp}/pictures", "-o", "{tmp}/x", "--layers", "features.3.sqeeze"), 2, "features.3.squeeze"),
        (("scan", "{tmp}/pictures", "-o", "{tmp}/x", "--layers", ","), 2, "--layers"),
        (("scan", "{tmp}/pictures", "-o", "{tmp}/x", "--per-image", "-1"), 2, "--per-image is -1"),
        (("scan", "{tmp}/pictures", "-o", "{tmp}/x", "--batch", "0"), 2, "--batch is 0"),
        (("scan", "{tmp}/pictures", "-o", "{tmp}/pictures"), 2, "holds other files"),
    ],
)
def test_what_cannot_be_scanned_leaves_nothing_behind(cnnstudio, pictures, tmp_path, words, code, said):
    (tmp_path / "empty").mkdir()
    ran = cnnstudio("max-patches", *(word.format(tmp=tmp_path) for word in words), "--model", MODEL)
    assert ran.code == code
    assert said in ran.err.splitlines()[-1]
    assert not (tmp_path / "x").exists()


def test_what_cannot_be_shown_or_joined(cnnstudio, index, pictures, tmp_path):
    show = ("max-patches", "show", index)
    assert "no unit 99" in cnnstudio(*show, "--layer", LAYER, "--unit", 99).err
    assert f"Did you mean {LAYER}" in cnnstudio(*show, "--layer", "features.3.squeez", "--unit", 0).err
    assert "is no index" in cnnstudio("max-patches", "show", pictures, "--layer", LAYER, "--unit", 0).err
    other = tmp_path / "other"
    scan = ("max-patches", "scan", pictures, "--model", "alexnet", "--layers", "features.0", "-o", other)
    assert cnnstudio(*scan).code == 0
    ran = cnnstudio("max-patches", "merge", index, other, "-o", tmp_path / "both")
    assert ran.code == 2
    assert "'squeezenet1_1 untrained' and 'alexnet untrained'" in ran.err
    assert not (tmp_path / "both").exists()
    assert "exists" in cnnstudio("max-patches", "merge", index, index, "-o", other).err
    assert "two or more" in cnnstudio("max-patches", "merge", index, "-o", tmp_path / "both").err


def test_a_finished_scan_is_not_begun_again(cnnstudio, index, pictures):
    scan = ("max-patches", "scan", pictures, "--model", MODEL, "-o", index, "--batch", 4)
    before = read_index(index)
    ran = cnnstudio(*scan)
    assert ran.code == 2
    assert "finished index" in ran.err
    ran = cnnstudio(*scan, "--resume")
    assert ran.code == 0
    assert "finished already" in ran.err
    assert same(read_index(index), merged([before]))
