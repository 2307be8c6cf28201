"""Presets with the notes' signs, rotation, normalising, and kernels as text and JSON."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.errors import StudioError, UsageError
from cnnstudio.filters import (
    PRESETS,
    Kernel,
    kernel_from_json,
    kernel_named,
    kernel_to_json,
    own_kernel,
    parse_kernel,
    weights,
)
from cnnstudio.settings import check, from_plain, to_plain

NAMES = [name for name in PRESETS if name != "own"]


def one(name, **changes):
    return weights(replace(kernel_named(name), **changes))[0]


def test_signs_of_the_notes():
    assert one("prewitt-v").tolist() == [[1, 0, -1]] * 3
    assert one("sobel-v").tolist() == [[1, 0, -1], [2, 0, -2], [1, 0, -1]]
    assert one("scharr-v").tolist() == [[3, 0, -3], [10, 0, -10], [3, 0, -3]]
    for name in ("prewitt", "sobel", "scharr"):
        np.testing.assert_array_equal(one(f"{name}-h"), one(f"{name}-v").T)


@pytest.mark.parametrize("name", NAMES)
def test_every_preset_is_within_its_declared_ranges_and_finite(name):
    kernel = kernel_named(name)
    check(kernel)
    assert np.isfinite(weights(kernel)).all()
    assert from_plain(Kernel, json.loads(json.dumps(to_plain(kernel)))) == kernel


def test_sums():
    for name in ("gaussian", "box", "identity", "sharpen"):
        assert one(name).sum() == pytest.approx(1, abs=1e-6)
    for name in ("log", "laplacian", "sobel-v", "roberts-1", "roberts-2"):
        assert one(name).sum() == pytest.approx(0, abs=1e-6)
    assert kernel_named("gaussian", 9).size == 9
    assert weights(kernel_named("identity", 4))[0].tolist()[1] == [0, 1, 0, 0]


def test_gaussian_and_gabor_equal_opencv():
    import cv2

    bell = cv2.getGaussianKernel(7, 1.7)
    np.testing.assert_allclose(one("gaussian", size=7, sigma=1.7), bell @ bell.T, rtol=1e-5)
    theirs = cv2.getGaborKernel((15, 15), 3.0, math.radians(30), 6.0, 0.5, math.radians(40))
    ours = one("gabor", size=15, sigma=3.0, angle=30, wavelength=6, aspect=0.5, phase=40)
    # OpenCV turns clockwise on the screen and draws its axes from plus to minus.
    assert min(np.abs(ours - t).max() for t in (theirs[::-1], theirs[:, ::-1])) < 1e-5


def test_rotation_by_quarter_turns_is_exact_and_counter_clockwise():
    kernel = own_kernel([[1, 2], [3, 4], [5, 6]])
    assert weights(replace(kernel, angle=90))[0].tolist() == [[2, 4, 6], [1, 3, 5]]
    for name in NAMES:
        if name == "gabor":
            continue
        for turns in (1, 2, 3):
            np.testing.assert_array_equal(one(name, angle=90 * turns), np.rot90(one(name), turns))
    np.testing.assert_allclose(one("gabor", angle=90), np.rot90(one("gabor")), atol=1e-6)
    np.testing.assert_array_equal(one("sobel-v", angle=-90), one("sobel-v", angle=270 - 360))


def test_compass_kernels_at_multiples_of_45():
    assert one("sobel-v", angle=45).tolist() == [[0, -1, -2], [1, 0, -1], [2, 1, 0]]
    assert one("prewitt-v", angle=45).tolist() == [[0, -1, -1], [1, 0, -1], [1, 1, 0]]
    np.testing.assert_array_equal(one("sobel-v", angle=180), -one("sobel-v"))


def test_other_angles_keep_a_blur_a_blur_and_an_edge_kernel_blind_to_flat_areas():
    for angle in (15, 30, 77):
        assert one("laplacian", angle=angle).sum() == pytest.approx(0, abs=1e-6)
        wide = one("gaussian", size=15, sigma=2.0)
        np.testing.assert_allclose(one("gaussian", size=15, sigma=2.0, angle=angle), wide, atol=2e-3)


def test_normalise_and_divisor():
    assert one("box", divisor=2).sum() == pytest.approx(0.5)
    assert one("sobel-v", normalise=True)[1, 0] == pytest.approx(2 / 8)
    assert weights(replace(own_kernel([[1, 3]]), normalise=True)).tolist() == [[[0.25, 0.75]]]
    assert weights(replace(own_kernel([[0, 0]]), normalise=True)).tolist() == [[[0, 0]]]
    with pytest.raises(UsageError, match="divisor"):
        one("sobel-v", divisor=0)


def test_parsing():
    assert parse_kernel("1,0,-1;1,0,-1;1,0,-1").slices == (((1, 0, -1),) * 3,)
    assert parse_kernel(" 1 0\n.5 -1e1 ").slices == (((1, 0), (0.5, -10)),)
    assert parse_kernel("1|2|3").slices == (((1,),), ((2,),), ((3,),))
    assert parse_kernel("1,2;").slices == (((1, 2),),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"), ("  ", "empty"), ("1,2;3", "ragged"), ("1,nan", "finite"), ("1,inf", "finite"), ("1,,2", "gap"),
        ("1,2;;3,4", "row without"), ("a,b", "not a number"), ("1|2", "2 slices"), ("1|2|3,4", "differ"),
        (",".join("1" * 32), "31"), (";".join("1" * 32), "31"), ("1e400", "finite"),
    ],
)  # fmt: skip
def test_bad_text_is_named(text, said):
    with pytest.raises(UsageError, match=said):
        parse_kernel(text)


@pytest.mark.parametrize("sign", [1, -1])
def test_weights_lie_below_the_limit_however_they_come(sign):
    for beyond in (1e30, math.nextafter(1e30, math.inf), math.inf):
        for read in (
            lambda w: own_kernel([[w]]), lambda w: parse_kernel(f"{w!r}"), lambda w: kernel_from_json(f"[[{w!r}]]"),
        ):  # fmt: skip
            with pytest.raises(UsageError, match=r"below 1e\+30|not JSON"):
                read(sign * beyond)
    assert weights(own_kernel([[sign * 9.9e29]])).tolist() == [[[sign * float(np.float32(9.9e29))]]]


def test_weights_that_a_divisor_lifts_beyond_the_limit_cannot_be_used_so_every_saved_kernel_can_be_read():
    with pytest.raises(UsageError, match="overflow"):
        kernel_to_json(replace(own_kernel([[9e29]]), divisor=0.5))
    with pytest.raises(UsageError, match="overflow"):  # the next float32 is the limit itself
        kernel_to_json(own_kernel([[math.nextafter(1e30, 0)]]))
    kept = own_kernel([[4e29]])
    assert weights(kernel_from_json(kernel_to_json(replace(kept, divisor=0.5)))).tolist() == [
        [[float(np.float32(8e29))]]
    ]


def test_names():
    with pytest.raises(UsageError, match="sobel-v"):
        kernel_named("sobbel")
    with pytest.raises(UsageError, match="3 × 3"):
        kernel_named("sobel-v", 5)
    with pytest.raises(UsageError, match="31"):
        kernel_named("box", 33)


matrices = st.tuples(st.sampled_from([1, 3]), st.integers(1, 6), st.integers(1, 6)).flatmap(
    lambda shape: st.lists(st.floats(-1e6, 1e6, width=32), min_size=math.prod(shape), max_size=math.prod(shape)).map(
        lambda values: np.array(values, np.float32).reshape(shape)
    )
)


@settings(deadline=None)
@given(matrices, st.text(max_size=20))
def test_json_keeps_the_weights_exactly(values, name):
    kernel = own_kernel(values, name)
    text = kernel_to_json(kernel)
    assert {"format", "version", "name", "slices"} == set(json.loads(text))
    back = kernel_from_json(text)
    np.testing.assert_array_equal(weights(back), weights(kernel))
    assert back.name == (name or "own")


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)


@settings(deadline=None, max_examples=300)
@given(anything, anything, anything)
def test_damaged_json_is_said_never_a_traceback(slices, version, name):
    text = json.dumps({"format": "cnnstudio-kernel", "version": version, "name": name, "slices": slices})
    for damaged in (text, text.replace('"version": ', '"version": 1, "x": '), json.dumps(slices)):
        try:
            weights(kernel_from_json(damaged, "bad.json"))
        except StudioError as error:
            assert "bad.json" in str(error)


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60))
def test_bytes_that_are_no_json_are_said(data):
    with pytest.raises(UsageError, match=r"bad\.json"):
        kernel_from_json(data, "bad.json")


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="0123456789,;|. -+eainf\n", max_size=40))
def test_any_typed_kernel_is_used_or_refused(text):
    try:
        kernel = parse_kernel(text)
    except UsageError:
        return
    assert np.isfinite(weights(kernel)).all()


def test_shipped_kernels_read():
    from pathlib import Path

    found = sorted((Path(__file__).parents[2] / "resources" / "kernels").glob("*.json"))
    assert len(found) >= 3
    for path in found:
        kernel = kernel_from_json(path.read_bytes(), path.name)
        check(kernel)
        assert kernel.name
        assert weights(kernel).any()
