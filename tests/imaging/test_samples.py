"""The pictures that travel with the program, and the locator that finds them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import cnnstudio
from cnnstudio.imaging.reading import find_pictures, read_picture
from cnnstudio.locate import resources_dir, samples_dir

SAMPLES = find_pictures([samples_dir()])

GRIDS = {
    "example-a.png": "3 0 1 2 7 4/1 5 8 9 3 1/2 7 2 5 1 3/0 1 3 1 7 8/4 2 1 6 2 8/2 4 5 2 3 9",
    "example-b.png": "/".join(["10 10 10 0 0 0"] * 6),
    "example-c.png": "2 1 3 1/1 0 1 4/0 6 9 5/7 1 4 1",
    "example-d.png": "1 3 2 1/2 9 1 1/1 3 2 3/5 6 1 2",
}


def test_there_are_enough_and_each_has_a_source():
    assert 8 <= len(SAMPLES) <= 12
    sources = (samples_dir() / "SOURCES.md").read_text("utf-8")
    for path in SAMPLES:
        line = next(line for line in sources.splitlines() if line.startswith(f"| {path.name} |"))
        assert "CC0" in line or "public domain" in line or "as above" in line


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_each_is_small_and_read_without_a_word(path):
    assert path.stat().st_size < 400_000
    assert read_picture(path).notes == ()


@pytest.mark.parametrize("name", GRIDS)
def test_grids_hold_the_numbers(name):
    numbers = [[int(word) for word in row.split()] for row in GRIDS[name].split("/")]
    np.testing.assert_array_equal(read_picture(samples_dir() / name).pixels[:, :, 0], numbers)


def test_the_folders_are_found_beside_a_checkout_and_inside_a_wheel(tmp_path):
    assert samples_dir().is_dir()
    assert resources_dir().is_dir()
    # As installed: the package alone, with its data inside, and a stranger's folder beside it.
    package = tmp_path / "cnnstudio"
    package.mkdir()
    source = Path(cnnstudio.__file__).parent
    for name in ("__init__.py", "errors.py", "locate.py"):
        shutil.copy(source / name, package)
    for name in ("resources", "sample_images"):
        (tmp_path / name).mkdir()
        (package / "_data" / name).mkdir(parents=True)
    code = "from cnnstudio.locate import *; print(samples_dir()); print(resources_dir())"
    run = [sys.executable, "-c", code]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(package / "_data" / n) for n in ("sample_images", "resources")]
    shutil.rmtree(package / "_data")
    shutil.rmtree(tmp_path / "resources")
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "The folder resources" in done.stderr
