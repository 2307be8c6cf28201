"""Receptive fields are those that gradients find, at every position, border and branch, in real architectures."""

from __future__ import annotations

import copy

import pytest
import torch
import torchvision
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from cnnstudio.networks.layers import layers_of, observed

ARCHITECTURES = {
    "plain": ("vgg11", 64),
    "residual": ("resnet18", 96),
    "concatenating": ("densenet121", 64),
    "branching": ("googlenet", 96),
    "depthwise": ("mobilenet_v2", 96),
    "shuffled": ("shufflenet_v2_x0_5", 96),
    "channels last": ("convnext_tiny", 64),
}


def transparent(network: nn.Module) -> nn.Module:
    """A copy in which every weight is positive and every pool an average: a gradient wherever there is a path."""
    made = copy.deepcopy(network).eval()
    for name, module in list(made.named_modules()):
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.constant_(module.bias, 0.1)
        elif isinstance(module, nn.BatchNorm2d):
            module.reset_running_stats()
            module.reset_parameters()
        elif isinstance(module, (nn.LayerNorm, nn.ReLU6)) and name:
            _put(made, name, nn.Identity())
        elif isinstance(module, nn.MaxPool2d):
            _put(made, name, nn.AvgPool2d(module.kernel_size, module.stride, module.padding, module.ceil_mode))
        elif hasattr(module, "inplace"):
            module.inplace = False
    return made


def _put(network: nn.Module, name: str, module: nn.Module) -> None:
    parent, _, own = name.rpartition(".")
    setattr(network.get_submodule(parent), own, module)


def box_by_gradient(network: nn.Module, layer: str, row: int, column: int, size: tuple[int, int], axes=(2, 3)):
    """The smallest box around all pixels whose change changes the layer's output at a position."""
    picture = torch.full((1, 3, *size), 0.5, requires_grad=True)
    kept = {}
    with observed(network, lambda name, _module, output: kept.setdefault(name, output), frozenset([layer])):
        network(picture)
    output = kept[layer].movedim(axes, (2, 3))
    output[0, :, row, column].sum().backward()
    touched = picture.grad[0].abs().sum(0) > 0
    rows, columns = touched.any(1).nonzero(), touched.any(0).nonzero()
    if not len(rows):
        return (0, 0, 0, 0)
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


