"""Darknet's description of a network, a text of [sections] and name=value lines, as a `DarknetConfig`.

The file may come from anywhere. Its length, every number in it, every reference between layers and the size of what
it describes are checked here, so that whoever builds the network can trust the values. What would change a network's
results and is not understood is refused by name; options of training are passed over.
"""

from __future__ import annotations

import stat
from pathlib import Path

from cnnstudio.errors import ModelError
from cnnstudio.models.formats.darknet_fit import Fit
from cnnstudio.models.formats.darknet_options import Block, Option, shown
from cnnstudio.models.formats.darknet_sections import section
from cnnstudio.networks.darknet_config import DarknetConfig, Yolo

MOST_CHARACTERS = 1 << 20
MOST_SECTIONS = 1024
LONGEST_SIDE = 4096
_NET = ("net", "network")


def read(path: Path) -> DarknetConfig:
    """The network that a .cfg file describes; ModelError naming the file when it cannot be read or trusted.

    Bytes that are not UTF-8 are let pass in comments, where Darknet never looked at them either.
    """
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode):
            raise ModelError(f"{path.name} is not a file. Choose a Darknet .cfg file.")
        if about.st_size > MOST_CHARACTERS:
            raise _too_long(path.name)
        with path.open("rb") as file:
            data = file.read(MOST_CHARACTERS + 1)
    except OSError as error:
        raise ModelError(f"{path.name} cannot be read: {error.strerror or error}. Check the file.") from error
    return parse(data.decode("utf-8-sig", errors="replace"), path.name)


def parse(text: str, name: str) -> DarknetConfig:
    """The network that this text describes; `name` is the file's and begins every message.

    Raises ModelError naming file and line for unknown sections, numbers out of range, references to layers that do
    not come before, maps that do not fit together, and networks too large to be meant.
    """
    if len(text) > MOST_CHARACTERS:
        raise _too_long(name)
    net, *blocks = _blocks(text, name)
    height = net.whole("height", 0, 1, LONGEST_SIDE)
    width = net.whole("width", 0, 1, LONGEST_SIDE)
    channels = net.whole("channels", 3, 1, 4)
    fit = Fit(channels, height, width)
    sections = []
    for index, block in enumerate(blocks):
        each = section(block, index)
        fit.add(each, block)
        sections.append(each)
    if not any(isinstance(each, Yolo) for each in sections):
        raise ModelError(f"{name} has no [yolo] section. Only detectors of the YOLOv3 family can be used.")
    return DarknetConfig(name, width, height, channels, tuple(sections))


def _blocks(text: str, name: str) -> list[Block]:
    """The sections with their options as text, [net] first."""
    blocks: list[Block] = []
    for number, raw in enumerate(text.split("\n"), 1):
        # Darknet drops white space inside of lines as well.
        line = "".join(raw.split("#", 1)[0].split())
        if not line or line[0] == ";":
            continue
        if line[0] == "[" and line[-1] == "]":
            blocks.append(_opened(line[1:-1], name, number, len(blocks)))
        elif not blocks:
            raise _no_net(name, number, line)
        elif "=" in line:
            key, value = line.split("=", 1)
            # The first of several counts, as in Darknet.
            blocks[-1].options.setdefault(key, Option(value, number))
        else:
            raise ModelError(f"{name}, line {number}: {shown(line)} is neither a [section] nor name=value.")
    if not blocks:
        raise ModelError(f"{name} holds no section. A Darknet .cfg begins with [net].")
    return blocks


def _opened(kind: str, name: str, number: int, before: int) -> Block:
    if before == 0 and kind not in _NET:
        raise _no_net(name, number, f"[{kind}]")
    if before > 0 and kind in _NET:
        raise ModelError(f"{name}, line {number}: a second [net]. Choose a file that describes one network.")
    if before > MOST_SECTIONS:
        raise ModelError(f"{name}, line {number}: more than {MOST_SECTIONS} sections. Choose another file.")
    return Block(name, kind, number)


def _no_net(name: str, number: int, line: str) -> ModelError:
    return ModelError(f"{name}, line {number}: begins with {shown(line)}, but a Darknet .cfg begins with [net].")


def _too_long(name: str) -> ModelError:
    return ModelError(f"{name} is longer than {MOST_CHARACTERS} bytes, too much for a Darknet .cfg. Choose another.")
