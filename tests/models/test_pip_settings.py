"""What pip was told, compared with what pip itself makes of the same files and variables."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnnstudio.models.pip_settings import PipSettings, pip_settings, without_credentials

MIRROR, OTHER = "https://mirror.test/simple", "http://other.test:8080/simple"
MACHINE, LEGACY, USER, NAMED = "xdg/pip/pip.conf", "home/.pip/pip.conf", "user/pip/pip.conf", "named.conf"


@pytest.fixture(autouse=True)
def _own_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.startswith("PIP_")]:
        monkeypatch.delenv(name)
    for name, folder in {"HOME": "home", "XDG_CONFIG_HOME": "user", "XDG_CONFIG_DIRS": "xdg"}.items():
        monkeypatch.setenv(name, str(tmp_path / folder))


def write(root: Path, name: str, text: str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def as_pip_has_it() -> PipSettings:
    """The options of `pip download` as pip's own parser fills them from its files and variables."""
    download = pytest.importorskip("pip._internal.commands.download")
    default = pytest.importorskip("pip._internal.models.index").PyPI.simple_url
    options, _ = download.DownloadCommand("download", "").parser.parse_args([])
    return PipSettings(
        index="" if options.index_url == default else options.index_url,
        extra_indexes=tuple(options.extra_index_urls),
        find_links=tuple(options.find_links),
        no_index=bool(options.no_index),
        trusted_hosts=tuple(options.trusted_hosts),
        certificate=options.cert or "",
        proxy=options.proxy or "",
    )


@pytest.mark.skipif(os.name == "nt", reason="the folders are those of Unix")
@pytest.mark.parametrize(
    ("files", "variables"),
    [
        pytest.param({}, {}, id="nothing"),
        pytest.param({MACHINE: f"[global]\nindex-url = {MIRROR}\n"}, {}, id="machine"),
        pytest.param(
            {MACHINE: f"[global]\nindex-url = {MIRROR}\n", USER: f"[global]\nindex-url = {OTHER}\n"}, {}, id="user wins"
        ),
        pytest.param(
            {LEGACY: f"[global]\nindex-url = {MIRROR}\n", USER: f"[global]\nindex-url = {OTHER}\n"}, {}, id="old place"
        ),
        pytest.param(
            {MACHINE: f"[download]\nindex-url = {MIRROR}\n", USER: f"[global]\nindex-url = {OTHER}\n"},
            {},
            id="the command's section wins over any file",
        ),
        pytest.param(
            {USER: f"[global]\nindex-url = {MIRROR}\n[download]\nindex-url =\n"}, {}, id="an empty value is none"
        ),
        pytest.param({USER: f"[global]\nindex_url = {MIRROR}\nno_index = y\n"}, {}, id="underscores"),
        pytest.param({USER: f"[global]\nextra-index-url =\n    {MIRROR}\n    {OTHER}\n"}, {}, id="lines"),
        pytest.param(
            {USER: "[global]\nfind-links = /a/b https://links.test/page\ncert = /c.pem\nproxy = http://p.test:1\n"
                   "trusted-host = a.test b.test:81\n"}, {}, id="the others",
        ),
        pytest.param(
            {USER: f"[global]\nindex-url = {MIRROR}\n", NAMED: f"[global]\nextra-index-url = {OTHER}\n"},
            {"PIP_CONFIG_FILE": NAMED},
            id="a named file takes the place of the user's",
        ),
        pytest.param(
            {USER: f"[global]\nindex-url = {MIRROR}\n"}, {"PIP_CONFIG_FILE": "not there"}, id="a named file is missing"
        ),
        pytest.param(
            {USER: f"[global]\nindex-url = {MIRROR}\n"}, {"PIP_CONFIG_FILE": os.devnull}, id="no files wanted"
        ),
        pytest.param({USER: f"[global]\nindex-url = {MIRROR}\n"}, {"PIP_INDEX_URL": OTHER}, id="variable"),
        pytest.param({USER: f"[global]\nindex-url = {MIRROR}\n"}, {"PIP_INDEX_URL": ""}, id="empty variable"),
        pytest.param({}, {"PIP_EXTRA_INDEX_URL": f"{MIRROR} {OTHER}"}, id="two in a variable"),
        pytest.param({}, {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "/a /b"}, id="no index"),
        pytest.param({USER: "[global]\nno-index = true\n"}, {"PIP_NO_INDEX": "off"}, id="index after all"),
    ],
)  # fmt: skip
def test_read_as_pip_reads_it(files, variables, tmp_path, monkeypatch) -> None:
    for name, text in files.items():
        write(tmp_path, name, text)
    for name, value in variables.items():
        is_file = name == "PIP_CONFIG_FILE" and value != os.devnull
        monkeypatch.setenv(name, str(tmp_path / value) if is_file else value)
    assert pip_settings() == as_pip_has_it()


def test_sections_of_install_count_too(tmp_path) -> None:
    named = write(tmp_path, NAMED, f"[install]\nindex-url = {MIRROR}\nextra-index-url = {OTHER}\n[list]\ncert = x\n")
    found = pip_settings({"PIP_CONFIG_FILE": str(named)})
    assert (found.index, found.extra_indexes) == (MIRROR, (OTHER,))
    assert found.certificate != "x"


def test_the_given_environment_alone_decides(monkeypatch) -> None:
    monkeypatch.setenv("PIP_INDEX_URL", OTHER)
    assert pip_settings({"PIP_CONFIG_FILE": os.devnull}) == PipSettings()
    assert pip_settings({"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": MIRROR}) == PipSettings(index=MIRROR)


@given(st.binary(max_size=300) | st.text(st.sampled_from("[]global=:\n %{}index-url\\#;"), max_size=80).map(str.encode))
def test_a_file_of_any_bytes_is_harmless(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.conf"
    path.write_bytes(data)
    assert isinstance(pip_settings({"PIP_CONFIG_FILE": str(path)}), PipSettings)


@pytest.mark.parametrize(
    "address",
    [
        "https://user:secret@host.test/simple",
        "http://secret@host.test",
        "https://user:sec@secret@host.test:81/a@b",
        "git+https://user:secret@host.test/x",
        "see 'https://user:secret@host.test/x', then HTTP://u:secret@other.test.",
    ],
)
def test_credentials_are_blotted_out(address: str) -> None:
    shown = without_credentials(address)
    assert "secret" not in shown
    assert "host.test" in shown


@pytest.mark.parametrize("words", ["https://host.test/a@b/c", "mail me@host.test", "/folder/file@2x.png", ""])
def test_other_words_stay(words: str) -> None:
    assert without_credentials(words) == words