@pytest.mark.parametrize("kind", ARCHITECTURES)
def test_fields_of_known_architectures_are_those_of_gradients(kind):
    name, side = ARCHITECTURES[kind]
    options = {"init_weights": False} if name == "googlenet" else {}
    network = torchvision.models.get_model(name, weights=None, **options).eval()
    size = (side, side + 32)
    layers = [each for each in layers_of(network, torch.rand(1, 3, *size)) if each.type == "Conv2d"]
    through = transparent(network)
    for layer in (layers[1], layers[len(layers) // 2], layers[-1]):
        for row, column in ((0, 0), (layer.height // 2, layer.width // 3), (layer.height - 1, layer.width - 1)):
            found = box_by_gradient(through, layer.name, row, column, size)
            assert layer.box(row, column) == found, (layer.name, row, column)


@pytest.mark.parametrize(
    ("name", "layer", "field", "stride"),
    [
        # Araujo, Norris and Sim, "Computing Receptive Fields of Convolutional Neural Networks", Distill 2019, table 1.
        ("vgg16", "features.30", 212, 32),
        ("alexnet", "features.12", 195, 32),
        ("mobilenet_v2", "features.18.0", 491, 32),
        ("resnet50", "layer4.2.conv3", 427, 32),
    ],
)
def test_fields_of_published_networks_are_the_published_ones(name, layer, field, stride):
    network = torchvision.models.get_model(name, weights=None).eval()
    found = {each.name: each for each in layers_of(network, torch.rand(1, 3, 224, 224))}[layer]
    assert found.receptive_field == (field, field)
    assert found.stride == (stride, stride)


@st.composite
def stacks(draw) -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(draw(st.integers(1, 4))):
        size, stride = draw(st.integers(1, 4)), draw(st.integers(1, 3))
        match draw(st.sampled_from(["conv", "pool", "average", "transposed", "pad", "enlarge"])):
            case "conv":
                gap = draw(st.integers(1, 2))
                layers.append(nn.Conv2d(3, 3, size, stride, draw(st.integers(0, 3)), gap, bias=False))
            case "pool":
                pad, up = draw(st.integers(0, size // 2)), draw(st.booleans())
                layers.append(nn.MaxPool2d(size, stride, pad, ceil_mode=up))
            case "average":
                layers.append(nn.AvgPool2d(size, stride, draw(st.integers(0, size // 2))))
            case "transposed":
                layers.append(nn.ConvTranspose2d(3, 3, size, stride, draw(st.integers(0, 1)), bias=False))
            case "pad":
                layers.append(nn.ZeroPad2d(tuple(draw(st.integers(-1, 2)) for _ in range(4))))
            case _:
                layers.append(nn.Upsample(scale_factor=2, mode=draw(st.sampled_from(["nearest", "bilinear"]))))
    return nn.Sequential(*layers)


@settings(max_examples=150, deadline=None)
@given(stacks(), st.integers(7, 14), st.integers(7, 14), st.data())
def test_fields_of_any_stack_are_those_of_gradients(network, height, width, data):
    try:
        layers = layers_of(network, torch.rand(1, 3, height, width))
    except RuntimeError:
        # The picture has become smaller than a window.
        assume(False)
    through = transparent(network)
    for module in through.modules():
        if isinstance(module, nn.ConvTranspose2d):
            nn.init.constant_(module.weight, 1.0)
    layer = layers[-1]
    row, column = data.draw(st.integers(0, layer.height - 1)), data.draw(st.integers(0, layer.width - 1))
    assert layer.box(row, column) == box_by_gradient(through, layer.name, row, column, (height, width))


class Gated(nn.Module):
    """A convolution whose channels are scaled by what the whole picture says."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.gate = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Conv2d(4, 4, 1), nn.Sigmoid())
        self.after = nn.Conv2d(4, 4, 3, padding=1)

    def forward(self, picture: torch.Tensor) -> torch.Tensor:
        maps = self.conv(picture)
        return self.after(maps * self.gate(maps))


def test_a_gate_of_one_number_a_channel_does_not_widen_the_field():
    layers = {each.name: each for each in layers_of(Gated().eval(), torch.rand(1, 3, 20, 20))}
    assert layers["after"].receptive_field == (5, 5)
    assert layers["gate.1"].box(0, 0) == (0, 0, 20, 20)


def test_dense_layers_see_everything():
    network = nn.Sequential(nn.Conv2d(3, 2, 3), nn.Flatten(), nn.Linear(2 * 6 * 4, 5))
    last = layers_of(network, torch.rand(1, 3, 8, 6))[-1]
    assert (last.channels, last.height, last.width) == (5, 1, 1)
    assert last.box(0, 0) == (0, 0, 6, 8)


def test_layers_come_in_the_order_in_which_they_run_with_their_shapes():
    network = torchvision.models.resnet18(weights=None).eval()
    layers = layers_of(network, torch.rand(1, 3, 224, 224))
    assert [each.name for each in layers[:4]] == ["conv1", "bn1", "relu", "maxpool"]
    # A residual block runs its shortcut last, though it is defined before the next block.
    names = [each.name for each in layers]
    assert names.index("layer2.0.downsample.0") > names.index("layer2.0.conv2")
    first = layers[0]
    assert (first.type, first.channels, first.height, first.width) == ("Conv2d", 64, 112, 112)
    assert (first.receptive_field, first.stride, first.offset) == ((7, 7), (2, 2), (-3, -3))
