"""A scan of all convolution layers for maximum patches against the bare pass of the same network, batch 32, float32.

All get the same decoded batch in each round, a new one every round, and the running maxima go on from round to
round, as in a scan of 17 batches from its beginning. `ratio` is our throughput over theirs; above 1 ours is faster.
The scan sends a batch through in parts, the bare pass at once; `ratio_in_parts` is against bare passes of the same
parts, so that what parts gain by themselves is not taken for the speed of the scan.
`overlap` is a whole scan from JPEG files: `ratio` is the time of decoding alone and bare passes alone, one after the
other, over that of the scan. `memory` is the peak of a whole scan of 10,000 pictures over that of 1,000, each in a
process of its own.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.timing import ROUNDS, interleaved, report

NAME = "max-patches"
NETWORKS = {
    "efficientnet-lite0": "efficientnet-lite0",
    "vgg16-hed": "vgg16-hed",
    "resnet18": "resnet18",
    "mobilenet_v2": "mobilenet_v2",
}
CASES = (*NETWORKS, "overlap", "memory")
BATCH = 32
FEW, MANY = 1_000, 10_000


def run(case: str | None = None) -> None:
    """Print one line for each case, or for the named one."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for each in (case,) if case else CASES:
        if each == "overlap":
            _overlap()
        elif each == "memory":
            _memory()
        else:
            _throughput(each)


def _subject(name: str) -> Any:
    from cnnstudio.activations import subject_named
    from cnnstudio.models.catalogue import model_named
    from cnnstudio.models.ensuring import ensure

    if "torchvision" not in model_named(name).input:
        ensure(model_named(name))
    return subject_named(name)


def _throughput(case: str) -> None:
    import torch

    from cnnstudio.activations import PatchScanner, scanned_layers
    from cnnstudio.activations.patch_scanner import CPU_PART

    subject = _subject(case)
    layers = scanned_layers(subject, ())
    scanner = PatchScanner(subject, layers, 1)
    torch.manual_seed(0)
    warm, shape = 2, (BATCH, 3, subject.side, subject.side)
    batches = [torch.randn(shape).to(memory_format=torch.channels_last) for _ in range(warm + ROUNDS)]
    count = {"ours": 0, "theirs": 0, "parts": 0}

    def ours() -> None:
        number = count["ours"]
        scanner.take(batches[number], range(number * BATCH, (number + 1) * BATCH))
        count["ours"] += 1

    def theirs() -> None:
        with torch.inference_mode():
            subject.network(batches[count["theirs"]])
        count["theirs"] += 1

    def parts() -> None:
        with torch.inference_mode():
            for part in batches[count["parts"]].split(CPU_PART):
                subject.network(part)
        count["parts"] += 1

    taken = interleaved({"ours": ours, "theirs": theirs, "parts": parts}, warm=warm)
    mine, other, in_parts = (statistics.median(taken[key]) for key in ("ours", "theirs", "parts"))
    units = sum(layer.channels for layer in layers)
    report(NAME, case, ratio=round(other / mine, 3), ours_ms=round(mine, 1), theirs_ms=round(other, 1), rounds=ROUNDS,
           ratio_in_parts=round(in_parts / mine, 3), units=units,
           ratio_of_sums=round(sum(taken["theirs"]) / sum(taken["ours"]), 3),
           load=round(os.getloadavg()[0], 2))  # fmt: skip


def _overlap() -> None:
    """Pictures of 500 × 375 pixels, as those of ImageNet are on average."""
    import torch

    from cnnstudio.activations import PatchSettings, scan, scan_plan
    from cnnstudio.activations.picture_batches import batches_ahead
    from cnnstudio.engine import run_now
    from cnnstudio.engine.cores import available_cores
    from cnnstudio.imaging.reading import read_picture

    subject = _subject("resnet18")
    subject.layers  # noqa: B018 - found once, before anything is timed
    with tempfile.TemporaryDirectory() as where:
        pictures = _noise(Path(where, "pictures"), 320, (375, 500), ".jpg")

        def decode() -> None:
            plan = scan_plan(PatchSettings(batch=BATCH), pictures, Path(where, "none"))
            names = [Path(plan.folder, name) for name in plan.names]

            def read(number: int) -> Any:
                return read_picture(names[number])

            for _ in batches_ahead(subject, plan.batches, BATCH, read, available_cores(), lambda: None):
                pass

        def compute() -> None:
            inputs = torch.randn(BATCH, 3, subject.side, subject.side).to(memory_format=torch.channels_last)
            with torch.inference_mode():
                for _ in range(10):
                    subject.network(inputs)

        def whole(number: int) -> None:
            plan = scan_plan(PatchSettings(batch=BATCH), pictures, Path(where, f"index{number}"))
            run_now(scan, plan, lambda device: subject)

        taken: dict[str, list[float]] = {"decode": [], "compute": [], "scan": []}
        for number in range(5):
            for key, work in (("decode", decode), ("compute", compute), ("scan", lambda number=number: whole(number))):
                start = time.perf_counter()
                work()
                taken[key].append(time.perf_counter() - start)
    each = {f"{key}_s": round(statistics.median(values), 2) for key, values in taken.items()}
    one_after_the_other = each["decode_s"] + each["compute_s"]
    report(NAME, "overlap", ratio=round(one_after_the_other / each["scan_s"], 3), **each, rounds=5, pictures=320,
           load=round(os.getloadavg()[0], 2))  # fmt: skip


def _memory() -> None:
    peaks = {}
    for count in (FEW, MANY):
        with tempfile.TemporaryDirectory() as where:
            words = [sys.executable, "-m", "tests.benchmarks.max_patches", where, str(count)]
            peaks[count] = int(subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()[-1])
    report(NAME, "memory", ratio=round(peaks[MANY] / peaks[FEW], 3), few_mb=round(peaks[FEW] / 1e3),
           many_mb=round(peaks[MANY] / 1e3), pictures=[FEW, MANY])  # fmt: skip


def _noise(folder: Path, count: int, size: tuple[int, int], suffix: str) -> Path:
    import cv2
    import numpy as np

    folder.mkdir()
    random = np.random.default_rng(0)
    for number in range(count):
        small = random.integers(0, 256, (size[0] // 4, size[1] // 4, 3), dtype=np.uint8)
        cv2.imwrite(str(folder / f"{number:06d}{suffix}"), cv2.resize(small, size[::-1], interpolation=cv2.INTER_CUBIC))
    return folder


def _peak_of_a_scan(where: Path, count: int) -> int:
    """Kilobytes (on Linux) after a scan of so many small pictures."""
    from cnnstudio.activations import PatchSettings, scan, scan_plan
    from cnnstudio.engine import run_now

    pictures = _noise(where / "pictures", count, (64, 64), ".png")
    subject = _subject("squeezenet1_1")
    run_now(scan, scan_plan(PatchSettings(batch=BATCH), pictures, where / "index"), lambda device: subject)
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    print(_peak_of_a_scan(Path(sys.argv[1]), int(sys.argv[2])))
