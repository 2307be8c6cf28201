"""The window has to be on screen before anything heavy is loaded."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("numpy", "cv2", "PIL", "torch", "torchvision", "pyqtgraph", "qtawesome", "psutil", "typer")

PAINT = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from pathlib import Path
from cnnstudio.gui.application import Application, qt_application
from cnnstudio.paths import Folders
app = qt_application()
studio = Application(Folders(*(Path(sys.argv[1]) / n for n in ("config", "data", "cache", "log"))))
def painted():
    print("loaded:", ",".join(sorted(set(sys.modules) & set(sys.argv[2].split(",")))), flush=True)
    os._exit(0)
studio.window.painted.connect(painted)
studio.window.show()
app.exec()
"""


def test_the_first_paint_needs_no_heavy_library(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", PAINT, str(tmp_path), ",".join(HEAVY)],
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "loaded:"
