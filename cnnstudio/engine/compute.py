"""What the engine computes with: torch, the device, the threads; and how they change while it runs."""

from __future__ import annotations

from collections.abc import Callable

from cnnstudio.engine import device as devices
from cnnstudio.engine.cores import compute_threads, limit_opencv_threads, set_torch_threads
from cnnstudio.engine.errands import Errand
from cnnstudio.engine.events import DeviceChanged, Event, Notice, TorchReady
from cnnstudio.engine.loading import TorchLoader
from cnnstudio.errors import UsageError


class Compute:
    """Written on the engine's thread, to which `post` brings every change; read on any."""

    def __init__(
        self,
        wanted: str,
        load: Callable[[], None],
        choose: Callable[[str], str],
        post: Callable[[Errand], None],
        emit: Callable[[Event], None],
    ) -> None:
        self.device = "cpu"
        self.settled = False
        self._wanted, self._asked_again = wanted, False
        self._interactive = True
        self._choose = choose
        self._post = post
        self._emit = emit
        self._loader = TorchLoader(load, lambda: choose(self._wanted), lambda: post(self._arrived))

    @property
    def ready(self) -> bool:
        """Whether torch is loaded and the device chosen; `settled` is True also where that failed."""
        return self.settled and not self._loader.error

    @property
    def error(self) -> str:
        """Why torch could not be loaded, or ""."""
        return self._loader.error

    @property
    def threads(self) -> int:
        """Threads that a job may compute with now."""
        return compute_threads(self._interactive)

    @property
    def description(self) -> str:
        """The device in words for the status bar."""
        return devices.describe(self.device, self.threads)

    def load(self) -> None:
        """Begin to import torch in the background, once."""
        self._loader.start()

    def set_device(self, wanted: str) -> None:
        """Change the device from the next job on; before torch is there, the wish is kept."""
        self._wanted, self._asked_again = wanted, True
        self._post(self._change_device)

    def set_interactive(self, interactive: bool) -> None:
        """Leave a core to the window, or not."""
        if interactive != self._interactive:
            self._interactive = interactive
            self._post(self._apply_threads)

    def _arrived(self) -> None:
        # Not set by the loader's thread, so that no job slips in before the device is chosen.
        self.settled = True
        self._emit(TorchReady(error=self._loader.error))
        if self._loader.error:
            return
        self._apply_threads()
        self._use(self._loader.device)
        if self._loader.notice:
            self._emit(Notice(text=self._loader.notice))
        self._change_device()

    def _change_device(self) -> None:
        if not self.ready or not self._asked_again:
            return
        self._asked_again = False
        try:
            self._use(self._choose(self._wanted))
        except UsageError as error:
            self._emit(Notice(text=f"{error} Computing on {self.device} as before."))

    def _use(self, device: str) -> None:
        self.device = device
        self._emit(DeviceChanged(device=device, description=self.description))

    def _apply_threads(self) -> None:
        limit_opencv_threads(self.threads)
        if self.ready:
            set_torch_threads(self.threads)
