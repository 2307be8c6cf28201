"""What a person takes away: a file, the clipboard, a tile on the shelf, a drag into another program.

A result is computed at full size by the engine at that moment. Another thread encodes and writes the file,
atomically and with the recipe inside, while the engine serves others; the end of the program waits for it.
"""

from __future__ import annotations

import itertools
import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from cnnstudio.errors import StudioError
from cnnstudio.gui.panels.base import Result, Studio
from cnnstudio.gui.shelf.model import ShelfModel
from cnnstudio.gui.shelf.store import DRAGGED, free_path, sweep

if TYPE_CHECKING:
    from cnnstudio.engine import Handle
    from cnnstudio.imaging.apart import Apart

log = logging.getLogger(__name__)

FILE_FILTER = "PNG with recipe (*.png);;JPEG (*.jpg *.jpeg);;TIFF (*.tif *.tiff);;WebP (*.webp)"
DRAG_WAIT_S = 2.0
BAND_ROWS = 256


class Exporter(QObject):
    """Saves, copies and shelves results."""

    def __init__(self, studio: Studio, shelf: ShelfModel, store: Path) -> None:
        super().__init__()
        self._studio, self._shelf, self._store = studio, shelf, store
        self._count = itertools.count(1)
        self._saves: list[Handle] = []
        self._shelves: list[Handle] = []
        self._writers = Writers()

    def save(self, result: Result, path: Path, then: Callable[[str], None] | None = None) -> None:
        """Compute the result at full size and write it to `path`; PNG carries the recipe, other formats do not."""
        handle = self._studio.engine.submit(
            f"save.{path}", save_result, result, str(path), self._writers, lane="long", title=f"Saving {path.name}",
            done=lambda saved: (self._studio.messages.status(f"Saved {Path(saved).name}"), then and then(saved)),
            failed=self._studio.messages.error,
        )  # fmt: skip
        self._saves = [*filter(_unfinished, self._saves), handle]

    def to_shelf(self, result: Result) -> None:
        """Keep the result as a PNG in the application's own folder and add it to the shelf."""
        # Each has a key of its own: two results may have one name, and both are wanted.
        handle = self._studio.engine.submit(
            f"shelve.{next(self._count)}", shelve_result, result, str(self._store), self._writers, lane="long",
            title=f"Sending {result.name} to the shelf", done=self._shelved, failed=self._studio.messages.error,
        )  # fmt: skip
        self._shelves = [*(h for h in self._shelves if _unfinished(h) or h.result), handle]

    def copy(self, result: Result) -> None:
        """Put the full-size result on the clipboard."""
        self._studio.engine.submit(
            "copy", full_size, result, lane="long", title=f"Copying {result.name}",
            done=self._to_clipboard, failed=self._studio.messages.error,
        )  # fmt: skip

    def file_for_drag(self, result: Result) -> Callable[[], Path]:
        """Begin to write the result for a drag that starts now; what is returned gives the file.

        It waits for it, in all its calls together, for at most `DRAG_WAIT_S`, and raises StudioError when there is
        none by then.
        """
        handle = self._studio.engine.submit(
            "drag", shelve_result, result, str(self._store / DRAGGED), self._writers,
            title=f"Preparing {result.name}", failed=self._studio.messages.error,
        )  # fmt: skip
        return FileInTime(handle, result.name)

    def sweep(self, keep: set[str]) -> None:
        """Delete what lies in the store for more than a day and is not among the paths in `keep`.

        To be called once, after a session was restored, with the paths of all items on the shelf.
        """
        self._studio.engine.submit("store.sweep", _sweep, self._store, frozenset(keep), lane="long", quiet=True)

    # -- closing -----------------------------------------------------------------------------------------------
    def pending(self) -> bool:
        """Whether a file that was asked for, by Save or for the shelf, is still to be computed or written."""
        return any(map(_unfinished, (*self._saves, *self._shelves))) or self._writers.running()

    def finish(self, timeout: float) -> bool:
        """Let what is pending be written, for at most `timeout` seconds; whether all of it has come to an end.

        For closing: other jobs are cancelled, finished results are on the shelf afterwards (so the session is to be
        written after this), and files whose writing has begun are finished even if the engine is stopped then.
        """
        end = time.monotonic() + timeout
        self._writers.closing.set()
        ours = [*filter(_unfinished, (*self._saves, *self._shelves))]
        if self.pending():
            for other in self._studio.engine.engine.jobs():
                if other not in ours:
                    other.cancel()
        for handle in ours:
            handle.wait(max(0.0, end - time.monotonic()))
            if handle.error:
                log.warning("%s", handle.error)
        self._writers.wait(end)
        for path in [handle.result for handle in self._shelves if handle.result]:
            self._shelved(path)
        return not self.pending()

    def _shelved(self, path: str) -> None:
        self._shelves = [handle for handle in self._shelves if handle.result != path]
        self._shelf.add(Path(path).name, path, is_result=True)
        self._studio.messages.status(f"{Path(path).stem} is on the shelf")

    def _to_clipboard(self, image: QImage) -> None:
        QGuiApplication.clipboard().setImage(image)
        self._studio.messages.status(f"Copied {image.width()} × {image.height()} pixels")


