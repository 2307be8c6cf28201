"""From the start of the process to the first painted window, against `python -c "import torch"`."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.benchmarks.timing import compare

# The steps of cnnstudio.launch and gui.application.run_window, up to the first paint.
FIRST_PAINT = """
import gc
gc.disable()
import os, sys, tempfile
from pathlib import Path
from cnnstudio.gui.application import Application, qt_application
from cnnstudio.paths import Folders
app = qt_application()
root = Path(tempfile.gettempdir()) / "cnnstudio-startup"
studio = Application(Folders(*(root / n for n in ("config", "data", "cache", "log"))), restore=False)
studio.window.painted.connect(lambda: os._exit(0))
studio.window.show()
app.exec()
"""


def run(case: str | None) -> None:
    """One case, called window."""
    environment = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}

    def ours() -> None:
        subprocess.run([sys.executable, "-c", FIRST_PAINT], check=True, env=environment)

    def theirs() -> None:
        subprocess.run([sys.executable, "-c", "import torch"], check=True, env=environment)

    if case in (None, "window"):
        compare("startup", "window", ours, theirs)
