"""YOLO's numbers to boxes and back: by the formula written out, by OpenCV's own layer, and by a round trip."""

from __future__ import annotations

import math

import cv2
import numpy as np
import pytest
import skimage.data
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.detection import DetectionSettings, Head, encode, propose
from cnnstudio.detection.encoding import as_output, in_notes_order, shape_iou
from cnnstudio.detection.heads import HeadOutput, output_of
from cnnstudio.detection.letterbox import letterboxed
from cnnstudio.detection.yolo import candidates_of, decode
from cnnstudio.engine import run_now
from cnnstudio.errors import UsageError
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.inputs import prepared
from cnnstudio.networks.preprocessing import InputConvention, Placement, prepare

LABELS = tuple("abcd")
HEAD = Head(2, 3, ((10, 14), (30, 61)), 4, 96, 64)
"""Two rows and three columns of cells of 32 × 32 pixels."""


def sigmoid(value: float) -> float:
    return 1 / (1 + math.exp(-value))


@pytest.mark.parametrize(
    ("scale", "new_coords"), [(1.0, False), (1.05, False), (2.0, True)]
)
def test_decoding_is_the_formula_cell_by_cell(scale, new_coords) -> None:
    head = Head(2, 3, HEAD.anchors, 4, 96, 64, scale, new_coords)
    raw = np.random.default_rng(1).normal(0, 1, (2, 9, 2, 3)).astype(np.float32)
    raw = np.abs(raw) % 1 if new_coords else raw
    decoded = decode(HeadOutput(head, raw))
    squash = (lambda value: value) if new_coords else sigmoid
    number = 0
    for anchor, (wide, tall) in enumerate(head.anchors):
        for row in range(2):
            for column in range(3):
                t = raw[anchor, :, row, column].tolist()
                x = (scale * squash(t[0]) - (scale - 1) / 2 + column) * 32
                y = (scale * squash(t[1]) - (scale - 1) / 2 + row) * 32
                w = wide * ((2 * t[2]) ** 2 if new_coords else math.exp(t[2]))
                h = tall * ((2 * t[3]) ** 2 if new_coords else math.exp(t[3]))
                assert decoded.boxes[number] == pytest.approx([x - w / 2, y - h / 2, x + w / 2, y + h / 2], abs=1e-3)
                assert decoded.objectness[number] == pytest.approx(squash(t[4]), abs=1e-6)
                assert decoded.class_scores[number] == pytest.approx([squash(each) for each in t[5:]], abs=1e-6)
                number += 1


def test_each_candidate_knows_its_cell_and_its_score_is_objectness_times_the_best_class() -> None:
    raw = np.random.default_rng(2).normal(0, 2, (2, 9, 2, 3)).astype(np.float32)
    one = candidates_of((HeadOutput(HEAD, raw),), Placement(1, 1, 0, 0), LABELS, 96, 64)
    decoded = decode(HeadOutput(HEAD, raw))
    assert len(one) == 12
    assert one.boxes == pytest.approx(decoded.boxes, abs=1e-3)
    assert one.class_ids.tolist() == decoded.class_scores.argmax(1).tolist()
    assert one.scores == pytest.approx(decoded.objectness * decoded.class_scores.max(1), abs=1e-6)
    assert one.origin is not None
    for n in range(12):
        place = one.origin.anchor[n], slice(None), one.origin.row[n], one.origin.column[n]
        assert sigmoid(float(raw[place][4])) == pytest.approx(one.origin.objectness[n], abs=1e-6)


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(0, 1) for _ in range(4)], st.integers(0, 3)), max_size=8))
def test_what_is_encoded_decodes_to_the_same_boxes(objects) -> None:
    boxes = np.array([(x * 95, y * 63, x * 95 + 1 + w * 60, y * 63 + 1 + h * 60) for x, y, w, h, _ in objects])
    inside = [n for n, box in enumerate(boxes) if box[0] + box[2] < 192 and box[1] + box[3] < 128]
    boxes, classes = boxes.reshape(-1, 4)[inside], [objects[n][4] for n in inside]
    encoded = encode([HEAD], boxes, classes)
    decoded = decode(as_output(HEAD, encoded.targets[0]))
    found = np.flatnonzero(decoded.objectness > 0.5)
    owners = [n for n, place in enumerate(encoded.places) if place.lost_to is None]
    assert len(found) == len(owners)
    for n in owners:
        place = encoded.places[n]
        at = place.anchor * 6 + place.row * 3 + place.column
        assert at in found
        assert decoded.boxes[at] == pytest.approx(boxes[n], abs=0.01)
        assert decoded.class_scores[at].argmax() == classes[n]


