"""A person's own network: weights for a known architecture, an exported program, or Python code that builds it.

`resnet18@FILE.pth`, `FILE.pt2` and `FILE.py:function` name them wherever a network is named.

Weights are numbers and are read as such. An exported program and Python code are programs: they run only after the
person has said that the file is trusted (`trusted=True`), never because it was opened.
"""

from __future__ import annotations

import contextlib
import importlib.util
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from cnnstudio.activations.subjects import Subject
from cnnstudio.errors import ModelError, UsageError
from cnnstudio.models.catalogue import model_named
from cnnstudio.models.hashing import nothing, sha256_of
from cnnstudio.models.inputs import convention_of
from cnnstudio.models.labels import labels_of
from cnnstudio.networks.preprocessing import InputConvention

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model

IMAGENET = InputConvention(
    scale="0..1", mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225), resize="short side", resize_to=256, crop=224,
    rounding="down",
)  # fmt: skip
"""What a network is given that does not say what it wants: how nearly all are trained."""


def is_own(words: str) -> bool:
    """Whether the words name a person's own network."""
    return "@" in words or words.lower().endswith(".pt2") or ".py:" in words.lower()


def own_subject(
    words: str, *, trusted: bool = False, device: str = "cpu", checkpoint: Callable[[], None] = nothing
) -> Subject:
    """The network that the words name; errors as the three functions below raise them."""
    architecture, at, file = words.partition("@")
    if at:
        return subject_from_weights(architecture, Path(file).expanduser(), device=device, checkpoint=checkpoint)
    if words.lower().endswith(".pt2"):
        return subject_from_program(Path(words).expanduser(), trusted=trusted, device=device)
    return subject_from_code(words, trusted=trusted, device=device)


def subject_from_weights(
    architecture: str, path: Path, *, device: str = "cpu", checkpoint: Callable[[], None] = nothing
) -> Subject:
    """The architecture of that name (zoo or torchvision) with the weights of a state dict or safetensors file.

    The number of classes is taken from the file. Raises UsageError for an unknown architecture, ModelError naming
    the file and the first name that does not fit.
    """
    model = model_named(architecture)
    tensors = read_weights(path)
    network, classes = _built_for(model, tensors, path)
    labels = labels_of(model) if model.task == "classification" else ()
    if classes is not None and classes != len(labels):
        labels = tuple(f"class {index}" for index in range(classes))
    identity = f"{model.name} {sha256_of(path, checkpoint)[:16]}"
    ready = network.eval().requires_grad_(False).to(device)
    return Subject(path.name, identity, ready, _convention(model), True, labels, device)


