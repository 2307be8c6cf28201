"""Average precision of 500 pictures with 80 classes against pycocotools, from files to figures, for all sizes alone.

The set is made from a seed and about as full as COCO's own: seven objects a picture and forty detections.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from tests.benchmarks.timing import compare

NAME = "evaluate"
CASES = ("coco-500",)
PICTURES, CLASSES, OBJECTS, DETECTIONS = 500, 80, 7, 40


def run(case: str | None = None) -> None:
    """Print the line."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    with tempfile.TemporaryDirectory() as folder:
        _run(case or CASES[0], Path(folder))


def _set() -> tuple[dict[str, Any], list[dict[str, Any]]]:
    rng = np.random.default_rng(0)
    images = [{"id": n + 1, "file_name": f"{n}.jpg", "width": 640, "height": 480} for n in range(PICTURES)]
    truth: list[dict[str, Any]] = []
    found: list[dict[str, Any]] = []
    for image in images:
        mine = []
        for _ in range(rng.poisson(OBJECTS)):
            box = [*rng.uniform(0, 400, 2), *rng.uniform(10, 200, 2)]
            category = int(CLASSES * rng.random() ** 2) + 1
            mine.append((box, category))
            truth.append({"id": len(truth) + 1, "image_id": image["id"], "category_id": category, "bbox": box,
                          "area": box[2] * box[3], "iscrowd": int(rng.random() < 0.02)})  # fmt: skip
        for _ in range(rng.poisson(DETECTIONS)):
            if mine and rng.random() < 0.7:
                box, category = mine[rng.integers(len(mine))]
                box = (np.array(box) * rng.normal(1, 0.08, 4)).tolist()
            else:
                box, category = [*rng.uniform(0, 400, 2), *rng.uniform(10, 200, 2)], int(rng.integers(CLASSES)) + 1
            found.append({"image_id": image["id"], "category_id": category, "bbox": box,
                          "score": round(float(rng.random()), 3)})  # fmt: skip
    return {
        "images": images, "annotations": truth,
        "categories": [{"id": n + 1, "name": f"class {n}"} for n in range(CLASSES)],
    }, found  # fmt: skip


def _run(case: str, folder: Path) -> None:
    from pycocotools.coco import COCO
    from pycocotools.cocoeval import COCOeval

    from cnnstudio.detection import evaluate, read_coco_results, read_coco_truth

    truth, found = _set()
    paths = folder / "truth.json", folder / "found.json"
    for path, value in zip(paths, (truth, found), strict=True):
        path.write_text(json.dumps(value))

    def product() -> tuple[float, float]:
        made = evaluate(read_coco_results(paths[1]), read_coco_truth(paths[0]))
        return made.map50_95 or 0, made.map50 or 0

    def pycocotools() -> tuple[float, float]:
        with contextlib.redirect_stdout(io.StringIO()):
            known = COCO(str(paths[0]))
            judged = COCOeval(known, known.loadRes(str(paths[1])), "bbox")
            judged.params.areaRng, judged.params.areaRngLbl = [[0, 1e10]], ["all"]
            judged.evaluate()
            judged.accumulate()
        precision = judged.eval["precision"][:, :, :, 0, -1]
        return precision[precision > -1].mean(), precision[0][precision[0] > -1].mean()

    wrong = max(abs(one - other) for one, other in zip(product(), pycocotools(), strict=True))
    if wrong > 1e-6:
        raise AssertionError(f"the figures differ by {wrong:.1e}")
    compare(NAME, case, product, pycocotools, difference=float(f"{wrong:.1e}"), detections=len(found))