def test_an_object_is_written_as_in_the_notes() -> None:
    # The centre (40, 48) lies in row 1, column 1, at (0.25, 0.5) of it; 64 pixels are two cells.
    encoded = encode([HEAD], np.array([(8, 32, 72, 64)]), [2])
    target = encoded.targets[0]
    assert target.shape == (2, 3, 2, 9)
    [place] = encoded.places
    assert (place.row, place.column) == (1, 1)
    # min(64, 30) · min(32, 61) = 960 of 64 · 32 + 30 · 61 - 960 against 140 of 2048.
    assert place.iou == pytest.approx(960 / (2048 + 1830 - 960))
    assert place.anchor == 1
    assert target[1, 1, 1].tolist() == [1, 0.25, 0.5, 1, 2, 0, 0, 1, 0]
    assert target.sum() == target[1, 1, 1].sum()


def test_two_objects_of_one_shape_or_three_in_a_cell_leave_one_without_a_place() -> None:
    same = np.array([(38, 38, 48, 52), (40, 40, 50, 54)])
    encoded = encode([HEAD], same, [0, 1])
    assert [place.lost_to for place in encoded.places] == [None, 0]
    assert encoded.targets[0][..., 0].sum() == 1
    three = np.array([(38, 38, 48, 52), (30, 15, 60, 76), (40, 40, 50, 54)])
    assert [place.lost_to for place in encode([HEAD], three, [0, 0, 0]).places] == [None, None, 0]


def test_shapes_are_compared_on_one_centre() -> None:
    assert shape_iou((10, 10), ((10, 10), (20, 10), (5, 5), (20, 5))) == pytest.approx([1, 0.5, 0.25, 1 / 3])


def test_the_networks_order_becomes_that_of_the_notes() -> None:
    assert in_notes_order(np.array([1, 2, 3, 4, 5, 6, 7])).tolist() == [5, 1, 2, 4, 3, 6, 7]


