"""What a Darknet network is made of, as plain values, and the size of what each of its layers puts out.

Reader of the text, reader of the weights and network all build on these values; none of them is known here, and torch
is not imported. Layers are numbered as Darknet does: the first section after [net] is 0. Layer -1 is the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

ACTIVATIONS = ("linear", "leaky", "relu", "mish", "logistic", "swish")
PICTURE = -1
BOX_NUMBERS = 5
"""What a head predicts for each anchor besides the classes: x, y, width, height and objectness."""


@dataclass(frozen=True)
class Convolution:
    """A convolution, its optional batch norm and its activation; `padding` in pixels on every side."""

    filters: int
    size: int = 1
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    groups: int = 1
    batch_normalize: bool = False
    activation: str = "linear"


@dataclass(frozen=True)
class MaxPool:
    """The largest value of each window; `padding` is the sum of both sides, the smaller half left and above."""

    size: int
    stride: int
    padding: int


@dataclass(frozen=True)
class Route:
    """The maps of earlier layers, one after the other; of each of them only part `group_id` of `groups`."""

    layers: tuple[int, ...]
    groups: int = 1
    group_id: int = 0


@dataclass(frozen=True)
class Shortcut:
    """The map before plus that of an earlier layer; channels that only one of them has count for the map before."""

    layer: int
    activation: str = "linear"


@dataclass(frozen=True)
class Upsample:
    """Every value repeated `stride` times across and down."""

    stride: int


@dataclass(frozen=True)
class Dropout:
    """A layer of training alone; it passes on what it gets and counts in the numbering."""


@dataclass(frozen=True)
class Yolo:
    """A head: how the map before it is to be read. It computes nothing.

    `anchors` holds (width, height) of every anchor in pixels of the network's input, `mask` those used here. With
    `new_coords` boxes are coded as in Scaled-YOLOv4 (Wang et al., 2021) instead of YOLOv3.
    """

    mask: tuple[int, ...]
    anchors: tuple[tuple[float, float], ...]
    classes: int
    scale_x_y: float = 1.0
    new_coords: bool = False


Section = Convolution | MaxPool | Route | Shortcut | Upsample | Dropout | Yolo


@dataclass(frozen=True)
class DarknetConfig:
    """One network; `name` is the file it was read from, `width` and `height` the input size in pixels."""

    name: str
    width: int
    height: int
    channels: int
    sections: tuple[Section, ...]


class Shape(NamedTuple):
    """The size of a map."""

    channels: int
    height: int
    width: int


def sources(section: Section, index: int) -> tuple[int, ...]:
    """The layers whose maps layer `index` takes, in the order in which it takes them."""
    match section:
        case Route():
            return section.layers
        case Shortcut():
            return (index - 1, section.layer)
    return (index - 1,)


def output_shape(section: Section, inputs: Sequence[Shape]) -> Shape:
    """The size of what a section makes of maps of these sizes; ValueError says why they do not fit."""
    first = inputs[0]
    match section:
        case Convolution():
            return _convolved(section, first)
        case MaxPool():
            return Shape(first.channels, *_steps(first, section.padding, section.size, section.stride))
        case Route():
            return _joined(section, inputs)
        case Upsample():
            return Shape(first.channels, first.height * section.stride, first.width * section.stride)
        case Shortcut():
            _same_size(inputs)
        case Yolo():
            expected = len(section.mask) * (section.classes + BOX_NUMBERS)
            if first.channels != expected:
                raise ValueError(f"the map before it has {first.channels} channels, the head needs {expected}")
    return first


def shapes(config: DarknetConfig) -> dict[int, Shape]:
    """The size of every layer's output, and of the picture, at the input size that the file names."""
    known = {PICTURE: Shape(config.channels, config.height, config.width)}
    for index, section in enumerate(config.sections):
        known[index] = output_shape(section, [known[source] for source in sources(section, index)])
    return known


def weight_shape(section: Convolution, channels: int) -> tuple[int, int, int, int]:
    """Filters, channels of one group, height and width of the weights that read a map of `channels` channels."""
    return section.filters, channels // section.groups, section.size, section.size


def _convolved(section: Convolution, before: Shape) -> Shape:
    if before.channels % section.groups or section.filters % section.groups:
        raise ValueError(
            f"{before.channels} channels and {section.filters} filters cannot be parted into {section.groups} groups"
        )
    window = section.dilation * (section.size - 1) + 1
    return Shape(section.filters, *_steps(before, 2 * section.padding, window, section.stride))


def _steps(before: Shape, padding: int, window: int, stride: int) -> tuple[int, int]:
    if min(before.height, before.width) + padding < window:
        raise ValueError(f"a window of {window} pixels is larger than the map, {before.width} × {before.height}")
    return (before.height + padding - window) // stride + 1, (before.width + padding - window) // stride + 1


def _joined(section: Route, inputs: Sequence[Shape]) -> Shape:
    _same_size(inputs)
    for each in inputs:
        if each.channels % section.groups:
            raise ValueError(f"{each.channels} channels cannot be parted into {section.groups} groups")
    return Shape(sum(each.channels // section.groups for each in inputs), inputs[0].height, inputs[0].width)


def _same_size(inputs: Sequence[Shape]) -> None:
    sizes = {(each.width, each.height) for each in inputs}
    if len(sizes) > 1:
        named = " and ".join(f"{width} × {height}" for width, height in sorted(sizes))
        raise ValueError(f"maps of {named} pixels cannot be joined")
