"""Taking in a file that a person has: known by its hash, whatever it is called and however it is packed."""

from __future__ import annotations

import bz2
import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.importing import import_file
from cnnstudio.models.locking import only_one
from cnnstudio.models.registry import Model
from tests.models.tiny import archived, model_of, noise, put_part, sdist, wheel

PARTS = {"a.bin": noise(9000, 1), "b.bin": noise(7000, 2)}
MEMBERS = {"a.bin": "tiny/a.bin", "b.bin": "tiny/b.bin"}
PACKED = {MEMBERS[name]: data for name, data in PARTS.items()}
SDIST, WHEEL = sdist(PACKED), wheel(PACKED)
MODEL = model_of(PARTS, archived(SDIST, MEMBERS), archived(WHEEL, MEMBERS, "tiny_weights-1.0-py3-none-any.whl"))


def given_file(tmp_path: Path, data: bytes, name: str = "Download (1)") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


def names_of(files: object) -> list[str]:
    return [each.name for each in files]  # type: ignore[attr-defined]


def here(model: Model = MODEL) -> dict[str, bytes]:
    """Every file below the network's folder."""
    return {each.name: each.read_bytes() for each in place.model_dir(model.name).rglob("*") if each.is_file()}


@pytest.mark.parametrize("name", ["Download (1)", "b.bin", "übergröße.h5"])
def test_a_file_under_any_name(zoo: Path, tmp_path, name: str) -> None:
    path = given_file(tmp_path, PARTS["a.bin"], name)
    assert names_of(import_file(MODEL, path)) == ["b.bin"]
    assert here() == {"a.bin": PARTS["a.bin"]}
    # The person's file stays.
    assert path.read_bytes() == PARTS["a.bin"]
    assert import_file(MODEL, given_file(tmp_path, PARTS["b.bin"])) == []
    assert here() == PARTS


@pytest.mark.parametrize("file", PARTS)
def test_a_compressed_file_under_any_name(zoo: Path, tmp_path, file: str) -> None:
    missing = import_file(MODEL, given_file(tmp_path, bz2.compress(PARTS[file])))
    assert here() == {file: PARTS[file]}
    assert names_of(missing) == [each for each in PARTS if each != file]


@pytest.mark.parametrize("archive", [SDIST, WHEEL])
def test_an_archive(zoo: Path, tmp_path, archive: bytes) -> None:
    path = given_file(tmp_path, archive)
    assert import_file(MODEL, path) == []
    assert here() == PARTS
    # Once more does no harm.
    assert import_file(MODEL, path) == []
    assert import_file(MODEL, given_file(tmp_path, PARTS["a.bin"])) == []
    assert here() == PARTS


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (PARTS["a.bin"][:-1], "a.bin", "it has 8999 bytes, not 9000"),
        (PARTS["a.bin"][:-1] + b"?", "a.bin", "its SHA-256 is"),
        (b"", "a.bin", "it has 0 bytes"),
        (noise(50), "picture.png", "its SHA-256 is"),
        (SDIST[:200], "tiny_weights-1.0.tar.gz", "its SHA-256 is"),
        (bz2.compress(PARTS["a.bin"])[:-30], "a.bin.bz2", "damaged"),
        (bz2.compress(noise(9000, 5)), "a.bin.bz2", "its SHA-256 is"),
        (bz2.compress(bytes(50 << 20)), "a.bin.bz2", "more than the 9000 bytes"),
    ],
    ids=["cut off", "tampered", "empty", "another", "another archive", "cut off, packed", "another, packed", "bomb"],
)
def test_what_is_none_of_its_files_is_refused_by_name(zoo, tmp_path, data, name: str, reason: str) -> None:
    with pytest.raises(ModelError, match=reason) as caught:
        import_file(MODEL, given_file(tmp_path, data, name))
    assert f"{name} is none of the files of tiny" in str(caught.value)
    assert "Wanted: a.bin, b.bin" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert here() == {}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_anywhere_is_refused(zoo: Path, tmp_path: Path, data) -> None:
    whole = data.draw(st.sampled_from([PARTS["a.bin"], SDIST, WHEEL, bz2.compress(PARTS["b.bin"])]))
    bent = bytearray(whole)
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    refused = False
    try:
        import_file(MODEL, given_file(tmp_path, bytes(bent)))
    except ModelError:
        refused = True
    # Archives have bits beside the files in them, and bzip2 some that mean nothing: the files' hashes decide.
    assert here().items() <= PARTS.items()
    assert refused == (here() == {})
    place.remove(MODEL)


