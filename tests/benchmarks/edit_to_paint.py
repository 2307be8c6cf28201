"""From a kernel edit to the new picture on screen, in the real window, whole picture in view, side by side."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.timing import distribution
from tests.benchmarks.window import busy_network, photo, pump_until, real_window, rest

CASES = {"1MP": 1.0, "12MP": 12.0, "100MP": 100.0, "12MP-while-network-runs": 12.0}
EDITS = 200


def run(case: str | None) -> None:
    """All cases, or one."""
    for name, megapixels in CASES.items():
        if case in (None, name):
            with tempfile.TemporaryDirectory() as folder, real_window() as studio:
                path = photo(Path(folder) / "photo.jpg", megapixels)
                taken = _edits(studio, path, network=name.endswith("runs"))
                distribution("edit-to-paint", name, taken)


def _edits(studio: Any, path: Path, *, network: bool) -> list[float]:
    from dataclasses import replace

    from PySide6.QtCore import QEvent, QObject

    from cnnstudio.filters.kernels import own_kernel

    window = studio.window
    window.open_paths([path])
    pump_until(lambda: window.picture is not None)
    rest(studio)
    panel = window.panels["filters"]
    page = panel.picture_page()
    if network:
        steps: list[bool] = []
        studio.bridge.submit(
            "busy", busy_network, lane="long", title="Training", needs_torch=True, preview=steps.append
        )
        pump_until(lambda: len(steps) > 1)

    class Paints(QObject):
        frame: Any = None

        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                self.frame = page.result.frame
            return False

    paints = Paints()
    page.canvas.installEventFilter(paints)
    taken = []
    for number in range(EDITS + 3):
        before = page.result.frame
        weights = [[1.0, 0.0, -1.0], [2.0, 0.0, -2.0], [1.0, 0.0, -1.0 - number / 10]]
        settings = replace(panel.settings, filters=(own_kernel(weights),))
        start = time.perf_counter()
        panel.change(settings, True)
        pump_until(lambda before=before: paints.frame is not before)
        taken.append((time.perf_counter() - start) * 1e3)
        pause = time.monotonic() + 0.05
        pump_until(lambda pause=pause: time.monotonic() > pause)
    return taken[3:]
