"""The command line as a person uses it: words in, exit code, stdout, stderr and files out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cnnstudio.__main__ import main


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str


Command = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_HOME", str(tmp_path_factory.mktemp("home")))
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cnnstudio(capfd: pytest.CaptureFixture[str]) -> Command:
    """Runs `cnnstudio WORDS...` in this process."""

    def run(*words: object) -> Ran:
        capfd.readouterr()
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        assert "Traceback" not in out + err
        return Ran(code, out, err)

    return run


@pytest.fixture
def picture(tmp_path: Path) -> Callable[..., Path]:
    """Writes a random picture below tmp_path and returns its path; the seed is the name's."""

    def make(name: str = "photo.png", height: int = 12, width: int = 17, mode: str = "RGB") -> Path:
        shape = (height, width) if mode == "L" else (height, width, len(mode))
        values = np.random.default_rng(sum(name.encode())).integers(0, 256, shape, dtype=np.uint8)
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(values, mode).save(path)
        return path

    return make
