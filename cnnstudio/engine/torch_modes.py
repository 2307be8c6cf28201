"""Torch's per-thread modes, kept apart for jobs that share one thread.

A job that is served at another one's checkpoint would otherwise inherit that job's `no_grad`,
`inference_mode` or `autocast`, and a generator that yields inside `with torch.no_grad()` would leave it on
for everyone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

AUTOCAST_DEVICES = ("cpu", "cuda")


class TorchModes:
    """The modes of one job: torch's defaults at first, then what the job left behind at its last yield."""

    def __init__(self) -> None:
        self._gradients = True
        self._inference = False
        self._autocast = dict.fromkeys(AUTOCAST_DEVICES, False)

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Switch to this job's modes and back; to be called once torch is wholly imported, or not at all."""
        torch: Any = sys.modules.get("torch")
        if torch is None:
            yield
            return
        outside = {device: torch.is_autocast_enabled(device) for device in AUTOCAST_DEVICES}
        with torch.inference_mode(self._inference), torch.set_grad_enabled(self._gradients):
            for device, on in self._autocast.items():
                torch.set_autocast_enabled(device, on)
            try:
                yield
            finally:
                self._gradients = torch.is_grad_enabled()
                self._inference = torch.is_inference_mode_enabled()
                self._autocast = {device: torch.is_autocast_enabled(device) for device in AUTOCAST_DEVICES}
                for device, on in outside.items():
                    torch.set_autocast_enabled(device, on)
