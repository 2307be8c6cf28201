"""The layer against a second implementation, against torch and OpenCV, for random everything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import UsageError
from cnnstudio.filters import (
    FilterSettings,
    apply,
    apply_region,
    empty_output,
    output_size,
    own_kernel,
    weights,
)
from tests.filters import reference
from tests.filters.strategies import layers, pictures

relaxed = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def close(ours, theirs, scale=None):
    scale = scale or max(1.0, float(np.abs(theirs).max()))
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-4 * scale)


def expected(layer, pixels):
    return reference.layer(
        pixels, [weights(k).astype(np.float64) for k in layer.filters], layer.channels, shift=layer.bias,
        activation=layer.activation, pool=layer.pool, pool_size=layer.pool_size, pool_stride=layer.pool_stride,
        padding=layer.padding, pad=layer.pad, border=layer.border, stride=layer.stride, dilation=layer.dilation,
        flip=layer.flip, transposed=layer.transposed,
    )  # fmt: skip


def size_or_none(layer, pixels):
    try:
        return output_size(layer, *pixels.shape[:2])
    except UsageError:
        return None


@relaxed
@given(layers(), pictures(), st.sampled_from([1, 2]))
def test_layer_equals_the_slow_one(layer, pixels, threads):
    theirs = expected(layer, pixels)
    size = size_or_none(layer, pixels)
    if size is None:
        assert 0 in theirs.shape
        with pytest.raises(UsageError, match=r"\d+ × \d+"):
            apply(layer, pixels)
        return
    assert theirs.shape[1:] == size
    close(apply(layer, pixels, threads=threads), theirs)


@relaxed
@given(layers(), pictures())
def test_torch_way_equals_the_fast_way(layer, pixels):
    from cnnstudio.filters.volume import apply_on_device

    assume(size_or_none(layer, pixels))
    fast = apply(layer, pixels)
    close(apply_on_device(layer, pixels, "cpu", np.empty_like(fast)), fast)


@relaxed
@given(layers(), pictures(), st.data())
def test_region_is_a_cut_out_of_the_whole(layer, pixels, data):
    size = size_or_none(layer, pixels)
    assume(size)
    whole = apply(layer, pixels)
    y, x = (data.draw(st.integers(0, n - 1)) for n in size)
    h, w = (data.draw(st.integers(1, n - at)) for n, at in zip(size, (y, x), strict=True))
    part = apply_region(layer, pixels, x, y, w, h)
    assert part.shape == (len(whole), h, w)
    close(part, whole[:, y : y + h, x : x + w], scale=max(1.0, float(np.abs(whole).max())))


@pytest.mark.parametrize("f", [1, 2, 3, 6, 7, 11, 12, 15, 20, 22, 31])
@pytest.mark.parametrize("border", ["zero", "reflect", "replicate", "circular"])
def test_every_way_on_a_picture_of_many_strips(f, border):
    from scipy import ndimage

    rng = np.random.default_rng(f)
    pixels = rng.integers(0, 256, (211, 90, 3)).astype(np.float32)
    kernel = rng.normal(size=(f, f))
    layer = FilterSettings(filters=(own_kernel(kernel.astype(np.float32)),), border=border)
    mode = {"zero": "constant", "reflect": "mirror", "replicate": "nearest", "circular": "wrap"}[border]
    theirs = [
        ndimage.correlate(pixels[..., c].astype(np.float64), kernel, mode=mode, origin=-(1 - f % 2)) for c in range(3)
    ]
    if f % 2 == 0:  # SciPy puts the extra line of an even kernel before, the product after.
        theirs = [reference.plane(pixels[..., c], kernel, border=border) for c in range(3)]
    for threads in (1, 2):
        close(apply(layer, pixels, threads=threads), np.stack(theirs))
    close(apply(layer, pixels.astype(np.uint8)), np.stack(theirs))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("border", ["zero", "reflect", "replicate"])
@pytest.mark.parametrize("size", [(15, 15), (8, 12)])
def test_separable_kernel_on_a_picture_of_many_tiles(channels, border, size):
    rng = np.random.default_rng(channels)
    pixels = (rng.random((70, 5003 if channels == 1 else 1507, channels), np.float32) * 255).astype(np.float32)
    kernel = np.outer(rng.normal(size=size[0]), rng.normal(size=size[1])).astype(np.float32)
    layer = FilterSettings(filters=(own_kernel(kernel),), border=border)
    theirs = np.stack(
        [
            reference.plane(pixels[..., c].astype(np.float64), kernel.astype(np.float64), border=border)
            for c in range(channels)
        ]
    )
    planes = np.empty(theirs.shape, np.float32)
    for threads, out in ((1, None), (2, None), (2, planes)):
        close(apply(layer, pixels, threads=threads, out=out), theirs)


@pytest.mark.parametrize("f", [3, 7, 15])
def test_equals_opencv(f):
    import cv2

    rng = np.random.default_rng(f)
    pixels = rng.random((500, 300, 3), np.float32) * 255
    kernel = rng.normal(size=(f, f)).astype(np.float32)
    theirs = cv2.filter2D(pixels, cv2.CV_32F, kernel, borderType=cv2.BORDER_CONSTANT)
    close(apply(FilterSettings(filters=(own_kernel(kernel),)), pixels), theirs.transpose(2, 0, 1))


def test_given_output_is_filled_in_either_memory_order():
    pixels = np.random.default_rng(1).random((300, 200, 3), np.float32)
    layer = FilterSettings(bias=3.0, activation="relu")
    planes = np.full((3, 300, 200), np.nan, np.float32)
    mixed = empty_output(layer, 300, 200, 3)
    assert apply(layer, pixels, out=planes) is planes
    assert apply(layer, pixels, out=mixed) is mixed
    np.testing.assert_array_equal(planes, mixed)
    with pytest.raises(UsageError, match="shape"):
        apply(layer, pixels, out=np.empty((3, 299, 200), np.float32))


class Halt(Exception):
    pass


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("change", [{}, {"stride": 2}, {"pool": "max"}, {"transposed": True}, {"channels": "volume"}])
def test_checkpoint_is_called_between_strips_and_can_end_the_work(threads, change):
    pixels = np.zeros((3000, 2000, 3), np.float32)
    layer = FilterSettings(filters=(own_kernel(np.random.default_rng(0).normal(size=(9, 9)).tolist()),), **change)
    calls = []

    def checkpoint():
        calls.append(1)
        if len(calls) == 2:
            raise Halt

    with pytest.raises(Halt):
        apply(layer, pixels, checkpoint=checkpoint, threads=threads)
    assert len(calls) == 2


def test_extra_line_of_an_even_kernel_lies_at_the_bottom_and_right_also_when_flipped():
    pixels = np.arange(1, 10, dtype=np.float32).reshape(3, 3, 1)
    kernel = own_kernel([[1, 2], [3, 4]])
    straight = apply(FilterSettings(filters=(kernel,)), pixels)[0]
    flipped = apply(FilterSettings(filters=(kernel,), flip=True), pixels)[0]
    assert straight[0, 0] == 1 * 1 + 2 * 2 + 3 * 4 + 4 * 5
    assert flipped[0, 0] == 4 * 1 + 3 * 2 + 2 * 4 + 1 * 5
    assert straight[2, 2] == 9
    assert flipped[2, 2] == 4 * 9


def test_kernels_of_different_sizes_share_their_anchor():
    pixels = np.random.default_rng(2).random((9, 8, 1), np.float32)
    small, large = own_kernel([[1, 2, 3]]), own_kernel(np.random.default_rng(3).random((5, 5)).tolist())
    both = apply(FilterSettings(filters=(small, large)), pixels)
    for place, kernel in enumerate((small, large)):
        np.testing.assert_allclose(both[place], apply(FilterSettings(filters=(kernel,)), pixels)[0], rtol=1e-5)


def test_grey_picture_with_three_slices_uses_their_sum_in_a_volume():
    kernel = own_kernel([[[1.0]], [[2.0]], [[4.0]]])
    grey, colour = np.full((2, 2, 1), 10, np.uint8), np.full((2, 2, 3), 10, np.uint8)
    single = own_kernel([[1.0]])
    layer = FilterSettings(filters=(kernel, single), channels="volume")
    assert apply(layer, grey)[:, 0, 0].tolist() == [70, 10]
    assert apply(layer, colour)[:, 0, 0].tolist() == [70, 30]
    assert apply(replace(layer, channels="depthwise"), colour)[:, 0, 0].tolist() == [10, 20, 40, 10, 10, 10]


def test_messages_name_sizes():
    big = FilterSettings(filters=(own_kernel(np.ones((5, 7)).tolist()),), padding="valid")
    with pytest.raises(UsageError, match=r"7 × 5.*9 × 4"):
        apply(big, np.zeros((4, 9, 1), np.uint8))
    with pytest.raises(UsageError, match=r"16 × 16.*4 × 4"):
        apply(FilterSettings(pool="max", pool_size=16), np.zeros((4, 4, 1), np.uint8))
    with pytest.raises(UsageError, match="shape"):
        apply(FilterSettings(), np.zeros((4, 4), np.uint8))
    with pytest.raises(UsageError, match="float64"):
        apply(FilterSettings(), np.zeros((4, 4, 1)))
    with pytest.raises(UsageError, match="outside the output"):
        apply_region(FilterSettings(), np.zeros((4, 4, 1), np.uint8), 2, 0, 3, 1)
