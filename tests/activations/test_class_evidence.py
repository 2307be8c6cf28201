"""Grad-CAM, occlusion, integrated gradients and guided backprop, each against its definition written out anew."""

from __future__ import annotations

import copy

import captum.attr
import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn

from cnnstudio.activations import ExplainSettings, explain, subject_named, unsupported
from cnnstudio.activations.grad_cam import chosen_layer, grad_cam
from cnnstudio.activations.gradients import integrated_gradients
from cnnstudio.activations.guided import guided_backprop
from cnnstudio.activations.occlusion import occlusion
from cnnstudio.activations.targets import grey
from cnnstudio.engine import run_now
from cnnstudio.errors import UsageError
from cnnstudio.imaging.reading import read_picture
from cnnstudio.locate import samples_dir
from tests.activations.evidence_subjects import classifier, here, photo, subject_of


@pytest.mark.parametrize("inplace", [False, True])
def test_grad_cam_is_the_sum_of_the_maps_weighted_by_their_mean_gradients(inplace):
    network = classifier(inplace=inplace)
    subject = subject_of(network)
    inputs = subject.prepared(photo()).tensor
    # Selvaraju et al. 2017, equations 1 and 2.
    maps = F.relu(network[3](network[2](F.relu(network[0](inputs))))).detach().requires_grad_()
    network[7](maps.mean((2, 3)))[0, 1].backward()
    weights = maps.grad.mean((2, 3), keepdim=True)
    expected = F.relu((weights * maps).sum(1))[0].detach()
    assert expected.max() > 0
    torch.testing.assert_close(here(grad_cam, subject, inputs, 1, "4"), expected)


def test_grad_cam_of_a_trained_network_against_autograd(with_weights):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    network = subject.network
    inputs = subject.prepared(read_picture(samples_dir() / "coffee.jpg").pixels).tensor
    with torch.no_grad():
        maps = network._blocks(network._relu0(network._bn0(network._conv_stem(inputs))))
        maps = network._relu1(network._bn1(network._conv_head(maps)))
    maps.requires_grad_()
    network._fc(maps.mean((2, 3)))[0, 967].backward()
    expected = F.relu((maps.grad.mean((2, 3), keepdim=True) * maps).sum(1))[0].detach()
    settings = ExplainSettings(target=967)
    made = run_now(explain, settings, subject, read_picture(samples_dir() / "coffee.jpg").pixels)
    assert made.layer == "_relu1"
    large = F.interpolate(expected[None, None], (224, 224), mode="bilinear")[0, 0]
    np.testing.assert_allclose(made.heat, large.numpy(), atol=1e-4 * float(expected.max()))
    # The cup stands above the middle of the picture, and it is an espresso for what is in the cup.
    row, column = np.unravel_index(made.heat.argmax(), made.heat.shape)
    assert 40 < row < 130
    assert 60 < column < 170


@pytest.mark.parametrize(
    ("name", "layer"),
    [("resnet18", "layer4"), ("vgg11", "features.19"), ("squeezenet1_1", "classifier.2"), ("densenet121", "features"),
     ("mobilenet_v3_small", "features"), ("swin_t", "permute")],
)  # fmt: skip
def test_the_chosen_layer_is_the_last_before_places_are_pooled_away(name, layer):
    assert chosen_layer(subject_named(name)) == layer


@pytest.mark.parametrize("method", ["grad-cam", "guided-backprop"])
def test_methods_that_a_network_does_not_allow_say_why(method):
    assert "vit_b_16" in unsupported(subject_named("vit_b_16"), method)
    assert unsupported(subject_named("resnet18"), method) == ""


