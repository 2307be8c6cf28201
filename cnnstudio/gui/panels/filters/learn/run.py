"""One run of the learner: what it depends on, and the work that the engine does for it."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cnnstudio.filters import LearnSettings

if TYPE_CHECKING:
    from cnnstudio.filters import Learned
    from cnnstudio.imaging.picture import Picture

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class Run:
    """All that a run depends on, as it was when the run began: what is changed later does not touch it.

    `strokes`: points, brush diameter and whether it erases. Without path and strokes the target is what the
    hidden kernel gives.
    """

    learning: LearnSettings
    picture: Picture | None
    target_path: str = ""
    strokes: tuple[tuple[Points, float, bool], ...] = ()


def hidden_rows(learning: LearnSettings, job: Any) -> tuple[tuple[float, ...], ...]:
    """The hidden kernel, to be shown beside the one that is learned."""
    from cnnstudio.filters import hidden_kernel

    return tuple(tuple(row) for row in hidden_kernel(learning).tolist())


def learn_run(run: Run, start: Learned | None, job: Any) -> Generator[None, None, Learned]:
    """Learn, from the state `start` on where there is one; previews and result are `Learned`."""
    from cnnstudio.filters import (
        PaintedStroke,
        hidden_target,
        learn,
        pixels_to_learn_from,
        target_from_file,
        target_from_strokes,
    )

    pixels = pixels_to_learn_from(run.picture, job.checkpoint)
    size = (pixels.shape[0], pixels.shape[1])
    if run.target_path:
        target = target_from_file(run.target_path, size, checkpoint=job.checkpoint)
    elif run.strokes:
        width = run.picture.width if run.picture is not None else size[1]
        target = target_from_strokes(tuple(PaintedStroke(*each) for each in run.strokes), width, size, job.checkpoint)
    else:
        target = hidden_target(run.learning, pixels)
    return (yield from learn(run.learning, pixels, target, job, start=start))
