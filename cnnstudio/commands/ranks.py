"""Sharing a batch among processes: which rank this one is, as `torchrun` says in the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from cnnstudio.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Rank:
    """This process's place: `index` of `world` processes in all, `local` of `local_world` on this machine."""

    index: int = 0
    world: int = 1
    local: int = 0
    local_world: int = 1

    def share(self, items: Sequence[T]) -> list[T]:
        """Every world-th item; the shares of all ranks are disjoint and together the whole list."""
        return list(items[self.index :: self.world])

    def device(self, name: str) -> str:
        """`cuda` becomes the accelerator of this process, so that ranks do not crowd onto the first one."""
        return f"cuda:{self.local}" if name == "cuda" and self.world > 1 else name

    @property
    def threads(self) -> int | None:
        """Compute threads for this process: its part of the machine's; None, for all of them, when alone."""
        return None if self.world == 1 else max(1, (os.cpu_count() or 1) // self.local_world)


def current_rank(environment: Mapping[str, str] | None = None) -> Rank:
    """The rank that RANK and WORLD_SIZE say, alone when either is missing; UsageError if they cannot be."""
    env = os.environ if environment is None else environment
    if "RANK" not in env or "WORLD_SIZE" not in env:
        return Rank()
    values = {name: _number(name, env) for name in ("RANK", "WORLD_SIZE")}
    index, world = values["RANK"], values["WORLD_SIZE"]
    if world < 1 or not 0 <= index < world:
        raise UsageError(f"RANK={index} of WORLD_SIZE={world}; the rank must lie in 0…WORLD_SIZE-1.")
    local = _number("LOCAL_RANK", env) if "LOCAL_RANK" in env else index
    local_world = _number("LOCAL_WORLD_SIZE", env) if "LOCAL_WORLD_SIZE" in env else world
    return Rank(index, world, local, max(1, local_world))


def _number(name: str, env: Mapping[str, str]) -> int:
    try:
        return int(env[name])
    except ValueError:
        raise UsageError(f"{name}={env[name]!r}; it must be a whole number.") from None
