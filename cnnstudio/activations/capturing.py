"""The output of one module in the middle of a pass, with its graph, so that gradients can be taken there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from torch import Tensor, nn

from cnnstudio.errors import UsageError


class _ReachedError(Exception):
    """The module has run; the rest of the pass is not wanted."""


@contextmanager
def capturing(network: nn.Module, name: str, *, stop: bool = False) -> Iterator[list[Tensor]]:
    """While open, the first output of the module of this name is put into the list. For twins only.

    What runs behind it is given a copy, so that layers that work in place leave what was captured alone. stop: end
    the pass there. Raises UsageError at the end when the module did not run, or made no tensor.
    """
    kept: list[Tensor] = []

    def keep(_module: nn.Module, _inputs: Any, output: Any) -> Any:
        whole = isinstance(output, Tensor)
        tensor = output[0] if isinstance(output, (tuple, list)) and output else output
        if kept or not isinstance(tensor, Tensor):
            return None
        kept.append(tensor)
        if stop:
            raise _ReachedError
        return tensor.clone() if whole else None

    hook = network.get_submodule(name).register_forward_hook(keep)
    try:
        yield kept
    except _ReachedError:
        pass
    finally:
        hook.remove()
    if not kept:
        raise UsageError(f"{name} made nothing of the picture. Choose another layer.")


def run_to(network: nn.Module, name: str, inputs: Tensor) -> Tensor:
    """The first output of a module, and no computation behind it. For twins only; raises as `capturing`."""
    with capturing(network, name, stop=True) as kept:
        network(inputs)
    return kept[0]


def channels_first(output: Tensor, channels: int) -> Tensor:
    """An output as (N, C, H, W): dense layers get H = W = 1; what has its channels last is turned."""
    if output.dim() == 4:
        return output if output.shape[1] == channels else output.permute(0, 3, 1, 2)
    if output.dim() == 3:
        return output.transpose(1, 2).unsqueeze(3)
    return output.reshape(len(output), -1, 1, 1)
