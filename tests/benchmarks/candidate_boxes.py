"""Ten thousand boxes as detectors propose them: copies scattered around objects, made from a seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

COUNT = 10_000
OBJECTS = {"sparse": 2000, "dense": 250, "classes-80": 250}


def proposed(case: str) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32], npt.NDArray[np.int64]]:
    """boxes (N, 4) in a picture of 1920 × 1080, scores (N,) and class ids (N,) of a case."""
    rng = np.random.default_rng(0)
    objects = OBJECTS[case]
    centres, sizes = rng.uniform(0, 1, (objects, 2)) * [1920, 1080], rng.uniform(20, 160, (objects, 2))
    which = rng.integers(0, objects, COUNT)
    centre = centres[which] + rng.normal(0, 0.12, (COUNT, 2)) * sizes[which]
    size = sizes[which] * np.exp(rng.normal(0, 0.15, (COUNT, 2)))
    boxes = np.concatenate([centre - size / 2, centre + size / 2], axis=1).astype(np.float32)
    classes = rng.integers(0, 80, objects)[which] if case == "classes-80" else np.zeros(COUNT, np.int64)
    return boxes, rng.permutation(COUNT).astype(np.float32) / COUNT, classes
