"""Each kind of section of a Darknet .cfg, from its options to values.

Defaults are those of Darknet's parser.c. Options that change what a layer computes, and are not supported, are
refused unless they have the value that changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.models.formats.darknet_options import Block
from cnnstudio.networks.darknet_config import (
    ACTIVATIONS,
    Convolution,
    Dropout,
    MaxPool,
    Route,
    Section,
    Shortcut,
    Upsample,
    Yolo,
)

MOST_CHANNELS = 1 << 16
LARGEST_WINDOW = 64
LARGEST_STRIDE = 32
MOST_CLASSES = 10_000
MOST_ANCHORS = 64
LARGEST_ANCHOR = 1e5
MOST_JOINED = 64

# Option and the value at which it changes nothing.
_UNSUPPORTED = {
    "convolutional": {
        "stride_x": "", "stride_y": "", "binary": "0", "xnor": "0", "flipped": "0", "antialiasing": "0",
        "share_index": "", "deform": "0", "sway": "0", "rotate": "0", "stretch": "0", "stretch_sway": "0",
        "coordconv": "0", "dot": "0",
    },
    "maxpool": {"stride_x": "", "stride_y": "", "maxpool_depth": "0", "antialiasing": "0", "maxpool_zero_nonmax": "0"},
    "shortcut": {"weights_type": "none", "alpha": "1", "beta": "1"},
    "upsample": {"scale": "1"},
    "route": {},
    "dropout": {},
    "yolo": {},
}  # fmt: skip
_OTHER_NAMES = {"conv": "convolutional", "max": "maxpool"}


def section(block: Block, index: int) -> Section:
    """The section at place `index` after [net]; ModelError naming file and line when it is not understood."""
    kind = _OTHER_NAMES.get(block.kind, block.kind)
    if kind not in _READERS:
        raise block.error(f"is not a section that can be used; known are {', '.join(sorted(_READERS))}")
    for key, harmless in _UNSUPPORTED[kind].items():
        if block.text(key, harmless) != harmless:
            raise block.error(f"uses {key}, which is not supported", key)
    return _READERS[kind](block, index)


def _convolution(block: Block, _index: int) -> Convolution:
    size = block.whole("size", 1, 1, LARGEST_WINDOW)
    padding = size // 2 if block.whole("pad", 0, 0, LARGEST_WINDOW) else block.whole("padding", 0, 0, LARGEST_WINDOW)
    dilation = block.whole("dilation", 1, 1, LARGEST_STRIDE) if size > 1 else 1
    if dilation > 1 and 2 * padding != size - 1:
        raise block.error("has a dilation, which needs an odd size and pad=1", "dilation")
    return Convolution(
        filters=block.whole("filters", 1, 1, MOST_CHANNELS),
        size=size,
        stride=block.whole("stride", 1, 1, LARGEST_STRIDE),
        padding=padding * dilation,
        dilation=dilation,
        groups=block.whole("groups", 1, 1, MOST_CHANNELS),
        batch_normalize=block.whole("batch_normalize", 0, 0, 2) > 0,
        activation=block.one_of("activation", "logistic", ACTIVATIONS),
    )


def _max_pool(block: Block, _index: int) -> MaxPool:
    stride = block.whole("stride", 1, 1, LARGEST_STRIDE)
    size = block.whole("size", stride, 1, LARGEST_WINDOW)
    # With wider padding some windows would see nothing of the map.
    return MaxPool(size, stride, block.whole("padding", size - 1, 0, size - 1))


def _route(block: Block, index: int) -> Route:
    layers = tuple(_earlier(block, "layers", each, index) for each in block.wholes("layers"))
    if not 1 <= len(layers) <= MOST_JOINED:
        raise block.error(f"names {len(layers)} layers; it must be between 1 and {MOST_JOINED}", "layers")
    groups = block.whole("groups", 1, 1, MOST_CHANNELS)
    return Route(layers, groups, block.whole("group_id", 0, 0, groups - 1))


def _shortcut(block: Block, index: int) -> Shortcut:
    layers = block.wholes("from")
    if len(layers) != 1:
        raise block.error(f"names {len(layers)} layers in from=; only one is supported", "from")
    return Shortcut(_earlier(block, "from", layers[0], index), block.one_of("activation", "linear", ACTIVATIONS))


def _upsample(block: Block, _index: int) -> Upsample:
    return Upsample(block.whole("stride", 2, 1, LARGEST_STRIDE))


def _dropout(_block: Block, _index: int) -> Dropout:
    return Dropout()


def _yolo(block: Block, _index: int) -> Yolo:
    count = block.whole("num", 1, 1, MOST_ANCHORS)
    sides = block.reals("anchors", 0.01, LARGEST_ANCHOR)
    if len(sides) != 2 * count:
        raise block.error(f"has {len(sides)} numbers in anchors=, but num={count} needs {2 * count}", "anchors")
    mask = block.wholes("mask") or tuple(range(count))
    if len(mask) > count or not all(0 <= each < count for each in mask):
        raise block.error(f"has a mask that names anchors outside of 0 to {count - 1}", "mask")
    return Yolo(
        mask=mask,
        anchors=tuple(zip(sides[::2], sides[1::2], strict=True)),
        classes=block.whole("classes", 20, 1, MOST_CLASSES),
        scale_x_y=block.real("scale_x_y", 1.0, 0.1, 10.0),
        new_coords=block.whole("new_coords", 0, 0, 1) > 0,
    )


def _earlier(block: Block, key: str, number: int, index: int) -> int:
    """The layer that a number means: counted from the start, or back from this section when negative."""
    layer = number if number >= 0 else index + number
    if not 0 <= layer < index:
        raise block.error(f"is layer {index} and takes layer {number}, which does not come before it", key)
    return layer


_READERS: dict[str, Callable[[Block, int], Section]] = {
    "convolutional": _convolution,
    "maxpool": _max_pool,
    "route": _route,
    "shortcut": _shortcut,
    "upsample": _upsample,
    "dropout": _dropout,
    "yolo": _yolo,
}
