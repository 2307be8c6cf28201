"""Batches of network inputs, decoded on threads while the network computes; memory for three batches, no more."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from cnnstudio.activations.subjects import Subject
from cnnstudio.errors import PictureError
from cnnstudio.imaging.picture import Picture
from cnnstudio.networks.preprocessing import Placement

AHEAD = 2
_GLANCE = 0.03
"""Seconds between two checkpoints while a batch is waited for."""


@dataclass(frozen=True)
class Seen:
    """What is kept of a picture that went into a batch: its size in pixels, its placement, its file's hash."""

    number: int
    width: int
    height: int
    placement: Placement
    sha256: str


@dataclass(frozen=True, eq=False)
class Batch:
    """inputs: (B, 3, side, side) on the CPU, to be used before the next batch is asked for.

    numbers: (B) of the pictures, -1 where one could not be read or the batch has no more; there the input repeats
    another picture, so that every batch has the same size. unreadable: number and reason.
    """

    inputs: Tensor
    numbers: tuple[int, ...]
    seen: tuple[Seen, ...]
    unreadable: tuple[tuple[int, str], ...]


def batches_ahead(
    subject: Subject, plan: Sequence[range], size: int, read: Callable[[int], Picture], threads: int,
    checkpoint: Callable[[], None],
) -> Generator[Batch, None, None]:  # fmt: skip
    """A batch for every range of picture numbers, `AHEAD` of them in the making while one is computed.

    read: the picture of a number; its PictureError and MemoryError make the picture an unreadable one. checkpoint:
    invoked while a batch is waited for.
    """
    shape = (size, 3, subject.side, subject.side)
    # Pinned memory is copied to an accelerator while that computes.
    pinned = subject.device.startswith("cuda")
    buffers = [
        torch.zeros(shape, pin_memory=pinned).contiguous(memory_format=torch.channels_last)
        for _ in range(min(AHEAD + 1, len(plan)))
    ]
    pool = ThreadPoolExecutor(max(1, threads), thread_name_prefix="decode")
    waiting: deque[tuple[Tensor, list[Future[Seen | tuple[int, str]]]]] = deque()
    try:
        for place, numbers in enumerate(plan):
            buffer = buffers[place % len(buffers)]
            made = [pool.submit(_decoded, subject, read, each, buffer[slot]) for slot, each in enumerate(numbers)]
            waiting.append((buffer, made))
            if len(waiting) > AHEAD:
                yield _finished(*waiting.popleft(), checkpoint)
        while waiting:
            yield _finished(*waiting.popleft(), checkpoint)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _decoded(
    subject: Subject, read: Callable[[int], Picture], number: int, slot: Tensor
) -> Seen | tuple[int, str]:
    try:
        picture = read(number)
        prepared = subject.prepared(picture.pixels)
        if prepared.tensor.shape[1:] != slot.shape:
            raise PictureError(f"The network's input would be {tuple(prepared.tensor.shape[2:])} pixels.")
        slot.copy_(prepared.tensor[0])
    except PictureError as error:
        return number, str(error)
    except MemoryError:
        return number, "there is not enough memory for this picture. Reduce it first."
    return Seen(number, picture.width, picture.height, prepared.placement, picture.sha256)


def _finished(buffer: Tensor, made: list[Future[Any]], checkpoint: Callable[[], None]) -> Batch:
    pending: Any = made
    while pending:
        checkpoint()
        pending = wait(pending, _GLANCE).not_done
    results = [each.result() for each in made]
    seen = tuple(each for each in results if isinstance(each, Seen))
    numbers = np.full(len(buffer), -1)
    good = [slot for slot, each in enumerate(results) if isinstance(each, Seen)]
    numbers[good] = [each.number for each in seen]
    if good:
        for slot in np.flatnonzero(numbers < 0):
            buffer[slot] = buffer[good[-1]]
    unreadable = tuple(each for each in results if not isinstance(each, Seen))
    return Batch(buffer, tuple(int(each) for each in numbers), seen, unreadable)
