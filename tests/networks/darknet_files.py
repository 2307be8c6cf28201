"""Darknet files written by the tests: a .cfg with random numbers to match, and the published structures of the family.

Channels are followed here anew, so that the count of numbers and their order do not come from the code under test.
"""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np

ANCHORS = "10,13, 16,30, 33,23, 30,61, 62,45, 59,119, 116,90, 156,198, 373,326"


class DarknetFiles:
    """Sections are added one by one; `count` is how many numbers they need."""

    def __init__(self, width: int, height: int, channels: int = 3, seed: int | None = 0) -> None:
        self.lines = ["[net]", f"width={width}", f"height={height}", f"channels={channels}"]
        self.channels: list[int] = []
        self.heads: list[int] = []
        self.count = 0
        self.numbers: list[np.ndarray] = []
        self._picture = channels
        self._random = None if seed is None else np.random.default_rng(seed)

    @property
    def last(self) -> int:
        return self.channels[-1] if self.channels else self._picture

    def conv(
        self, filters: int, size: int = 1, stride: int = 1, bn: int = 1, activation: str = "leaky", **options: int
    ) -> None:
        weights = filters * (self.last // options.get("groups", 1)) * size * size
        self.count += weights + (4 if bn else 1) * filters
        if self._random is not None:
            self._fill(filters, weights, bool(bn))
        self._add(
            "convolutional", filters, batch_normalize=bn, filters=filters, size=size, stride=stride, pad=1,
            activation=activation, **options,
        )

    def maxpool(self, size: int, stride: int, **options: int) -> None:
        self._add("maxpool", self.last, size=size, stride=stride, **options)

    def route(self, *layers: int, **options: int) -> None:
        sizes = [self.channels[layer] // options.get("groups", 1) for layer in layers]
        self._add("route", sum(sizes), layers=", ".join(str(layer) for layer in layers), **options)

    def shortcut(self, layer: int, activation: str = "linear") -> None:
        self._add("shortcut", self.last, **{"from": layer}, activation=activation)

    def upsample(self, stride: int = 2) -> None:
        self._add("upsample", self.last, stride=stride)

    def dropout(self) -> None:
        self._add("dropout", self.last, probability=0.5)

    def head(self, mask: str = "0,1,2", classes: int = 80) -> None:
        self.conv((mask.count(",") + 1) * (classes + 5), bn=0, activation="linear")
        self.heads.append(len(self.channels) - 1)
        self._add("yolo", self.last, mask=mask, anchors=ANCHORS, classes=classes, num=9)

    @property
    def text(self) -> str:
        return "\n".join(self.lines) + "\n"

    def weights(self, version: tuple[int, int, int] = (0, 2, 0)) -> bytes:
        seen = struct.pack("<q", 32013312) if version[0] * 10 + version[1] >= 2 else struct.pack("<i", 12800)
        return struct.pack("<3i", *version) + seen + b"".join(part.tobytes() for part in self.numbers)

    def write(self, folder: Path) -> tuple[Path, Path]:
        cfg, weights = folder / "written.cfg", folder / "written.weights"
        cfg.write_text(self.text)
        weights.write_bytes(self.weights())
        return cfg, weights

    def _add(self, kind: str, made: int, **options: object) -> None:
        self.channels.append(made)
        self.lines += ["", f"[{kind}]", *(f"{key} = {value}" for key, value in options.items())]

    def _fill(self, filters: int, weights: int, bn: bool) -> None:
        def normal(count: int, middle: float, spread: float) -> None:
            self.numbers.append(self._random.normal(middle, spread, count).astype("<f4"))

        normal(filters, 0, 0.2)
        if bn:
            normal(filters, 1, 0.1)
            normal(filters, 0, 0.2)
            self.numbers.append(self._random.uniform(0.5, 1.5, filters).astype("<f4"))
        normal(weights, 0, (filters / weights) ** 0.5)


def yolov3(width: int, height: int, divisor: int = 1, classes: int = 80, seed: int | None = 0) -> DarknetFiles:
    """YOLOv3 (Redmon and Farhadi, 2018) with its 107 sections, the channels divided by `divisor`."""
    net = DarknetFiles(width, height, seed=seed)
    net.conv(32 // divisor, 3)
    for filters, blocks in [(64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)]:
        net.conv(filters // divisor, 3, 2)
        for _ in range(blocks):
            net.conv(filters // 2 // divisor)
            net.conv(filters // divisor, 3)
            net.shortcut(-3)
    for filters, mask, earlier in [(512, "6,7,8", 61), (256, "3,4,5", 36), (128, "0,1,2", 0)]:
        for _ in range(3):
            net.conv(filters // divisor)
            net.conv(2 * filters // divisor, 3)
        net.head(mask, classes)
        if earlier:
            net.route(-4)
            net.conv(filters // 2 // divisor)
            net.upsample()
            net.route(-1, earlier)
    return net


def yolov4_tiny(width: int, height: int, divisor: int = 1, classes: int = 80, seed: int | None = 0) -> DarknetFiles:
    """YOLOv4-tiny (Wang, Bochkovskiy and Liao, 2021) with its 38 sections, the channels divided by `divisor`."""
    net = DarknetFiles(width, height, seed=seed)
    net.conv(32 // divisor, 3, 2)
    net.conv(64 // divisor, 3, 2)
    for filters in (64, 128, 256):
        net.conv(filters // divisor, 3)
        net.route(-1, groups=2, group_id=1)
        net.conv(filters // 2 // divisor, 3)
        net.conv(filters // 2 // divisor, 3)
        net.route(-1, -2)
        net.conv(filters // divisor)
        net.route(-6, -1)
        net.maxpool(2, 2)
    net.conv(512 // divisor, 3)
    net.conv(256 // divisor)
    net.conv(512 // divisor, 3)
    net.head("3,4,5", classes)
    net.route(-4)
    net.conv(128 // divisor)
    net.upsample()
    net.route(-1, 23)
    net.conv(256 // divisor, 3)
    net.head("0,1,2", classes)
    return net


def ingredients(width: int, height: int) -> DarknetFiles:
    """Everything else that files of the family use, at sizes that leave odd rows and columns."""
    net = DarknetFiles(width, height, seed=3)
    net.conv(8, 3, activation="mish")
    net.maxpool(2, 2)
    net.conv(8, 3, activation="swish", groups=4)
    net.dropout()
    net.maxpool(3, 2)
    net.conv(12, 5, activation="relu", bn=0)
    net.maxpool(2, 1)
    net.shortcut(-3, "leaky")
    net.conv(8, 3)
    net.shortcut(6)
    for size in (5, 9, 13):
        net.maxpool(size, 1)
        net.route(-2)
    net.route(-1, -2, -4, -6)
    net.conv(8, 3, 2, activation="logistic")
    net.head("0,8", classes=1)
    net.route(-3, groups=4, group_id=2)
    net.upsample(3)
    net.conv(4, 3, activation="linear")
    net.head("4", classes=3)
    return net
