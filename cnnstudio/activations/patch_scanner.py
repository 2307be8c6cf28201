"""A network's pass whose layers are reduced to the strongest positions as they run: the inner loop of a scan."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from itertools import accumulate
from typing import Any

import torch
from torch import Tensor, nn

from cnnstudio.activations.patch_settings import KEPT
from cnnstudio.activations.subjects import Subject
from cnnstudio.activations.top_units import TopUnits
from cnnstudio.errors import ModelError, UsageError
from cnnstudio.job import Job
from cnnstudio.networks.layers import Layer, observed

CPU_PART = 8
"""Pictures of a batch in one pass on the CPU. The layers' outputs of 32 lie in memory that the system hands out anew
for each, which makes small networks up to twice as slow; those of 8 are kept and fit into the cache."""


def scanned_layers(subject: Subject, names: Sequence[str]) -> list[Layer]:
    """The named layers in order of execution, or all convolutions; UsageError where there is none."""
    if names:
        wanted = {subject.layer(name).name for name in names}
        return [each for each in subject.layers if each.name in wanted]
    modules = dict(subject.network.named_modules())
    kinds = (nn.Conv2d, nn.ConvTranspose2d)
    found = [each for each in subject.layers if isinstance(modules.get(each.name), kinds)]
    if not found:
        raise UsageError(f"{subject.name} has no convolution. Name layers with --layers; see: cnnstudio layers.")
    return found


class PatchScanner:
    """The running result of a scan over a network's layers.

    layers: by name, in order of execution. first: a layer's first unit in `top`, which has those of all layers.
    """

    def __init__(self, subject: Subject, layers: Sequence[Layer], per_image: int) -> None:
        self._subject = subject
        self.layers = {each.name: each for each in layers}
        starts = accumulate((each.channels for each in layers), initial=0)
        self.first = dict(zip(self.layers, starts, strict=False))
        self.top = TopUnits.of(sum(each.channels for each in layers), KEPT, per_image, subject.device)

    def take(self, inputs: Tensor, numbers: Sequence[int], job: Job | None = None) -> None:
        """Send inputs (B, 3, side, side) through the network and keep what is strongest; numbers: see `Batch`.

        Raises ModelError for a layer whose output holds no map for each picture.
        """
        there = inputs.to(self._subject.device, non_blocking=True)
        copied: Any = torch.cuda.Event() if there.is_cuda else None  # type: ignore[no-untyped-call]
        if copied is not None:
            copied.record()
        whose = torch.tensor(numbers, dtype=torch.int32).to(there.device)
        size = len(whose) if there.is_cuda else CPU_PART
        with torch.inference_mode():
            for start in range(0, len(whose), size):
                self._pass(there[start : start + size], whose[start : start + size], job)
            self.top.settle()
        if copied is not None:
            # The inputs' memory is filled anew once this returns.
            copied.synchronize()

    def _pass(self, inputs: Tensor, numbers: Tensor, job: Job | None) -> None:
        network = self._subject.network
        waiting = set(self.layers)

        def note(name: str, _module: nn.Module, output: Any) -> None:
            if ours() and name in waiting:
                waiting.discard(name)
                self.top.look(self.first[name], maps_of(output, self.layers[name], len(numbers)), numbers)

        way = nullcontext() if job is None else job.giving_way(network)
        with observed(network, note, frozenset(waiting)), _outermost(network) as ours, way:
            network(inputs)


def maps_of(output: Any, layer: Layer, pictures: int) -> Tensor:
    """A layer's output for so many pictures as maps (B, C, H, W); dense layers and tokens are columns of maps."""
    tensor = output[0] if isinstance(output, (tuple, list)) and output else output
    shape = (layer.channels, layer.height, layer.width)
    if isinstance(tensor, Tensor) and tensor.shape[0] == pictures:
        if tuple(tensor.shape[1:]) == shape:
            return tensor
        if tuple(tensor.shape[1:]) == (*shape[1:], shape[0]):
            return tensor.movedim(-1, 1)
        if shape[2] == 1 and tuple(tensor.shape[1:]) in ((shape[1], shape[0]), (shape[0],)):
            return tensor.reshape(pictures, shape[1], shape[0]).transpose(1, 2).unsqueeze(3)
    raise ModelError(f"What {layer.name} makes is no map for each picture, so it cannot be scanned. Choose another.")


@contextmanager
def _outermost(network: nn.Module) -> Iterator[Callable[[], bool]]:
    """Yields whether the pass under way is ours: a job served in its middle may use the same network."""
    depth = 0

    def enter(*_: Any) -> None:
        nonlocal depth
        depth += 1

    def leave(*_: Any) -> None:
        nonlocal depth
        depth -= 1

    hooks = [network.register_forward_pre_hook(enter), network.register_forward_hook(leave, always_call=True)]
    try:
        yield lambda: depth == 1
    finally:
        for hook in hooks:
            hook.remove()
