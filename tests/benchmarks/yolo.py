"""YOLOv3-tiny on the processor against OpenCV's DNN module on the same file, with the same threads.

`forward` is the network alone on a prepared input; both are judged by the fastest of the rounds, as other work on the
machine only ever adds time. `photo-to-boxes` is the whole way from decoded pixels to final boxes against our own
forward pass.
"""

from __future__ import annotations

import os

import numpy as np

from tests.benchmarks.pictures import photo
from tests.benchmarks.timing import interleaved, report

NAME = "yolo"
CASES = ("forward", "photo-to-boxes")
ROUNDS = 40
LARGEST_DIFFERENCE = 1e-3


def run(case: str | None = None) -> None:
    """Print one line for each case, or for the named one."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for each in (case,) if case else CASES:
        {"forward": _forward, "photo-to-boxes": _photo_to_boxes}[each]()


def _network() -> tuple[object, object]:
    """Our network as detection runs it, and its record."""
    from cnnstudio.detection.networks import detecting_network
    from cnnstudio.engine import run_now
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.ensuring import ensure

    model = model_named("yolov3-tiny")
    ensure(model)
    return model, run_now(lambda job: detecting_network(model, job))


def _forward() -> None:
    import cv2
    import torch

    from cnnstudio.engine.cores import available_cores
    from cnnstudio.locate import resources_dir
    from cnnstudio.models import place

    model, network = _network()
    threads = available_cores()
    torch.set_num_threads(threads)
    cv2.setNumThreads(threads)
    weights = place.path_of(model, model.files[0])
    theirs = cv2.dnn.readNetFromDarknet(str(resources_dir() / "networks" / "yolov3-tiny.cfg"), str(weights))
    theirs.setInput(np.random.default_rng(0).random((1, 3, 416, 416), np.float32))
    tensor = torch.from_numpy(np.random.default_rng(0).random((1, 3, 416, 416), np.float32))
    tensor = tensor.to(memory_format=torch.channels_last)

    def opencv() -> object:
        return theirs.forward(["conv_15", "conv_22"])

    def product() -> object:
        with torch.inference_mode():
            return network(tensor)

    wrong = max(
        float(np.abs(mine[0].numpy() - other[0]).max()) for mine, other in zip(product(), opencv(), strict=True)
    )
    if wrong > LARGEST_DIFFERENCE:
        raise AssertionError(f"the raw outputs differ by {wrong:.1e}")
    _report("forward", interleaved({"ours": product, "theirs": opencv}, rounds=ROUNDS), threads, difference=wrong)


def _photo_to_boxes() -> None:
    import torch

    from cnnstudio.detection import DetectionSettings, propose, suppress
    from cnnstudio.engine import run_now
    from cnnstudio.engine.cores import available_cores

    _, network = _network()
    threads = available_cores()
    torch.set_num_threads(threads)
    pixels = photo(810, 1080)
    settings = DetectionSettings()
    tensor = torch.rand(1, 3, 416, 416).to(memory_format=torch.channels_last)

    def product() -> object:
        return suppress(run_now(propose, settings, pixels, threads=threads), settings)

    def forward() -> object:
        with torch.inference_mode():
            return network(tensor)

    _report("photo-to-boxes", interleaved({"ours": product, "theirs": forward}, rounds=ROUNDS), threads)


def _report(case: str, taken: dict[str, list[float]], threads: int, difference: float | None = None) -> None:
    ours, theirs = (min(taken[key]) for key in ("ours", "theirs"))
    more = {} if difference is None else {"difference": float(f"{difference:.1e}")}
    report(NAME, case, ratio=round(ours / theirs, 3), ours_ms=round(ours, 2), theirs_ms=round(theirs, 2),
           rounds=ROUNDS, threads=threads, **more)  # fmt: skip
