"""Gaps between the beats of a 5 ms heartbeat in the real window while the engine works flat out."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.timing import distribution
from tests.benchmarks.window import busy_network, photo, pump_until, real_window, rest

CASES = ("convolution", "network", "python", "open-100MP", "import-torch")
SECONDS = 10.0


def run(case: str | None) -> None:
    """All cases, or one. The import of torch needs a process of its own, in which torch was never loaded."""
    if case is None:
        import subprocess
        import sys

        for name in CASES:
            subprocess.run([sys.executable, "-m", "tests.benchmarks", f"ui-gaps:{name}"], check=True)
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        real_window(load_torch=case not in ("import-torch", "open-100MP")) as studio,
    ):
        distribution("ui-gaps", case, _gaps(studio, case, Path(folder)))


def _gaps(studio: Any, case: str, folder: Path) -> list[float]:
    from PySide6.QtCore import Qt, QTimer

    path = photo(folder / "photo.jpg", 100.0 if case == "open-100MP" else 2.0)
    if case != "open-100MP":
        studio.window.open_paths([path])
        pump_until(lambda: studio.window.picture is not None)
    rest(studio)
    if case == "network":
        pump_until(lambda: studio.engine.torch_ready)
    finished, warm = _begin(studio, case, path)
    pump_until(warm)
    beats: list[float] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.setInterval(5)
    timer.timeout.connect(lambda: (beats.append(time.perf_counter()), studio.window.status.update()))
    timer.start()
    end = time.monotonic() + SECONDS
    pump_until(lambda: finished() or (case not in ("open-100MP", "import-torch") and time.monotonic() > end))
    timer.stop()
    return [(b - a) * 1e3 for a, b in zip(beats, beats[1:], strict=False)][2:]


def _begin(studio: Any, case: str, path: Path) -> Any:
    """Start the work; when it has ended, and when it is in full swing (its own set-up is not what is measured)."""
    if case == "open-100MP":
        studio.window.open_paths([path])
        page = studio.window.panels["filters"].picture_page()
        return lambda: page.result.frame is not None and not studio.bridge.busy(), lambda: True
    if case == "import-torch":
        studio.bridge.submit("touch", _touch_torch, needs_torch=True)
        return lambda: studio.engine.torch_ready and not studio.bridge.busy(), lambda: True
    work = {"convolution": _convolve, "network": busy_network, "python": _python}[case]
    steps: list[Any] = []
    studio.bridge.submit(
        "busy", work, lane="long", title=case, needs_torch=case == "network", preview=steps.append
    )
    return lambda: False, lambda: len(steps) > 1


def _touch_torch(job: Any) -> float:
    import torch

    return float(torch.ones(1))


def _convolve(job: Any) -> Any:
    import numpy as np

    from cnnstudio.filters import FilterSettings, apply

    pixels = np.random.default_rng(0).random((2000, 3000, 3), np.float32)
    out = None
    while True:
        out = apply(FilterSettings(), pixels, checkpoint=job.checkpoint, threads=job.threads, out=out)
        job.preview(True)
        yield


def _python(job: Any) -> Any:
    values = list(range(2000))
    while True:
        for _ in range(20):
            values = sorted(values, key=lambda v: (v * 7919) % 10007)
        job.preview(True)
        yield
