"""Small untrained networks of every kind and folders of pictures to scan with them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn

from cnnstudio.activations import PatchSettings, ScanPlan, Subject, scan_plan
from cnnstudio.networks.preprocessing import InputConvention

SIDE = 32


class Residual(nn.Module):
    """Two blocks whose rectifier, one module used twice, works in place on sum and branch."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1)
        self.first, self.second = nn.Conv2d(8, 8, 3, padding=1), nn.Conv2d(8, 8, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        return self.relu(x.add_(self.second(self.relu(self.first(x)))))


class Concatenating(nn.Module):
    """A dense block."""

    def __init__(self) -> None:
        super().__init__()
        self.stem, self.grow, self.end = nn.Conv2d(3, 6, 5, 2, 2), nn.Conv2d(6, 4, 3, 1, 1), nn.Conv2d(10, 7, 1)

    def forward(self, x: Tensor) -> Tensor:
        x = self.stem(x)
        return self.end(torch.cat([x, self.grow(x.relu())], 1).relu_())


def plain() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(inplace=True), nn.MaxPool2d(2),
        nn.Conv2d(8, 10, 3), nn.ReLU(inplace=True),
    )  # fmt: skip


def depthwise() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(3, 12, 1), nn.ReLU6(inplace=True), nn.Conv2d(12, 12, 3, 2, 1, groups=12), nn.BatchNorm2d(12),
        nn.ReLU6(inplace=True), nn.Conv2d(12, 5, 1, bias=False),
    )  # fmt: skip


KINDS = {"plain": plain, "residual": Residual, "concatenating": Concatenating, "depthwise": depthwise}


def subject(kind: str, seed: int = 0) -> Subject:
    torch.manual_seed(seed)
    return of_network(KINDS[kind]().eval(), f"{kind} {seed}")


def of_network(network: nn.Module, name: str = "own", **convention: object) -> Subject:
    chosen = {"scale": "0..1", "resize": "short side", "resize_to": SIDE, "crop": SIDE, **convention}
    network = network.requires_grad_(False).to(memory_format=torch.channels_last)
    return Subject(name, f"{name} of the tests", network, InputConvention(**chosen), False, (), "cpu")


def folder(where: Path, count: int = 11, seed: int = 0) -> Path:
    """Noise of many sizes, one grey, one smaller than most receptive fields, and two pairs of equal ones."""
    where.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(seed)
    made = []
    for number in range(count):
        height, width = (2, 3) if number == 3 else random.integers(20, 70, 2)
        shape = (height, width) if number == 5 else (height, width, 3)
        made.append(random.integers(0, 256, shape, dtype=np.uint8))
    for copy, of in ((7, 1), (9, 8)):
        if count > copy:
            made[copy] = made[of]
    for number, pixels in enumerate(made):
        Image.fromarray(pixels).save(where / f"p{number}.png")
    return where


def plan(pictures: Path, target: Path, settings: PatchSettings | None = None, **more: object) -> ScanPlan:
    return scan_plan(settings or PatchSettings(batch=4), pictures, target, **more)
