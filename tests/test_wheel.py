"""The wheel as a stranger installs it: everything it needs is inside, wherever it is run from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def python(*words: object, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    python("-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (built,) = out.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("elsewhere") / "site"
    python(
        "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", target, wheel,
        cwd=target.parent,
    )  # fmt: skip
    return target


def test_the_wheel_holds_all_samples_and_resources(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    for folder in ("resources", "sample_images"):
        files = [path for path in (ROOT / folder).rglob("*") if path.is_file()]
        assert files
        for path in files:
            assert f"cnnstudio/_data/{path.relative_to(ROOT).as_posix()}" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_installed_program_finds_its_files(installed: Path, tmp_path: Path) -> None:
    code = (
        "import json, cnnstudio, cnnstudio.locate as l;"
        "print(json.dumps([cnnstudio.__file__, str(l.resources_dir()), str(l.samples_dir())]))"
    )
    done = python("-c", code, cwd=tmp_path, PYTHONPATH=str(installed))
    package, resources, samples = map(Path, json.loads(done.stdout))
    assert installed in package.parents
    assert installed in resources.parents
    assert installed in samples.parents
    assert (samples / "SOURCES.md").is_file()
    assert {path.name for path in samples.iterdir()} == {p.name for p in (ROOT / "sample_images").iterdir()}


def test_the_installed_program_runs(installed: Path, tmp_path: Path) -> None:
    env = {"PYTHONPATH": str(installed), "CNNSTUDIO_HOME": str(tmp_path / "home")}
    assert "cnnstudio" in python("-m", "cnnstudio", "--version", cwd=tmp_path, **env).stdout
    sample = next((installed / "cnnstudio/_data/sample_images").glob("*.png"))
    python("-m", "cnnstudio", "filter", sample, "-k", "sobel-v", "-o", "edges.png", cwd=tmp_path, **env)
    assert (tmp_path / "edges.png").is_file()
