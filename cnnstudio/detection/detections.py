"""The detections of one picture as they are shown, saved and judged: inside the picture, named, the surest first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from cnnstudio.detection.boxes import areas, clipped
from cnnstudio.detection.candidates import Candidates, Masks
from cnnstudio.detection.suppression import Survivors

Array = npt.NDArray[Any]


@dataclass(frozen=True, eq=False)
class Detections:
    """K objects found in the picture `image` of width × height pixels.

    boxes: (K, 4) float64 x1, y1, x2, y2 inside the picture; scores: (K,) falling; class_ids: (K,) into `labels`.
    masks: those of the boxes, if the detector makes any.
    """

    image: str
    width: int
    height: int
    labels: tuple[str, ...]
    boxes: Array
    scores: Array
    class_ids: Array
    masks: Masks | None = None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.boxes)

    def label(self, number: int) -> str:
        """The class of one of them by name."""
        return self.labels[int(self.class_ids[number])]


def detections_of(image: str, candidates: Candidates, survivors: Survivors) -> Detections:
    """The survivors cut to the picture; those that lie wholly outside are left out, and it is said."""
    boxes = clipped(survivors.boxes.astype(np.float64), candidates.width, candidates.height)
    inside = np.flatnonzero(areas(boxes) > 0)
    notes = (*candidates.notes, *survivors.notes)
    if len(inside) < len(boxes):
        notes += (f"{len(boxes) - len(inside)} boxes lie outside the picture and are left out",)
    index = survivors.index[inside]
    masks = candidates.masks
    return Detections(
        image, candidates.width, candidates.height, candidates.labels, boxes[inside],
        np.asarray(survivors.scores[inside], np.float64), candidates.class_ids[index],
        None if masks is None else Masks(masks.of[index], masks.masks, masks.keypoints), notes,
    )  # fmt: skip


def row_of(found: Detections) -> dict[str, Any]:
    """One picture as `cnnstudio detect --json` prints it."""
    return {
        "image": found.image,
        "width": found.width,
        "height": found.height,
        "detections": [
            {
                "label": found.label(number),
                "class_id": int(found.class_ids[number]),
                "score": round(float(found.scores[number]), 6),
                "box": [round(each, 3) for each in found.boxes[number].tolist()],
            }
            for number in range(len(found))
        ],
    }
