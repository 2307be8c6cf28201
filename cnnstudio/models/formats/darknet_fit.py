"""Whether the layers of a Darknet .cfg fit together, and into a computer, before anyone builds them.

A text of a few lines can ask for terabytes, in weights as well as in maps.
"""

from __future__ import annotations

from cnnstudio.models.formats.darknet_options import Block
from cnnstudio.models.formats.darknet_sections import MOST_CHANNELS
from cnnstudio.networks.darknet_config import (
    PICTURE,
    Convolution,
    Section,
    Shape,
    Yolo,
    output_shape,
    sources,
    weight_shape,
)

# As float32 1 GB, four times the weights of YOLOv3 and YOLOv4.
MOST_WEIGHTS = 1 << 28
# As float32 512 MB for one map and 1 GB for those that later layers come back to; YOLOv3 at 608 pixels has 47 and 135.
MOST_VALUES = 1 << 27
MOST_VALUES_KEPT = 1 << 28


class Fit:
    """The sizes of the layers so far, and what they need in all."""

    def __init__(self, channels: int, height: int, width: int) -> None:
        self._shapes = {PICTURE: Shape(channels, height, width)}
        self._heads: set[int] = set()
        self._kept: dict[int, int] = {}
        self._weights = 0

    def add(self, section: Section, block: Block) -> None:
        """Take in the next section; ModelError naming the block's file and line when it does not fit."""
        index = len(self._shapes) - 1
        taken = sources(section, index)
        if self._heads.intersection(taken):
            raise block.error("takes the output of [yolo], which has none; put a [route] between them")
        inputs = [self._shapes[each] for each in taken]
        try:
            shape = output_shape(section, inputs)
        except ValueError as error:
            raise block.error(f"does not fit: {error}") from error
        if shape.channels > MOST_CHANNELS or _values(shape) > MOST_VALUES:
            raise block.error(f"makes a map too large to be meant, {' × '.join(str(each) for each in shape)}")
        self._count(section, taken, index, inputs[0].channels, block)
        if isinstance(section, Yolo):
            self._heads.add(index)
        self._shapes[index] = shape

    def _count(self, section: Section, taken: tuple[int, ...], index: int, channels: int, block: Block) -> None:
        self._kept |= {each: _values(self._shapes[each]) for each in taken if each != index - 1}
        if sum(self._kept.values()) > MOST_VALUES_KEPT:
            raise block.error("has to keep more of the earlier maps than fit into memory")
        if isinstance(section, Convolution):
            filters, *each = weight_shape(section, channels)
            self._weights += filters * each[0] * each[1] * each[2]
        if self._weights > MOST_WEIGHTS:
            raise block.error(f"brings the network to {self._weights} weights; at most {MOST_WEIGHTS} are read")


def _values(shape: Shape) -> int:
    return shape.channels * shape.height * shape.width
