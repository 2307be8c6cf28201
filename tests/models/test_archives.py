"""Members out of archives that are cut off, bent or made to do harm: taken exactly, or a clear error."""

from __future__ import annotations

import bz2
import gzip
import io
import stat
import struct
import tarfile
import tracemalloc
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models.archives import check_archive, take_members, unpack_bz2
from tests.models.tiny import archived, file_of, noise, sdist, sha256, wheel, zeros_gz

DATA = noise(3000) + bytes(3000)
MEMBER = "tiny/weights/tiny.bin"
OTHERS = {"tiny/__init__.py": b"raise SystemExit('executed')", "setup.py": b"raise SystemExit('executed')"}
MAKERS = {"wheel": wheel, "sdist": sdist}
MB = 1 << 20


@pytest.fixture(params=MAKERS)
def pack(request: pytest.FixtureRequest):
    """Makes an archive out of members: a zip file and a gzipped tar file in turn."""
    return MAKERS[request.param]


def taken(folder: Path, archive: bytes, data: bytes = DATA, member: str = MEMBER) -> bytes:
    """The member that is expected to be `data`, taken out of an archive's bytes."""
    path, target = folder / "archive.part", folder / "taken"
    path.write_bytes(archive)
    target.unlink(missing_ok=True)
    take_members(path, {member: (file_of(data), target)})
    return target.read_bytes()


@contextmanager
def little_memory(megabytes: int = 32) -> Iterator[None]:
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < megabytes * MB
    finally:
        tracemalloc.stop()


def test_one_member_is_taken(pack, tmp_path) -> None:
    assert taken(tmp_path, pack({**OTHERS, MEMBER: DATA, "last": b"x"})) == DATA
    assert sorted(each.name for each in tmp_path.iterdir()) == ["archive.part", "taken"]


def test_several_in_any_order(pack, tmp_path) -> None:
    parts = {f"m{number}": noise(700 + number, number) for number in range(3)}
    (tmp_path / "archive").write_bytes(pack(dict(reversed(parts.items()))))
    take_members(
        tmp_path / "archive", {name: (file_of(data), tmp_path / f"{name}.out") for name, data in parts.items()}
    )
    for name, data in parts.items():
        assert (tmp_path / f"{name}.out").read_bytes() == data


def test_nothing_wanted_reads_nothing(tmp_path) -> None:
    take_members(tmp_path / "not there", {})


def test_a_missing_member_is_named(pack, tmp_path) -> None:
    with pytest.raises(ModelError, match=rf"^archive lacks {MEMBER}\.$"):
        taken(tmp_path, pack(OTHERS))


@pytest.mark.parametrize("data", [DATA[1:], DATA + b"x", b""])
def test_a_member_of_another_size(pack, data, tmp_path) -> None:
    with pytest.raises(ModelError, match=f"{MEMBER} has {len(data)} bytes, not {len(DATA)}"):
        taken(tmp_path, pack({MEMBER: data}))
    assert not (tmp_path / "taken").exists()


@pytest.mark.parametrize("name", ["../../escaped.bin", "/tmp/escaped.bin", "tiny/../../escaped.bin", "C:\\escaped.bin"])
def test_paths_of_members_are_never_written(pack, name, tmp_path) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    assert taken(folder, pack({name: b"evil", MEMBER: DATA})) == DATA
    # Even where such a name was asked for, the bytes go where the caller says.
    assert taken(folder, pack({name: DATA}), member=name) == DATA
    assert {each.name for each in tmp_path.rglob("*") if each.is_file()} == {"archive.part", "taken"}


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE])
def test_only_regular_members_count(kind, tmp_path) -> None:
    (tmp_path / "outside").write_bytes(DATA)
    archive = sdist({MEMBER: b""}, type=kind, linkname=str(tmp_path / "outside"))
    with pytest.raises(ModelError, match=f"lacks {MEMBER}"):
        taken(tmp_path, archive)


def test_a_zipped_link_is_not_followed(tmp_path) -> None:
    (tmp_path / "outside").write_bytes(DATA)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        entry = zipfile.ZipInfo(MEMBER)
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(entry, str(tmp_path / "outside"))
    with pytest.raises(ModelError, match="bytes, not"):
        taken(tmp_path, made.getvalue())


