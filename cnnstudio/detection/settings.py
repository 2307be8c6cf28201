"""What can be chosen of a detection.

Three thresholds are easily confused, so each has a name that says what it compares: the score threshold a box with a
number, the suppression IoU two found boxes, the matching IoU a found box with a true one.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.settings import setting

METHODS = {
    "greedy": "Greedy",
    "soft-linear": "Soft, linear",
    "soft-gaussian": "Soft, Gaussian",
    "diou": "DIoU",
    "wbf": "Weighted fusion",
}


@dataclass(frozen=True)
class DetectionSettings:
    """The detection panel and `cnnstudio detect`."""

    model: str = setting("yolov3-tiny", "Network", group="Network",
        help="Any detector of the model zoo; torchvision's are fetched when they are first used.")  # fmt: skip
    score: float = setting(0.6, "Score threshold", minimum=0, maximum=1, step=0.01, group="Suppression",
        formula="keep if p_c · c > t",
        help="How sure the network must be. A box whose score is the threshold or less is dropped, before any other "
             "box is looked at.")  # fmt: skip
    iou: float = setting(0.5, "Suppression IoU", minimum=0, maximum=1, step=0.01, group="Suppression",
        formula="drop b if IoU(a, b) ≥ t and score b < score a",
        help="How much two found boxes may overlap before they count as the same object. It compares boxes with each "
             "other, never with the truth.")  # fmt: skip
    method: str = setting("greedy", "Method", choices=METHODS, group="Suppression",
        help="What happens to a box that overlaps a better one: dropped (greedy; diou also looks at the distance of "
             "the centres), given a lower score (soft), or merged into it (wbf).")  # fmt: skip
    sigma: float = setting(0.5, "Sigma", minimum=0.05, maximum=2, step=0.05, group="Suppression",
        formula="s · exp(-IoU² / σ)",
        help="How mildly soft-gaussian lowers the score of a box that overlaps a better one.")  # fmt: skip
    agnostic: bool = setting(False, "Across classes", group="Suppression",
        help="Boxes of different classes suppress each other too.")  # fmt: skip
    classes_off: tuple[str, ...] = setting((), "Classes switched off", group="Classes",
        help="Classes whose boxes take no part.")  # fmt: skip
    count: int = setting(0, "Maximum count", minimum=0, maximum=1000, step=1, group="Suppression",
        help="So many of the best boxes are kept at most; 0: all.")  # fmt: skip
    matching: float = setting(0.5, "Matching IoU", minimum=0.05, maximum=1, step=0.05, group="Truth",
        formula="a hit if IoU(found, true) ≥ t",
        help="How well a found box must cover a true one to count as a hit. It compares with the truth and changes no "
             "box.")  # fmt: skip
