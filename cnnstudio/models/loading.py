"""From a name to a network that is ready to run: built without numbers, given the converted ones, on its device.

Half of the time between a click and a small network's first answer would go into random numbers that nobody wants
and into laying the weights out twice; so both are avoided here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from cnnstudio.errors import ModelError
from cnnstudio.models import place
from cnnstudio.models.building import empty_network
from cnnstudio.models.converting import converted_path, from_original, is_converted, keep, read
from cnnstudio.models.hashing import check_file, nothing
from cnnstudio.models.registry import Model, ModelFile

if TYPE_CHECKING:
    from torch import Tensor, nn


def load_tensors(model: Model, file: ModelFile, checkpoint: Callable[[], None] = nothing) -> dict[str, Tensor]:
    """The weights of one file on the CPU: the converted ones, or the original's, which are converted for the next time.

    Raises ModelError naming the file that is missing or wrong.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    if not is_converted(model, file):
        tensors = from_original(model, file, checkpoint)
        keep(tensors, model, file)
        return tensors
    path = converted_path(model, file)
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
    chosen = model.files[0] if file is None else model.file(file)
    tensors = load_tensors(model, chosen, checkpoint)
    with without_initialisation():
        network = empty_network(chosen.name)
    laid_out = {name: _laid_out(tensor, device) for name, tensor in tensors.items()}
    _fill(network, laid_out, model, assign=True)
    return network.eval().requires_grad_(False)


@contextmanager
def without_initialisation() -> Iterator[None]:
    """While open, convolutions, batch norms and dense layers are made with whatever their memory holds.

    torch's own way, building on the device `meta`, takes twice as long. For one thread at a time.
    """
    from torch import nn

    layers: list[Any] = [nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d, nn.Linear]
    before = [vars(layer).get("reset_parameters") for layer in layers]
    for layer in layers:
        layer.reset_parameters = _left_alone
    try:
        yield
    finally:
        for layer, own in zip(layers, before, strict=True):
            if own is None:
                del layer.reset_parameters
            else:
                layer.reset_parameters = own


def _left_alone(layer: nn.Module) -> None:
    return None


def _laid_out(tensor: Tensor, device: str) -> Tensor:
    """On its device, kernels with the channels innermost, as CPUs and GPUs convolve fastest."""
    import torch

    if tensor.dim() == 4:
        return tensor.to(device, memory_format=torch.channels_last)
    return tensor.to(device)


def _torchvision(model: Model, device: str, checkpoint: Callable[[], None]) -> nn.Module:
    from torchvision.models import get_model

    file = model.files[0]
    path = place.path_of(model, file)
    if path is None:
        raise ModelError(f"{file.name} of {model.name} is not here. Run `cnnstudio models fetch {model.name}`.")
    check_file(path, file, checkpoint)
    tensors = read(path, file)
    options: dict[str, Any] = {} if model.task == "classification" else {"weights_backbone": None}
    if any(name.startswith("aux_classifier") for name in tensors):
        options["aux_loss"] = True
    if model.title in ("googlenet", "inception_v3"):
        options["init_weights"] = False
    network = get_model(model.title, weights=None, **options)
    if hasattr(network, "transform_input"):
        # GoogLeNet's and Inception's weights come from TensorFlow and undo torchvision's normalisation themselves.
        network.transform_input = True
    _fill(network, tensors, model, assign=False)
    import torch

    network.eval().requires_grad_(False)
    return network.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


def _fill(network: nn.Module, tensors: dict[str, Tensor], model: Model, *, assign: bool) -> None:
    try:
        network.load_state_dict(tensors, assign=assign)
    except RuntimeError as error:
        raise ModelError(f"The weights of {model.name} do not fit its network ({_line(error)}).") from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
