"""The tour: every panel at work on the sample pictures, rendered to PNG files by the real window.

It drives the window as a person would and waits until the engine has nothing left to do before each picture.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication

from cnnstudio.errors import StudioError
from cnnstudio.gui.application import Application, qt_application
from cnnstudio.paths import Folders

SIZE = (1440, 900)
PATIENCE_SECONDS = 60.0

Shot = tuple[str, Callable[[Application], None]]


def render_tour(out: Path, quick: bool = False) -> list[Path]:
    """Render the tour into `out` (made if missing); `quick` makes one picture a panel. Returns the files written.

    Raises StudioError when the folder cannot be written or the engine does not come to rest.
    """
    app = qt_application()
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(f"The folder {out} cannot be made: {error.strerror}. Choose another with --out.") from error
    written = []
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        places = Folders(root / "config", root / "data", root / "cache", root / "log")
        studio = Application(places, restore=False)
        studio.window.resize(*SIZE)
        studio.start()
        arrived: list[str] = []
        studio.bridge.torch_ready.connect(arrived.append)
        settle(app, studio, until=lambda: bool(arrived))
        try:
            for name, act in _shots(quick):
                act(studio)
                settle(app, studio)
                written.append(_shoot(studio, out / f"{name}.png"))
        finally:
            studio.window.close()
            QCoreApplication.processEvents()
    return written


def settle(app: QApplication, studio: Application, until: Callable[[], bool] = lambda: True) -> None:
    """Let window and engine work until both have been idle for a moment and `until` holds."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < 0.45:
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        if studio.bridge.busy() or not until():
            quiet_since = time.monotonic()
        if time.monotonic() > deadline:
            raise StudioError("The engine did not come to rest within a minute; the tour was stopped.")
        time.sleep(0.005)


def _shoot(studio: Application, path: Path) -> Path:
    if not studio.window.grab().save(str(path)):
        raise StudioError(f"{path} could not be written. Choose another folder with --out.")
    return path


def _shots(quick: bool) -> Iterator[Shot]:
    from cnnstudio.gui.panels.activations import tour as activations
    from cnnstudio.gui.panels.classification import tour as classification
    from cnnstudio.gui.panels.filters import tour as filters

    if not quick:
        yield "welcome", lambda studio: None
    yield from filters.shots(quick)
    yield from activations.shots(quick)
    yield from classification.shots(quick)
    if not quick:
        yield "networks", lambda studio: studio.window.show_panel("models")
        yield "settings", lambda studio: studio.window.show_panel("settings")
