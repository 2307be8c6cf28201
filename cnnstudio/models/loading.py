"""From a name to a network that is ready to run: built without numbers, given the converted ones, on its device.

Building on torch's `meta` device skips the random initialisation, which costs more than reading the file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.building import empty_network
from cnnstudio.models.converting import converted, read
from cnnstudio.models.hashing import check_file, nothing
from cnnstudio.models.registry import Model, ModelFile

if TYPE_CHECKING:
    from torch import Tensor, nn


def load_tensors(model: Model, file: ModelFile, checkpoint: Callable[[], None] = nothing) -> dict[str, Tensor]:
    """The converted weights of one file on the CPU; converts it first if need be. Raises ModelError."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = converted(model, file, checkpoint)
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise ModelError(f"{path} is damaged ({error}). Remove it; it is made again.") from error


def load_network(
    model: Model, *, file: str | None = None, device: str = "cpu", checkpoint: Callable[[], None] = nothing
) -> nn.Module:
    """A network of the zoo with its weights, in evaluation mode, its parameters without gradients.

    file: which one, where a model has several networks (MTCNN). Raises ModelError when the file is missing or
    does not fit.
    """
    if "torchvision" in model.input:
        return _torchvision(model, device, checkpoint)
    import torch

    chosen = model.files[0] if file is None else model.file(file)
    tensors = load_tensors(model, chosen, checkpoint)
    with torch.device("meta"):
        network = empty_network(chosen.name)
    _fill(network, tensors, model, assign=True)
    return _ready(network, device)


def _torchvision(model: Model, device: str, checkpoint: Callable[[], None]) -> nn.Module:
    from torchvision.models import get_model

    file = model.files[0]
    path = place.path_of(model, file)
    if path is None:
        raise ModelError(f"{file.name} of {model.name} is not here. Run `cnnstudio models fetch {model.name}`.")
    check_file(path, file, checkpoint)
    options: dict[str, Any] = {} if model.task == "classification" else {"weights_backbone": None}
    if model.task == "segmentation":
        # Its files contain the auxiliary classifier.
        options["aux_loss"] = True
    network = get_model(model.title, weights=None, **options)
    _fill(network, read(path, file), model, assign=False)
    return _ready(network, device)


def _fill(network: nn.Module, tensors: dict[str, Tensor], model: Model, *, assign: bool) -> None:
    try:
        network.load_state_dict(tensors, assign=assign)
    except RuntimeError as error:
        raise ModelError(f"The weights of {model.name} do not fit its network ({_line(error)}).") from error


def _ready(network: nn.Module, device: str) -> nn.Module:
    import torch

    network.eval().requires_grad_(False)
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
