"""Proof of what lies in the cache: every flipped byte is found, in originals and in converted files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.models import place
from cnnstudio.models.converting import converted, converted_path
from cnnstudio.models.registry import Model, Source
from cnnstudio.models.verifying import Verdict, verify
from tests.models.tiny import model_of, noise


@pytest.fixture
def model(zoo: Path, tmp_path_factory) -> Model:
    """A network whose file is here, and converted: two tensors, saved by torch."""
    torch = pytest.importorskip("torch")
    path = tmp_path_factory.mktemp("made") / "tiny.pt"
    torch.save({"weight": torch.arange(24.0).reshape(2, 3, 2, 2), "bias": torch.tensor([0.5, -0.5])}, path)
    made = model_of({"tiny.pt": path.read_bytes()})
    place.made(place.model_dir("tiny"))
    place.own_path(made, made.files[0]).write_bytes(path.read_bytes())
    converted(made, made.files[0])
    return made


def judged(model: Model) -> dict[str, Verdict]:
    return {each.file.name: each for each in verify([model])}


def test_what_is_right(model: Model) -> None:
    found = judged(model)
    assert set(found) == {"tiny.pt", "tiny.pt.safetensors"}
    assert all(each.ok and each.name == "tiny" and not each.reason for each in found.values())


def test_what_is_not_there_has_no_verdict(zoo: Path) -> None:
    assert list(verify([model_of({"tiny.bin": b"x"})])) == []


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_flipped_bit_anywhere_is_found(model: Model, data) -> None:
    path = data.draw(st.sampled_from([place.own_path(model, model.files[0]), converted_path(model, model.files[0])]))
    right = path.read_bytes()
    bent = bytearray(right)
    bent[data.draw(st.integers(0, len(bent) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    record = converted_path(model, model.files[0]).with_name("tiny.pt.safetensors.json")
    known = record.read_text()
    path.write_bytes(bent)
    found = judged(model)
    path.write_bytes(right)
    record.write_text(known)
    assert not found[path.name].ok
    assert str(path) in found[path.name].reason
    assert sum(not each.ok for each in found.values()) == 1


def test_a_file_that_was_cut_off(model: Model) -> None:
    path = place.own_path(model, model.files[0])
    path.write_bytes(path.read_bytes()[:-1])
    assert "cut off" in judged(model)["tiny.pt"].reason


@pytest.mark.parametrize("record", [None, "", "[" * 9999, "[]", "{}", '{"original": 3}', "nul\0"])
def test_a_converted_file_without_a_good_record(model: Model, record: str | None) -> None:
    made = converted_path(model, model.files[0])
    kept = made.with_name(made.name + ".json")
    assert json.loads(kept.read_text())["original"] == model.files[0].sha256
    if record is None:
        kept.unlink()
    else:
        kept.write_text(record)
    found = judged(model)
    assert (found["tiny.pt"].ok, found[made.name].ok) == (True, False)


@pytest.mark.parametrize("field", ["original", "sha256"])
@pytest.mark.parametrize("value", [None, 3, [], "", "0" * 64])
def test_a_record_of_another_file(model: Model, field: str, value: object) -> None:
    made = converted_path(model, model.files[0])
    kept = made.with_name(made.name + ".json")
    kept.write_text(json.dumps(json.loads(kept.read_text()) | {field: value}))
    assert not judged(model)[made.name].ok
    made.unlink()
    # The next use makes both again.
    converted(model, model.files[0])
    assert judged(model)[made.name].ok


def test_a_file_of_a_package_is_judged_too(zoo: Path, tmp_path, monkeypatch) -> None:
    data = noise(500)
    root = tmp_path / "site"
    (root / "tiny_weights-1.0.dist-info").mkdir(parents=True)
    (root / "tiny_weights-1.0.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-weights\n")
    (root / "tiny.bin").write_bytes(data[:-1] + b"?")
    monkeypatch.syspath_prepend(str(root))
    shipped = model_of({"tiny.bin": data}, Source("shipped", {"tiny.bin": "tiny.bin"}, 0, "tiny-weights", "1.0"))
    (found,) = verify([shipped])
    assert (found.ok, found.file) == (False, root / "tiny.bin")
    (root / "tiny.bin").write_bytes(data)
    (found,) = verify([shipped])
    assert found.ok
