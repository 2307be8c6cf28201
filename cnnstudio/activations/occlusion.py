"""Occlusion: cover one place after the other with grey and watch the class's score fall (Zeiler and Fergus 2014)."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.targets import class_logits, grey
from cnnstudio.job import Job

BATCH = 8
Box = tuple[int, int, int, int]


def occlusion(
    subject: Subject, inputs: Tensor, index: int, window: int, step: int, job: Job
) -> Iterator[Tensor]:
    """For each pixel the mean fall of the class's score, 0…1, over all windows that cover it.

    inputs: (1, 3, h, w). Windows of `window` pixels lie every `step` pixels and reach over the border, so that every
    pixel is covered equally often. Yields (h, w) after each batch, the last one complete; where nothing was covered
    yet it is 0.
    """
    height, width = inputs.shape[2:]
    boxes = windows(height, width, window, step)
    filling = grey(subject)[:, :, :1, :1]
    falls, counts = torch.zeros(height, width), torch.zeros(height, width)
    score = float(_scores(subject, inputs, index, job)[0])
    for start in range(0, len(boxes), BATCH):
        some = boxes[start : start + BATCH]
        covered = inputs.repeat(len(some), 1, 1, 1)
        for picture, (left, top, right, bottom) in zip(covered, some, strict=True):
            picture[:, top:bottom, left:right] = filling[0]
        scores = _scores(subject, covered, index, job).tolist()
        for (left, top, right, bottom), now in zip(some, scores, strict=True):
            falls[top:bottom, left:right] += score - now
            counts[top:bottom, left:right] += 1
        job.progress(start + len(some), len(boxes))
        yield falls / counts.clamp(min=1)


def windows(height: int, width: int, window: int, step: int) -> list[Box]:
    """x1, y1, x2, y2 of every window, cut at the border."""
    return [
        (max(0, left), max(0, top), min(width, left + window), min(height, top + window))
        for top in _starts(height, window, step)
        for left in _starts(width, window, step)
    ]


def _starts(size: int, window: int, step: int) -> range:
    return range(min(step, window) - window, size, step)


def _scores(subject: Subject, inputs: Tensor, index: int, job: Job) -> Tensor:
    with torch.inference_mode(), job.giving_way(subject.network):
        return class_logits(subject, subject.network, inputs).float().softmax(1)[:, index].cpu()
