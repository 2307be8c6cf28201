"""torchvision's detectors: Faster and Mask R-CNN, Keypoint R-CNN, SSD, RetinaNet and FCOS, with all they propose.

Their own thresholds are opened (see `networks`). Masks and key points cost a pass for each box, so they are computed
for the boxes that are likely to be seen: the best ones that suppression leaves at a few usual thresholds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.candidates import Candidates, Masks
from cnnstudio.job import Job

Array = npt.NDArray[Any]

MASKED = 100
"""So many boxes get a mask or key points for each of `MASK_IOUS`; most are the same ones."""
MASK_SCORE = 0.05
MASK_IOUS = (0.3, 0.5, 0.7)
BACKGROUND = "__background__"


def candidates_of_torchvision(network: Any, labels: tuple[str, ...], pixels: Array, job: Job) -> Candidates:
    """What an opened torchvision detector proposes for a picture (H, W, 1 or 3), 0…255.

    Class ids are the network's own: with COCO weights COCO's category ids, 0 being the background.
    """
    import torch

    height, width = pixels.shape[:2]
    tensor = _tensor(pixels).to(job.device)
    with torch.inference_mode(), job.giving_way(network):
        if hasattr(network, "roi_heads"):
            boxes, scores, classes, masks = _two_stages(network, tensor, (height, width))
        else:
            found = network([tensor])[0]
            boxes, scores, classes = (_array(found[key]) for key in ("boxes", "scores", "labels"))
            masks = None
    return Candidates(boxes, scores, classes.astype(np.int64), labels, width, height, masks=masks)


def _tensor(pixels: Array) -> Any:
    """(3, H, W) float32, 0…1."""
    import torch

    planes = np.repeat(pixels, 3, axis=2) if pixels.shape[2] == 1 else pixels
    return torch.from_numpy(np.ascontiguousarray(planes.transpose(2, 0, 1), np.float32) / np.float32(255))


def _two_stages(network: Any, tensor: Any, size: tuple[int, int]) -> tuple[Array, Array, Array, Masks | None]:
    """The steps of torchvision's own forward pass, the box head apart from those for masks and key points."""
    heads = network.roi_heads
    images, _ = network.transform([tensor])
    features = network.backbone(images.tensors)
    proposals, _ = network.rpn(images, features)
    pooled = heads.box_head(heads.box_roi_pool(features, proposals, images.image_sizes))
    logits, offsets = heads.box_predictor(pooled)
    boxes, scores, classes = (
        each[0] for each in heads.postprocess_detections(logits, offsets, proposals, images.image_sizes)
    )
    masks = None
    if heads.has_mask() or heads.has_keypoint():
        masks = _masks(heads, features, images, (boxes, scores, classes), size)
    scale = _scale(images.image_sizes[0], size)
    return _array(boxes) * np.tile(scale, 2), _array(scores), _array(classes), masks


def _masks(heads: Any, features: Any, images: Any, found: tuple[Any, Any, Any], size: tuple[int, int]) -> Masks:
    import torch
    from torchvision.models.detection.roi_heads import keypointrcnn_inference, maskrcnn_inference
    from torchvision.ops import batched_nms

    boxes, scores, classes = found
    sure = torch.where(scores > MASK_SCORE)[0]
    left = [batched_nms(boxes[sure], scores[sure], classes[sure], threshold)[:MASKED] for threshold in MASK_IOUS]
    seen = sure[torch.from_numpy(np.unique(_array(torch.cat(left)))).to(sure.device)]
    of = np.full(len(boxes), -1)
    of[_array(seen)] = np.arange(len(seen))
    if len(seen) == 0:
        return Masks(of)
    chosen = [boxes[seen]]
    if heads.has_mask():
        logits = heads.mask_predictor(heads.mask_head(heads.mask_roi_pool(features, chosen, images.image_sizes)))
        return Masks(of, masks=_array(maskrcnn_inference(logits, [classes[seen]])[0])[:, 0])
    pooled = heads.keypoint_roi_pool(features, chosen, images.image_sizes)
    points, certainty = keypointrcnn_inference(heads.keypoint_predictor(heads.keypoint_head(pooled)), chosen)
    places = _array(points[0])[:, :, :2] * _scale(images.image_sizes[0], size)
    return Masks(of, keypoints=np.concatenate([places, _array(certainty[0])[:, :, None]], 2))


def _scale(inner: tuple[int, int], size: tuple[int, int]) -> Array:
    """(x, y) factors from the network's input (height, width) to the photo's pixels."""
    return np.array([size[1] / inner[1], size[0] / inner[0]], np.float32)


def _array(tensor: Any) -> Array:
    return np.asarray(tensor.float().cpu().numpy() if tensor.is_floating_point() else tensor.cpu().numpy())
