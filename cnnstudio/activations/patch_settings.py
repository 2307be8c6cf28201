"""What can be chosen of a scan for maximum patches; `cnnstudio max-patches scan` has the same names."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.settings import setting

KEPT = 9
"""Positions that are kept of every unit."""


@dataclass(frozen=True)
class PatchSettings:
    """Which network is scanned with which layers, and how."""

    model: str = setting("efficientnet-lite0", "Network", hidden=True,
        help="Any network of the model zoo or of torchvision, where untrained is said.")  # fmt: skip
    layers: tuple[str, ...] = setting((), "Layers", hidden=True, maximum=100_000,
        help="As `cnnstudio layers` names them; none means all convolutions.")  # fmt: skip
    per_image: int = setting(1, "Per image", minimum=0, maximum=KEPT, step=1, group="Scan",
        help="How many of a unit's nine strongest positions may lie in one picture; 0 for any number.")  # fmt: skip
    batch: int = setting(32, "Batch", minimum=1, maximum=4096, step=1, group="Scan",
        help="Pictures that go through the network at once.")  # fmt: skip
