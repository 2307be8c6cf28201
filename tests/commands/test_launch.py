"""What is checked before Qt starts: screens, plugins and system libraries."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import types
from pathlib import Path

import pytest

from cnnstudio import launch, logs
from cnnstudio.errors import UsageError
from cnnstudio.system_libraries import QT_LIBRARIES, explain_missing

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="screens and loader messages of Linux")
MISSING = "{}: cannot open shared object file: No such file or directory"


@pytest.fixture
def no_screen(monkeypatch) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def tour(monkeypatch) -> list[tuple[Path, bool]]:
    """Takes the place of the real tour, which has its own test; holds what it was asked for."""
    asked: list[tuple[Path, bool]] = []

    def render_tour(out: Path, quick: bool) -> list[Path]:
        asked.append((out, quick))
        return [out / "filters.png"]

    fake = types.ModuleType("cnnstudio.gui.tour")
    fake.render_tour = render_tour
    monkeypatch.setitem(sys.modules, "cnnstudio.gui.tour", fake)
    return asked


@linux_only
def test_without_a_screen_the_tour_is_rendered(cnnstudio, no_screen, tour, monkeypatch, tmp_path) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cnnstudio()
    assert ran.code == 0
    assert "no screen" in ran.err
    assert str(tmp_path / "cnnstudio-tour") in ran.err
    assert tour == [(Path("cnnstudio-tour"), False)]
    assert os.environ["QT_QPA_PLATFORM"] == "offscreen"


@linux_only
def test_without_a_screen_pictures_are_not_ignored(cnnstudio, no_screen, tour, monkeypatch, tmp_path, picture) -> None:
    monkeypatch.chdir(tmp_path)
    ran = cnnstudio(picture())
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert all(words in ran.err for words in ("no screen", "cnnstudio filter", "cnnstudio tour"))
    assert tour == []
    assert not (tmp_path / "cnnstudio-tour").exists()


def test_the_window_gets_the_limit_exactly(monkeypatch, cnnstudio) -> None:
    asked: list[object] = []

    def run_window(words, *, device, max_megapixels) -> int:
        asked.append(max_megapixels)
        return 0

    fake = types.ModuleType("cnnstudio.gui.application")
    fake.run_window = run_window
    monkeypatch.setitem(sys.modules, "cnnstudio.gui.application", fake)
    monkeypatch.setattr(launch, "screen_problem", lambda: None)
    monkeypatch.setattr(launch, "check_qt", lambda: None)
    monkeypatch.setattr(logs, "catch_crashes", lambda: None)
    assert cnnstudio("--max-megapixels", "0.5").code == 0
    assert asked == [0.5]


@linux_only
@pytest.mark.parametrize(
    ("name", "value"), [("DISPLAY", ":987"), ("DISPLAY", "nonsense"), ("WAYLAND_DISPLAY", "wayland-987")]
)
def test_a_screen_that_does_not_answer_is_none(no_screen, monkeypatch, name, value) -> None:
    monkeypatch.setenv(name, value)
    problem = launch.screen_problem()
    assert problem is not None
    assert value in problem or "no screen" in problem


@linux_only
def test_the_offscreen_platform_needs_no_screen(no_screen, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen:size=800x600")
    assert launch.screen_problem() is None


@linux_only
def test_a_platform_that_qt_lacks(no_screen, monkeypatch) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "amiga")
    with pytest.raises(UsageError, match=r"amiga.*offscreen"):
        launch.screen_problem()


@pytest.mark.parametrize("library", QT_LIBRARIES)
def test_a_missing_library_is_named_with_its_packages(library) -> None:
    message = explain_missing(MISSING.format(library), QT_LIBRARIES)
    assert library in message
    assert QT_LIBRARIES[library].debian in message
    assert QT_LIBRARIES[library].fedora in message
    assert "\n" not in message


def test_every_missing_library_is_named_at_once() -> None:
    known = {
        "libnowhere-a.so.1": QT_LIBRARIES["libEGL.so.1"],
        "libnowhere-b.so.2": QT_LIBRARIES["libGL.so.1"],
    }
    message = explain_missing(MISSING.format("libnowhere-a.so.1"), known)
    assert "libnowhere-a.so.1, libnowhere-b.so.2" in message
    assert "apt-get install libegl1 libgl1." in message


@pytest.mark.parametrize("complaint", ["No module named 'PySide6'", "DLL load failed: not found", ""])
def test_other_complaints_say_what_to_do(complaint) -> None:
    message = explain_missing(complaint, QT_LIBRARIES)
    assert "nstall" in message
    assert "\n" not in message


def test_the_program_ends_with_that_line(tmp_path) -> None:
    fake = tmp_path / "PySide6"
    fake.mkdir()
    (fake / "__init__.py").touch()
    (fake / "QtGui.py").write_text(f"raise ImportError({MISSING.format('libEGL.so.1')!r})")
    env = {**os.environ, "PYTHONPATH": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-m", "cnnstudio"], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("cnnstudio: ")
    assert "libEGL.so.1" in done.stderr
    assert "libegl1" in done.stderr
    assert done.stderr.count("\n") == 1


@linux_only
def test_the_libraries_that_qt_needs_are_all_known() -> None:
    """The table against the loader's own answer for the Qt that is installed here."""
    import PySide6

    libraries = Path(PySide6.__file__).parent / "Qt" / "lib"
    needed = set[str]().union(
        *(_needed(libraries / f"libQt6{part}.so.6") for part in ("Core", "Gui", "XcbQpa"))
    )
    ours = {name for name in needed if not name.startswith(("libQt6", "libicu"))}
    of_the_c_library = {
        "libc.so.6",
        "libm.so.6",
        "libgcc_s.so.1",
        "libpthread.so.0",
        "libdl.so.2",
        "librt.so.1",
    }
    unknown = ours - set(QT_LIBRARIES) - {n for n in ours if n.startswith("ld-linux")} - of_the_c_library
    assert needed
    assert not unknown


def _needed(file: Path) -> set[str]:
    """Names that end in `.so.N` among the strings of an ELF file's dynamic string table."""
    found = re.findall(rb"\0(lib[\w.+-]+\.so\.\d+|ld-[\w.-]+\.so\.\d+)(?=\0)", file.read_bytes())
    return {name.decode() for name in found} - {file.name}


def test_the_tour_command(cnnstudio, tour, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("QT_QPA_PLATFORM", "offscreen")
    ran = cnnstudio("tour", "--out", tmp_path / "new", "--quick")
    assert ran.code == 0
    assert tour == [(tmp_path / "new", True)]
    assert ran.out == f"{tmp_path / 'new' / 'filters.png'}\n"


def test_the_tour_needs_a_folder(cnnstudio, tour, tmp_path) -> None:
    (tmp_path / "file").touch()
    ran = cnnstudio("tour", "--out", tmp_path / "file")
    assert ran.code == 1
    assert "file is a file" in ran.err
    assert cnnstudio("tour", "--out", "").code == 2


@linux_only
def test_a_tour_folder_that_cannot_be_made(cnnstudio, tour) -> None:
    ran = cnnstudio("tour", "--out", "/proc/nowhere")
    assert ran.code == 1
    assert "/proc/nowhere cannot be made" in ran.err
    assert "CNNSTUDIO_HOME" not in ran.err
