"""A person's own networks: weights for a known architecture, exported programs, Python code; nothing runs untrusted."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from safetensors.torch import save_file
from torch import nn

from cnnstudio.activations import own_subject, run_through
from cnnstudio.engine import run_now
from cnnstudio.errors import ModelError, UsageError


def small_network(classes: int = 3) -> nn.Module:
    torch.manual_seed(0)
    return torchvision.models.squeezenet1_1(weights=None, num_classes=classes).eval()


def scores_of(network: nn.Module, inputs: torch.Tensor) -> np.ndarray:
    with torch.inference_mode():
        return network(inputs)[0].softmax(0).numpy()


def photo() -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (240, 300, 3), dtype=np.uint8)


@pytest.mark.parametrize("kind", ["pth", "safetensors", "data parallel"])
def test_weights_of_another_number_of_classes_fit_a_known_architecture(tmp_path, kind):
    network = small_network()
    state = network.state_dict()
    path = tmp_path / ("mine.safetensors" if kind == "safetensors" else "mine.pth")
    if kind == "safetensors":
        save_file(state, path)
    else:
        torch.save({f"module.{k}": v for k, v in state.items()} if kind == "data parallel" else state, path)
    subject = own_subject(f"squeezenet1_1@{path}")
    assert subject.labels == ("class 0", "class 1", "class 2")
    made = run_now(run_through, subject, photo(), frozenset())
    np.testing.assert_allclose(made.scores, scores_of(network, subject.prepared(photo()).tensor), atol=1e-6)


@pytest.mark.parametrize("name", ["resnet18", "vgg11", "mobilenet_v2", "efficientnet_b0", "densenet121", "vit_b_16"])
def test_the_number_of_classes_is_found_in_any_architecture(tmp_path, name):
    path = tmp_path / "mine.safetensors"
    save_file(torchvision.models.get_model(name, weights=None, num_classes=7).state_dict(), path)
    assert len(own_subject(f"{name}@{path}").labels) == 7


def test_weights_of_the_zoos_own_architecture(tmp_path, model_file):
    path = model_file("efficientnet-lite0", "efficientnet-lite0-57934424.pth")
    subject = own_subject(f"efficientnet-lite0@{path}")
    assert subject.labels[281] == "tabby"


def test_weights_that_do_not_fit_are_refused_with_the_name_that_differs(tmp_path):
    path = tmp_path / "mine.safetensors"
    state = small_network().state_dict()
    state["features.0.bias"] = torch.zeros(5)
    save_file(state, path)
    with pytest.raises(ModelError, match=r"mine\.safetensors.*features\.0\.bias"):
        own_subject(f"squeezenet1_1@{path}")
    with pytest.raises(ModelError, match=r"mine\.safetensors"):
        own_subject(f"resnet18@{path}")


@pytest.mark.parametrize("content", [b"", b"not weights", b"\x08" + bytes(40)])
@pytest.mark.parametrize("suffix", [".pth", ".safetensors"])
def test_files_that_hold_no_weights_are_refused_by_name(tmp_path, content, suffix):
    path = tmp_path / f"mine{suffix}"
    path.write_bytes(content)
    with pytest.raises(ModelError, match="mine"):
        own_subject(f"resnet18@{path}")


def test_an_exported_program_runs_only_when_it_is_trusted(tmp_path):
    network = small_network()
    inputs = torch.zeros(1, 3, 96, 96)
    path = tmp_path / "mine.pt2"
    torch.export.save(torch.export.export(network, (inputs,)), path)
    with pytest.raises(UsageError, match=r"mine\.pt2.*--trust"):
        own_subject(str(path))
    subject = own_subject(str(path), trusted=True)
    assert subject.side == 96
    made = run_now(run_through, subject, photo(), None)
    np.testing.assert_allclose(made.scores, scores_of(network, subject.prepared(photo()).tensor), atol=1e-5)
    assert "features.0" in made.maps
    assert subject.layer("features.0").receptive_field == (3, 3)


def test_a_damaged_program_is_refused_by_name(tmp_path):
    path = tmp_path / "mine.pt2"
    path.write_bytes(b"PK\x03\x04 no program")
    with pytest.raises(ModelError, match=r"mine\.pt2"):
        own_subject(str(path), trusted=True)


def code(folder: Path, body: str) -> Path:
    path = folder / "mine.py"
    path.write_text(body)
    return path


def test_code_runs_only_when_it_is_trusted(tmp_path):
    ran = tmp_path / "ran"
    path = code(
        tmp_path,
        f"import pathlib\nfrom torch import nn\npathlib.Path({str(ran)!r}).touch()\n"
        "def build():\n    return nn.Sequential(nn.Conv2d(3, 4, 5, stride=2), nn.ReLU(), nn.Flatten(),"
        " nn.LazyLinear(6))\n",
    )
    with pytest.raises(UsageError, match=r"mine\.py.*--trust"):
        own_subject(f"{path}:build")
    assert not ran.exists()
    subject = own_subject(f"{path}:build", trusted=True)
    assert ran.exists()
    assert len(subject.labels) == 6
    assert subject.layer("0").receptive_field == (5, 5)


@pytest.mark.parametrize(
    ("body", "error", "says"),
    [
        ("def other(): pass", UsageError, "no function 'build'"),
        ("def build(): return 5", ModelError, "returned a int"),
        ("def build(): raise ValueError('no data')", ModelError, "ValueError: no data"),
        ("syntax error(", ModelError, "SyntaxError"),
        ("from torch import nn\ndef build(): return nn.Linear(3, 4)", ModelError, "cannot run a picture"),
    ],
)
def test_code_that_makes_no_network_is_refused_in_words(tmp_path, body, error, says):
    path = code(tmp_path, body)
    with pytest.raises(error, match=says):
        own_subject(f"{path}:build", trusted=True)


def test_a_network_without_convolutions_or_classes_can_be_looked_into(tmp_path):
    path = code(
        tmp_path,
        "from torch import nn\ndef build(): return nn.Sequential(nn.AvgPool2d(8), nn.Upsample(scale_factor=2))",
    )
    subject = own_subject(f"{path}:build", trusted=True)
    assert subject.labels == ()
    made = run_now(run_through, subject, photo(), None)
    assert made.scores is None
    assert made.maps["0"].shape == (3, 28, 28)
