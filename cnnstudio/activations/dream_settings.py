"""What can be chosen of a picture that is made to excite a unit; `cnnstudio dream` has the same names."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.settings import setting


@dataclass(frozen=True)
class DreamSettings:
    """Network, unit or class, and how the picture is found."""

    model: str = setting("efficientnet-lite0", "Network", hidden=True,
        help="Any network of the model zoo or of torchvision, where untrained is said.")  # fmt: skip
    layer: str = setting("", "Layer", hidden=True, help="As `cnnstudio layers` names it.")
    unit: int = setting(0, "Unit", minimum=0, maximum=100_000, hidden=True, help="The channel of the layer.")
    target: int = setting(-1, "Class", minimum=-1, maximum=100_000, hidden=True,
        help="A class instead of a unit; -1 for none.")  # fmt: skip
    steps: int = setting(256, "Steps", minimum=1, maximum=4096, step=32, group="Ascent",
        help="How often the picture is changed.")  # fmt: skip
    rate: float = setting(0.05, "Rate", minimum=0.001, maximum=1.0, step=0.01, group="Ascent",
        help="How much it is changed at once.")  # fmt: skip
    size: int = setting(224, "Size", minimum=32, maximum=1024, step=32, unit="px", group="Picture",
        help="Side of the picture.")  # fmt: skip
    seed: int = setting(0, "Seed", minimum=0, maximum=2**31 - 1, step=1, group="Picture",
        help="Another noise to start from; the same seed gives the same picture.")  # fmt: skip
    decorrelate: bool = setting(True, "Natural colours", group="Picture",
        help="Colours change together as they do in photos (Olah et al. 2017).")  # fmt: skip
    jitter: int = setting(12, "Jitter", minimum=0, maximum=64, step=1, unit="px", group="Robustness",
        help="The picture is shifted by up to this much before each step.")  # fmt: skip
    scale: float = setting(0.1, "Scale", minimum=0.0, maximum=0.5, step=0.01, group="Robustness",
        help="It is enlarged or reduced by up to this part of its size.")  # fmt: skip
    turn: float = setting(8.0, "Turn", minimum=0.0, maximum=45.0, step=1.0, unit="°", group="Robustness",
        help="It is turned by up to this much, either way.")  # fmt: skip
