"""Files of dlib: what dlib itself wrote or opens is read exactly, and damage ends in a ModelError, at small cost."""

from __future__ import annotations

import tracemalloc
from functools import cache

import dlib
import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models.formats import dlib_landmarks, dlib_network
from cnnstudio.models.formats.dlib_stream import DlibStream
from cnnstudio.networks.metric_resnet import MetricResNet
from tests.models.dlib_files import integer, network_tokens, predictor_tokens, random_network, random_predictor

HUGE = [2**31 - 1, 2**32, 2**62, 2**63 - 1, 2**64 - 1]
HOSTILE = [
    *(integer(value) for value in (*HUGE, -1, -(2**62), 0, 3)),
    b"\x00", b"\x09" + bytes(9), b"\x41\x01", b"\xff" * 9, b"\x08" + b"\xff" * 7, b"", b"2",
]  # fmt: skip
fuzz = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def _written(value: object) -> bytes:
    """What dlib serializes of a point."""
    return value.__reduce_ex__(2)[2][0]


@given(st.integers(-(2**63) + 1, 2**63 - 1), st.integers(-(2**15), 2**15))
def test_integers_that_dlib_wrote(x, y):
    stream = DlibStream(_written(dlib.point(x, y)), "point")
    assert (stream.integer("x"), stream.integer("y"), stream.left) == (x, y, 0)
    values, offsets = DlibStream(_written(dlib.point(x, y)), "point").integers_to_end("x")
    assert values.tolist() == [x, y]
    assert offsets[0] == 0


@given(*[st.floats(-1e200, 1e200).filter(lambda x: x == 0 or abs(x) > 1e-200)] * 2)
def test_numbers_that_dlib_wrote(x, y):
    stream = DlibStream(_written(dlib.dpoint(x, y)), "point")
    assert (stream.real("x"), stream.real("y"), stream.left) == (x, y, 0)


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), float("nan"), 5e-324])
def test_numbers_that_no_network_holds(value):
    with pytest.raises(ModelError, match=r"^point is .* at byte 0 x is"):
        DlibStream(_written(dlib.dpoint(value, 0)), "point").real("x")


@given(st.binary(max_size=60), st.sampled_from(["integer", "real", "flag", "text", "tensor", "integers_to_end"]))
def test_primitives_read_within_the_bytes_or_refuse(data, method):
    stream = DlibStream(data, "some.dat")
    try:
        getattr(stream, method)("a thing")
    except ModelError as error:
        assert str(error).startswith("some.dat is damaged, or of another kind: at byte ")
        assert "a thing" in str(error)
    assert 0 <= stream.offset <= len(data)


def test_a_predictor_comes_back_number_by_number(tmp_path):
    arrays = random_predictor(1)
    path = tmp_path / "small.dat"
    path.write_bytes(b"".join(predictor_tokens(**arrays)))
    assert _parts(path) == 5
    state = dlib_landmarks.read(path)
    assert set(state) == set(arrays)
    for name, values in arrays.items():
        np.testing.assert_array_equal(state[name].numpy(), values, strict=True)


def _parts(path) -> int:
    predictor = dlib.shape_predictor(str(path))
    return predictor(np.zeros((20, 20), np.uint8), dlib.rectangle(2, 2, 15, 15)).num_parts


PREDICTOR = predictor_tokens(**random_predictor(2, stages=2, trees=2, splits=3, pixels=4))


@settings(fuzz, max_examples=400)
@given(st.integers(0, len(PREDICTOR) - 1), st.sampled_from(HOSTILE), st.booleans())
def test_hostile_predictors(tmp_path, at, token, rest):
    path = tmp_path / "hostile.dat"
    path.write_bytes(b"".join([*PREDICTOR[:at], token, *(PREDICTOR[at + 1 :] if rest else [])]))
    _refused_or_finite(path)


