"""Convolutions in strips give the whole layer's values and gradients, and give way between strips."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.engine import strips, yield_points

torch = pytest.importorskip("torch")


@pytest.fixture(autouse=True)
def tiny_strips(monkeypatch):
    monkeypatch.setattr(strips, "LARGEST_STRIP", 1)
    monkeypatch.setattr(strips, "FEWEST_ROWS", 3)


def passes(layer, picture, weights, taps=None):
    """Output and gradients for picture, weight and bias."""
    layer.zero_grad()
    x = picture.clone().requires_grad_()
    if taps is None:
        y = layer(x)
        (y * weights[: y.shape[2], : y.shape[3]]).sum().backward()
    else:
        with yield_points(layer, lambda: taps.append(0)):
            y = layer(x)
            (y * weights[: y.shape[2], : y.shape[3]]).sum().backward()
    return [y.detach(), x.grad, *(p.grad.clone() for p in layer.parameters())]


@settings(max_examples=60, deadline=None)
@given(
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    stride=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    padding=st.tuples(st.integers(0, 4), st.integers(0, 4)),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 2)),
    size=st.tuples(st.integers(13, 30), st.integers(9, 20)),
    groups=st.sampled_from([1, 2]),
    bias=st.booleans(),
    batch=st.integers(1, 2),
)
def test_values_and_gradients_are_the_whole_layers(kernel, stride, padding, dilation, size, groups, bias, batch):
    torch.manual_seed(0)
    layer = torch.nn.Conv2d(4, 2, kernel, stride, padding, dilation, groups, bias).double()
    picture, weights = torch.randn(batch, 4, *size).double(), torch.randn(60, 60).double()
    taps = []
    for ours, whole in zip(passes(layer, picture, weights, taps), passes(layer, picture, weights), strict=True):
        torch.testing.assert_close(ours, whole)


def test_there_is_a_yield_point_at_every_strip_both_ways():
    layer, taps = torch.nn.Conv2d(2, 2, 3, padding=1), []
    picture = torch.rand(1, 2, 30, 8, requires_grad=True)
    with yield_points(layer, lambda: taps.append(0)):
        y = layer(picture)
        assert len(taps) == 1 + 10
        y.sum().backward()
    assert len(taps) == 2 * (1 + 10)
    layer(picture)
    assert len(taps) == 22


def test_it_works_under_autocast_as_the_layer_does():
    layer = torch.nn.Conv2d(2, 2, 3, padding=1)
    picture = torch.rand(1, 2, 30, 8, requires_grad=True)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        whole = layer(picture)
        with yield_points(layer, lambda: None):
            ours = layer(picture)
            ours.float().sum().backward()
    assert ours.dtype == whole.dtype == torch.bfloat16
    torch.testing.assert_close(ours, whole, rtol=0.02, atol=0.02)
    assert picture.grad.dtype == torch.float32


def test_frozen_weights_get_no_gradient():
    layer = torch.nn.Conv2d(2, 2, 3).requires_grad_(False)
    picture = torch.rand(1, 2, 30, 8, requires_grad=True)
    with yield_points(layer, lambda: None):
        layer(picture).sum().backward()
    assert picture.grad is not None
    assert layer.weight.grad is None


@pytest.mark.parametrize("options", [{"padding": "same"}, {"padding": 1, "padding_mode": "reflect"}])
def test_layers_that_cannot_be_split_are_left_alone(options):
    layer, calls = torch.nn.Conv2d(2, 2, 3, **options), []
    picture = torch.rand(1, 2, 30, 8)
    with yield_points(layer, lambda: calls.append(0)):
        torch.testing.assert_close(layer(picture), layer(picture))
    assert len(calls) == 2


def test_a_wrong_number_of_channels_is_torchs_own_error():
    layer = torch.nn.Conv2d(2, 2, 3)
    with yield_points(layer, lambda: None), pytest.raises(RuntimeError, match="channels"):
        layer(torch.rand(1, 3, 30, 30))
