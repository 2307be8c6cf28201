"""How the layers of a network are grouped: by the modules they belong to, and long chains by their resolution.

VGG as torchvision writes it is one chain of 31 layers called "features"; people know it as five blocks, each of which
ends with a pooling. A chain is cut there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cnnstudio.networks.layers import Layer

LONG = 12
"""A group of more layers is cut into blocks."""


@dataclass(frozen=True)
class Branch:
    """A group of consecutive layers; title "" for those that belong to no group."""

    title: str
    layers: tuple[Layer, ...]


def branches(layers: Sequence[Layer]) -> list[Branch]:
    """The layers in the order in which they run, grouped."""
    made: list[Branch] = []
    for title, group in groupby(layers, key=_parent):
        members = tuple(group)
        if title and len(members) > LONG:
            made += _blocks(members)
        else:
            made.append(Branch(title, members))
    return made


def label_of(layer: Layer) -> str:
    """The last part of its name, with its kind where that is a mere number."""
    last = layer.name.rpartition(".")[2]
    return f"{last} {layer.type}" if last.isdigit() else last


def icon_of(layer: Layer) -> str:
    """The picture for its kind."""
    kind = layer.type.lower()
    for words, icon in (
        ("conv", "intersect"), ("pool", "arrows-in-simple"), ("linear", "dots-three-vertical"),
        ("norm", "equals"), ("affine", "equals"), ("drop", "circle-half"),
    ):  # fmt: skip
        if words in kind:
            return icon
    return "lightning" if any(words in kind for words in ("lu", "sigmoid", "swish", "tanh")) else "cube"


def _parent(layer: Layer) -> str:
    """The module that it is a part of. Wrappers of a convolution, its norm and its ReLU count as one step of theirs."""
    parts = layer.name.split(".")
    deep = next((index for index, part in enumerate(parts) if part.isdigit()), None)
    # torchvision: features.3.0.block.1.0 belongs to the stage features.3, layer1.0.conv1 to the block layer1.0.
    return ".".join(parts[: deep + 1] if deep is not None and deep < len(parts) - 1 else parts[:-1])


def _blocks(members: tuple[Layer, ...]) -> list[Branch]:
    cut: list[list[Layer]] = [[]]
    for layer in members:
        here = cut[-1]
        if here and layer.height != here[-1].height and ("Pool" in here[-1].type or "Pool" not in layer.type):
            cut.append([layer])
        else:
            here.append(layer)
            if "Pool" in layer.type and layer is not members[-1]:
                cut.append([])
    made = [tuple(each) for each in cut if each]
    return [Branch(f"Block {number}", each) for number, each in enumerate(made, 1)]