@settings(fuzz, max_examples=300)
@given(st.data())
def test_flipped_and_cut_predictors(tmp_path, data):
    whole = bytearray(b"".join(PREDICTOR))
    for _ in range(data.draw(st.integers(1, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "flipped.dat"
    path.write_bytes(whole)
    _refused_or_finite(path)
    path.write_bytes(b"".join(PREDICTOR)[: data.draw(st.integers(0, len(b"".join(PREDICTOR)) - 1))])
    _refused(path, dlib_landmarks.read)


def _refused_or_finite(path) -> None:
    tracemalloc.start()
    try:
        state = dlib_landmarks.read(path)
    except ModelError as error:
        _check_message(error, path)
    else:
        assert all(values.isfinite().all() for values in state.values())
        assert 0 <= state["anchors"].min() <= state["anchors"].max() < 5
        assert 0 <= state["pixels"].min() <= state["pixels"].max() < state["anchors"].shape[1]
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 20_000_000


@pytest.mark.parametrize("name", ["dlib_face_recognition_resnet_model_v1.dat", "shape_predictor_5_face_landmarks.dat"])
def test_released_files_are_read_to_the_last_byte(model_file, tmp_path, name):
    read = dlib_landmarks.read if "shape" in name else dlib_network.read
    path = model_file("dlib-face", name)
    state = read(path)
    if "shape" in name:
        assert state["leaves"].shape == (15, 500, 16, 5, 2)
        x, y = state["initial_shape"].T
        assert 0 < x[2] < x[3] < x[4] < x[1] < x[0] < 1
        assert 0 < y[:4].max() < y[4] < 1
    else:
        assert sum(values.numel() for values in state.values()) == 5_614_592
    longer = tmp_path / name
    longer.write_bytes(path.read_bytes() + integer(1))
    assert "left" in _refused(longer, read)


@cache
def _network() -> MetricResNet:
    return random_network(3)


@cache
def _tokens() -> list[bytes]:
    return network_tokens(_network())


def test_a_network_comes_back_number_by_number(tmp_path):
    network, tokens = _network(), _tokens()
    path = tmp_path / "network.dat"
    path.write_bytes(b"".join(tokens))
    dlib.face_recognition_model_v1(str(path))
    state = dlib_network.read(path)
    assert list(state) == list(network.state_dict())
    for name, values in network.state_dict().items():
        assert torch.equal(state[name], values)


@fuzz
@given(st.data())
def test_hostile_networks(tmp_path, data):
    """One token replaced: the file is refused, or the token was one of those that no weight depends on."""
    tokens = _tokens()
    at = data.draw(st.sampled_from([index for index, token in enumerate(tokens) if len(token) < 50]))
    token = data.draw(st.sampled_from(HOSTILE))
    path = tmp_path / "hostile.dat"
    path.write_bytes(b"".join([*tokens[:at], token, *tokens[at + 1 :]]))
    try:
        state = dlib_network.read(path)
    except ModelError as error:
        _check_message(error, path)
    else:
        assert all(torch.equal(state[name], values) for name, values in _network().state_dict().items())


@settings(fuzz, max_examples=25)
@given(st.floats(0, 1, exclude_max=True))
def test_cut_networks(tmp_path, kept):
    whole = b"".join(_tokens())
    path = tmp_path / "cut.dat"
    path.write_bytes(whole[: int(kept * len(whole))])
    _refused(path, dlib_network.read)


@pytest.mark.parametrize("sides", [(2**31, 1, 1, 1), (2**62, 2**62, 2**62, 1), (-4736, 1, 1, -1), (2**62, 0, 1, 1)])
def test_tensors_of_any_size_cost_nothing(tmp_path, sides):
    tokens = _tokens()
    path = tmp_path / "tensor.dat"
    first = next(index for index, token in enumerate(tokens) if len(token) > 1000)
    path.write_bytes(b"".join([*tokens[: first - 4], *map(integer, sides), *tokens[first:]]))
    size = path.stat().st_size
    tracemalloc.start()
    message = _refused(path, dlib_network.read)
    assert tracemalloc.get_traced_memory()[1] < 2 * size + 1_000_000
    tracemalloc.stop()
    assert "stem.conv" in message


@pytest.mark.parametrize(
    ("find", "put", "words"),
    [
        ("loss_metric_2", "loss_binary_log_2", "the loss is 'loss_binary_log_2' instead of 'loss_metric_2'"),
        ("max_pool_2", "avg_pool_2", "is 'avg_pool_2' instead of 'max_pool_2'"),
        ("affine_", "bn_con2", "stem.affine is 'bn_con2' instead of 'affine_'"),
    ],
)
def test_another_network_is_refused_by_name(tmp_path, find, put, words):
    tokens = _tokens()
    at = tokens.index(find.encode())
    path = tmp_path / "other.dat"
    path.write_bytes(b"".join([*tokens[: at - 1], integer(len(put)), put.encode(), *tokens[at + 1 :]]))
    assert words in _refused(path, dlib_network.read)


def test_numbers_that_are_not_finite_are_refused(tmp_path):
    tokens = _tokens()
    at = next(index for index, token in enumerate(tokens) if len(token) > 1000)
    path = tmp_path / "nan.dat"
    path.write_bytes(b"".join([*tokens[:at], tokens[at][:-4] + b"\x00\x00\xc0\x7f", *tokens[at + 1 :]]))
    assert "not finite" in _refused(path, dlib_network.read)


@pytest.mark.parametrize("read", [dlib_landmarks.read, dlib_network.read])
def test_files_that_cannot_be_read(tmp_path, read):
    for path in (tmp_path / "gone.dat", tmp_path):
        with pytest.raises(ModelError, match="cannot be read"):
            read(path)
    large = tmp_path / "large.dat"
    with large.open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(ModelError, match=r"^large\.dat has 10000000000 bytes"):
        read(large)
    empty = tmp_path / "empty.dat"
    empty.touch()
    _refused(empty, read)


def _refused(path, read) -> str:
    with pytest.raises(ModelError) as raised:
        read(path)
    _check_message(raised.value, path)
    return str(raised.value)


def _check_message(error: ModelError, path) -> None:
    message = str(error)
    assert message.startswith(f"{path.name} is damaged, or of another kind: at byte ")
    assert message.endswith("Download it again.")
    assert message.isprintable()
    assert len(message) < 300
