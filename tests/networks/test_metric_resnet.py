"""The face network against dlib's own, with the released weights and with random ones in a file that dlib opens."""

from __future__ import annotations

import dlib
import numpy as np
import pytest
import skimage.data
import torch

from cnnstudio.models.formats import dlib_network
from cnnstudio.networks.metric_resnet import MEAN_RGB, MetricResNet
from tests.models.dlib_files import network_tokens, random_network

ASTRONAUT = dlib.rectangle(181, 71, 268, 158)


def _descriptors(network: MetricResNet, chips: list[np.ndarray]) -> np.ndarray:
    normalised = (np.stack(chips).astype(np.float32) - np.float32(MEAN_RGB)) / 256
    with torch.inference_mode():
        return network(torch.from_numpy(normalised.transpose(0, 3, 1, 2))).numpy()


def _noise(count: int) -> list[np.ndarray]:
    random = np.random.default_rng(0)
    return [random.integers(0, 256, (150, 150, 3), np.uint8) for _ in range(count)]


def _expected(path, chips: list[np.ndarray]) -> np.ndarray:
    network = dlib.face_recognition_model_v1(str(path))
    return np.array([network.compute_face_descriptor(chip) for chip in chips])


@pytest.mark.parametrize("seed", [0, 1])
def test_random_weights_give_dlibs_descriptors(tmp_path, seed):
    path = tmp_path / "random.dat"
    path.write_bytes(b"".join(network_tokens(random_network(seed))))
    network = MetricResNet().eval()
    network.load_state_dict(dlib_network.read(path), strict=True)
    chips = [*_noise(2), np.zeros((150, 150, 3), np.uint8)]
    expected = _expected(path, chips)
    assert np.abs(expected[0] - expected[2]).max() > 1e-2
    np.testing.assert_allclose(_descriptors(network, chips), expected, atol=1e-5)


def test_released_weights_give_dlibs_descriptors(model_file):
    path = model_file("dlib-face", "dlib_face_recognition_resnet_model_v1.dat")
    points = dlib.shape_predictor(str(model_file("dlib-face", "shape_predictor_5_face_landmarks.dat")))
    network = MetricResNet().eval()
    network.load_state_dict(dlib_network.read(path), strict=True)
    picture = skimage.data.astronaut()
    mirrored = np.ascontiguousarray(picture[:, ::-1])
    turned = dlib.rectangle(511 - ASTRONAUT.right(), ASTRONAUT.top(), 511 - ASTRONAUT.left(), ASTRONAUT.bottom())
    faces = [
        dlib.get_face_chip(picture, points(picture, ASTRONAUT), 150, 0.25),
        dlib.get_face_chip(mirrored, points(mirrored, turned), 150, 0.25),
    ]
    chips = [*faces, *_noise(3)]
    found = _descriptors(network, chips)
    np.testing.assert_allclose(found, _expected(path, chips), atol=1e-5)
    assert np.linalg.norm(found[0] - found[1]) < 0.6
