"""Yield points inside a network's pass: before every layer forward, before every gradient backward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

from cnnstudio.engine.strips import can_be_split, in_strips

if TYPE_CHECKING:
    from torch import nn


@contextmanager
def yield_points(module: nn.Module, checkpoint: Callable[[], None]) -> Iterator[None]:
    """While open, `checkpoint` (usually `job.checkpoint`) runs at every leaf module of `module`, both ways.

    Large convolutions on the CPU are computed in strips, with a yield point each; see `strips`.
    Forward it runs before the layer; backward before the gradient of the layer's output is used. What it
    raises leaves the pass, forward or backward, and reaches the caller. On CUDA and MPS the backward calls
    come from autograd's own thread, where a job's checkpoint only looks for cancellation.

    The hooks sit on the graph's nodes instead of being full backward hooks: those fail where a layer works
    in place, as the ReLUs of VGG do. Opened a second time inside itself, the inner checkpoint counts alone: a job
    that is served in the middle of another one's pass must not be ended by the other one's cancellation.
    """
    waiting = _open.setdefault(module, [])
    waiting.append(checkpoint)
    try:
        if len(waiting) > 1:
            # A quicker job came into the pass of another one: the hooks are there, and now call its checkpoint.
            yield
        else:
            with _hooked(module, lambda: waiting[-1]() if waiting else None):
                yield
    finally:
        waiting.pop()


_open: WeakKeyDictionary[nn.Module, list[Callable[[], None]]] = WeakKeyDictionary()
"""The checkpoints of the jobs inside a network's pass, the innermost last."""


@contextmanager
def _hooked(module: nn.Module, checkpoint: Callable[[], None]) -> Iterator[None]:
    def before(_module: Any, _inputs: Any) -> None:
        checkpoint()

    def after(_module: Any, _inputs: Any, outputs: Any) -> None:
        for node in _nodes(outputs):
            node.register_prehook(backward)

    def backward(_gradients: Any) -> None:
        checkpoint()

    hooks = []
    for layer in module.modules():
        if next(layer.children(), None) is None:
            hooks += [layer.register_forward_pre_hook(before), layer.register_forward_hook(after)]
    split = [layer for layer in module.modules() if can_be_split(layer) and "forward" not in vars(layer)]
    for layer in split:
        layer.forward = in_strips(cast("nn.Conv2d", layer), checkpoint)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for layer in split:
            del layer.forward
        for hook in hooks:
            hook.remove()


def _nodes(outputs: Any) -> Iterator[Any]:
    """The graph nodes that made these tensors, through tuples, lists and dictionaries."""
    if isinstance(outputs, (tuple, list)):
        for each in outputs:
            yield from _nodes(each)
    elif isinstance(outputs, dict):
        yield from _nodes(list(outputs.values()))
    elif getattr(outputs, "grad_fn", None) is not None:
        yield outputs.grad_fn
