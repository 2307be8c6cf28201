"""The real window for benchmarks: real engine, off-screen, with its folders in a temporary place."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

SIZE = (1600, 1000)


@contextmanager
def real_window(*, load_torch: bool = True) -> Iterator[Any]:
    """A running Application, closed afterwards."""
    from cnnstudio.gui.application import Application, qt_application
    from cnnstudio.paths import Folders

    qt_application()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        studio = Application(
            Folders(*(root / n for n in ("config", "data", "cache", "log"))), restore=False, load_torch=load_torch
        )
        studio.window.resize(*SIZE)
        studio.start()
        try:
            yield studio
        finally:
            studio.window.close()


def pump_until(done: Callable[[], bool], seconds: float = 120.0) -> None:
    """Let the window work until `done`; TimeoutError after `seconds`."""
    from PySide6.QtCore import QCoreApplication, QEventLoop

    end = time.monotonic() + seconds
    while not done():
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents, 5)
        if time.monotonic() > end:
            raise TimeoutError("the window did not get there")


def rest(studio: Any, quiet_seconds: float = 0.4) -> None:
    """Let window and engine come to rest."""
    start = [time.monotonic()]

    def quiet() -> bool:
        if studio.bridge.busy():
            start[0] = time.monotonic()
        return time.monotonic() - start[0] > quiet_seconds

    pump_until(quiet)


def photo(path: Path, megapixels: float) -> Path:
    """A JPEG of that size made from smooth noise, as detailed as a photo."""
    import cv2
    import numpy as np

    height = round((megapixels * 1e6 / 1.5) ** 0.5)
    small = np.random.default_rng(1).integers(0, 256, (256, 384, 3), dtype=np.uint8)
    cv2.imwrite(str(path), cv2.resize(small, (round(height * 1.5), height), interpolation=cv2.INTER_CUBIC))
    return path


def busy_network(job: Any) -> Any:
    """VGG-16 forward and backward to the picture without end, as style transfer and attribution do it.

    Yields after each step, and gives way at every layer. (The gradient of the weights of its first dense layer, 103
    million of them, would be one torch operation of a third of a second that nothing can interrupt.)
    """
    import torch
    import torchvision

    from cnnstudio.engine import yield_points

    net = torchvision.models.vgg16(weights=None).to(memory_format=torch.channels_last).requires_grad_(False)
    picture = torch.rand(1, 3, 224, 224).to(memory_format=torch.channels_last).requires_grad_()
    while True:
        with yield_points(net, job.checkpoint):
            net(picture).square().mean().backward()
        job.preview(True)
        yield
