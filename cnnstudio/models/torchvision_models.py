"""torchvision's classifiers, detectors and segmenters as rows of the catalogue, from its weights enumerations.

Its files carry the first eight digits of their SHA-256 in their names, which is all that can be checked.
Importing this module is cheap; calling it imports torchvision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cnnstudio.models.registry import Model, ModelFile, Source

_DIGITS = re.compile(r"-([0-9a-f]{8,64})\.pth$")
_SCORES = {
    "acc@1": ("top-1", " %"), "acc@5": ("top-5", " %"), "box_map": ("box mAP", ""), "mask_map": ("mask mAP", ""),
    "kp_map": ("keypoint mAP", ""), "miou": ("mean IoU", " %"), "pixel_acc": ("pixel accuracy", " %"),
}  # fmt: skip
_LICENCE = "BSD-3-Clause (code)"


def enumerated() -> tuple[Model, ...]:
    """A row for every network's best weights, and one `network.WEIGHTS` for each of its weights."""
    import torchvision

    tasks = {
        "classification": torchvision.models,
        "detection": torchvision.models.detection,
        "segmentation": torchvision.models.segmentation,
    }
    return tuple(
        model
        for task, module in tasks.items()
        for name in torchvision.models.list_models(module)
        for model in _rows(name, task)
    )


def _rows(name: str, task: str) -> Iterator[Model]:
    from torchvision.models import get_model_weights

    weights: Any = get_model_weights(name)
    for each in weights:
        row = _row(f"{name}.{each.name}", task, each)
        if row and each is weights.DEFAULT:
            yield _row(name, task, each) or row
        if row:
            yield row


def _row(name: str, task: str, weights: Any) -> Model | None:
    digits = _DIGITS.search(weights.url)
    if not digits or not weights.url.startswith("https://"):
        return None
    meta = weights.meta
    size = round(meta.get("_file_size", 0) * 2**20)
    file = ModelFile(weights.url.rsplit("/", 1)[1], size, digits[1], "torch")
    scores = "; ".join(
        f"{data}, {', '.join(_score(metric, value) for metric, value in metrics.items())}"
        for data, metrics in meta.get("_metrics", {}).items()
    )
    return Model(
        name=name,
        title=name.partition(".")[0],
        task=task,
        architecture=f"torchvision {name.partition('.')[0]}, {meta.get('num_params', 0) / 1e6:.1f} M weights",
        trained_on=scores or weights.name,
        licence=_licence(meta),
        licence_from=meta.get("license") or "torchvision's LICENSE; it states no terms for the weights",
        files=(file,),
        sources=(Source("official", {file.name: weights.url}, size),),
        input={"torchvision": f"{type(weights).__name__}.{weights.name}"},
    )


def _score(metric: str, value: float) -> str:
    words, unit = _SCORES.get(metric, (metric, ""))
    return f"{words} {value:.1f}{unit}"


def _licence(meta: dict[str, Any]) -> str:
    stated = meta.get("license", "")
    return "CC-BY-NC-4.0" if "SWAG" in stated else stated or _LICENCE
