"""A models folder of its own, no settings of pip, and servers on the loopback."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import trustme

    from tests.models.server import Server


@pytest.fixture
def zoo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The models folder of this test; pip is told nothing, not even an index, until the test says so."""
    proxies = [f"{scheme}_PROXY" for scheme in ("HTTP", "HTTPS", "ALL")]
    names = {each for each in os.environ if each.startswith("PIP_")} | {"CNNSTUDIO_OFFLINE", *proxies}
    for name in names | {each.lower() for each in proxies}:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("NETRC", os.devnull)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CNNSTUDIO_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "models"))
    return tmp_path / "models"


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    import trustme

    return trustme.CA()


@pytest.fixture
def trusted(authority: trustme.CA, tmp_path: Path, zoo: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The authority's certificate, which pip was told to trust."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(path)
    monkeypatch.setenv("PIP_CERT", str(path))
    return path


@pytest.fixture
def secure(authority: trustme.CA, trusted: Path) -> Iterator[Server]:
    """A trusted server for official addresses, which are HTTPS always."""
    from tests.models.server import Server

    with Server(authority) as server:
        yield server


@pytest.fixture
def plain(zoo: Path) -> Iterator[Server]:
    """A server without encryption, as a mirror on the loopback is."""
    from tests.models.server import Server

    with Server() as server:
        yield server


@pytest.fixture
def index(plain: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A package index that pip was told to use, with nothing in it yet."""
    monkeypatch.delenv("PIP_NO_INDEX")
    monkeypatch.setenv("PIP_INDEX_URL", plain.index("tiny-weights", {}))
    return plain