class FileInTime:
    """The file that a job writes, for someone who cannot wait for long: () -> its path."""

    def __init__(self, handle: Handle, name: str) -> None:
        self._handle, self._name = handle, name
        self._end: float | None = None

    def __call__(self) -> Path:
        """The path; raises StudioError when writing failed or takes too long."""
        if self._end is None:
            self._end = time.monotonic() + DRAG_WAIT_S
        self._handle.wait(max(0.0, self._end - time.monotonic()))
        if self._handle.error:
            raise StudioError(self._handle.error)
        if self._handle.result is None:
            raise StudioError(f"The file of {self._name} is not ready yet. Drag it again, or save it.")
        return Path(self._handle.result)


class Writers:
    """The threads that write files now; used by the engine's thread and the window's."""

    def __init__(self) -> None:
        self.closing = threading.Event()
        self._lock = threading.Lock()
        self._running: list[Apart[None]] = []

    def run(self, writer: Apart[None], checkpoint: Callable[[], object]) -> None:
        """Wait for a writer; cancelling its job ends it too, unless the window is closing."""
        with self._lock:
            self._running = [*(w for w in self._running if w.running), writer]
        writer.result(checkpoint, keep=self.closing.is_set)

    def running(self) -> bool:
        """Whether a file is being written that is still wanted."""
        with self._lock:
            return any(w.running and not w.dropped.is_set() for w in self._running)

    def wait(self, end: float) -> None:
        """Wait for all of them, until `end` (of time.monotonic) at most."""
        with self._lock:
            writers = list(self._running)
        for writer in writers:
            writer.wait(max(0.0, end - time.monotonic()))


def _unfinished(handle: Handle) -> bool:
    return not handle.state.final and not handle.cancel_requested


# -- engine side -----------------------------------------------------------------------------------------------
def _computed(result: Result, job: Any) -> Any:
    return result.work(*result.arguments, job=job)


def full_size(result: Result, job: Any) -> QImage:
    """The result as an image that owns its pixels, so that the window can hand it on without a copy."""
    import numpy as np

    pixels = _computed(result, job)
    height, width = pixels.shape[:2]
    image = QImage(width, height, QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.bits(), np.uint8).reshape(height, image.bytesPerLine())[:, : 3 * width]
    for top in range(0, height, BAND_ROWS):
        job.checkpoint()
        band = pixels[top : top + BAND_ROWS]
        rows[top : top + BAND_ROWS].reshape(len(band), width, 3)[:] = band
    return image


def save_result(result: Result, path: str, writers: Writers, job: Any) -> str:
    """Compute and write; returns the path."""
    return _written(_computed(result, job), result, Path(path), writers, job)


def shelve_result(result: Result, store: str, writers: Writers, job: Any) -> str:
    """Write the result to a free name in the shelf's folder; returns the path."""
    pixels = _computed(result, job)
    # Only now, because the name may be taken while the result is computed.
    return _written(pixels, result, free_path(Path(store), f"{result.name}.png"), writers, job)


def _written(pixels: Any, result: Result, path: Path, writers: Writers, job: Any) -> str:
    from cnnstudio.imaging.saving import begin_saving

    job.checkpoint()
    writers.run(begin_saving(pixels, path, recipe=result.recipe), job.checkpoint)
    return str(path)


def _sweep(store: Path, keep: frozenset[str], job: object) -> int:
    return len(sweep(store, keep))
