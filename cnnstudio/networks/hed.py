"""Edges as people draw them, and the VGG-16 layers underneath.

Xie and Tu, "Holistically-Nested Edge Detection", ICCV 2015: every block of VGG-16 (Simonyan and Zisserman 2014) gives
an edge map of its own scale, and a weighted sum joins the five. The same layers measure content and style in
pictures (Gatys et al. 2016), so the trunk stands alone and can be left at any of its layers.

Where this differs from the paper's release: maps come to the input's size by bilinear interpolation instead of a
transposed convolution, and the input is padded by one pixel per convolution instead of 35 at once and a crop.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from cnnstudio.errors import UsageError

# Channels and number of convolutions of each block: configuration D of the VGG paper.
_BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))

SIDES = tuple(f"relu{block}_{count}" for block, (_, count) in enumerate(_BLOCKS, 1))
"""The layers HED looks at: the last of each block, relu1_2 to relu5_3."""


class VggTrunk(nn.Module):
    """The 13 convolutions of VGG-16: conv1_1, relu1_1, conv1_2, relu1_2, pool1, conv2_1, … conv5_3, relu5_3.

    pooling: "max" as trained, or "average", which makes smoother pictures in style transfer. A pool precedes blocks 2
    to 5 and keeps an odd last row or column (`ceil_mode`), so block b is 2^(b-1) times smaller, rounded up.
    No layer writes over another's output, so that forward hooks see what each made.
    """

    def __init__(self, pooling: Literal["max", "average"] = "max") -> None:
        super().__init__()
        pool = nn.MaxPool2d if pooling == "max" else nn.AvgPool2d
        inputs = 3
        for block, (channels, count) in enumerate(_BLOCKS, 1):
            if block > 1:
                self.add_module(f"pool{block - 1}", pool(2, ceil_mode=True))
            for index in range(1, count + 1):
                self.add_module(f"conv{block}_{index}", nn.Conv2d(inputs, channels, 3, padding=1))
                self.add_module(f"relu{block}_{index}", nn.ReLU())
                inputs = channels

    def forward(self, x: Tensor, layers: Iterable[str] = SIDES) -> dict[str, Tensor]:
        """The outputs of `layers` by name, computed no further than the last of them.

        x: (N, 3, H, W) float BGR, 0…255 minus the mean. An output of block b is (N, C, H / 2^(b-1), W / 2^(b-1)),
        rounded up; at H = W = 1 every layer still has one pixel. UsageError names a layer that there is not.
        """
        wanted = dict.fromkeys(layers)
        unknown = [name for name in wanted if name not in self._modules]
        if unknown:
            raise UsageError(f"VGG-16 has no layer {unknown[0]!r}; it has {', '.join(self._modules)}.")
        made: dict[str, Tensor] = {}
        for name, layer in self.named_children():
            if len(made) == len(wanted):
                break
            x = layer(x)
            if name in wanted:
                made[name] = x
        return made


class HolisticallyNestedEdges(nn.Module):
    """Five edge maps, fine to coarse, and their fusion.

    `dsn1` … `dsn5` turn the last layer of a block into one logit per pixel, `fuse` weighs the five.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = VggTrunk()
        for block, (channels, _) in enumerate(_BLOCKS, 1):
            self.add_module(f"dsn{block}", nn.Conv2d(channels, 1, 1))
        self.fuse = nn.Conv2d(len(_BLOCKS), 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, 6, H, W): the five sides, fine to coarse, then the fusion; their sigmoid is P(edge).

        x: (N, 3, H, W) float BGR, 0…255 minus (104.00699, 116.66877, 122.67892).
        """
        size = x.shape[2:]
        features = self.trunk(x, SIDES)
        sides = [
            F.interpolate(self.get_submodule(f"dsn{block}")(features.pop(name)), size, mode="bilinear")
            for block, name in enumerate(SIDES, 1)
        ]
        joined = torch.cat(sides, 1)
        return torch.cat((joined, self.fuse(joined)), 1)