def test_what_is_no_file(zoo: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=f"{tmp_path.name} holds none of the files of tiny"):
        import_file(MODEL, tmp_path)
    places = [tmp_path / "none"]
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        places += [tmp_path / "pipe", Path("/dev/zero")]
    for path in places:
        with pytest.raises(ModelError, match=f"{path.name} is no file"):
            import_file(MODEL, path)


def test_an_unfinished_download_stays_to_go_on_from(zoo: Path, tmp_path) -> None:
    put_part(zoo, b"beginning", "b.bin.part")
    with pytest.raises(ModelError):
        import_file(MODEL, given_file(tmp_path, b"wrong"))
    import_file(MODEL, given_file(tmp_path, PARTS["a.bin"]))
    assert here() == {"a.bin": PARTS["a.bin"], "b.bin.part": b"beginning"}
    import_file(MODEL, given_file(tmp_path, PARTS["b.bin"]))
    assert here() == PARTS


def test_it_waits_while_another_process_fetches(zoo: Path, tmp_path) -> None:
    class Waited(Exception):
        pass

    def stop() -> None:
        raise Waited

    path = given_file(tmp_path, b"x" * 10)
    hashed = []

    def first_hash_then_stop() -> None:
        hashed.append(1)
        if len(hashed) > 1:
            stop()

    with only_one(MODEL, stop), pytest.raises(Waited):
        import_file(MODEL, path, first_hash_then_stop)


def test_a_full_disk(zoo: Path, tmp_path) -> None:
    resource = pytest.importorskip("resource")
    path = given_file(tmp_path, PARTS["a.bin"])
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4000, limits[1]))
    try:
        with pytest.raises(ModelError, match=r"cannot be copied .*File too large.*Free some space"):
            import_file(MODEL, path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert here() == {}


def _parts(model_file):
    return {name: model_file("mtcnn", name) for name in ("pnet.pt", "rnet.pt", "onet.pt")}


@pytest.mark.parametrize("kind", ["zip", "tar.gz", "folder"])
def test_any_archive_or_folder_with_the_files_is_taken_in(model_file, monkeypatch, tmp_path, kind):
    import tarfile
    import zipfile

    from cnnstudio.models.catalogue import model_named

    parts = _parts(model_file)
    source = tmp_path / f"mine.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as made:
            made.writestr("readme.txt", "hello")
            for name, path in parts.items():
                made.write(path, f"somewhere/{name}.renamed")
    elif kind == "tar.gz":
        with tarfile.open(source, "w:gz") as made:
            for name, path in parts.items():
                made.add(path, f"../../{name}")
    else:
        source.mkdir()
        for name, path in parts.items():
            (source / f"my {name}").write_bytes(path.read_bytes())
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "models"))
    model = model_named("mtcnn")
    assert import_file(model, source) == []
    assert all(place.own_path(model, file).read_bytes() == parts[file.name].read_bytes() for file in model.files)
    assert not (tmp_path.parent / "pnet.pt").exists()


def test_an_archive_with_files_of_the_right_size_and_another_content_is_refused(model_file, monkeypatch, tmp_path):
    import zipfile

    from cnnstudio.models.catalogue import model_named

    size = model_file("mtcnn", "pnet.pt").stat().st_size
    source = tmp_path / "mine.zip"
    with zipfile.ZipFile(source, "w") as made:
        made.writestr("pnet.pt", bytes(size))
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "models"))
    with pytest.raises(ModelError, match=r"mine\.zip"):
        import_file(model_named("mtcnn"), source)
    assert place.missing(model_named("mtcnn")) == list(model_named("mtcnn").files)
