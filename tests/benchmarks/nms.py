"""Moving a threshold over 10,000 candidates against one call of torchvision's suppression on the same boxes.

The ratio is the median, over the IoU thresholds, of our move to their call at the same threshold. `prepare_calls` says
how many of their calls at 0.5 the preparation takes; `score_ms` is a move of the score threshold. The outcome is
compared at every threshold.
"""

from __future__ import annotations

import itertools
import os
import statistics
from dataclasses import replace

import numpy as np

from tests.benchmarks.candidate_boxes import OBJECTS, proposed
from tests.benchmarks.timing import interleaved, report

NAME = "nms"
CASES = tuple(OBJECTS)
THRESHOLDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


def run(case: str | None = None) -> None:
    """Print one line for each case, or for the named one."""
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    for each in (case,) if case else CASES:
        _run(each)


def _run(case: str) -> None:
    import torch
    from torchvision.ops import batched_nms, nms

    from cnnstudio.detection import Candidates, DetectionSettings, prepare, suppress
    from cnnstudio.engine.cores import available_cores

    boxes, scores, classes = proposed(case)
    candidates = Candidates(boxes, scores, classes, tuple(map(str, range(80))), 1920, 1080)
    settings = DetectionSettings(score=0)
    tensors = [torch.from_numpy(each) for each in (boxes, scores, classes)]
    threads = available_cores()

    def theirs(threshold: float) -> torch.Tensor:
        return batched_nms(*tensors, threshold) if case == "classes-80" else nms(*tensors[:2], threshold)

    prepared = prepare(candidates, settings, threads=threads)
    ratios, moves, calls = [], [], []
    for threshold in THRESHOLDS:
        _check(suppress(candidates, replace(settings, iou=threshold), prepared).index, theirs(threshold), scores)
        # Every move goes to another threshold, so that no answer is remembered.
        moved = (threshold + number * 1e-7 for number in itertools.count(1))
        taken = interleaved({
            "ours": lambda to=moved: suppress(candidates, replace(settings, iou=next(to)), prepared),
            "theirs": lambda to=threshold: theirs(to),
        })  # fmt: skip
        ours, other = statistics.median(taken["ours"]), statistics.median(taken["theirs"])
        ratios.append(ours / other)
        moves.append(ours)
        calls.append(other)
    taken = interleaved({
        "prepare": lambda: prepare(candidates, settings, threads=threads),
        "theirs": lambda: theirs(0.5),
    })  # fmt: skip
    prepare_ms, call_ms = (statistics.median(taken[key]) for key in ("prepare", "theirs"))
    score = interleaved({"score": lambda: suppress(candidates, replace(settings, score=0.6), prepared)})["score"]
    report(
        NAME, case, ratio=round(statistics.median(ratios), 4), worst_ratio=round(max(ratios), 4),
        ours_ms=round(statistics.median(moves), 3), theirs_ms=round(statistics.median(calls), 2),
        prepare_ms=round(prepare_ms, 1), prepare_calls=round(prepare_ms / call_ms, 2),
        score_ms=round(statistics.median(score), 3), pairs=0 if prepared.graph is None else len(prepared.graph.better),
    )  # fmt: skip


def _check(ours: np.ndarray, theirs: object, scores: np.ndarray) -> None:
    # A score of 0 is its threshold and drops with us.
    expected = {each for each in theirs.tolist() if scores[each] > 0}
    if set(ours.tolist()) != expected:
        raise AssertionError("the outcomes differ")
