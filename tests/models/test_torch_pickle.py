"""Files of torch.save: what went in comes out, and nothing but a flat mapping of names to tensors ever does."""

from __future__ import annotations

import collections
import io
import os
import pickle
import struct
import zipfile

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models.formats import torch_pickle

WEIGHTS = {
    "conv.weight": torch.arange(24, dtype=torch.float32).reshape(2, 3, 2, 2) / 7,
    "conv.bias": torch.tensor([0.5, -1.25], dtype=torch.float64),
    "bn.num_batches_tracked": torch.tensor(3),
    "half.transposed": torch.arange(6, dtype=torch.float16).reshape(2, 3).T,
}
FORMATS = pytest.mark.parametrize("as_zip", [True, False])


def _bytes(content: object, as_zip: bool) -> bytes:
    buffer = io.BytesIO()
    torch.save(content, buffer, _use_new_zipfile_serialization=as_zip)
    return buffer.getvalue()


def _refused(data: bytes, path) -> str:
    path.write_bytes(data)
    with pytest.raises(ModelError) as raised:
        torch_pickle.read(path)
    message = str(raised.value)
    assert message.startswith(path.name)
    assert message.endswith(".")
    assert "\n" not in message
    return message


class _Evil:
    def __reduce__(self):
        return os.mkdir, ("made_by_a_pickle",)


@FORMATS
def test_the_same_tensors_come_back(tmp_path, as_zip):
    path = tmp_path / "own.pt"
    path.write_bytes(_bytes(collections.OrderedDict(WEIGHTS), as_zip))
    back = torch_pickle.read(path)
    path.unlink()
    assert list(back) == list(WEIGHTS)
    for name, tensor in WEIGHTS.items():
        assert back[name].dtype == tensor.dtype
        assert torch.equal(back[name], tensor)
        assert back[name].is_contiguous()


@FORMATS
@pytest.mark.parametrize(
    "content",
    [
        [torch.zeros(2)],
        torch.zeros(2),
        {"state_dict": {"conv.weight": torch.zeros(2)}},
        {"conv.weight": torch.zeros(2), "epoch": 3},
        {3: torch.zeros(2)},
        {"sparse": torch.eye(3).to_sparse()},
        {"meta": torch.zeros(5, device="meta")},
        {"bytes": bytearray(5)},
        {"layer": torch.nn.Linear(2, 2)},
    ],
    ids=["list", "tensor", "nested", "number", "key", "sparse", "meta", "bytearray", "module"],
)
def test_anything_but_names_and_tensors_is_refused(tmp_path, content, as_zip):
    _refused(_bytes(content, as_zip), tmp_path / "other.pt")


@FORMATS
def test_no_instruction_of_the_file_is_run(tmp_path, monkeypatch, as_zip):
    monkeypatch.chdir(tmp_path)
    message = _refused(_bytes({"conv.weight": _Evil()}, as_zip), tmp_path / "evil.pt")
    assert "mkdir" in message
    assert not (tmp_path / "made_by_a_pickle").exists()


@FORMATS
def test_a_tensor_that_repeats_one_number_without_end_is_refused(tmp_path, as_zip):
    content = {"huge": torch.zeros(1).expand(90, 90, 90, 90, 90, 90)}
    assert "promises" in _refused(_bytes(content, as_zip), tmp_path / "huge.pt")


@FORMATS
@pytest.mark.parametrize("count", [10**6, 2**31 - 1, 2**62, 2**200, -1])
def test_counts_that_the_file_cannot_hold_are_refused(tmp_path, count, as_zip):
    _refused(_rewritten(_bytes({"w": torch.zeros(300)}, as_zip), count), tmp_path / "count.pt")


@FORMATS
def test_a_tensor_larger_than_what_is_stored_is_refused(tmp_path, as_zip):
    _refused(_rewritten(_bytes({"w": torch.zeros(300)}, as_zip), 400, kept=1), tmp_path / "larger.pt")


def _rewritten(data: bytes, count: int, kept: int = 0) -> bytes:
    """The file with `count` in place of the 300 values of its one storage (unless kept) and of its one tensor."""
    honest, hostile = b"M" + struct.pack("<H", 300), pickle.dumps(count, 2)[2:-1]
    if not data.startswith(b"PK"):
        assert data.count(honest) == 2
        return _replaced(data, honest, hostile, kept)
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, _replaced(old.read(name), honest, hostile, kept))
    return buffer.getvalue()


def _replaced(data: bytes, honest: bytes, hostile: bytes, kept: int) -> bytes:
    parts = data.split(honest)
    return honest.join(parts[: kept + 1]) + b"".join(hostile + part for part in parts[kept + 1 :])


def test_an_archive_of_packed_members_is_refused(tmp_path):
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(_bytes(WEIGHTS, True))) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "packed" in _refused(buffer.getvalue(), tmp_path / "packed.pt")


@FORMATS
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_damaged_files_end_in_tensors_or_in_a_model_error(tmp_path, as_zip, data):
    whole = _bytes(WEIGHTS, as_zip)
    damaged = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "damaged.pt"
    path.write_bytes(damaged)
    try:
        back = torch_pickle.read(path)
    except ModelError as error:
        assert str(error).startswith("damaged.pt")
    else:
        assert sum(tensor.numel() * tensor.element_size() for tensor in back.values()) <= 4 * len(whole)


@FORMATS
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kept=st.floats(0, 1, exclude_max=True), tail=st.binary(max_size=40))
def test_cut_files_are_refused(tmp_path, as_zip, kept, tail):
    whole = _bytes(WEIGHTS, as_zip)
    _refused(whole[: int(kept * len(whole))], tmp_path / "cut.pt")
    _refused(tail, tmp_path / "tail.pt")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(ModelError, match=r"gone\.pt cannot be read"):
        torch_pickle.read(tmp_path / "gone.pt")
