"""Darknet's descriptions of networks: published structures, habits of strangers, and hostile files."""

from __future__ import annotations

import os
from math import prod
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnstudio.errors import ModelError
from cnnstudio.models.formats import darknet_cfg, darknet_weights
from cnnstudio.networks.darknet import DarknetNetwork
from cnnstudio.networks.darknet_config import PICTURE, Route, Yolo, shapes
from tests.models.refusal import refusal
from tests.networks.darknet_files import DarknetFiles, yolov3, yolov4_tiny

MEGABYTE = 1 << 20
NET = "[net]\nwidth=64\nheight=64\n"
CONV = "[convolutional]\nfilters=18\nsize=3\npad=1\nactivation=leaky\n"
HEAD = "[yolo]\nmask=0,1,2\nanchors=1,2,3,4,5,6\nnum=3\nclasses=1\n"
BIG = "[convolutional]\nfilters=8192\nactivation=linear\n"


def test_real_yolov3_tiny(model_file):
    config = darknet_cfg.read(model_file("yolov3-tiny", "yolov3-tiny.cfg"))
    assert (config.name, config.width, config.height, config.channels) == ("yolov3-tiny.cfg", 416, 416, 3)
    assert len(config.sections) == 24
    assert config.sections[17] == Route((13,))
    assert config.sections[20] == Route((19, 8))
    anchors = ((10, 14), (23, 27), (37, 58), (81, 82), (135, 169), (344, 319))
    assert config.sections[16] == Yolo((3, 4, 5), anchors, 80)
    assert config.sections[23] == Yolo((0, 1, 2), anchors, 80)


@pytest.mark.parametrize(
    # The authors' files have 248 007 048 and 24 251 276 bytes, 20 of them for the header.
    ("net", "numbers", "sections", "grids"),
    [
        (yolov3(416, 416, seed=None), 62_001_757, 107, [13, 26, 52]),
        (yolov4_tiny(416, 416, seed=None), 6_062_814, 38, [13, 26]),
    ],
    ids=["yolov3", "yolov4-tiny"],
)
def test_published_networks_need_as_many_numbers_as_their_authors_files_hold(net, numbers, sections, grids):
    config = darknet_cfg.parse(net.text, "published.cfg")
    assert len(config.sections) == sections
    assert sum(prod(shape) for _, shape in darknet_weights.parameters(config)) == numbers == net.count
    sizes = shapes(config)
    heads = [sizes[index] for index, each in enumerate(config.sections) if isinstance(each, Yolo)]
    assert heads == [(255, grid, grid) for grid in grids]


def test_writing_habits_of_strangers():
    text = (
        "; made by hand\r\n[network]\r\nwidth = 6 4 # inline\r\nheight=32\r\nwidth=999\r\nlearning_rate=.001\r\n\r\n"
        "[conv]\r\nfilters = 18\r\n activation = linear\r\nunheard_of=yes\r\n\t[yolo]\r\n"
        "anchors = 1.5, 2,\t3,4., 5,6,\r\nnum=3\r\nclasses=1\r\nscale_x_y = 1.05\r\n"
    )
    config = darknet_cfg.parse(text, "own.cfg")
    assert (config.width, config.height) == (64, 32)
    assert config.sections[1] == Yolo((0, 1, 2), ((1.5, 2), (3, 4), (5, 6)), 1, scale_x_y=1.05)


