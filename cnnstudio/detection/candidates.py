"""What a detector proposed for one picture, before any threshold: computed once, then only looked at.

Every later step is given this value and returns indices into it, so that any box can be asked where it came from.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from cnnstudio.errors import UsageError

if TYPE_CHECKING:
    from cnnstudio.detection.heads import HeadOutput

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Origin:
    """Where in a YOLO network each candidate was made, all (N,).

    head: index into `outputs`; row, column: the cell; anchor: of the head. objectness, class_score: 0…1, the two
    factors of the score.
    """

    head: Array
    row: Array
    column: Array
    anchor: Array
    objectness: Array
    class_score: Array
    outputs: tuple[HeadOutput, ...]

    def taken(self, index: Array) -> Origin:
        """Those of the candidates with these indices."""
        return Origin(
            self.head[index], self.row[index], self.column[index], self.anchor[index], self.objectness[index],
            self.class_score[index], self.outputs,
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Masks:
    """Outlines and key points of some candidates.

    of: (N,) index into the arrays below, -1 for a candidate that has none. masks: (M, h, w) float32 probabilities
    over the box of the candidate (as Mask R-CNN makes them, 28 × 28), or None. keypoints: (M, K, 3) float32 x, y in
    the photo's pixels and a score, or None.
    """

    of: Array
    masks: Array | None = None
    keypoints: Array | None = None


@dataclass(frozen=True, eq=False)
class Candidates:
    """N boxes that a detector proposed.

    boxes: (N, 4) x1, y1, x2, y2 in the photo's pixels, possibly beyond its edges. scores: (N,) 0…1. class_ids: (N,)
    int64, indices into `labels`. width, height: of the photo. notes: what the person should know.
    """

    boxes: Array
    scores: Array
    class_ids: Array
    labels: tuple[str, ...]
    width: int
    height: int
    origin: Origin | None = None
    masks: Masks | None = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        count = len(self.boxes)
        if self.boxes.shape != (count, 4) or self.scores.shape != (count,) or self.class_ids.shape != (count,):
            raise UsageError(
                f"Boxes {self.boxes.shape}, scores {self.scores.shape} and classes {self.class_ids.shape} do not "
                "belong together; each box needs four numbers, a score and a class."
            )
        highest = int(self.class_ids.max(initial=-1))
        if highest >= len(self.labels) or int(self.class_ids.min(initial=0)) < 0:
            raise UsageError(
                f"A box is of class {highest if highest >= len(self.labels) else int(self.class_ids.min())}, but the "
                f"list has {len(self.labels)} classes. Name the list of classes that the detector was trained with."
            )

    def __len__(self) -> int:
        return len(self.boxes)

    def taken(self, index: Array) -> Candidates:
        """The candidates with these indices, in this order."""
        masks = self.masks
        return replace(
            self, boxes=self.boxes[index], scores=self.scores[index], class_ids=self.class_ids[index],
            origin=None if self.origin is None else self.origin.taken(index),
            masks=None if masks is None else Masks(masks.of[index], masks.masks, masks.keypoints),
        )  # fmt: skip


def class_ids_of(names: tuple[str, ...], labels: tuple[str, ...]) -> tuple[int, ...]:
    """The ids of classes by name, in any case; UsageError with the nearest names for one that there is not."""
    import difflib

    known: dict[str, list[int]] = {}
    for index, label in enumerate(labels):
        known.setdefault(label.casefold(), []).append(index)
    found: list[int] = []
    for name in names:
        if name.strip().casefold() not in known:
            near = difflib.get_close_matches(name.strip().casefold(), known, 3)
            hint = f"Did you mean {', '.join(near)}?" if near else f"The network knows {len(labels)} classes."
            raise UsageError(f"There is no class {name.strip()!r}. {hint}")
        found += known[name.strip().casefold()]
    return tuple(found)


def on(candidates: Candidates, classes_off: tuple[str, ...]) -> Array:
    """(N,) bool: those whose class is not switched off; names that the detector does not know change nothing."""
    off = [index for index, label in enumerate(candidates.labels) if label in set(classes_off)]
    return ~np.isin(candidates.class_ids, off) if off else np.ones(len(candidates), bool)