@pytest.mark.parametrize(
    ("box", "class_id", "words"),
    [((5, 5, 5, 9), 0, "no area"), ((0, 0, math.nan, 4), 0, "no area"), ((90, 60, 190, 70), 0, "outside"),
     ((0, 0, 5, 5), 4, "class 4"), ((0, 0, 5, 5), -1, "class -1")],
)  # fmt: skip
def test_objects_that_cannot_be_encoded_are_refused(box, class_id, words) -> None:
    with pytest.raises(UsageError, match=words):
        encode([HEAD], np.array([box]), [class_id])


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 700), st.integers(1, 700), st.tuples(*[st.floats(0.05, 0.95) for _ in range(4)]))
def test_boxes_come_back_from_the_letterbox_in_the_photos_pixels(width, height, corners) -> None:
    picture = prepare(
        np.zeros((height, width, 3), np.uint8), InputConvention(scale="0..1", resize="letterbox", resize_to=416)
    )
    x1, x2 = sorted((corners[0] * width, corners[1] * width))
    y1, y2 = sorted((corners[2] * height, corners[3] * height))
    # By hand: the longer side becomes 416, the other is centred, both in whole pixels.
    wide, tall = (max(1, round(416 * side / max(width, height))) for side in (width, height))
    left, top = round((416 - wide) / 2), round((416 - tall) / 2)
    inner = [x1 / width * wide + left, y1 / height * tall + top, x2 / width * wide + left, y2 / height * tall + top]
    if inner[2] - inner[0] < 0.5 or inner[3] - inner[1] < 0.5:
        return
    head = Head(13, 13, ((81, 82), (135, 169)), 4, 416, 416)
    output = as_output(head, encode([head], np.array([inner]), [1]).targets[0])
    one = candidates_of((output,), picture.placement, LABELS, width, height)
    best = int(one.scores.argmax())
    assert one.boxes[best] == pytest.approx([x1, y1, x2, y2], abs=0.01 * max(width, height) / 416 + 0.01)


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 900), st.integers(1, 900), st.sampled_from([1, 3]), st.booleans())
def test_the_fast_letterbox_is_the_general_one_but_for_a_grey_value(width, height, channels, as_float) -> None:
    rough = np.random.default_rng(width).integers(0, 256, (height // 9 + 2, width // 9 + 2, channels), np.uint8)
    pixels = np.asarray(cv2.resize(rough, (width, height))).reshape(height, width, channels)
    pixels = pixels.astype(np.float32) if as_float else pixels
    pixels.setflags(write=False)
    model = model_named("yolov3-tiny")
    fast, general = letterboxed(model, pixels), prepared(model, pixels)
    assert fast.placement == general.placement
    assert fast.tensor.shape == general.tensor.shape == (1, 3, 416, 416)
    assert fast.tensor.dtype == torch.float32
    away = (fast.tensor - general.tensor).abs()
    assert away.max() < 1.01 / 255
    assert away.mean() < 0.05 / 255


@pytest.mark.parametrize("photo", ["coffee", "chelsea", "astronaut"])
def test_candidates_of_real_weights_are_those_of_opencv(model_file, photo) -> None:
    net = cv2.dnn.readNetFromDarknet(
        str(model_file("yolov3-tiny", "yolov3-tiny.cfg")), str(model_file("yolov3-tiny", "yolov3-tiny.weights"))
    )
    pixels = cv2.resize(getattr(skimage.data, photo)(), (416, 416), interpolation=cv2.INTER_AREA)
    net.setInput(cv2.dnn.blobFromImage(pixels, 1 / 255, (416, 416)))
    raw = net.forward(["conv_15", "conv_22"])
    regions = net.forward(net.getUnconnectedOutLayersNames())
    rows = np.concatenate([each.reshape(-1, 85) for each in regions])
    one = run_now(propose, DetectionSettings(), pixels)
    assert one.origin is not None
    for mine, theirs in zip(one.origin.outputs, raw, strict=True):
        assert np.abs(mine.raw - output_of(mine.head, theirs[0]).raw).max() < 1e-3
    # OpenCV goes through cells before anchors, and writes scores below 0.2 as 0.
    order = np.lexsort((one.origin.anchor, one.origin.column, one.origin.row, one.origin.head))
    boxes = one.boxes[order]
    centre, size = (boxes[:, :2] + boxes[:, 2:]) / 2 / 416, (boxes[:, 2:] - boxes[:, :2]) / 416
    assert np.abs(np.concatenate([centre, size], 1) - rows[:, :4]).max() < 1e-3
    assert np.abs(one.origin.objectness[order] - rows[:, 4]).max() < 1e-3
    told = rows[:, 5:].max(1) > 0.2
    assert np.abs(one.scores[order] - rows[:, 5:].max(1))[told].max(initial=0) < 1e-3
    assert (one.class_ids[order][told] == rows[told, 5:].argmax(1)).all()
    if photo == "coffee":
        assert told.any()


def test_packed_convolutions_compute_what_the_folded_network_computes() -> None:
    from cnnstudio.detection.packing import PackedConvolution, pack
    from cnnstudio.models.formats import darknet_cfg
    from cnnstudio.networks.darknet import DarknetNetwork

    lines = ["[net]\nwidth=64\nheight=32\nchannels=3"]
    for filters, stride, activation in ((8, 1, "leaky"), (6, 2, "relu"), (5, 1, "mish"), (7, 1, "linear")):
        lines.append(f"[convolutional]\nbatch_normalize=1\nfilters={filters}\nsize=3\nstride={stride}\npad=1\n"
                     f"activation={activation}")  # fmt: skip
    lines.append("[convolutional]\nfilters=14\nsize=1\nstride=1\nactivation=linear\n"
                 "[yolo]\nmask=0,1\nanchors=1,2,3,4\nclasses=2\nnum=2")  # fmt: skip
    torch.manual_seed(0)
    network = DarknetNetwork(darknet_cfg.parse("\n".join(lines), "small.cfg"))
    network.fuse()
    network.requires_grad_(False)
    pictures = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        [before] = network(pictures)
        assert pack(network) == torch.backends.mkldnn.is_available()
        [after] = network(pictures)
    if torch.backends.mkldnn.is_available():
        assert sum(isinstance(each, PackedConvolution) for each in network.layers) == 4
    assert after == pytest.approx(before, abs=1e-5)
