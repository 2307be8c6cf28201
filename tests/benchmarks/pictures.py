"""Pictures for the benchmarks, made from a seed."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def photo(height: int, width: int) -> npt.NDArray[np.uint8]:
    """Noise (height, width, 3): as hard on every network as a photo, and the same on every machine."""
    return np.random.default_rng(0).integers(0, 256, (height, width, 3), dtype=np.uint8)
