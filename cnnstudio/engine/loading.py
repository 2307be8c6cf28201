"""Torch's import on a short-lived thread of its own, so that work without torch is served meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable

from cnnstudio.engine.failures import log_exception
from cnnstudio.errors import UsageError


class TorchLoader:
    """Runs `load` once, then `choose` for the device. Fields are final once `finished` is True."""

    def __init__(self, load: Callable[[], None], choose: Callable[[], str], on_finished: Callable[[], None]) -> None:
        self.finished = False
        self.error = ""
        self.device = "cpu"
        self.notice = ""
        self._load = load
        self._choose = choose
        self._on_finished = on_finished
        self._once = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether torch is there."""
        return self.finished and not self.error

    def start(self) -> None:
        """Begin in the background; further calls do nothing."""
        if self._once.acquire(blocking=False):
            threading.Thread(target=self._run, name="cnnstudio-torch-loader", daemon=True).start()

    def _run(self) -> None:
        try:
            self._load()
            self._choose_device()
        except BaseException as error:  # noqa: BLE001 - it is logged, and told to every job that needs torch
            log_exception("torch could not be loaded", error)
            self.error = f"PyTorch could not be loaded ({error}). Install it again: pip install -U torch"
        self.finished = True
        self._on_finished()

    def _choose_device(self) -> None:
        try:
            self.device = self._choose()
        except UsageError as error:
            self.notice = f"{error} Computing on the CPU meanwhile."
