"""What can be chosen of a classification."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.settings import setting


@dataclass(frozen=True)
class ClassifySettings:
    """The classification panel and `cnnstudio classify`."""

    model: str = setting("efficientnet-lite0", "Network", group="Network",
        help="Any classifier of the model zoo; torchvision's are fetched when they are first used.")  # fmt: skip
    top: int = setting(5, "Classes", minimum=1, maximum=20, step=1, group="Classes",
        formula="p(i) = exp z(i) / Σ exp z(j)",
        help="How many of the best classes are listed; scores are softmax over all of them.")  # fmt: skip
    ten_crop: bool = setting(False, "Ten crops", group="Votes",
        formula="p = mean over four corners, the middle and their mirror images",
        help="Ten parts of the picture are looked at instead of one (Krizhevsky et al. 2012).")  # fmt: skip
    ensemble: tuple[str, ...] = setting((), "Ensemble", minimum=0, maximum=8, hidden=True,
        formula="p = mean over the networks",
        help="Several networks vote instead of the one; each has the same weight.")  # fmt: skip
