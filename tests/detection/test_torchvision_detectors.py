"""torchvision's detectors, opened: with its thresholds put back, our suppression must give its own output.

Their weights cannot be had everywhere, and are not needed for that: untrained networks propose boxes too.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
import torchvision

from cnnstudio.detection import DetectionSettings, detections_of, drawn, propose, suppress, torchvision_detectors
from cnnstudio.detection import networks as detection_networks
from cnnstudio.engine import run_now
from cnnstudio.errors import ModelError, UsageError

PIXELS = np.random.default_rng(0).integers(0, 256, (61, 83, 3), dtype=np.uint8)
SMALL = {"weights": None, "weights_backbone": None, "min_size": 96, "max_size": 128}


def untrained(monkeypatch, name: str, **options):
    """A detector whose classes are spread out, as if it were trained; detection uses it in place of the real one."""
    torch.manual_seed(1)
    size = {} if name.startswith("ssd") else SMALL
    made = torchvision.models.get_model(name, **{"weights": None, "weights_backbone": None, **size, **options}).eval()
    spread = [made] if name.startswith("ssd") else []
    if name.startswith("fasterrcnn"):
        # What torch starts with lets nothing of the picture through, so that all scores are equal.
        spread = [made.backbone, made.roi_heads.box_head]
        torch.nn.init.normal_(made.roi_heads.box_predictor.cls_score.weight, std=0.05)
    for module in (module for part in spread for module in part.modules()):
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.kaiming_normal_(module.weight)
    if name.startswith("fcos"):
        # Untrained it proposes boxes without area, which torchvision keeps and we do not.
        torch.nn.init.ones_(made.head.regression_head.bbox_reg.bias)
    monkeypatch.setattr(detection_networks, "kept_network", lambda *_, **__: made)
    return made


@pytest.mark.parametrize(
    "name",
    ["fasterrcnn_mobilenet_v3_large_320_fpn", "ssdlite320_mobilenet_v3_large", "retinanet_resnet50_fpn",
     "fcos_resnet50_fpn"],
)  # fmt: skip
def test_with_its_own_thresholds_the_candidates_become_its_own_output(monkeypatch, name) -> None:
    network = untrained(monkeypatch, name)
    one = run_now(propose, DetectionSettings(model=name), PIXELS)
    falling = np.unique(one.scores)[::-1]
    place = min(80, len(falling) // 2)
    score = float(falling[place] + falling[place + 1]) / 2
    deciding = getattr(network, "roi_heads", network)
    deciding.score_thresh, deciding.nms_thresh, deciding.detections_per_img = score, 0.5, 40
    with torch.inference_mode():
        theirs = network([torch.from_numpy(PIXELS).permute(2, 0, 1).float() / 255])[0]
    mine = suppress(one, DetectionSettings(model=name, score=score, iou=0.5, count=40))
    assert len(one) > len(mine) > 4
    assert len(mine) == len(theirs["boxes"])
    assert np.sort(mine.scores)[::-1] == pytest.approx(theirs["scores"].numpy(), abs=1e-5)
    labels = one.class_ids[mine.index]
    for box, label in zip(theirs["boxes"].numpy(), theirs["labels"].numpy(), strict=True):
        assert np.abs(mine.boxes[labels == label] - box).max(1).min() < 0.01
    # The shared network is as it was.
    assert (deciding.score_thresh, deciding.nms_thresh, deciding.detections_per_img) == (score, 0.5, 40)


@pytest.mark.parametrize(
    ("name", "what", "shape"),
    [("maskrcnn_resnet50_fpn", "masks", (28, 28)), ("keypointrcnn_resnet50_fpn", "keypoints", (17, 3))],
)
def test_masks_and_key_points_are_those_that_torchvision_makes_of_the_box(monkeypatch, name, what, shape) -> None:
    network = untrained(monkeypatch, name)
    heads = network.roi_heads
    torch.nn.init.normal_(heads.box_predictor.cls_score.weight, std=0.05)
    monkeypatch.setattr(torchvision_detectors, "MASKED", 12)
    one = run_now(propose, DetectionSettings(model=name), PIXELS)
    assert one.masks is not None
    some = np.flatnonzero(one.masks.of >= 0)
    assert 0 < len(some) <= 36
    arrays = getattr(one.masks, what)
    assert arrays.shape == (len(some), *shape)
    heads.score_thresh, heads.nms_thresh, heads.detections_per_img = 0.05, 0.5, 12
    with torch.inference_mode():
        theirs = network([torch.from_numpy(PIXELS).permute(2, 0, 1).float() / 255])[0]
    mine = suppress(one, DetectionSettings(score=0.05, iou=0.5, count=12))
    assert (one.masks.of[mine.index] >= 0).all()
    found = detections_of("a.png", one, mine)
    assert found.masks is not None
    if what == "keypoints":
        for place in range(3):
            at = int(np.abs(theirs["boxes"].numpy() - mine.boxes[place]).max(1).argmin())
            points = arrays[found.masks.of[place]]
            assert points[:, :2] == pytest.approx(theirs["keypoints"][at].numpy()[:, :2], abs=0.05)
    assert drawn(PIXELS, found).shape == PIXELS.shape


def test_grey_pictures_and_a_second_picture_go_through_the_same_network(monkeypatch) -> None:
    untrained(monkeypatch, "ssdlite320_mobilenet_v3_large")
    settings = DetectionSettings(model="ssdlite320_mobilenet_v3_large")
    first, second = (run_now(propose, settings, PIXELS[:, :, :1]) for _ in range(2))
    assert len(first) > 0
    assert (first.boxes == second.boxes).all()
    assert (first.width, first.height) == (83, 61)


def test_networks_that_are_no_detectors_and_missing_weights_are_told(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("CNNSTUDIO_MODELS", str(tmp_path))
    with pytest.raises(UsageError, match="is no detector"):
        run_now(propose, DetectionSettings(model="efficientnet-lite0"), PIXELS)
    settings = replace(DetectionSettings(), model="ssdlite320_mobilenet_v3_large.COCO_V1")
    with pytest.raises(ModelError, match="models fetch"):
        run_now(propose, settings, PIXELS)
