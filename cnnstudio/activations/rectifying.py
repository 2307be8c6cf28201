"""Other rules for the way back through rectifiers: guided backpropagation and the deconvnet.

- guided (Springenberg et al. 2015, "Striving for simplicity"): only the positive part of a gradient goes back, and only
  through units that fired; for ReLU6 only below its ceiling, for smooth rectifiers times their own slope.
- deconvnet (Zeiler and Fergus 2014): only the positive part goes back, through every unit.

The rules sit on the nodes of the graph of one pass. So they also hold for rectifiers that are functions and not
modules, for those that work in place, and for others than nn.ReLU; and no network is changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import torch
from torch import Tensor

Rule = Literal["guided", "deconvnet"]

RECTIFIERS = {
    "ReluBackward": "ReLU", "HardtanhBackward": "ReLU6", "SiluBackward": "SiLU", "HardswishBackward": "Hardswish",
    "LeakyReluBackward": "LeakyReLU", "PreluKernelBackward": "PReLU", "GeluBackward": "GELU", "MishBackward": "Mish",
}  # fmt: skip
"""The nodes that a rule holds for, and what people call the functions that made them."""


def rectifiers(output: Tensor) -> list[Any]:
    """The graph's nodes behind a tensor that belong to rectifiers."""
    return [node for node in nodes(output) if _kind(node) in RECTIFIERS]


def nodes(output: Tensor) -> Iterator[Any]:
    """Every node of the graph that made a tensor, each once."""
    waiting: list[Any] = [output.grad_fn]
    seen: set[Any] = set()
    while waiting:
        node = waiting.pop()
        if node is not None and node not in seen:
            seen.add(node)
            yield node
            waiting += [before for before, _ in node.next_functions]


def follow(output: Tensor, rule: Rule) -> None:
    """Let every gradient that is taken of this tensor follow the rule. It holds as long as the graph does."""
    for node in rectifiers(output):
        if rule == "guided":
            node.register_prehook(_positive)
            node.register_hook(_where_fired(_input_or_output(node) > 0))
        else:
            node.register_hook(_positive_onwards)


def open_last(output: Tensor) -> None:
    """Let gradients of what a rectifier made pass that rectifier unhindered, as if its input had been asked for.

    Where a unit is silent, or at the ceiling of ReLU6, its slope is 0, but that of its input is not.
    """
    if output.grad_fn is not None and _kind(output.grad_fn) in RECTIFIERS:
        output.grad_fn.register_hook(_onwards)


def gradient(of: Tensor, to: Tensor) -> Tensor:
    """d of / d to, zero where there is no way from one to the other."""
    [made] = torch.autograd.grad(of, to, allow_unused=True)
    return torch.zeros_like(to) if made is None else made


def _positive(outer: Any) -> Any:
    return tuple(None if each is None else each.clamp(min=0) for each in outer)


def _where_fired(fired: Tensor) -> Any:
    def hook(inner: Any, _outer: Any) -> Any:
        first, *rest = inner
        return (None if first is None else first * fired, *rest)

    return hook


def _onwards(inner: Any, outer: Any) -> Any:
    return (None if inner[0] is None else outer[0], *inner[1:])


def _positive_onwards(inner: Any, outer: Any) -> Any:
    return (None if inner[0] is None else outer[0].clamp(min=0), *inner[1:])


def _input_or_output(node: Any) -> Tensor:
    """What the rectifier was given or made, whichever the graph keeps; both have one sign."""
    kept: Tensor = node._saved_result if hasattr(node, "_saved_result") else node._saved_self
    return kept.detach()


def _kind(node: Any) -> str:
    return str(node.name()).rstrip("0123456789")
