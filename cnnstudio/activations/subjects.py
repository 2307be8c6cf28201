"""The network that is looked into: with its layers, the way it wants pictures, and the names of its classes.

Any network of the zoo, any classifier of torchvision (untrained where its weights are not here), and, through
`own_networks`, a person's own files.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy.typing as npt

from cnnstudio.errors import ModelError, UsageError
from cnnstudio.models import place
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.hashing import nothing
from cnnstudio.models.inputs import convention_of
from cnnstudio.models.keeping import kept_network
from cnnstudio.models.labels import labels_of
from cnnstudio.models.registry import Model
from cnnstudio.networks.layers import Layer, layers_of
from cnnstudio.networks.preprocessing import InputConvention, Prepared, prepare

if TYPE_CHECKING:
    from torch import nn

SIDES = {"pnet.pt": 48, "rnet.pt": 24, "onet.pt": 48, "dlib_face_recognition_resnet_model_v1.dat": 150}
"""What networks without a fixed input in their convention are shown, in pixels; 224 for all others."""

SEVERAL = {"mtcnn": ("pnet.pt", "rnet.pt", "onet.pt")}
"""Models that have more than one network; the first is meant where none is named."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A network to look into. It is shared: whoever changes its state must undo it.

    identity: tells networks apart for good: its name and the beginning of the hash of its weights. trained: False
    where its weights are random. labels: of its classes, empty where it tells none.
    """

    name: str
    identity: str
    network: nn.Module
    convention: InputConvention
    trained: bool
    labels: tuple[str, ...]
    device: str

    @property
    def side(self) -> int:
        """Rows and columns of its input."""
        return self.convention.crop or self.convention.resize_to or 224

    def prepared(self, pixels: npt.NDArray[Any]) -> Prepared:
        """A picture (H, W, 1 or 3), 0…255, as its input (1, 3, side, side) and where the picture lies in it."""
        return prepare(pixels, self.convention)

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """Its layers in order of execution, with shapes and receptive fields, for an input of its side."""
        import torch

        return layers_of(self.network, torch.zeros(1, 3, self.side, self.side, device=self.device))

    def layer(self, name: str) -> Layer:
        """The layer of this name; UsageError with the nearest names otherwise."""
        by_name = {each.name: each for each in self.layers}
        if name in by_name:
            return by_name[name]
        near = difflib.get_close_matches(name, by_name, 3, 0.4) or list(by_name)[:3]
        raise UsageError(f"{self.name} has no layer {name!r}. Did you mean {', '.join(near)}? See: cnnstudio layers.")


def subject_named(
    name: str, *, file: str | None = None, device: str = "cpu", checkpoint: Callable[[], None] = nothing
) -> Subject:
    """A network of the zoo or of torchvision by name; `mtcnn/onet.pt` names one of several networks.

    Raises UsageError for an unknown name, ModelError for a registered network whose weights are missing.
    """
    name, _, part = name.partition("/")
    model = model_named(name)
    chosen = file or part or None
    if chosen is not None and chosen not in {each.name for each in model.files}:
        names = ", ".join(f"{model.name}/{each.name}" for each in model.files)
        raise UsageError(f"{model.name} has no network {chosen!r}; it has {names}.")
    if "torchvision" in model.input and not place.installed(model):
        return _untrained(model, device)
    network = kept_network(model, file=chosen, device=device, checkpoint=checkpoint)
    made = chosen or model.files[0].name
    return Subject(
        model.name if len(model.files) == 1 or chosen is None else f"{model.name}/{chosen}",
        f"{model.name} {model.file(made).sha256[:16]}",
        network, _fixed(convention_of(model), made), True, _labels(model), device,
    )  # fmt: skip


def _untrained(model: Model, device: str) -> Subject:
    """torchvision's architecture with random weights from one seed, so that a second look shows the same."""
    import torch
    from torchvision.models import get_model

    if model.task != "classification":
        raise ModelError(f"{model.name} is not here. Run `cnnstudio models fetch {model.name}`.")
    before = torch.get_rng_state()
    try:
        torch.manual_seed(0)
        options = {"init_weights": True} if model.title in ("googlenet", "inception_v3") else {}
        network = get_model(model.title, weights=None, **options)
    finally:
        torch.set_rng_state(before)
    network.eval().requires_grad_(False)
    network = network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    return Subject(model.name, f"{model.name} untrained", network, convention_of(model), False, _labels(model), device)


def _labels(model: Model) -> tuple[str, ...]:
    return labels_of(model) if model.task == "classification" else ()


def _fixed(convention: InputConvention, file: str) -> InputConvention:
    """Networks that take any size are shown the middle of the picture at one size, so that maps can be compared."""
    if convention.resize != "none":
        return convention
    side = SIDES.get(file, 224)
    # A centre crop needs Pillow's filters; these networks were not trained with any resizing of their own.
    return replace(convention, resize="short side", resize_to=side, crop=side, interpolation="bilinear")
