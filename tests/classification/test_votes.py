"""Ten crops and ensembles: means of softmax, against torchvision's crops and NumPy."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn
from torchvision.transforms.v2.functional import ten_crop, to_image

from cnnstudio.classification import ClassifySettings, classify, computing
from cnnstudio.engine import run_now
from cnnstudio.errors import UsageError
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.inputs import convention_of


def photo(height: int = 300, width: int = 420) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)


def small(seed: int) -> nn.Module:
    """A classifier of 1000 classes whose answer depends on where things are."""
    torch.manual_seed(seed)
    return nn.Sequential(
        nn.AvgPool2d(32), nn.Flatten(), nn.Linear(3 * 7 * 7, 1000)
    ).eval().requires_grad_(False)  # fmt: skip


@pytest.fixture
def networks(monkeypatch):
    made = {"efficientnet-lite0": small(1), "resnet18": small(2), "resnet34": small(3)}
    monkeypatch.setattr(computing, "kept_network", lambda model, **_: made[model.name])
    return made


def test_ten_crops_are_those_of_torchvision_and_their_mean(networks):
    pixels = photo()
    convention = convention_of(model_named("efficientnet-lite0"))
    scaled = Image.fromarray(pixels).resize((358, 256), Image.Resampling.BICUBIC)
    crops = torch.stack(ten_crop(to_image(scaled), [224, 224])).float()
    scores = networks["efficientnet-lite0"]((crops - convention.mean[0]) / convention.std[0]).softmax(1).mean(0)
    made = run_now(classify, ClassifySettings(ten_crop=True, top=20), pixels)
    assert list(made.indices) == scores.argsort(descending=True)[:20].tolist()
    np.testing.assert_allclose(made.scores, scores.sort(descending=True).values[:20], rtol=1e-3)


def test_the_boxes_of_the_crops_are_where_they_were_cut(networks):
    made = run_now(classify, ClassifySettings(ten_crop=True), photo(512, 1024))
    # 512 × 1024 becomes 256 × 512: a crop of 224 is 448 pixels of the picture.
    corners = [(0, 0), (576, 0), (0, 64), (576, 64), (288, 32)]
    expected = [(x, y, x + 448, y + 448) for x, y in corners]
    np.testing.assert_allclose(made.crops, expected * 2)
    assert (made.crop.x, made.crop.y, made.crop.width) == (288, 32, 448)


def test_an_ensemble_is_the_mean_of_its_members_and_keeps_their_votes(networks):
    pixels, names = photo(), ("efficientnet-lite0", "resnet18", "resnet34")
    alone = [run_now(classify, ClassifySettings(name, 1000), pixels) for name in names]
    mean = np.zeros(1000)
    for each in alone:
        mean[list(each.indices)] += np.array(each.scores) / 3
    made = run_now(classify, ClassifySettings(top=6, ensemble=names), pixels)
    assert list(made.indices) == np.argsort(-mean)[:6].tolist()
    np.testing.assert_allclose(made.scores, np.sort(mean)[::-1][:6], rtol=1e-5)
    assert [each.model for each in made.votes] == list(names)
    assert [each.indices for each in made.votes] == [each.best(6).indices for each in alone]
    assert len({each.indices[0] for each in made.votes}) > 1
    assert all(len(each.labels) == 2 for each in made.best(2).votes)


def test_without_them_nothing_is_voted_on(networks):
    made = run_now(classify, ClassifySettings(), photo())
    assert made.votes == ()
    assert made.crops == ()


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 700, 1), (700, 1, 3)])
def test_ten_crops_of_pictures_of_any_shape(networks, shape):
    made = run_now(classify, ClassifySettings(ten_crop=True), np.full(shape, 90, np.uint8))
    boxes = np.array(made.crops)
    assert (boxes[:, :2] >= 0).all()
    assert (boxes[:, 2:] <= [shape[1], shape[0]]).all()
    assert (boxes[:, 2:] > boxes[:, :2]).all()


@pytest.mark.parametrize(
    ("ensemble", "words"),
    [
        (("resnet18",), "alone does not vote"),
        (("resnet18", "resnet18"), "twice"),
        (("resnet18", "yolov3-tiny"), "no classifier"),
        (("resnet18", "resnet81"), "resnet18"),
    ],
)
def test_ensembles_that_cannot_vote(networks, ensemble, words):
    with pytest.raises(UsageError, match=words):
        run_now(classify, ClassifySettings(ensemble=ensemble), photo())
