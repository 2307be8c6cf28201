"""Pictures that excite a unit: they do, always the same for a seed, and nothing they are made with is wrong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import scipy.ndimage
import torch
from torch import nn

from cnnstudio.activations import DreamSettings, dream, subject_named
from cnnstudio.activations.dreaming import as_input, moved_by
from cnnstudio.activations.fourier import noise, picture_of
from cnnstudio.engine import run_now
from cnnstudio.errors import UsageError
from cnnstudio.networks.preprocessing import InputConvention, prepare
from tests.activations.evidence_subjects import classifier, photo, subject_of

SMALL = DreamSettings(layer="4", unit=3, size=32, steps=12, jitter=3)


def seen(subject, made, layer: str, unit: int) -> float:
    """The mean of a unit's map for a picture."""
    kept = []
    hook = subject.network.get_submodule(layer).register_forward_hook(lambda *args: kept.append(args[2]))
    pixels = prepare(made.pixels, replace(subject.convention, resize="none", resize_to=None, crop=None)).tensor
    with torch.no_grad():
        subject.network(pixels)
    hook.remove()
    return float(kept[0][0, unit].mean())


@pytest.mark.parametrize(("layer", "unit"), [("_blocks.4._relu1", 5), ("_relu1", 100)])
def test_the_activation_of_a_trained_unit_rises_at_least_fivefold(with_weights, layer, unit):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    made = run_now(dream, DreamSettings(layer=layer, unit=unit, size=96, steps=32), subject)
    assert made.activation >= 5 * made.start
    assert made.activation > 0.5
    # Rounded to bytes it excites the unit as much.
    assert seen(subject, made, layer, unit) == pytest.approx(made.activation, rel=0.1)


def test_a_class_becomes_the_best_one(with_weights):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    made = run_now(dream, DreamSettings(target=967, size=128, steps=40), subject)
    assert made.activation >= 5 * made.start
    with torch.no_grad():
        assert int(subject.network(as_input(torch.from_numpy(made.pixels / np.float32(255)).permute(2, 0, 1)[None],
                                            subject.convention)).argmax()) == 967  # fmt: skip


def test_a_seed_gives_the_same_picture_bit_by_bit_and_another_one_another():
    subject = subject_of(classifier())
    first, again = (run_now(dream, SMALL, subject) for _ in range(2))
    other = run_now(dream, replace(SMALL, seed=1), subject)
    assert np.array_equal(first.pixels, again.pixels)
    assert first.activation == again.activation
    assert not np.array_equal(first.pixels, other.pixels)


def test_a_unit_that_is_silent_for_the_noise_is_woken():
    network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(inplace=True), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with torch.no_grad():
        # White, which is 2.56, gives 27 · 0.1 · 2.56 - 3 = 3.9; grey gives -3.
        network[0].weight.fill_(0.1)
        network[0].bias.fill_(-3.0)
    subject = subject_of(network, 32, 2)
    made = run_now(dream, DreamSettings(layer="1", unit=1, size=32, steps=60), subject)
    assert made.start == 0
    assert made.activation > 0


def test_a_unit_that_nothing_excites_is_said_to_be_dead():
    network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    with torch.no_grad():
        network[0].weight[1] = 0
        network[0].bias.fill_(-1.0)
    said = []
    made = run_now(dream, DreamSettings(layer="1", unit=1, size=32, steps=2), subject_of(network, 32, 2),
                   on_notice=said.append)  # fmt: skip
    assert made.activation == made.start == 0
    assert "may be dead" in said[0]


def test_previews_show_the_way_and_the_last_is_the_result():
    shown = []
    made = run_now(dream, replace(SMALL, steps=20), subject_of(classifier()), on_preview=shown.append)
    assert [each.step for each in shown] == [0, 8, 16, 20]
    assert np.array_equal(shown[-1].pixels, made.pixels)
    assert shown[0].activation == made.start
    assert all(each.pixels.shape == (32, 32, 3) and each.pixels.dtype == np.uint8 for each in shown)


def test_the_network_is_left_as_it_was():
    subject = subject_of(classifier(inplace=True))
    weights = {name: each.clone() for name, each in subject.network.state_dict().items()}
    run_now(dream, SMALL, subject)
    assert all(torch.equal(each, weights[name]) for name, each in subject.network.state_dict().items())
    assert not any(each._forward_hooks for each in subject.network.modules())
    assert all(each.inplace for each in subject.network.modules() if isinstance(each, nn.ReLU))


@pytest.mark.parametrize("order", ["RGB", "BGR"])
@pytest.mark.parametrize("scale", ["0..1", "0..255"])
def test_what_the_network_is_given_is_what_a_photo_would_become(order, scale):
    convention = InputConvention(order=order, scale=scale, mean=(0.4, 0.5, 0.6), std=(0.2, 0.3, 0.4))
    pixels = photo()
    picture = torch.from_numpy(pixels / np.float32(255)).permute(2, 0, 1)[None]
    torch.testing.assert_close(as_input(picture, convention), prepare(pixels, convention).tensor)


def test_movements_are_those_of_scipy():
    picture = torch.from_numpy(photo(21, 21)[:, :, :1].astype(np.float32)).permute(2, 0, 1)[None]
    made = moved_by(picture, (2.0, -3.0), 1.0, 0.0)[0, 0].numpy()
    plain = picture[0, 0].numpy()
    np.testing.assert_allclose(made[3:-3, 3:-3], scipy.ndimage.shift(plain, (-3, 2))[3:-3, 3:-3], atol=1e-3)
    turned = moved_by(picture, (0.0, 0.0), 1.0, 90.0)[0, 0].numpy()
    assert any(np.allclose(turned, np.rot90(plain, times), atol=1e-2) for times in (1, 3))
    larger = moved_by(picture, (0.0, 0.0), 2.0, 0.0)[0, 0].numpy()
    middle = scipy.ndimage.affine_transform(plain, [0.5, 0.5], offset=[5, 5], order=1)
    np.testing.assert_allclose(larger[2:-2, 2:-2], middle[2:-2, 2:-2], atol=1e-2)


def test_waves_are_a_picture_without_seams_and_fine_ones_are_faint():
    picture = picture_of(noise(64, 3), decorrelate=False)
    assert picture.shape == (1, 3, 64, 64)
    # The inverse of the logistic function gives the waves' sum; its spectrum falls with the frequency.
    spectrum = np.abs(np.fft.fft2(torch.logit(picture[0]).numpy())) ** 2
    assert spectrum[:, 2:5, 0].mean() > 100 * spectrum[:, 24:32, 0].mean()
    assert torch.equal(noise(64, 3), noise(64, 3))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (DreamSettings(), "layer and a unit, or a class"),
        (DreamSettings(layer="4", unit=8), "units 0 to 7"),
        (DreamSettings(layer="four"), "no layer 'four'"),
        (DreamSettings(target=3), "Class 3 does not exist"),
    ],
)
def test_what_cannot_be_dreamt_is_refused(settings, words):
    with pytest.raises(UsageError, match=words):
        run_now(dream, settings, subject_of(classifier()))


def test_a_size_that_the_network_does_not_take_names_the_one_it_does():
    network = nn.Sequential(nn.Conv2d(3, 2, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(2 * 16 * 16, 3))
    with pytest.raises(UsageError, match="--size 16"):
        run_now(dream, DreamSettings(target=0, size=32, steps=1), subject_of(network))
