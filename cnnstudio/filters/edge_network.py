"""Learned edges beside computed ones: HED's five side outputs and their fusion, and Sobel's gradient magnitude.

Xie and Tu, "Holistically-Nested Edge Detection", ICCV 2015. The early side outputs answer to any step in brightness,
as Sobel does; the late ones only to borders of things, because they have seen more of the picture. The network and
Sobel see the same pixels, so the picture is reduced once for both.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.job import Job
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.inputs import prepared
from cnnstudio.models.keeping import kept_network

NETWORK = "vgg16-hed"
LONGEST = 1024
"""The longer side that the network sees at most: more takes seconds and a gigabyte, and shows no other edges."""

BORDER = 32
"""Pixels by which the picture's borders are repeated outwards before the network and cut off after it. Its own zeros
beyond the border would be an edge around every picture; the paper's release pads by 35 for the same. A multiple of
16, so that the pools lie as they would without."""

WHITE = 0.995

NAMES = ("Sobel", "Side 1", "Side 2", "Side 3", "Side 4", "Side 5", "Fusion")


@dataclass(frozen=True, eq=False)
class LearnedEdges:
    """Edge maps of one picture, all of the same size.

    picture: (h, w, 3) uint8, what both saw. sobel: (h, w) float32, √(g_x² + g_y²) of the luminance in 0…1, as
    `sobel_magnitude` scales it. learned: (6, h, w) float32, P(edge) from 0 to 1 of the five side outputs, fine to
    coarse, and of their fusion; None while the network runs. seconds: what its pass took.
    """

    picture: npt.NDArray[np.uint8]
    sobel: npt.NDArray[np.float32]
    learned: npt.NDArray[np.float32] | None = None
    seconds: float = 0.0

    @property
    def complete(self) -> bool:
        """Whether the network has answered."""
        return self.learned is not None

    def shown(self) -> list[npt.NDArray[np.uint8]]:
        """The picture (h, w, 3) and every map there is (h, w, 1), 0…255: Sobel's, the five sides, the fusion."""
        maps = [self.sobel, *(self.learned if self.learned is not None else ())]
        grey = [np.rint(each * 255).astype(np.uint8)[:, :, None] for each in maps]
        return [self.picture, *grey]

    def words_at(self, x: int, y: int) -> str:
        """The values of all maps at a pixel: `Sobel 0.12   Side 1 0.95 …`."""
        maps = [self.sobel, *(self.learned if self.learned is not None else ())]
        return "   ".join(f"{name} {float(values[y, x]):.2f}" for name, values in zip(NAMES, maps, strict=False))


def learned_edges(pixels: npt.NDArray[Any], job: Job) -> LearnedEdges:
    """The edges of a picture (H, W, 1 or 3), 0…255; a work for the engine, Sobel's as its preview.

    Raises ModelError without weights.
    """
    import torch

    picture = reduced(pixels)
    computed = LearnedEdges(picture, sobel_magnitude(picture))
    job.preview(computed)
    model = model_named(NETWORK)
    network = kept_network(model, device=job.device, checkpoint=job.checkpoint)
    inputs = prepared(model, picture).tensor.to(job.device)
    inputs = torch.nn.functional.pad(inputs, (BORDER,) * 4, mode="replicate")
    job.checkpoint()
    began = time.perf_counter()
    with torch.inference_mode(), job.giving_way(network):
        inner = network(inputs)[0, :, BORDER:-BORDER, BORDER:-BORDER]
        learned = inner.float().sigmoid().contiguous().cpu().numpy()
    return replace(computed, learned=learned, seconds=time.perf_counter() - began)


def sobel_magnitude(picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """√(g_x² + g_y²) of the luminance (0.299 R + 0.587 G + 0.114 B), borders mirrored, from 0 to 1.

    1 stands for the value that one pixel in two hundred exceeds: scaled by the largest, one hard edge would leave
    the rest of the map black.
    """
    import cv2

    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    magnitude = np.hypot(cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1))
    white = float(np.quantile(magnitude, WHITE)) or float(magnitude.max())
    return np.minimum(magnitude / white, 1.0) if white > 0 else magnitude


def reduced(pixels: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """The picture with three channels, its longer side at most `LONGEST`."""
    import cv2

    height, width = pixels.shape[:2]
    whole = np.clip(np.rint(pixels), 0, 255).astype(np.uint8) if pixels.dtype != np.uint8 else pixels
    scale = LONGEST / max(height, width)
    if scale < 1:
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        whole = cv2.resize(whole, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1)
    return np.repeat(whole, 3, axis=2) if whole.shape[2] == 1 else np.ascontiguousarray(whole)
