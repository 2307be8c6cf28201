"""The engine room: one background thread that owns torch, and what runs on it.

Offers `Engine` with its handles and events for the window, `run_now` for the command line, `yield_points`
for long network passes, `choose_device` and `memory`. The room knows no capability, no Qt and no command
line, and importing it imports neither torch nor numpy: the window has to appear before them.
"""

from cnnstudio.engine.device import Memory, choose_device, describe, memory
from cnnstudio.engine.direct import run_now
from cnnstudio.engine.events import (
    Cancelled,
    DeviceChanged,
    Event,
    Failed,
    Finished,
    Notice,
    Preview,
    Progress,
    Queued,
    Started,
    TorchReady,
)
from cnnstudio.engine.jobs import Handle, Job, JobCancelled, JobState
from cnnstudio.engine.scheduler import Engine
from cnnstudio.engine.startup import prepare
from cnnstudio.engine.taps import yield_points

__all__ = [
    "Cancelled",
    "DeviceChanged",
    "Engine",
    "Event",
    "Failed",
    "Finished",
    "Handle",
    "Job",
    "JobCancelled",
    "JobState",
    "Memory",
    "Notice",
    "Preview",
    "Progress",
    "Queued",
    "Started",
    "TorchReady",
    "choose_device",
    "describe",
    "memory",
    "prepare",
    "run_now",
    "yield_points",
]