def test_a_comment_in_another_encoding(tmp_path):
    path = tmp_path / "own.cfg"
    path.write_bytes(b"\xef\xbb\xbf" + "# 网络\n".encode("gbk") + (NET + CONV + HEAD).encode())
    assert len(darknet_cfg.read(path).sections) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no section"),
        ("\n[convolutional]\n", "line 2: begins with [convolutional]"),
        ("\x7fELF\0\0", "begins with �ELF��"),
        ("[net]\n[net]\n", "line 2: a second [net]"),
        ("[net]\nheight=64\n" + CONV + HEAD, "line 1: [net] needs width="),
        (NET + CONV, "no [yolo]"),
        (NET + "[gaussian_yolo]\n", "line 4: [gaussian_yolo] is not a section"),
        (NET + "nonsense\n", "line 4: nonsense is neither"),
        (NET + CONV + "groups=7\n" + HEAD, "line 4: [convolutional] does not fit: 3 channels and 18 filters"),
        (NET + CONV + "groups=0\n", "line 9: [convolutional] has groups=0"),
        (NET + "[convolutional]\nfilters=1000000000\n", "line 5: [convolutional] has filters=1000000000, which is not"),
        (NET + "[convolutional]\nfilters=100000000\n", "filters=100000000; it must lie between 1 and 65536"),
        (NET + "[convolutional]\nfilters=-1\n", "filters=-1; it must lie"),
        (NET + "[convolutional]\nfilters=1e3\n", "filters=1e3, which is not a whole number"),
        (NET + "[convolutional]\nfilters=٣\n", "filters=٣, which is not a whole number"),
        (NET + "[convolutional]\nsize=65\n", "size=65; it must lie"),
        (NET + "[convolutional]\nactivation=elu\n", "line 5: [convolutional] has activation=elu; known are linear"),
        (NET + "[convolutional]\nxnor=1\n", "line 5: [convolutional] uses xnor"),
        (NET + "[convolutional]\nsize=4\npad=1\ndilation=2\n", "line 7: [convolutional] has a dilation"),
        (NET + "[maxpool]\nsize=3\npadding=3\n", "padding=3; it must lie between 0 and 2"),
        (NET + "[convolutional]\nsize=63\nstride=8\nactivation=relu\n[maxpool]\nsize=3\npadding=0\n", "larger than"),
        (NET + CONV + "[route]\nlayers=-2\n" + HEAD, "line 10: [route] is layer 1 and takes layer -2"),
        (NET + CONV + "[route]\nlayers=1\n" + HEAD, "is layer 1 and takes layer 1, which does not come before"),
        (NET + CONV + "[route]\nlayers=2\n" + CONV + HEAD, "is layer 1 and takes layer 2"),
        (NET + CONV + "[shortcut]\nfrom=2\n[route]\nlayers=1\n", "is layer 1 and takes layer 2"),
        (NET + CONV + "[shortcut]\nfrom=0,0\n", "names 2 layers in from="),
        (NET + CONV + "[route]\n", "names 0 layers"),
        (NET + CONV + "[route]\nlayers=0\ngroups=4\n", "18 channels cannot be parted into 4 groups"),
        (NET + CONV + "[route]\nlayers=0\ngroups=2\ngroup_id=2\n", "group_id=2; it must lie between 0 and 1"),
        (NET + CONV + "[maxpool]\nstride=2\n[route]\nlayers=0,1\n", "maps of 32 × 32 and 64 × 64 pixels"),
        (NET + CONV + HEAD + CONV, "line 14: [convolutional] takes the output of [yolo]"),
        (NET + CONV + "[yolo]\nanchors=1,2\nclasses=1\n", "has 18 channels, the head needs 6"),
        (NET + CONV + "[yolo]\nanchors=1,2,3\nclasses=1\n", "has 3 numbers in anchors=, but num=1 needs 2"),
        (NET + CONV + "[yolo]\nanchors=1,nan\n", "anchors=nan, which is not a number"),
        (NET + CONV + "[yolo]\nanchors=1,-2\n", "anchors=-2.0; it must lie"),
        (NET + CONV + "[yolo]\nanchors=1,2\nmask=1\n", "mask that names anchors outside of 0 to 0"),
        (NET + "[upsample]\nstride=-2\n", "stride=-2; it must lie"),
        (NET + "[upsample]\nstride=32\n" * 3, "line 6: [upsample] makes a map too large to be meant, 3 × 6"),
        (NET + BIG + BIG + BIG + BIG + BIG + BIG, "line 16: [convolutional] brings the network to 268460032 weights"),
        ("[net]\nwidth=512\nheight=512\n" + "[conv]\nfilters=400\nactivation=relu\n" * 4
         + "[route]\nlayers=0,1,2\n", "line 16: [route] makes a map too large"),
        ("[net]\nwidth=512\nheight=512\n" + "[conv]\nfilters=400\nactivation=relu\n" * 4
         + "[shortcut]\nfrom=0\n[shortcut]\nfrom=1\n[shortcut]\nfrom=2\n", "line 20: [shortcut] has to keep more"),
        (NET + "[dropout]\n" * 2000, "more than 1024 sections"),
        (NET + "filters=" + "9" * 900_000 + "\n" + CONV.replace("18", "9" * 100_000), "has filters=99999"),
        (NET + "#" * (10 * MEGABYTE), "is longer than 1048576"),
    ],
)  # fmt: skip
def test_what_is_refused_and_how_it_is_said(text, said):
    message = refusal(lambda: darknet_cfg.parse(text, "hostile.cfg"))
    assert message.startswith("hostile.cfg")
    assert said in message


