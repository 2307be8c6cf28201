"""By the numbers: the course's examples, the code that is shown, learning, and
display.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from cnnstudio.errors import UsageError
from cnnstudio.filters import (
    EXAMPLES,
    PRESETS,
    FilterSettings,
    LearnSettings,
    apply,
    display_range,
    hidden_kernel,
    hidden_target,
    kernel_named,
    learn,
    own_kernel,
    painted_target,
    picture_target,
    shown_mode,
    to_display,
    weights,
)
from cnnstudio.filters.pytorch_code import snippet
from cnnstudio.settings import from_plain, to_plain
from tests.filters.strategies import layers, pictures


def pixels_of(example):
    return np.array(example.inputs, np.float32)[..., None]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_examples_give_exactly_the_notes_numbers(example):
    assert apply(example.settings, pixels_of(example)).tolist() == [[list(row) for row in example.expected]]


@settings(deadline=None, max_examples=80)
@given(layers(), pictures())
def test_shown_code_gives_the_same_numbers(layer, pixels):
    import torch

    try:
        maps = apply(layer, pixels)
    except UsageError:
        return
    scope: dict = {}
    exec(snippet(layer, pixels.shape[2]), scope)
    x = torch.from_numpy(np.ascontiguousarray(pixels.transpose(2, 0, 1), np.float32))[None]
    theirs = scope["run"](x)[0].numpy()
    np.testing.assert_allclose(theirs, maps, rtol=1e-4, atol=1e-4 * max(1.0, float(np.abs(maps).max())))


@pytest.mark.parametrize("channels", ["each", "volume", "depthwise"])
def test_shown_code_writes_a_kernel_once_that_serves_every_channel(channels):
    text = snippet(FilterSettings(filters=(own_kernel([[1.0, 22.5, -3.0]]),), channels=channels), 3)
    assert text.count("22.5") == 1
    assert ".repeat(" in text
    apart = own_kernel([[[1.0]], [[2.0]], [[1.0]]])
    assert ".repeat(" not in snippet(FilterSettings(filters=(apart,), channels="volume"), 3)


def photo():
    rng = np.random.default_rng(5)
    rough = rng.random((40, 40, 3))
    smooth = np.kron(rough, np.ones((4, 4, 1)))
    return ((smooth * 0.9 + rng.random(smooth.shape) * 0.1) * 255).astype(np.uint8)


def finish(work):
    try:
        while True:
            next(work)
    except StopIteration as end:
        return end.value


@pytest.mark.parametrize("optimiser", ["gradient", "adam", "l-bfgs"])
@pytest.mark.parametrize(("hidden", "size"), [("sobel-v", 3), ("gaussian", 5), ("gabor", 7), ("log", 7)])
def test_hidden_kernel_is_recovered_to_one_per_cent(optimiser, hidden, size):
    asked = LearnSettings(hidden=hidden, size=size, optimiser=optimiser)
    learned = finish(learn(asked, photo(), hidden_target(asked, photo())))
    truth = hidden_kernel(asked)
    assert np.abs(learned.weights - truth).max() <= 0.01 * np.abs(truth).max()


def test_learning_reports_and_can_be_stopped():
    class Stop(Exception):
        pass

    class Job:
        def __init__(self):
            self.seen, self.done = [], []

        def progress(self, done, total):
            self.done.append((done, total))

        def preview(self, value):
            self.seen.append(value)

        def checkpoint(self):
            if len(self.done) == 30:
                raise Stop

    job, asked = Job(), LearnSettings(hidden="prewitt-h")
    with pytest.raises(Stop):
        finish(learn(asked, photo(), hidden_target(asked, photo()), job))
    losses = [each.loss for each in job.seen]
    assert job.done[-1] == (30, 400)
    assert len(losses) == 31
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] < 0.1 * losses[0]


def test_learning_from_a_picture_and_from_painted_edges():
    pixels = photo()
    brighter = np.clip(pixels * 0.5 + 20, 0, 255).astype(np.float32)
    learned = finish(learn(LearnSettings(bias=True), pixels, picture_target(brighter)))
    assert learned.weights[1, 1] == pytest.approx(0.5, abs=0.01)
    assert learned.bias == pytest.approx(20, abs=1)
    assert learned.kernel.offset == learned.bias
    mask = np.zeros(pixels.shape[:2], np.float32)
    mask[:, 4::4] = 1
    assert np.isfinite(finish(learn(LearnSettings(steps=20), pixels, painted_target(mask))).loss)
    with pytest.raises(UsageError, match="same size"):
        finish(learn(LearnSettings(), pixels, mask[1:]))
    with pytest.raises(UsageError, match="smaller"):
        finish(learn(LearnSettings(size=7), pixels[:5], mask[:5]))


def test_display_range_comes_from_the_kernel():
    assert display_range(FilterSettings()) == 310
    assert display_range(FilterSettings(filters=(kernel_named("gaussian"),))) == pytest.approx(255, rel=1e-5)
    sharpen = display_range(FilterSettings(filters=(kernel_named("sharpen"),)))
    assert sharpen == pytest.approx((0.3 + 0.7 / 5) * 255 * 5, rel=0.05)
    assert display_range(FilterSettings(range=50.0)) == 50
    gabor = kernel_named("gabor")
    up = float(weights(gabor)[weights(gabor) > 0].sum())
    assert 0.15 * 255 * up < display_range(FilterSettings(filters=(gabor,))) < 0.2 * 255 * up
    assert display_range(FilterSettings(filters=(kernel_named("log"),))) == pytest.approx(0.3 * 255 * 0.37, rel=0.05)
    assert display_range(FilterSettings(activation="tanh")) == 1
    assert display_range(FilterSettings(bias=-10.0)) == 320
    assert display_range(FilterSettings(filters=(own_kernel([[0]]),))) == 255


def test_display_modes():
    maps = np.array([[[-310, 0, 310, 155]]], np.float32)
    signed = to_display(FilterSettings(), maps)
    assert signed.shape == (1, 4, 3)
    assert signed.dtype == np.uint8
    negative, zero, positive, _ = signed[0].astype(int)
    assert np.ptp(zero) <= 12
    assert negative[2] > negative[0]
    assert positive[0] > positive[2]
    assert to_display(FilterSettings(mode="abs"), maps)[0, :, 0].tolist() == [255, 0, 255, 128]
    assert to_display(FilterSettings(mode="clip"), maps)[0, :, 0].tolist() == [0, 0, 255, 155]


SUM_TO_ONE = ("gaussian", "box", "identity", "sharpen", "emboss")


def test_the_automatic_mode_follows_from_the_kernels():
    def mode(*kernels, **layer):
        return shown_mode(FilterSettings(filters=kernels, **layer))

    for name in PRESETS.keys() - {"own"}:
        assert mode(kernel_named(name)) == ("clip" if name in SUM_TO_ONE else "signed"), name
    assert mode(own_kernel([[0.33, 0.34, 0.33]])) == "clip"
    assert mode(own_kernel([[1, 2, 1]])) == "abs"
    assert mode(own_kernel([[0, 0]])) == "signed"
    assert mode(kernel_named("box"), channels="volume") == "abs"  # three slices that sum to 3
    assert mode(own_kernel([[[1, 0]], [[0.5, 0.5]], [[1, -1]]]), channels="depthwise") == "signed"
    assert mode(kernel_named("box"), kernel_named("gaussian")) == "clip"
    assert mode(kernel_named("box"), kernel_named("sobel-v")) == "signed"
    assert mode(kernel_named("box"), activation="tanh") == "signed"
    assert shown_mode(FilterSettings(filters=(kernel_named("box"),), mode="signed")) == "signed"


def test_recipes_and_sessions_keep_the_mode_they_hold():
    old = to_plain(FilterSettings(filters=(kernel_named("gaussian"),), mode="signed"))
    assert shown_mode(from_plain(FilterSettings, old)) == "signed"
    del old["mode"]
    assert shown_mode(from_plain(FilterSettings, old)) == "clip"


def test_display_of_colour():
    maps = np.stack([np.full((2, 2), v, np.float32) for v in (10, 200, 300)])
    clip = FilterSettings(mode="clip")
    assert to_display(clip, maps)[0, 0].tolist() == [10, 200, 255]
    assert to_display(clip, maps, shown=1)[0, 0].tolist() == [200, 200, 200]
    assert to_display(replace(clip, channels="volume"), maps)[0, 0].tolist() == [170, 170, 170]


@pytest.mark.parametrize("shape", [(1, 1), (1, 9), (9, 1), (2, 5)])
@pytest.mark.parametrize("mode", ["signed", "abs", "clip"])
def test_display_of_single_rows_and_columns(shape, mode):
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3), dtype=np.uint8)
    settings = FilterSettings(mode=mode)
    assert to_display(settings, apply(settings, pixels)).shape == (*shape, 3)
