"""Random ground truth and detections in COCO's form, and what pycocotools makes of them."""

from __future__ import annotations

import contextlib
import io
import json
from pathlib import Path

import numpy as np
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval


def random_set(seed: int, *, pictures=15, classes=4, crowd=0.2, levels=6, most=7):
    """(data set, results): the last class has no truth, boxes lie on a coarse grid, scores have `levels` values."""
    rng = np.random.default_rng(seed)
    images = [{"id": 3 * n + 1, "file_name": f"{n}.jpg", "width": 200, "height": 200} for n in range(pictures)]
    rng.shuffle(images)
    truth, results = [], []
    for image in images:
        for _ in range(rng.integers(0, most)):
            box = [*(rng.integers(0, 20, 2) * 5).tolist(), *(rng.integers(1, 12, 2) * 5).tolist()]
            category = int(rng.integers(0, classes - 1)) * 2 + 1
            truth.append({
                "id": len(truth) + 1, "image_id": image["id"], "category_id": category, "bbox": box,
                "area": box[2] * box[3], "iscrowd": int(rng.random() < crowd),
            })  # fmt: skip
            for _ in range(rng.integers(0, 5)):
                moved = [float(max(each + rng.integers(-1, 2) * 5, 1)) for each in box]
                results.append({
                    "image_id": image["id"], "bbox": moved, "score": float(rng.integers(0, levels)) / levels,
                    "category_id": category if rng.random() < 0.8 else int(rng.integers(0, classes)) * 2 + 1,
                })  # fmt: skip
    rng.shuffle(truth)
    rng.shuffle(results)
    categories = [{"id": 2 * n + 1, "name": f"class {n}"} for n in range(classes)]
    return {"images": images, "annotations": truth, "categories": categories}, results


def written(folder: Path, truth, results) -> tuple[Path, Path]:
    """Both as files: (results, truth)."""
    paths = folder / "results.json", folder / "truth.json"
    for path, value in zip(paths, (results, truth), strict=True):
        path.write_text(json.dumps(value))
    return paths


def reference(truth, results) -> COCOeval:
    """pycocotools' own evaluation; `stats[0]` is mAP at 0.5:0.95, `stats[1]` at 0.5."""
    with contextlib.redirect_stdout(io.StringIO()):
        known = COCO()
        known.dataset = truth
        known.createIndex()
        judged = COCOeval(known, known.loadRes(results), "bbox")
        judged.evaluate()
        judged.accumulate()
        judged.summarize()
    return judged
