"""What a YOLO head is: a grid of cells, anchors, and numbers for each of them.

A value that explains itself to the panel and that decoding and encoding share; torch is not needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.networks.darknet_config import BOX_NUMBERS, DarknetConfig, Yolo

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Head:
    """One scale of a YOLO network.

    rows, columns: of its grid. anchors: (width, height) of each in pixels of the network's input, which has `width`
    × `height`. scale_x_y, new_coords: as in Darknet's [yolo] section.
    """

    rows: int
    columns: int
    anchors: tuple[tuple[float, float], ...]
    classes: int
    width: int
    height: int
    scale_x_y: float = 1.0
    new_coords: bool = False

    @property
    def numbers(self) -> int:
        """What is predicted for each anchor of each cell: 5 + classes."""
        return BOX_NUMBERS + self.classes


@dataclass(frozen=True, eq=False)
class HeadOutput:
    """A head and what the network put out there for one picture.

    raw: (anchors, 5 + classes, rows, columns) float32; the numbers are t_x, t_y, t_w, t_h, objectness, classes.
    """

    head: Head
    raw: Array


def heads_of(config: DarknetConfig, grids: tuple[tuple[int, int], ...], size: tuple[int, int]) -> tuple[Head, ...]:
    """The heads of a network, in the order of its outputs.

    grids: rows and columns of each output. size: height and width of the network's input in pixels.
    """
    found = [section for section in config.sections if isinstance(section, Yolo)]
    return tuple(
        Head(
            rows, columns, tuple(each.anchors[index] for index in each.mask), each.classes, size[1], size[0],
            each.scale_x_y, each.new_coords,
        )
        for each, (rows, columns) in zip(found, grids, strict=True)
    )  # fmt: skip


def output_of(head: Head, map_: Array) -> HeadOutput:
    """The map (anchors · (5 + classes), rows, columns) of a head, anchor by anchor."""
    return HeadOutput(head, np.asarray(map_).reshape(len(head.anchors), head.numbers, head.rows, head.columns))
