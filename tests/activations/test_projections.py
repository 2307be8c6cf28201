"""One unit projected onto the input: the deconvnet and guided backprop by hand, and against captum."""

from __future__ import annotations

import captum.attr
import numpy as np
import pytest
import torch
from torch import nn

from cnnstudio.activations import project, subject_named
from cnnstudio.engine import run_now
from cnnstudio.errors import UsageError
from tests.activations.evidence_subjects import classifier, photo, subject_of


def by_hand() -> nn.Module:
    """Two units of one pixel each that read the red pixel beside it, and one unit that weighs both."""
    first = nn.Conv2d(3, 2, 1, bias=False)
    second = nn.Conv2d(2, 1, 1, bias=False)
    with torch.no_grad():
        first.weight.copy_(torch.tensor([[2.0, 0, 0], [-1.0, 0, 0]]).view(2, 3, 1, 1))
        second.weight.copy_(torch.tensor([[5.0, 7.0]]).view(1, 2, 1, 1))
    return nn.Sequential(first, nn.ReLU(), second, nn.ReLU(inplace=True))


def test_deconvnet_and_guided_backprop_by_hand():
    subject = subject_of(by_hand(), 3, 0)
    pixels = np.full((3, 3, 3), 177, np.uint8)
    # The input is 1: the first unit has 2, the second -1 and is silent; the last one 5 · 2 = 10. On the way back the
    # deconvnet takes both units' weights, 5 · 2 + 7 · (-1); guided backprop only that of the unit that fired, 5 · 2.
    for method, expected in (("deconvnet", 3.0), ("guided", 10.0)):
        made = run_now(project, subject, pixels, "3", 0, (1, 2), method)
        assert made.activation == pytest.approx(10)
        assert made.box == (2, 1, 3, 2)
        assert made.pixels[1, 2].tolist() == pytest.approx([expected, 0, 0])
        assert np.count_nonzero(made.pixels) == 1


def test_a_negative_gradient_does_not_pass_a_rectifier():
    network = by_hand()
    with torch.no_grad():
        network[2].weight.copy_(torch.tensor([[5.0, -7.0]]).view(1, 2, 1, 1))
    # Input -1: the first unit is silent, the second has 1; the last one -7 before its rectifier, seen there.
    subject = subject_of(network, 3, 0)
    pixels = np.full((3, 3, 3), 77, np.uint8)
    deconvnet = run_now(project, subject, pixels, "2", 0, (0, 0), "deconvnet")
    guided = run_now(project, subject, pixels, "2", 0, (0, 0), "guided")
    assert deconvnet.activation == guided.activation == pytest.approx(-7)
    # Only +5 passes, through the first unit: 5 · 2 for the deconvnet, nothing where no unit that fired has it.
    assert deconvnet.pixels[0, 0].tolist() == pytest.approx([10, 0, 0])
    assert not guided.pixels.any()


@pytest.mark.parametrize(("method", "reference"), [("guided", "GuidedBackprop"), ("deconvnet", "Deconvolution")])
def test_a_unit_behind_a_pool_agrees_with_captum(method, reference):
    subject = subject_of(classifier())
    inputs = subject.prepared(photo()).tensor.requires_grad_()
    front = classifier()[:5].eval()
    with pytest.warns(UserWarning, match="hooks"):
        expected = getattr(captum.attr, reference)(front).attribute(inputs, target=(5, 3, 4))
    assert expected.abs().max() > 0
    made = run_now(project, subject, photo(), "4", 5, (3, 4), method)
    np.testing.assert_allclose(made.pixels, expected[0].detach().permute(1, 2, 0), atol=1e-6)


def test_nothing_outside_the_receptive_field_has_influence(with_weights):
    with_weights("vgg16-hed")
    subject = subject_named("vgg16-hed")
    made = run_now(project, subject, photo(300, 400), "trunk.relu3_3", 7, (20, 30), "deconvnet")
    left, top, right, bottom = made.box
    assert made.pixels[top:bottom, left:right].any()
    outside = made.pixels.copy()
    outside[top:bottom, left:right] = 0
    assert not outside.any()


@pytest.mark.parametrize(
    ("layer", "unit", "position", "words"),
    [("4", 8, (0, 0), "units 0 to 7"), ("4", -1, (0, 0), "units 0 to 7"), ("4", 0, (8, 0), "8 × 8 positions"),
     ("nine", 0, (0, 0), "no layer 'nine'")],
)  # fmt: skip
def test_units_that_there_are_not(layer, unit, position, words):
    with pytest.raises(UsageError, match=words):
        run_now(project, subject_of(classifier()), photo(), layer, unit, position, "guided")
