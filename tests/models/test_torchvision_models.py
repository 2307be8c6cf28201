"""torchvision's networks in the catalogue: all of them, from their own addresses, loaded as torchvision loads them."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
import torchvision

from cnnstudio.errors import ModelError, UsageError
from cnnstudio.models import catalogue, place
from cnnstudio.models.catalogue import every_model, model_named
from cnnstudio.models.inputs import prepared
from cnnstudio.models.labels import labels_of
from cnnstudio.models.loading import load_network
from cnnstudio.models.registry import Model

MODULES = {
    "classification": torchvision.models,
    "detection": torchvision.models.detection,
    "segmentation": torchvision.models.segmentation,
}


@pytest.mark.parametrize("task", MODULES)
def test_every_network_of_torchvision_is_there_with_its_best_weights(task):
    rows = {each.name: each for each in every_model() if each.task == task and "torchvision" in each.input}
    names = torchvision.models.list_models(MODULES[task])
    assert set(rows) == set(names)
    for name in names:
        best = torchvision.models.get_model_weights(name).DEFAULT
        assert rows[name].input["torchvision"] == str(best)
        assert rows[name].sources[0].where == {rows[name].files[0].name: best.url}
        assert best.url.endswith(f"-{rows[name].files[0].sha256}.pth")


def test_other_weights_are_named_behind_a_dot_in_any_case():
    model = model_named("ResNet50.imagenet1k_v1")
    assert model.input["torchvision"] == "ResNet50_Weights.IMAGENET1K_V1"


def test_weights_that_may_not_be_sold_say_so():
    assert model_named("vit_b_16.IMAGENET1K_SWAG_E2E_V1").licence == "CC-BY-NC-4.0"


def test_the_list_is_kept_and_read_back_the_same(monkeypatch, tmp_path):
    monkeypatch.setenv("CNNSTUDIO_HOME", str(tmp_path))
    catalogue._of_torchvision.cache_clear()
    first = every_model()
    [kept] = (tmp_path / "cache").glob("torchvision-*.json")
    catalogue._of_torchvision.cache_clear()
    assert every_model() == first
    kept.write_text("{damaged")
    catalogue._of_torchvision.cache_clear()
    assert every_model() == first


def test_a_name_that_there_is_not_brings_the_nearest():
    with pytest.raises(UsageError, match="resnet50"):
        model_named("resnet_50")


@pytest.fixture
def standing_in(monkeypatch, tmp_path):
    """Random weights in the place of the published ones, as their publisher would have hashed them."""
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path / "models"))

    def make(name: str, network: torch.nn.Module) -> Model:
        model = model_named(name)
        path = tmp_path / "weights.pth"
        torch.save(network.state_dict(), path)
        digits = hashlib.sha256(path.read_bytes()).hexdigest()[:8]
        model = replace(model, files=(replace(model.files[0], sha256=digits),))
        own = place.own_path(model, model.files[0])
        own.parent.mkdir(parents=True)
        shutil.move(path, own)
        return model

    return make


def test_a_classifier_answers_as_torchvisions_own(standing_in):
    torch.manual_seed(0)
    network = torchvision.models.squeezenet1_0(weights=None).eval()
    model = standing_in("squeezenet1_0", network)
    picture = torch.rand(1, 3, 224, 224)
    with torch.inference_mode():
        torch.testing.assert_close(load_network(model)(picture), network(picture))
    assert len(labels_of(model)) == 1000


def test_a_detector_answers_as_torchvisions_own(standing_in):
    torch.manual_seed(0)
    network = torchvision.models.detection.ssdlite320_mobilenet_v3_large(weights=None, weights_backbone=None).eval()
    model = standing_in("ssdlite320_mobilenet_v3_large", network)
    picture = torch.rand(3, 320, 320)
    with torch.inference_mode():
        ours, theirs = load_network(model)([picture])[0], network([picture])[0]
    torch.testing.assert_close(ours["boxes"], theirs["boxes"])
    assert len(labels_of(model)) == 91


def test_a_segmenter_answers_as_torchvisions_own(standing_in):
    torch.manual_seed(0)
    network = torchvision.models.segmentation.lraspp_mobilenet_v3_large(weights=None, weights_backbone=None).eval()
    model = standing_in("lraspp_mobilenet_v3_large", network)
    picture = torch.rand(1, 3, 128, 128)
    with torch.inference_mode():
        torch.testing.assert_close(load_network(model)(picture)["out"], network(picture)["out"])


@pytest.mark.parametrize("name", ["inception_v3", "googlenet"])
def test_networks_converted_from_tensorflow_normalise_as_they_were_trained(standing_in, name):
    torch.manual_seed(0)
    builder = getattr(torchvision.models, name)
    # What torchvision's own builder sets as soon as it is given weights.
    network = builder(weights=None, init_weights=False, aux_logits=True, transform_input=True).eval()
    model = standing_in(name, network)
    picture = torch.rand(1, 3, 299, 299)
    with torch.inference_mode():
        torch.testing.assert_close(load_network(model)(picture), network(picture))


def test_a_file_of_another_hash_is_refused_by_name(standing_in):
    model = standing_in("squeezenet1_0", torchvision.models.squeezenet1_0(weights=None))
    own = place.own_path(model, model.files[0])
    own.write_bytes(own.read_bytes()[:-1] + b"?")
    with pytest.raises(ModelError, match=model.files[0].name):
        load_network(model)


@pytest.mark.parametrize("name", ["squeezenet1_0", "vit_b_16", "convnext_tiny", "inception_v3"])
def test_pictures_are_prepared_as_torchvisions_own_transforms_do(name):
    from PIL import Image

    from cnnstudio.imaging.reading import read_picture
    from cnnstudio.locate import samples_dir

    model = model_named(name)
    path: Path = samples_dir() / "coffee.jpg"
    theirs = torchvision.models.get_weight(model.input["torchvision"]).transforms()(Image.open(path).convert("RGB"))
    ours = prepared(model, read_picture(path).pixels).tensor[0]
    assert ours.shape == theirs.shape
    # A step of 1/255 is 0.017 after division by the standard deviation; resizing rounds once differently.
    assert (ours - theirs).abs().mean() < 0.01


@pytest.mark.parametrize("change", ["{}", "[1]", '{"a": 1}', "path", "no files", "size"])
def test_a_kept_list_of_nonsense_is_made_again(monkeypatch, tmp_path, change):
    import json

    monkeypatch.setenv("CNNSTUDIO_HOME", str(tmp_path))
    catalogue._of_torchvision.cache_clear()
    first = every_model()
    [kept] = (tmp_path / "cache").glob("torchvision-*.json")
    rows = json.loads(kept.read_text())
    if change == "path":
        rows[0]["name"] = "../../elsewhere"
    elif change == "no files":
        rows[0]["files"] = []
    elif change == "size":
        rows[0]["files"][0]["size"] = "large"
    kept.write_text(json.dumps(rows) if change in ("path", "no files", "size") else change)
    catalogue._of_torchvision.cache_clear()
    assert every_model() == first
