"""Several processes, kills and full disks: nothing half-made is ever taken for whole."""

from __future__ import annotations

import bz2
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.ensuring import ensure
from cnnstudio.models.fetching import fetch
from cnnstudio.models.registry import Source
from tests.models.server import Server
from tests.models.tiny import DATA, MEMBER, bytes_here, from_address, model_of, nothing_under_its_name, part_of

FETCH = """
import sys
from cnnstudio.models.fetching import fetch
from tests.models.tiny import from_address
fetch(from_address(sys.argv[1]))
"""


def fetching(address: str) -> subprocess.Popen[str]:
    """Another process that fetches the tiny network from this address."""
    return subprocess.Popen(
        [sys.executable, "-c", FETCH, address], stderr=subprocess.PIPE, text=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip


def test_two_processes_at_once_end_with_one_good_file(secure: Server, zoo: Path) -> None:
    address = secure.serve("/tiny.bin", DATA)
    both = [fetching(address), fetching(address)]
    for process in both:
        _, said = process.communicate(timeout=120)
        assert process.returncode == 0, said
    assert (zoo / "tiny" / "tiny.bin").read_bytes() == DATA
    assert [each.sent for each in secure.asked] == [len(DATA)]


def test_a_second_process_waits_for_the_first(secure: Server, zoo: Path) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA, stalls_after=100_000))
    first = fetching(model.sources[0].where["tiny.bin"])
    try:
        assert secure.stalled.wait(120)
        told: list[str] = []

        class Waited(Exception):
            pass

        def stop(done: int, total: int) -> None:
            raise Waited

        with pytest.raises(Waited):
            fetch(model, waiting=told.append, progress=stop)
        assert told == ["to wait for another CNN Studio that is fetching it"]
        assert len(secure.asked) == 1
    finally:
        first.kill()
        first.communicate()


@pytest.mark.skipif(os.name == "nt", reason="there is no SIGKILL")
def test_killed_midway_nothing_is_taken_for_whole(secure: Server, zoo: Path) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA, stalls_after=200_000))
    process = fetching(model.sources[0].where["tiny.bin"])
    assert secure.stalled.wait(120)
    while process.poll() is None and not (part_of(zoo).exists() and part_of(zoo).stat().st_size):
        secure.closing.wait(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert not place.installed(model)
    assert nothing_under_its_name(zoo)
    secure.change("/tiny.bin", stalls_after=None)
    fetch(model)
    assert bytes_here(model) == DATA
    assert secure.asked[-1].range.startswith("bytes=")


@pytest.mark.parametrize("packed", [False, True])
def test_a_full_disk_leaves_nothing_that_looks_whole(secure: Server, zoo: Path, packed: bool) -> None:
    resource = pytest.importorskip("resource")
    sent = bz2.compress(bytes(len(DATA))) if packed else DATA
    wanted = bytes(len(DATA)) if packed else DATA
    model = from_address(secure.serve("/tiny.bin", sent), wanted, "bz2" if packed else "")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (150_000, limits[1]))
    try:
        with pytest.raises(ModelError, match="Free some space") as caught:
            fetch(model)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "File too large" in str(caught.value)
    assert not place.installed(model)
    assert nothing_under_its_name(zoo)
    fetch(model)
    assert bytes_here(model) == wanted


def test_a_folder_that_cannot_be_used(secure: Server, zoo: Path, monkeypatch) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA))
    zoo.write_text("a file in the way")
    with pytest.raises(ModelError, match=r"models cannot be created .*CNNSTUDIO_MODELS"):
        fetch(model)
    zoo.unlink()
    (zoo / ".tiny.lock").mkdir(parents=True)
    with pytest.raises(ModelError, match=r"models cannot be written .*CNNSTUDIO_MODELS"):
        fetch(model)
    (zoo / ".tiny.lock").rmdir()
    (zoo / "tiny").mkdir()
    (zoo / "tiny" / "unfinished").write_text("a file in the way")
    with pytest.raises(ModelError, match="tiny could not be fetched"):
        fetch(model)


def test_a_file_of_a_package_is_used_where_it_lies(zoo: Path, monkeypatch, tmp_path) -> None:
    root = tmp_path / "site"
    (root / "tiny_weights-1.0.dist-info").mkdir(parents=True)
    (root / "tiny_weights-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-weights\n")
    (root / "tiny").mkdir()
    (root / "tiny" / "tiny.bin").write_bytes(DATA)
    monkeypatch.syspath_prepend(str(root))
    model = model_of({"tiny.bin": DATA}, Source("shipped", {"tiny.bin": MEMBER}, 0, "tiny-weights", "1.0"))
    assert fetch(model) is None
    assert place.path_of(model, model.files[0]) == root / MEMBER
    (root / MEMBER).write_bytes(DATA[:-1])
    assert not place.installed(model)


def test_offline_says_how_to_get_it(secure: Server, zoo, monkeypatch) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA))
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "1")
    with pytest.raises(ModelError, match=r"fetching is off.*models fetch tiny.*models import tiny FILE"):
        ensure(model)
    assert not secure.asked
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "0")
    ensure(model)
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "1")
    ensure(model)
    assert len(secure.asked) == 1
