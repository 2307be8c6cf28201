"""A twin of a network: modules of its own over the same weights, for work that hangs hooks into it.

Networks are shared, and a quicker job may run its own pass in the middle of another one's; a hook of the one would
hear of the other. A twin is made in milliseconds, needs no memory worth the name, and is dropped afterwards.
"""

from __future__ import annotations

import copy
from itertools import chain
from types import FunctionType, MethodType
from typing import Any, TypeVar

from torch import nn

N = TypeVar("N", bound=nn.Module)

_HOOKS = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
_MARKS = ("_forward_hooks_with_kwargs", "_forward_hooks_always_called", "_forward_pre_hooks_with_kwargs")


def twin_of(network: N) -> N:
    """The same network with the same parameters and buffers, and none of the hooks that somebody hung into it.

    Hooks that are objects, as those of weight normalisation, belong to the network and stay.
    """
    shared: dict[int, Any] = {id(each): each for each in chain(network.parameters(), network.buffers())}
    twin = copy.deepcopy(network, shared)
    for module in twin.modules():
        # Yield points replace this method on the instance while a pass is under way.
        vars(module).pop("forward", None)
        for hooks in (getattr(module, name) for name in _HOOKS):
            for key in [key for key, hook in hooks.items() if isinstance(hook, (FunctionType, MethodType))]:
                del hooks[key]
                for marks in (getattr(module, name) for name in _MARKS):
                    marks.pop(key, None)
    return twin