def with_size(archive: bytes, size: int) -> bytes:
    """A zip file of one member whose headers state this unpacked size (APPNOTE 4.3.7 and 4.3.12)."""
    changed = bytearray(archive)
    struct.pack_into("<I", changed, 22, size)
    struct.pack_into("<I", changed, changed.rindex(b"PK\x01\x02") + 24, size)
    return bytes(changed)


def test_a_member_that_unpacks_to_more_than_it_states(tmp_path) -> None:
    bomb = with_size(wheel({MEMBER: bytes(100 * MB)}), len(DATA))
    with little_memory(), pytest.raises(ModelError, match=r"damaged|more than"):
        taken(tmp_path, bomb)
    assert (tmp_path / "taken").stat().st_size <= len(DATA)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_without_a_bound_are_refused(method, tmp_path) -> None:
    bomb = with_size(wheel({MEMBER: bytes(100 * MB)}, method), len(DATA))
    with little_memory(), pytest.raises(ModelError, match="packed in a way"):
        taken(tmp_path, bomb)


def test_an_encrypted_member(tmp_path) -> None:
    locked = bytearray(wheel({MEMBER: DATA}))
    locked[6] |= 1
    locked[locked.rindex(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(ModelError, match="damaged"):
        taken(tmp_path, bytes(locked))


def header(name: str, size: int, kind: bytes) -> bytes:
    """The 512 bytes in front of a member of a tar file (POSIX.1-1988), with any size, negative ones too."""
    entry = tarfile.TarInfo(name)
    entry.type = kind
    made = bytearray(entry.tobuf(tarfile.GNU_FORMAT))
    made[124:136] = (b"\xff" if size < 0 else b"\x80") + size.to_bytes(11, "big", signed=True)
    made[148:156] = b" " * 8
    made[148:156] = b"%06o\0 " % sum(made)
    return bytes(made)


@pytest.mark.parametrize(
    ("name", "size", "kind"),
    [
        pytest.param(MEMBER, 80 * MB, tarfile.REGTYPE, id="a huge member under the wanted name"),
        pytest.param("other", 1 << 40, tarfile.REGTYPE, id="a huge member in front"),
        pytest.param("other", -512, tarfile.REGTYPE, id="a member that ends before it begins"),
        pytest.param("pax", 80 * MB, tarfile.XHDTYPE, id="a huge extended header"),
        pytest.param("pax", 80 * MB, tarfile.XGLTYPE, id="a huge global header"),
        pytest.param("pax", -1024, tarfile.XHDTYPE, id="an extended header of negative size"),
        pytest.param("long", 80 * MB, tarfile.GNUTYPE_LONGNAME, id="a huge name"),
        pytest.param("long", 1 << 50, tarfile.GNUTYPE_LONGLINK, id="a name beyond all disks"),
    ],
)
def test_tar_headers_that_lie(name, size, kind, tmp_path) -> None:
    archive = zeros_gz(90 * MB, before=header(name, size, kind))
    with little_memory(), pytest.raises(ModelError, match=r"^archive"):
        taken(tmp_path, archive)


def test_a_sparse_member_whose_map_has_no_end(tmp_path) -> None:
    # GNU sparse 0.0: what is asked for first lies in none of the map's pieces.
    entry = tarfile.TarInfo(MEMBER)
    entry.size = 512
    entry.pax_headers = {
        "GNU.sparse.map": "100,10,0,10", "GNU.sparse.size": str(len(DATA)), "GNU.sparse.name": MEMBER
    }  # fmt: skip
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", format=tarfile.PAX_FORMAT) as opened:
        opened.addfile(entry, io.BytesIO(bytes(512)))
    with pytest.raises(ModelError, match="lacks"):
        taken(tmp_path, made.getvalue())


@pytest.mark.parametrize("archive", [b"", b"\x1f\x8b", b"PK\x05\x06" + bytes(18), noise(5000)])
def test_what_is_no_archive(archive, tmp_path) -> None:
    with pytest.raises(ModelError, match=r"^archive (is damaged|lacks)"):
        taken(tmp_path, archive)


WHOLE = {name: make({**OTHERS, MEMBER: DATA}) for name, make in MAKERS.items()}


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_cut_off_anywhere(kind, tmp_path_factory, data) -> None:
    archive = WHOLE[kind][: data.draw(st.integers(0, len(WHOLE[kind]) - 1))]
    _right_or_refused(tmp_path_factory.getbasetemp(), archive)


@pytest.mark.parametrize("kind", MAKERS)
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_bits_flipped_anywhere(kind, tmp_path_factory, data) -> None:
    archive = bytearray(WHOLE[kind])
    # The ends of a zip file hold its structure; the middle is compressed noise.
    near_end = st.integers(-min(400, len(archive)), -1)
    for at in data.draw(st.lists(near_end | st.integers(0, len(archive) - 1), min_size=1, max_size=4)):
        archive[at] ^= 1 << data.draw(st.integers(0, 7))
    _right_or_refused(tmp_path_factory.getbasetemp(), bytes(archive))


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_bits_flipped_in_the_unpacked_tar(tmp_path_factory, data) -> None:
    tar = bytearray(gzip.decompress(WHOLE["sdist"]))
    for at in data.draw(st.lists(st.integers(0, len(tar) - 1), min_size=1, max_size=4)):
        tar[at] ^= 1 << data.draw(st.integers(0, 7))
    _right_or_refused(tmp_path_factory.getbasetemp(), gzip.compress(bytes(tar), 1))


def _right_or_refused(folder: Path, archive: bytes) -> None:
    try:
        found = taken(folder, archive)
    except ModelError as error:
        assert str(error).startswith("archive")
    else:
        # Tar has no checksum of contents: the caller's SHA-256 decides, the size is right already.
        assert len(found) == len(DATA)


def test_a_packed_file(tmp_path) -> None:
    (tmp_path / "tiny.bz2.part").write_bytes(bz2.compress(DATA))
    unpack_bz2(tmp_path / "tiny.bz2.part", file_of(DATA), tmp_path / "out")
    assert (tmp_path / "out").read_bytes() == DATA


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param(bz2.compress(bytes(100 * MB)), id="bomb"),
        pytest.param(bz2.compress(DATA[1:]), id="too short"),
        pytest.param(bz2.compress(DATA)[:-20], id="cut off"),
        pytest.param(b"", id="empty"),
        pytest.param(b"BZh9" + noise(100), id="noise"),
        pytest.param(DATA, id="not packed"),
    ],
)
def test_a_packed_file_that_is_another(packed: bytes, tmp_path) -> None:
    (tmp_path / "tiny.bz2").write_bytes(packed)
    with little_memory(), pytest.raises(ModelError, match=r"^tiny\.bz2 (is damaged|unpacks to)"):
        unpack_bz2(tmp_path / "tiny.bz2", file_of(DATA), tmp_path / "out")
    assert not (tmp_path / "out").exists() or (tmp_path / "out").stat().st_size < len(DATA) + 1


def test_a_released_archive_is_known_by_its_hash(tmp_path) -> None:
    archive = sdist({MEMBER: DATA})
    source = archived(archive, {"tiny.bin": MEMBER})
    (tmp_path / "a").write_bytes(archive)
    check_archive(tmp_path / "a", source)
    (tmp_path / "a").write_bytes(archive[:-1] + b"?")
    with pytest.raises(ModelError, match=rf"tiny_weights-1\.0\.tar\.gz is not the released one.*"
                                         rf"{sha256(archive[:-1] + b'?')[:16]}"):  # fmt: skip
        check_archive(tmp_path / "a", source)


def test_a_full_disk_is_said(pack, tmp_path) -> None:
    resource = pytest.importorskip("resource")
    archive = pack({MEMBER: DATA})
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "archive.part").write_bytes(archive)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(ModelError, match=r"^archive cannot be unpacked \(File too large\)\. Free some space"):
            take_members(tmp_path / "archive.part", {MEMBER: (file_of(DATA), tmp_path / "taken")})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
