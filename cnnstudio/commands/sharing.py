"""Several processes, started by `torchrun`, that work on one thing: what one of them decides, and what all found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

from cnnstudio.commands.ranks import Rank
from cnnstudio.errors import StudioError

T = TypeVar("T")

_PATIENCE = timedelta(days=30)
"""Shares differ in size, and the first process to be ready waits for the last; a dead one `torchrun` notices."""


@dataclass(frozen=True)
class Together:
    """The processes of a shared run; a lone process is the first of one."""

    rank: Rank

    def first(self, do: Callable[[], T]) -> T:
        """What the first process gets of `do`; a StudioError of it is raised in every process."""
        told: list[Any] = [None, None]
        if self.rank.index == 0:
            try:
                told[0] = do()
            except StudioError as error:
                told[1] = error
        if self.rank.world > 1:
            import torch.distributed as distributed

            distributed.broadcast_object_list(told)
        if told[1] is not None:
            raise told[1]
        made: T = told[0]
        return made

    def gathered(self, value: T) -> list[T]:
        """What all processes hand in, in their order, in the first one; an empty list in the others."""
        if self.rank.world == 1:
            return [value]
        import torch.distributed as distributed

        held: list[Any] | None = [None] * self.rank.world if self.rank.index == 0 else None
        distributed.gather_object(value, held)
        return held or []


@contextmanager
def together(rank: Rank) -> Iterator[Together]:
    """While open, the processes can hear of each other.

    They talk over gloo whatever they compute with: results are small and lie in the machine's memory.
    """
    if rank.world == 1:
        yield Together(rank)
        return
    import torch.distributed as distributed

    distributed.init_process_group("gloo", timeout=_PATIENCE)
    try:
        yield Together(rank)
        # Whoever leaves while another still talks to it may take that one's threads down.
        distributed.barrier()
    finally:
        distributed.destroy_process_group()
