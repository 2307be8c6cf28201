"""Networks stay in memory between jobs: loading takes longer than the pass that a person waits for.

Used on the engine's thread, which owns torch, and in scripts; a few networks are kept, the longest unused goes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from cnnstudio.models.hashing import nothing
from cnnstudio.models.loading import load_network
from cnnstudio.models.registry import Model

if TYPE_CHECKING:
    from torch import nn

KEPT = 8

_kept: OrderedDict[tuple[str, str, str], nn.Module] = OrderedDict()
_lock = threading.Lock()


def kept_network(
    model: Model, *, file: str | None = None, device: str = "cpu", checkpoint: Callable[[], None] = nothing
) -> nn.Module:
    """As `load_network`, from memory where it is there. Whoever changes the network's state must undo it."""
    key = (model.name, file or "", device)
    with _lock:
        found = _kept.get(key)
        if found is not None:
            _kept.move_to_end(key)
            return found
    # Not under the lock: a checkpoint may serve another job, which may want a network too.
    made = load_network(model, file=file, device=device, checkpoint=checkpoint)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def forget(name: str) -> None:
    """Drop a network from memory, as its files are removed or replaced."""
    with _lock:
        for key in [key for key in _kept if key[0] == name]:
            del _kept[key]