def read_weights(path: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file or of a state dict that torch.save wrote, without `module.` before the names.

    Raises ModelError naming the file.
    """
    if path.suffix.lower() == ".safetensors":
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            tensors = load_file(path)
        except (OSError, SafetensorError) as error:
            raise ModelError(f"{path} cannot be read as safetensors ({error}). Check the file.") from error
    else:
        from cnnstudio.models.formats import torch_pickle

        tensors = torch_pickle.read(path)
    prefix = "module."
    if tensors and all(name.startswith(prefix) for name in tensors):
        return {name.removeprefix(prefix): value for name, value in tensors.items()}
    return tensors


def subject_from_program(path: Path, *, trusted: bool, device: str = "cpu") -> Subject:
    """A program that torch.export.save wrote, for pictures of the size that it was exported with.

    Raises UsageError unless it is trusted, ModelError naming the file when it cannot be used.
    """
    _check_trust(path, trusted)
    try:
        program = torch.export.load(path)
        shape = program.example_inputs[0][0].shape if program.example_inputs else (1, 3, 224, 224)
        network: nn.Module = torch.export.unflatten(program)
    except Exception as error:
        # What damaged programs raise is not documented.
        raise ModelError(f"{path} cannot be loaded as an exported program ({_line(error)}).") from error
    return _of_unknown_input(path, network, tuple(shape), device)


def subject_from_code(words: str, *, trusted: bool, device: str = "cpu") -> Subject:
    """The network that `FILE.py:function` returns when it is called without arguments.

    Raises UsageError unless it is trusted or the words name no function, ModelError for code that fails.
    """
    file, _, function = words.rpartition(":")
    if not file or not function.isidentifier():
        raise UsageError(f"{words!r} names no function; write FILE.py:function.")
    path = Path(file)
    _check_trust(path, trusted)
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file.")
    network = _called(path, function)
    if not isinstance(network, nn.Module):
        raise ModelError(f"{words} returned a {type(network).__name__}; it must return a torch.nn.Module.")
    return _of_unknown_input(path, network, (1, 3, 224, 224), device)


def _called(path: Path, function: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"cnnstudio_own_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no Python file.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    try:
        spec.loader.exec_module(module)
        made = getattr(module, function, None)
        if made is None:
            raise UsageError(f"{path} has no function {function!r}.")
        return made()
    except UsageError:
        raise
    except Exception as error:
        # A person's code may raise anything.
        raise ModelError(f"{path}:{function} failed ({type(error).__name__}: {_line(error)}).") from error


def _of_unknown_input(path: Path, network: nn.Module, shape: tuple[int, ...], device: str) -> Subject:
    if len(shape) != 4 or shape[1] != 3 or shape[2] != shape[3]:
        raise ModelError(f"{path} wants input of the shape {shape}; pictures are (1, 3, side, side).")
    side = shape[2]
    convention = InputConvention(
        scale="0..1", mean=IMAGENET.mean, std=IMAGENET.std, resize="short side", resize_to=max(side, side * 8 // 7),
        crop=side, rounding="down",
    )  # fmt: skip
    # An exported program has no training mode to leave.
    with contextlib.suppress(NotImplementedError):
        network.eval()
    try:
        # Before anything else: this pass is what gives lazy layers their weights.
        with torch.no_grad():
            output = network.to(device)(torch.zeros(1, 3, side, side, device=device))
    except Exception as error:
        raise ModelError(f"{path} cannot run a picture of 3×{side}×{side} ({_line(error)}).") from error
    count = output.shape[1] if isinstance(output, Tensor) and output.dim() == 2 else 0
    labels = tuple(f"class {index}" for index in range(count))
    network.requires_grad_(False)
    return Subject(path.name, f"{path.name} {sha256_of(path)[:16]}", network, convention, True, labels, device)


def _built_for(model: Model, tensors: Mapping[str, Tensor], path: Path) -> tuple[nn.Module, int | None]:
    """The architecture with these weights, and its number of classes where the file changes it."""
    if "torchvision" not in model.input:
        from cnnstudio.models.building import empty_network

        network, classes = empty_network(model.files[0].name), None
    else:
        classes = _classes(model, tensors)
        network = _of_torchvision(model, classes)
    try:
        network.load_state_dict(dict(tensors))
    except RuntimeError as error:
        raise ModelError(f"{path} does not fit {model.name}: {_line(error)}") from error
    return network, classes


def _of_torchvision(model: Model, classes: int | None) -> nn.Module:
    from torchvision.models import get_model

    options: dict[str, Any] = {} if classes is None else {"num_classes": classes}
    if model.title in ("googlenet", "inception_v3"):
        options["init_weights"] = False
    if model.task != "classification":
        options["weights_backbone"] = None
    made: nn.Module = get_model(model.title, weights=None, **options)
    return made


def _classes(model: Model, tensors: Mapping[str, Tensor]) -> int | None:
    """How many classes the file has, where its last layer is another one than torchvision's."""
    with torch.device("meta"):
        usual = _of_torchvision(model, None).state_dict() if model.task == "classification" else {}
    other = [
        tensors[name].shape[0] for name, value in usual.items()
        if name in tensors and tensors[name].dim() == value.dim() and tensors[name].shape != value.shape
        and tensors[name].shape[1:] == value.shape[1:]
    ]  # fmt: skip
    return int(other[-1]) if other and len(set(other)) == 1 else None


def _convention(model: Model) -> InputConvention:
    try:
        return convention_of(model)
    except (AttributeError, TypeError):
        # torchvision's detectors and segmenters state theirs in another way.
        return IMAGENET


def _check_trust(path: Path, trusted: bool) -> None:
    if not trusted:
        raise UsageError(
            f"{path} is a program that can do anything to this computer. Say --trust if you know where it comes from."
        )


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]