def structure() -> list[str]:
    net = DarknetFiles(32, 48)
    net.conv(8, 3, 2)
    net.maxpool(3, 2)
    net.conv(8, groups=2)
    net.shortcut(-2)
    net.upsample()
    net.route(-1, 0)
    net.head(classes=1)
    return net.lines


_KEYS = st.sampled_from(["filters", "size", "stride", "padding", "groups", "group_id", "layers", "from", "num"])
_VALUES = st.one_of(st.integers(-8, 70), st.integers(-(10**12), 10**12)).map(str) | st.text(max_size=8)
_LINES = st.sampled_from(structure()) | st.builds("{}={}".format, _KEYS, _VALUES) | st.text(max_size=20)
_EDITS = st.tuples(st.integers(0, len(structure())), st.integers(0, 2), st.lists(_LINES, max_size=2))


@given(edits=st.lists(_EDITS, max_size=4))
@settings(deadline=None)
def test_any_text_is_refused_clearly_or_describes_a_network_that_runs(edits):
    lines = structure()
    for place, dropped, put in edits:
        lines[place : place + dropped] = put
    try:
        config = darknet_cfg.parse("\n".join(lines), "any.cfg")
    except ModelError as error:
        assert str(error).startswith("any.cfg")
        assert "\n" not in str(error)
        return
    sizes = shapes(config)
    # On this device tensors have sizes and no contents.
    with torch.device("meta"):
        network = DarknetNetwork(config)
        heads = network(torch.empty(1, *sizes[PICTURE]))
    expected = [sizes[index] for index, each in enumerate(config.sections) if isinstance(each, Yolo)]
    assert [tuple(head.shape[1:]) for head in heads] == expected
    read = dict(darknet_weights.parameters(config))
    known = {name: tuple(each.shape) for name, each in network.state_dict().items() if each.ndim}
    assert read == known


@given(data=st.binary(max_size=200))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_refused(data, tmp_path):
    path = tmp_path / "any.cfg"
    path.write_bytes(data)
    assert refusal(lambda: darknet_cfg.read(path)).startswith("any.cfg")


def any_weights(path: Path) -> object:
    return darknet_weights.read(path, darknet_cfg.parse("\n".join(structure()), "any.cfg"))


@pytest.mark.parametrize("reader", [darknet_cfg.read, any_weights])
def test_what_is_no_file(reader, tmp_path):
    assert refusal(lambda: reader(tmp_path / "absent")).startswith("absent cannot be read: No such file")
    assert refusal(lambda: reader(tmp_path)).startswith(f"{tmp_path.name} is not a file")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        assert refusal(lambda: reader(tmp_path / "pipe")).startswith("pipe is not a file")
