"""P-, R- and O-Net against the same layers written out with SciPy and loops, and on a face whose place is known."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import skimage.data
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate

from cnnstudio.models.formats import torch_pickle
from cnnstudio.networks.mtcnn import OutputNet, ProposalNet, RefineNet

# Found by an independent implementation of the cascade on skimage's astronaut: box, and x, y of the five landmarks.
BOX = np.array([181.05, 62.16, 267.75, 172.05])
LANDMARKS = np.array([(205.01, 101.73), (246.76, 103.71), (224.67, 128.96), (201.72, 139.25), (245.27, 141.86)])


class Written:
    """The layers of one network, in float64 and with the file's names."""

    def __init__(self, state: dict[str, torch.Tensor]) -> None:
        self._state = {name: values.double().numpy() for name, values in state.items()}

    def convolved(self, x: np.ndarray, layer: str) -> np.ndarray:
        weights, biases = self._state[f"{layer}.weight"], self._state[f"{layer}.bias"]
        maps = [correlate(x, kernel, "valid")[0] + bias for kernel, bias in zip(weights, biases, strict=True)]
        return np.array(maps)

    def rectified(self, x: np.ndarray, layer: str) -> np.ndarray:
        slopes = self._state[f"{layer}.weight"].reshape(-1, *[1] * (x.ndim - 1))
        return np.where(x >= 0, x, slopes * x)

    def dense(self, x: np.ndarray, layer: str) -> np.ndarray:
        return self._state[f"{layer}.weight"] @ x + self._state[f"{layer}.bias"]


def _pooled(x: np.ndarray, side: int) -> np.ndarray:
    """The largest of each window of side x side, 2 apart, the last of which may stand out."""
    rows, columns = (max(0, -(-(length - side) // 2)) + 1 for length in x.shape[1:])
    made = np.empty((len(x), rows, columns))
    for row in range(rows):
        for column in range(columns):
            window = x[:, 2 * row : 2 * row + side, 2 * column : 2 * column + side]
            made[:, row, column] = window.max(axis=(1, 2))
    return made


def _flat(x: np.ndarray) -> np.ndarray:
    """Column by column, in each row by row, at each place channel by channel."""
    channels, rows, columns = x.shape
    return np.array([x[c, row, column] for column in range(columns) for row in range(rows) for c in range(channels)])


def _face(scores: np.ndarray) -> np.ndarray:
    powers = np.exp(scores - scores.max(axis=0))
    return powers[1] / powers.sum(axis=0)


def _proposals(written: Written, x: np.ndarray) -> tuple[np.ndarray, ...]:
    x = _pooled(written.rectified(written.convolved(x, "conv1"), "prelu1"), 2)
    x = written.rectified(written.convolved(x, "conv2"), "prelu2")
    x = written.rectified(written.convolved(x, "conv3"), "prelu3")
    return _face(written.convolved(x, "conv4_1")), written.convolved(x, "conv4_2")


def _refined(written: Written, x: np.ndarray) -> tuple[np.ndarray, ...]:
    x = _pooled(written.rectified(written.convolved(x, "conv1"), "prelu1"), 3)
    x = _pooled(written.rectified(written.convolved(x, "conv2"), "prelu2"), 3)
    x = written.rectified(written.convolved(x, "conv3"), "prelu3")
    x = written.rectified(written.dense(_flat(x), "dense4"), "prelu4")
    return _face(written.dense(x, "dense5_1")), written.dense(x, "dense5_2")


def _output(written: Written, x: np.ndarray) -> tuple[np.ndarray, ...]:
    x = _pooled(written.rectified(written.convolved(x, "conv1"), "prelu1"), 3)
    x = _pooled(written.rectified(written.convolved(x, "conv2"), "prelu2"), 3)
    x = _pooled(written.rectified(written.convolved(x, "conv3"), "prelu3"), 2)
    x = written.rectified(written.convolved(x, "conv4"), "prelu4")
    x = written.rectified(written.dense(_flat(x), "dense5"), "prelu5")
    return _face(written.dense(x, "dense6_1")), written.dense(x, "dense6_2"), written.dense(x, "dense6_3")


def _random(kind: type[torch.nn.Module], seed: int) -> torch.nn.Module:
    torch.manual_seed(seed)
    network = kind().eval()
    with torch.no_grad():
        for name, values in network.named_parameters():
            if "prelu" in name:
                values += torch.rand_like(values) - 0.5
            elif name.endswith("weight"):
                values *= 2
    return network


def _same(network: torch.nn.Module, written, shape: tuple[int, int], seed: int) -> None:
    pixels = np.random.default_rng(seed).uniform(-1, 1, (2, 3, *shape)).astype(np.float32)
    with torch.inference_mode():
        found = network(torch.from_numpy(pixels))
    for index, x in enumerate(pixels):
        expected = written(Written(network.state_dict()), x.astype(np.float64))
        assert len(found) == len(expected)
        for ours, theirs in zip(found, expected, strict=True):
            assert np.shape(theirs) == ours[index].shape
            np.testing.assert_allclose(ours[index].numpy(), theirs, atol=2e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(12, 40), st.integers(12, 40), st.integers(0, 2**32))
def test_proposals_at_any_size(height, width, seed):
    _same(_random(ProposalNet, seed), _proposals, (height, width), seed)
    with torch.inference_mode():
        probability, _ = ProposalNet()(torch.zeros(1, 3, height, width))
    assert probability.shape == (1, -(-height // 2) - 5, -(-width // 2) - 5)


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("kind", "written", "side"), [(RefineNet, _refined, 24), (OutputNet, _output, 48)])
def test_verdicts(kind, written, side, seed):
    _same(_random(kind, seed), written, (side, side), seed)


@pytest.mark.parametrize(
    ("kind", "name", "written", "side"),
    [(ProposalNet, "pnet.pt", _proposals, 12), (RefineNet, "rnet.pt", _refined, 24),
     (OutputNet, "onet.pt", _output, 48)],
)  # fmt: skip
def test_released_weights_know_a_face(model_file, kind, name, written, side):
    network = kind().eval()
    network.load_state_dict(torch_pickle.read(model_file("mtcnn", name)), strict=True)
    _same(network, written, (side, side), 0)
    centre, half = (BOX[:2] + BOX[2:]) / 2, (BOX[2:] - BOX[:2]).max() / 2
    left, top = np.rint(centre - half).astype(int)
    length = round(2 * half)
    face, elsewhere = (_window(x, y, length, side) for x, y in ((left, top), (10, 380)))
    with torch.inference_mode():
        probability, *rest = network(torch.cat([face, elsewhere]))
    certainty = probability.flatten()
    assert certainty[0] > 0.9
    assert certainty[1] < 0.1
    if kind is OutputNet:
        found = rest[1][0].reshape(2, 5).T.numpy() * length + (left, top)
        np.testing.assert_allclose(found, LANDMARKS, atol=3)


def _window(left: int, top: int, length: int, side: int) -> torch.Tensor:
    cut = skimage.data.astronaut()[top : top + length, left : left + length]
    small = cv2.resize(cut, (side, side), interpolation=cv2.INTER_AREA).astype(np.float32)
    return torch.from_numpy(((small - 127.5) / 128).transpose(2, 0, 1)[None])
