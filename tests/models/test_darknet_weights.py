"""Darknet's weights: the authors' file, both headers, and files that were cut, bent, extended or swapped."""

from __future__ import annotations

import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models.formats import darknet_cfg, darknet_weights
from cnnstudio.networks.darknet_config import DarknetConfig
from tests.models.refusal import refusal
from tests.networks.darknet_files import DarknetFiles, yolov3


def small() -> DarknetFiles:
    net = DarknetFiles(32, 32)
    net.conv(4, 3, 2)
    net.conv(6, 3, activation="relu", bn=0)
    net.head(classes=1)
    return net


def config_of(net: DarknetFiles) -> DarknetConfig:
    return darknet_cfg.parse(net.text, "small.cfg")


@pytest.fixture
def written(tmp_path):
    """A function that writes these bytes as a .weights file and gives its path."""

    def write(data: bytes) -> Path:
        path = tmp_path / "small.weights"
        path.write_bytes(data)
        return path

    return write


def test_real_weights_take_their_own_size_of_memory(model_file):
    path = model_file("yolov3-tiny", "yolov3-tiny.weights")
    config = darknet_cfg.read(model_file("yolov3-tiny", "yolov3-tiny.cfg"))
    tracemalloc.start()
    try:
        weights = darknet_weights.read(path, config)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert sum(each.numel() for each in weights.values()) == 8_858_734
    assert peak < 1.25 * path.stat().st_size
    numbers = np.frombuffer(path.read_bytes()[20:], "<f4")
    np.testing.assert_array_equal(weights["layers.0.bn.bias"], numbers[:16])
    np.testing.assert_array_equal(weights["layers.0.bn.running_var"], numbers[48:64])
    np.testing.assert_array_equal(weights["layers.22.conv.weight"].flatten(), numbers[-255 * 256 :])


@pytest.mark.parametrize("version", [(0, 1, 0), (0, 2, 0), (0, 2, 5), (1, 0, 0)])
def test_both_widths_of_the_header(version, written):
    net = small()
    weights = darknet_weights.read(written(net.weights(version)), config_of(net))
    beta, gamma, mean, variance, first, bias, second, _, _ = net.numbers
    expected = {
        "layers.0.bn.bias": beta,
        "layers.0.bn.weight": gamma,
        "layers.0.bn.running_mean": mean,
        "layers.0.bn.running_var": variance,
        "layers.0.conv.weight": first.reshape(4, 3, 3, 3),
        "layers.1.conv.bias": bias,
        "layers.1.conv.weight": second.reshape(6, 4, 3, 3),
    }
    for name, values in expected.items():
        np.testing.assert_array_equal(weights[name], values)
    assert len(weights) == len(net.numbers)


@pytest.mark.parametrize("version", [(0, 1000, 0), (1000, 0, 0), (-1, 99, 0), (0x04034B50, 20, 0)])
def test_a_header_that_is_not_darknets(version, written):
    net = small()
    message = refusal(lambda: darknet_weights.read(written(net.weights(version)), config_of(net)))
    assert message.startswith("small.weights does not begin as a Darknet")


def test_the_wrong_pair_of_files_is_told_with_both_counts(written):
    path = written(small().weights())
    message = refusal(lambda: darknet_weights.read(path, config_of(yolov3(416, 416, seed=None))))
    assert message.startswith(f"small.weights holds {small().count} numbers, but small.cfg needs 62001757.")


@given(cut=st.integers(1, 20 + 4 * small().count))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_cut_weights(cut, written):
    net = small()
    path = written(net.weights()[:-cut])
    assert refusal(lambda: darknet_weights.read(path, config_of(net))).startswith("small.weights")


@given(more=st.binary(min_size=1, max_size=64))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_extended_weights(more, written):
    net = small()
    path = written(net.weights() + more)
    assert f"needs {net.count}" in refusal(lambda: darknet_weights.read(path, config_of(net)))


@pytest.mark.parametrize("bit", range(20 * 8))
def test_a_flipped_bit_in_the_header(bit, written):
    net = small()
    data = bytearray(net.weights())
    data[bit // 8] ^= 1 << bit % 8
    try:
        weights = darknet_weights.read(written(bytes(data)), config_of(net))
    except ModelError as error:
        assert str(error).startswith("small.weights")
        assert bit < 64, "only the version says how the file is laid out"
    else:
        np.testing.assert_array_equal(weights["layers.0.bn.bias"], net.numbers[0])


@given(place=st.integers(0, small().count - 1), value=st.sampled_from([np.nan, np.inf, -np.inf]))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_values_that_are_not_finite(place, value, written):
    net = small()
    data = bytearray(net.weights())
    struct.pack_into("<f", data, 20 + 4 * place, value)
    assert "not finite" in refusal(lambda: darknet_weights.read(written(bytes(data)), config_of(net)))


def test_a_negative_variance(written):
    net = small()
    net.numbers[3][2] = -0.5
    message = refusal(lambda: darknet_weights.read(written(net.weights()), config_of(net)))
    assert "layers.0.bn.running_var" in message
