"""What a computation sees of the job it runs in: the one thing that capabilities and the engine agree on.

A computation neither imports the engine nor knows whether a window or a command line waits for it; it is handed
something of this shape as its last argument.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from torch import nn


class Job(Protocol):
    """A running job as its work sees it. Every method may be called from any thread that the work starts."""

    @property
    def title(self) -> str:
        """What people call this job."""

    @property
    def device(self) -> str:
        """Torch's name of the device to compute on: "cpu", "cuda:0" or "mps"."""

    @property
    def threads(self) -> int:
        """How many threads the work may compute with now, at least 1."""

    @property
    def cancelled(self) -> bool:
        """Whether the result is no longer wanted; `checkpoint` would raise."""

    def progress(self, done: float, total: float) -> None:
        """Report that `done` of `total` units are behind us; cheap enough for thousands of calls a second."""

    def preview(self, value: Any) -> None:
        """Show an unfinished result; the value must not be changed afterwards."""

    def notice(self, text: str) -> None:
        """Say something that the person should know and that is no failure."""

    def checkpoint(self) -> None:
        """Give way: raise JobCancelled if the job was cancelled, serve whoever is quicker, then go on.

        To be called at least every 50 ms. Called from a thread other than the job's own it only looks for
        cancellation.
        """

    def giving_way(self, network: nn.Module) -> AbstractContextManager[None]:
        """While open, every layer of the network gives way as `checkpoint` does, forward and backward.

        Not to be held open across a `yield`: another job may use the same network in between.
        """
