"""What can be chosen of the activations panel; `cnnstudio activations` has the same names."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.settings import setting


@dataclass(frozen=True)
class ActivationSettings:
    """Network, layer, how its maps are shown, which channels are switched off."""

    model: str = setting("efficientnet-lite0", "Network", hidden=True,
        help="Any network of the model zoo or of torchvision, where untrained is said.")  # fmt: skip
    layer: str = setting("", "Layer", hidden=True,
        help="As `cnnstudio layers` names it; empty means the first convolution.")  # fmt: skip
    unit: int = setting(-1, "Unit", minimum=-1, maximum=100_000, hidden=True,
        help="The channel that is looked at; -1 for none.")  # fmt: skip
    scale: str = setting("map", "Scale", group="Display", choices={"map": "Per map", "layer": "Per layer"},
        formula="v / max |v|",
        help="Per map shows where each unit responds, per layer which unit responds most.")  # fmt: skip
    sort: str = setting("number", "Sort", group="Display",
        choices={"number": "By number", "maximum": "By maximum", "mean": "By mean", "sparsity": "By sparsity",
                 "contribution": "By contribution"},
        help="Contribution: activation times gradient of the chosen class, summed over the map.")  # fmt: skip
    gamma: float = setting(0.7, "Gamma", minimum=0.2, maximum=2.0, step=0.05, group="Display",
        formula="v^γ", help="Below 1 weak responses become visible.")  # fmt: skip
    overlay: float = setting(0.6, "Overlay", minimum=0.0, maximum=1.0, step=0.05, group="Display",
        help="How strongly a map lies over the photo in the view Overlay.")  # fmt: skip
    ablated: tuple[int, ...] = setting((), "Switched off", hidden=True, maximum=100_000,
        help="Channels of the layer that are held at zero or at their mean.")  # fmt: skip
    ablation: str = setting("zero", "Switch off to", group="Channels",
        choices={"zero": "Zero", "mean": "Mean"},
        help="What a channel that is switched off holds: nothing, or its mean over this picture.")  # fmt: skip
    target: int = setting(-1, "Class", minimum=-1, maximum=100_000, hidden=True,
        help="The class that contributions are made to; -1 for the one that the network is surest of.")  # fmt: skip
