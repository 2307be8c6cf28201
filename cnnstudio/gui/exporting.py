"""What a person takes away: a file, the clipboard, a tile on the shelf, a drag into another program.

A result is computed at full size by the engine at that moment; the file is written there too, atomically, with the
recipe inside.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication, QImage

from cnnstudio.gui.panels.base import Result, Studio
from cnnstudio.gui.shelf.model import ShelfModel
from cnnstudio.gui.shelf.store import free_path

FILE_FILTER = "PNG with recipe (*.png);;JPEG (*.jpg *.jpeg);;TIFF (*.tif *.tiff);;WebP (*.webp)"


class Exporter(QObject):
    """Saves, copies and shelves results."""

    def __init__(self, studio: Studio, shelf: ShelfModel, store: Path) -> None:
        super().__init__()
        self._studio, self._shelf, self._store = studio, shelf, store

    def save(self, result: Result, path: Path, then: Callable[[str], None] | None = None) -> None:
        """Compute the result at full size and write it to `path`; PNG and TIFF carry the recipe."""
        self._studio.engine.submit(
            f"save.{path}", save_result, result, str(path), lane="long", title=f"Saving {path.name}",
            done=lambda saved: (self._studio.messages.status(f"Saved {Path(saved).name}"), then and then(saved)),
            failed=self._studio.messages.error,
        )  # fmt: skip

    def to_shelf(self, result: Result) -> None:
        """Keep the result as a PNG in the application's own folder and add it to the shelf."""
        self._studio.engine.submit(
            f"shelve.{result.name}", shelve_result, result, str(self._store), lane="long",
            title=f"Sending {result.name} to the shelf", done=self._shelved, failed=self._studio.messages.error,
        )  # fmt: skip

    def copy(self, result: Result) -> None:
        """Put the full-size result on the clipboard."""
        self._studio.engine.submit(
            "copy", full_size, result, lane="long", title=f"Copying {result.name}",
            done=self._to_clipboard, failed=self._studio.messages.error,
        )  # fmt: skip

    def file_for_drag(self, result: Result) -> Path:
        """Write the result to the store at once, on the calling thread: a drag's target waits for the file."""
        from cnnstudio.engine import run_now

        return Path(run_now(shelve_result, result, str(self._store / "dragged"), title=result.name))

    def _shelved(self, path: str) -> None:
        self._shelf.add(Path(path).name, path, is_result=True)
        self._studio.messages.status(f"{Path(path).stem} is on the shelf")

    def _to_clipboard(self, packed: tuple[bytes, int, int]) -> None:
        data, width, height = packed
        image = QImage(data, width, height, 3 * width, QImage.Format.Format_RGB888).copy()
        QGuiApplication.clipboard().setImage(image)
        self._studio.messages.status(f"Copied {width} × {height} pixels")


# -- engine side -----------------------------------------------------------------------------------------------
def _computed(result: Result, job: Any) -> Any:
    return result.work(*result.arguments, job=job)


def full_size(result: Result, job: Any) -> tuple[bytes, int, int]:
    """The result as packed RGB bytes with width and height."""
    import numpy as np

    pixels = _computed(result, job)
    if pixels.shape[2] == 1:
        pixels = np.repeat(pixels, 3, axis=2)
    return pixels.tobytes(), pixels.shape[1], pixels.shape[0]


def save_result(result: Result, path: str, job: Any) -> str:
    """Compute and write; returns the path."""
    from cnnstudio.imaging.saving import save_picture

    pixels = _computed(result, job)
    job.checkpoint()
    save_picture(pixels, Path(path), recipe=result.recipe)
    return path


def shelve_result(result: Result, store: str, job: Any) -> str:
    """Write the result to a free name in the shelf's folder; returns the path."""
    return save_result(result, str(free_path(Path(store), f"{result.name}.png")), job)
