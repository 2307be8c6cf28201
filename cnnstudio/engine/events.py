"""What the engine tells its listeners: small frozen values that name a handle and carry no pictures.

Those that add no field need no decorator of their own; leaving it out keeps the start of the program quick.
"""

from __future__ import annotations

from dataclasses import dataclass

from cnnstudio.engine.jobs import Handle


@dataclass(frozen=True, eq=False)
class Event:
    """Anything the engine says; `handle` is None where it concerns no single job."""

    handle: Handle | None = None


class Queued(Event):
    """The job waits for its turn."""


class Started(Event):
    """The job runs for the first time."""


@dataclass(frozen=True, eq=False)
class Progress(Event):
    """`done` of `total` units are behind us; `seconds_left` is None until it can be estimated.

    At most some 30 a second are sent for one job; the first and the last (done = total) always are.
    """

    done: float = 0
    total: float = 0
    seconds_left: float | None = None


class Preview(Event):
    """A new unfinished result lies in `handle.preview`."""


class Finished(Event):
    """The result lies in `handle.result`."""


@dataclass(frozen=True, eq=False)
class Failed(Event):
    """The job ended with an error; `message` is a sentence to show."""

    message: str = ""


class Cancelled(Event):
    """The job was cancelled or superseded; nothing more is heard of it."""


@dataclass(frozen=True, eq=False)
class Notice(Event):
    """Something the person should know that is no failure of the job ("continued on the CPU")."""

    text: str = ""


@dataclass(frozen=True, eq=False)
class DeviceChanged(Event):
    """Jobs that start from now on compute on `device`; `description` is for the status bar."""

    device: str = "cpu"
    description: str = ""


@dataclass(frozen=True, eq=False)
class TorchReady(Event):
    """Torch is loaded, DeviceChanged follows; or, with `error` set, it could not be loaded."""

    error: str = ""
