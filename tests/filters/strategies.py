"""Random layers and pictures for the property tests."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from cnnstudio.filters import FilterSettings, own_kernel

BORDERS = ["zero", "reflect", "replicate", "circular"]


@st.composite
def pictures(draw, sides=st.integers(1, 24)):
    height, width, channels = draw(sides), draw(sides), draw(st.sampled_from([1, 3]))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    pixels = rng.integers(0, 256, (height, width, channels)).astype(np.uint8)
    return pixels if draw(st.booleans()) else pixels.astype(np.float32)


@st.composite
def layers(draw, largest=7):
    rows, columns = draw(st.integers(1, largest)), draw(st.integers(1, largest))
    rng = np.random.default_rng(draw(st.integers(0, 2**31)))
    count, slices = draw(st.integers(1, 3)), draw(st.sampled_from([1, 3]))
    kernels = []
    for _ in range(count):
        values = rng.integers(-8, 9, (slices, rows, columns)) / 4.0
        if draw(st.booleans()):
            values = np.stack([np.outer(rng.normal(size=rows), rng.normal(size=columns)) for _ in range(slices)])
        kernels.append(own_kernel(values.astype(np.float32)))
    pool = draw(st.sampled_from(["none", "none", "max", "average"]))
    return FilterSettings(
        filters=tuple(kernels),
        channels=draw(st.sampled_from(["each", "luminance", "volume", "depthwise"])),
        flip=draw(st.booleans()),
        transposed=draw(st.sampled_from([False, False, True])),
        padding=draw(st.sampled_from(["valid", "same", "full", "custom"])),
        pad=draw(st.integers(0, 9)),
        border=draw(st.sampled_from(BORDERS)),
        stride=draw(st.sampled_from([1, 1, 2, 3, 4, 7])),
        dilation=draw(st.sampled_from([1, 1, 2, 3, 4])),
        bias=draw(st.sampled_from([0.0, 12.5, -300.0])),
        activation=draw(st.sampled_from(["none", "none", "relu", "leaky-relu", "sigmoid", "tanh", "abs"])),
        pool=pool,
        pool_size=draw(st.integers(1, 4)),
        pool_stride=draw(st.integers(1, 4)),
    )
