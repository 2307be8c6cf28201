"""What can be chosen of the evidence for a class; `cnnstudio explain` has the same names."""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.settings import setting

METHODS = {
    "grad-cam": "Grad-CAM", "occlusion": "Occlusion", "integrated-gradients": "Integrated gradients",
    "guided-backprop": "Guided backprop",
}  # fmt: skip


@dataclass(frozen=True)
class ExplainSettings:
    """Network, class, method, and how the evidence lies over the photo."""

    model: str = setting("efficientnet-lite0", "Network", hidden=True,
        help="Any classifier of the model zoo or of torchvision, where untrained is said.")  # fmt: skip
    method: str = setting("grad-cam", "Method", choices=METHODS, group="Evidence",
        formula="Grad-CAM: ReLU(Σ_k w_k A_k), w_k = mean of ∂y/∂A_k",
        help="Grad-CAM: which places of a layer; occlusion: what is missed when it is covered; integrated gradients: "
        "what each pixel adds; guided backprop: which details.")  # fmt: skip
    target: int = setting(-1, "Class", minimum=-1, maximum=100_000, hidden=True,
        help="The index of the class; -1 for the best one.")  # fmt: skip
    layer: str = setting("", "Layer", hidden=True,
        help="Of Grad-CAM; empty means the last one with maps.")  # fmt: skip
    opacity: float = setting(0.6, "Opacity", minimum=0.0, maximum=1.0, step=0.05, group="Evidence",
        help="How strongly the evidence lies over the photo.")  # fmt: skip
    window: int = setting(48, "Window", minimum=4, maximum=224, step=4, unit="px", group="Occlusion",
        help="Side of the grey square, in pixels of the network's input.")  # fmt: skip
    step: int = setting(16, "Step", minimum=4, maximum=112, step=4, unit="px", group="Occlusion",
        help="From one place of the square to the next.")  # fmt: skip
