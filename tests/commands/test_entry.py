"""The entry point: what opens the window, what is a command, and how little is imported for it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import cnnstudio as package
from cnnstudio.__main__ import window_request
from cnnstudio.commands import COMMANDS
from cnnstudio.errors import StudioError, UsageError

HEAVY = ("torch", "torchvision", "numpy", "cv2", "PIL", "scipy", "PySide6", "rich.progress")


def modules_after(*words: str) -> list[str]:
    code = (
        "import sys, json\n"
        "from cnnstudio.__main__ import main\n"
        f"code = main({list(words)!r})\n"
        "sys.stderr.write(json.dumps([code, sorted(sys.modules)]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    code_of_main, modules = json.loads(done.stderr)
    assert code_of_main == 0
    return modules


@pytest.mark.parametrize("words", [("--help",), ("filter", "--help"), ("tour", "--help"), ("where",)])
def test_help_imports_nothing_heavy(words: tuple[str, ...]) -> None:
    assert not set(HEAVY) & set(modules_after(*words))


@pytest.mark.parametrize("words", [("--help",), ("filter", "--help"), ("tour", "--help"), ("clear-cache", "--help")])
def test_help_shows_no_types(cnnstudio, words: tuple[str, ...]) -> None:
    shown = cnnstudio(*words).out
    for type_name in ("<", "bool", "range]", "Path]"):
        assert type_name not in shown


def test_help_shows_limits(cnnstudio) -> None:
    shown = cnnstudio("filter", "--help").out
    assert "1…31" in shown
    assert "-180…180" in shown


def test_version_needs_no_typer() -> None:
    modules = modules_after("--version")
    assert not {"typer", "rich", "platformdirs", *HEAVY} & set(modules)


def test_help_says_how_to_open_the_window(cnnstudio) -> None:
    ran = cnnstudio("--help")
    assert ran.code == 0
    assert "cnnstudio PHOTO..." in ran.out
    assert all(name in ran.out for name in COMMANDS)


def test_version(cnnstudio) -> None:
    assert cnnstudio("--version").out == f"cnnstudio {package.__version__}\n"


def test_every_command_is_registered(cnnstudio) -> None:
    for name in COMMANDS:
        assert cnnstudio(name, "--help").code == 0


@pytest.mark.parametrize(
    ("words", "opened", "device", "megapixels"),
    [
        ([], (), None, None),
        (["{a}"], ("{a}",), None, None),
        (["{a}", "--device", "cpu", "{b}"], ("{a}", "{b}"), "cpu", None),
        (["--device=cuda:1", "--max-megapixels", "500"], (), "cuda:1", 500.0),
        (["--", "{a}"], ("{a}",), None, None),
        (["https://example.org/cat"], ("https://example.org/cat",), None, None),
        (["{a}", "filter"], ("{a}", "filter"), None, None),
    ],
)
def test_words_for_the_window(words, opened, device, megapixels, picture) -> None:
    a, b = str(picture("a.png")), str(picture("b.png"))
    request = window_request([word.format(a=a, b=b) for word in words])
    assert request is not None
    assert request.words == tuple(word.format(a=a, b=b) for word in opened)
    assert (request.device, request.max_megapixels) == (device, megapixels)


@pytest.mark.parametrize("words", [["filter"], ["--help"], ["--device", "cpu", "tour"], ["fliter"], ["-x"]])
def test_words_for_a_command(words: list[str]) -> None:
    assert window_request(words) is None


def test_a_folder_called_like_a_command_hides_none(tmp_path, monkeypatch) -> None:
    (tmp_path / "filter").mkdir()
    monkeypatch.chdir(tmp_path)
    assert window_request(["filter", "a.png"]) is None
    assert window_request(["./filter"]) is not None


def test_a_picture_that_is_not_there() -> None:
    with pytest.raises(StudioError, match=r"missing\.png"):
        window_request(["missing.png"])


@pytest.mark.parametrize(
    "words", [["--device", "gpu"], ["--max-megapixels", "0"], ["--max-megapixels", "nan"]]
)
def test_values_that_cannot_be(words: list[str]) -> None:
    with pytest.raises(UsageError):
        window_request(words)


@pytest.mark.parametrize("words", [["fliter"], ["--colour"], ["filter", "--colour"], ["tour"]])
def test_usage_errors_are_one_line_and_exit_2(cnnstudio, words: list[str]) -> None:
    ran = cnnstudio(*words)
    assert ran.code == 2
    assert ran.err.startswith("cnnstudio: ")
    assert ran.err.count("\n") == 1


def test_a_typing_error_is_helped(cnnstudio) -> None:
    said = cnnstudio("fliter").err
    assert "filter" in said
    assert "?." not in said
    assert "? See: cnnstudio" in said


def test_an_unexpected_error_names_the_log(cnnstudio, monkeypatch, picture, tmp_path) -> None:
    from cnnstudio import logs
    from cnnstudio.commands import naming

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("boom")

    monkeypatch.setattr(naming, "plan", broken)
    ran = cnnstudio("filter", picture(), "-k", "box", "-o", tmp_path / "out.png")
    assert ran.code == 1
    assert str(logs.log_file()) in ran.err
    assert ran.err.count("\n") == 1
    text = logs.log_file().read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "boom" in text
    assert str(Path.home()) + "/" not in text


def test_ctrl_c_is_130(cnnstudio, monkeypatch, picture, tmp_path) -> None:
    from cnnstudio.commands import naming

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(naming, "plan", interrupted)
    assert cnnstudio("filter", picture(), "-k", "box", "-o", tmp_path / "out.png").code == 130


@pytest.mark.parametrize("words", [["--offline"], ["--offline", "{a}"], ["{a}", "--offline", "--device=cpu"]])
def test_the_window_may_be_told_never_to_fetch(tmp_path: Path, words: list[str]) -> None:
    photo = tmp_path / "a.png"
    photo.touch()
    request = window_request([word.format(a=photo) for word in words])
    assert request is not None
    assert request.offline
    plain = window_request([word.format(a=photo) for word in words if word != "--offline"])
    assert plain is not None
    assert not plain.offline


def test_offline_holds_before_any_command(cnnstudio, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "0")
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    refused = cnnstudio("--offline", "models", "fetch", "mtcnn")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--offline" in refused.err
    assert list(tmp_path.iterdir()) == []
