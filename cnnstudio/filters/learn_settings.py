"""What learning a kernel can be set to; apart from the learner, so that the window can read it without NumPy."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.filters.settings import PRESETS
from cnnstudio.settings import setting


@dataclass(frozen=True)
class LearnSettings:
    """What is learned and how."""

    hidden: str = setting("sobel-v", "Hidden kernel", group="Target",
        choices={name: words for name, words in PRESETS.items() if name != "own"},
        help="The learner sees this kernel's output only, and has to find its weights.")  # fmt: skip
    size: int = setting(3, "Size f", minimum=1, maximum=31, step=1, group="Learning",
                        help="Side of the kernel that is learned.", formula="f² weights")  # fmt: skip
    optimiser: str = setting("gradient", "Optimiser", group="Learning",
        choices={"gradient": "Gradient descent", "adam": "Adam", "l-bfgs": "L-BFGS"},
        help="Gradient descent steps straight downhill. Adam gives each weight its own step. L-BFGS learns the "
             "valley's shape and needs few steps.",
        formula="w ← w - α ∂J/∂w")  # fmt: skip
    rate: float = setting(0.05, "Learning rate α", minimum=0.0001, maximum=1.0, step=0.01, group="Learning",
                          help="Length of a step.", formula="w ← w - α ∂J/∂w")  # fmt: skip
    steps: int = setting(400, "Steps", minimum=1, maximum=10_000, step=50, group="Learning")
    bias: bool = setting(False, "Learn a bias", group="Learning",
                         help="A number added to every output is learned too.", formula="z = w * x + b")  # fmt: skip
    seed: int = setting(0, "Seed", minimum=0, maximum=2**31 - 1, step=1, group="Learning",
                        help="Chooses the random start and which windows are looked at.")  # fmt: skip