def test_what_has_no_rectifier_is_not_explained_by_guided_backprop():
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Tanh(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
    subject = subject_of(network)
    assert "rectifiers" in unsupported(subject, "guided-backprop")
    assert unsupported(subject, "grad-cam") == ""
    with pytest.raises(UsageError, match="rectifiers"):
        run_now(explain, ExplainSettings(method="guided-backprop"), subject, photo())


@pytest.mark.parametrize(("window", "step"), [(4, 4), (5, 3), (8, 2), (4, 6), (16, 16)])
def test_occlusion_is_the_mean_fall_of_the_score_over_the_windows_that_cover_a_pixel(window, step):
    subject = subject_of(classifier())
    inputs = subject.prepared(photo()).tensor
    score = float(subject.network(inputs).softmax(1)[0, 2])
    expected = np.zeros((16, 16))
    for y in range(16):
        for x in range(16):
            falls = []
            # All places of the grid, counted from the one whose first `step` pixels show at the corner.
            for top in range(min(step, window) - window, 16, step):
                for left in range(min(step, window) - window, 16, step):
                    if top <= y < top + window and left <= x < left + window:
                        covered = inputs.clone()
                        covered[:, :, max(top, 0) : top + window, max(left, 0) : left + window] = 0
                        falls.append(score - float(subject.network(covered).softmax(1)[0, 2]))
            expected[y, x] = np.mean(falls) if falls else 0
    made = here(occlusion, subject, inputs, 2, window, step)
    np.testing.assert_allclose(made.numpy(), expected, atol=1e-6)


@pytest.mark.parametrize("photo_name", ["coffee.jpg", "astronaut.jpg"])
def test_integrated_gradients_add_up_to_what_they_explain(with_weights, photo_name):
    with_weights("efficientnet-lite0")
    subject = subject_named("efficientnet-lite0")
    pixels = read_picture(samples_dir() / photo_name).pixels
    inputs = subject.prepared(pixels).tensor
    made = run_now(explain, ExplainSettings(method="integrated-gradients"), subject, pixels)
    with torch.no_grad():
        [upper] = subject.network(inputs)[:, made.target.index].tolist()
        # A picture of grey 127 is all zero for this network.
        [lower] = subject.network(torch.zeros_like(inputs))[:, made.target.index].tolist()
    assert made.heat.sum(dtype=np.float64) == pytest.approx(upper - lower, rel=0.01)
    assert made.colours.sum(dtype=np.float64) == pytest.approx(upper - lower, rel=0.01)


def test_integrated_gradients_agree_with_captum_on_a_smooth_network():
    subject = subject_of(classifier(rectifier=nn.SiLU))
    inputs = subject.prepared(photo()).tensor
    expected = captum.attr.IntegratedGradients(subject.network).attribute(
        inputs, grey(subject), target=1, n_steps=200
    )
    made = here(integrated_gradients, subject, inputs, 1)
    torch.testing.assert_close(made.values, expected[0].float(), atol=2e-3 * float(expected.abs().max()), rtol=0)


@pytest.mark.parametrize("inplace", [False, True])
def test_guided_backprop_agrees_with_captum_where_there_is_only_relu(inplace):
    plain = classifier()
    network = classifier(inplace=inplace)
    subject = subject_of(network)
    inputs = subject.prepared(photo()).tensor
    with pytest.warns(UserWarning, match="hooks"):
        expected = captum.attr.GuidedBackprop(copy.deepcopy(plain).eval()).attribute(inputs.requires_grad_(), target=1)
    assert expected.abs().max() > 0
    torch.testing.assert_close(here(guided_backprop, subject, inputs, 1), expected[0].detach())


class _Pixelwise(nn.Module):
    """One number of one pixel through a rectifier and back through weights of either sign."""

    def __init__(self, rectifier: nn.Module, weights: tuple[float, ...]) -> None:
        super().__init__()
        self.rectifier = rectifier
        self.weights = nn.Parameter(torch.tensor(weights, dtype=torch.float32).view(1, 1, 1, -1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        total = (self.rectifier(x[:, :1] * 1.0) * self.weights).sum((1, 2, 3))
        return torch.stack([total, -total], 1)


def slope_of_silu(x: float) -> float:
    sigmoid = 1 / (1 + np.exp(-x))
    return float(sigmoid * (1 + x * (1 - sigmoid)))


# Values -1, 2, 8, 2, -1, 8 before the rectifier; weights 3, 3, 3, -3, -3, -3 behind it. By the definition only where a
# gradient is positive and the unit fired: places 1 and 2; at 8, ReLU6 is at its ceiling.
@pytest.mark.parametrize(
    ("rectifier", "expected"),
    [
        (nn.ReLU(), (0, 3, 3, 0, 0, 0)),
        (nn.ReLU(inplace=True), (0, 3, 3, 0, 0, 0)),
        (nn.ReLU6(), (0, 3, 0, 0, 0, 0)),
        (nn.ReLU6(inplace=True), (0, 3, 0, 0, 0, 0)),
        (nn.SiLU(), (0, 3 * slope_of_silu(2), 3 * slope_of_silu(8), 0, 0, 0)),
        (nn.SiLU(inplace=True), (0, 3 * slope_of_silu(2), 3 * slope_of_silu(8), 0, 0, 0)),
        (nn.LeakyReLU(0.1), (0, 3, 3, 0, 0, 0)),
    ],
)
def test_guided_backprop_by_hand(rectifier, expected):
    subject = subject_of(_Pixelwise(rectifier, (3, 3, 3, -3, -3, -3)), 6, 2)
    inputs = torch.zeros(1, 3, 1, 6)
    inputs[0, 0, 0] = torch.tensor([-1.0, 2, 8, 2, -1, 8])
    made = here(guided_backprop, subject, inputs, 0)
    torch.testing.assert_close(made[0, 0], torch.tensor(expected, dtype=torch.float32))
    assert not made[1:].any()


def test_colours_are_red_green_blue_whatever_order_the_network_has():
    class Last(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            blue_of_rgb = F.relu(x[:, 2].mean((1, 2)) + 10)
            return torch.stack([blue_of_rgb, 0 * blue_of_rgb], 1)

    for order, channel in (("RGB", 2), ("BGR", 0)):
        subject = subject_of(Last(), 4, 2, order)
        made = run_now(explain, ExplainSettings(method="guided-backprop", target=0), subject, photo())
        assert [bool(made.colours[:, :, each].any()) for each in range(3)] == [each == channel for each in range(3)]


@pytest.mark.parametrize("method", ["grad-cam", "occlusion", "integrated-gradients", "guided-backprop"])
def test_a_shared_network_is_left_as_it_was(method):
    subject = subject_of(classifier(inplace=True))
    weights = {name: each.clone() for name, each in subject.network.state_dict().items()}
    run_now(explain, ExplainSettings(method=method, window=4, step=4), subject, photo())
    assert all(torch.equal(each, weights[name]) for name, each in subject.network.state_dict().items())
    for module in subject.network.modules():
        assert not module.training
        assert not module._forward_hooks
        assert not module._forward_pre_hooks
        assert not module._backward_hooks
        assert "forward" not in vars(module)
        assert getattr(module, "inplace", True)
    assert all(each.grad is None and not each.requires_grad for each in subject.network.parameters())


@pytest.mark.parametrize("method", ["grad-cam", "occlusion", "integrated-gradients", "guided-backprop"])
@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 1, 1), (1, 90, 3), (90, 1, 1)])
def test_pictures_of_any_shape(method, shape):
    subject = subject_of(classifier())
    pixels = np.full(shape, 200, np.uint8)
    made = run_now(explain, ExplainSettings(method=method, window=8, step=8), subject, pixels)
    assert made.heat.shape == (16, 16)
    assert np.isfinite(made.heat).all()


def test_a_gate_of_one_number_a_channel_is_no_layer_with_maps():
    # Squeeze-and-excitation blocks make maps of one place, behind and among the real ones.
    subject = subject_named("efficientnet_b0")
    gate = next(each.name for each in subject.layers if each.name.endswith("avgpool") and each.channels == 32)
    with pytest.raises(UsageError, match="no maps but numbers"):
        run_now(explain, ExplainSettings(layer=gate), subject, photo())
    made = run_now(explain, ExplainSettings(method="guided-backprop"), subject, photo())
    assert np.isfinite(made.heat).all()
    assert made.heat.any()


class _Pair(nn.Module):
    def forward(self, left: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
        return left + right


@pytest.mark.parametrize(
    ("subject", "settings", "words"),
    [
        (subject_of(classifier()), ExplainSettings(target=3), "Class 3 does not exist; small has 0 to 2"),
        (subject_of(classifier()), ExplainSettings(layer="7"), "makes no maps but numbers"),
        (subject_of(classifier()), ExplainSettings(layer="9"), "Did you mean"),
        (subject_of(classifier(), classes=0), ExplainSettings(), "tells no classes"),
        (subject_of(classifier(), classes=7), ExplainSettings(method="occlusion"), "one score for each class"),
        (subject_of(_Pair()), ExplainSettings(method="occlusion"), "several inputs"),
    ],
)
def test_what_cannot_be_explained_is_refused_with_what_to_do(subject, settings, words):
    with pytest.raises(UsageError, match=words):
        run_now(explain, settings, subject, photo())
