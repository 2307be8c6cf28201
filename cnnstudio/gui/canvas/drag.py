"""Carrying a result into another program: as an image, and as a PNG file.

Few programs take the raw image, nearly all take a file. The target asks for it on the window's thread, so it is
written elsewhere meanwhile and only fetched here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDrag, QImage, QPixmap
from PySide6.QtWidgets import QWidget

from cnnstudio.errors import StudioError

_FILES = "text/uri-list"
_IMAGE = "application/x-qt-image"
_PREVIEW = 160


class PictureMime(QMimeData):
    """An image plus the address of a PNG file, for which `write` is asked until it has given one.

    write() -> path of the finished file; it should answer soon, because the window waits. An OSError or a
    StudioError (not ready, disk full) leaves the image alone in the drag and is kept in `error`.
    """

    def __init__(self, image: QImage, write: Callable[[], str | Path]) -> None:
        super().__init__()
        self._image = image
        self._write = write
        self._path: Path | None = None
        self.error: Exception | None = None

    def formats(self) -> list[str]:
        """The image and the file."""
        return [_FILES, _IMAGE]

    def hasFormat(self, mime_type: str) -> bool:
        """Whether the drag carries this type; asks for nothing."""
        return mime_type in self.formats()

    def retrieveData(self, mime_type: str, preferred: Any) -> Any:
        """Answer a target; the first question for the file waits for it."""
        if mime_type == _IMAGE:
            return self._image
        if mime_type == _FILES:
            path = self._written()
            return [QUrl.fromLocalFile(str(path))] if path else []
        return None

    def _written(self) -> Path | None:
        if self._path is None:
            try:
                self._path = Path(self._write()).absolute()
                self.error = None
            except (OSError, StudioError) as error:
                self.error = error
        return self._path


def start_drag(source: QWidget, image: QImage, write: Callable[[], str | Path]) -> Qt.DropAction:
    """Run a drag of `image` from `source` until it is dropped or given up; copies only, moves nothing.

    write() gives the PNG when a target wants a file; see PictureMime.
    """
    drag = QDrag(source)
    drag.setMimeData(PictureMime(image, write))
    small = image.scaled(
        _PREVIEW, _PREVIEW, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
    drag.setPixmap(QPixmap.fromImage(small))
    drag.setHotSpot(QPoint(small.width() // 2, small.height() // 2))
    return drag.exec(Qt.DropAction.CopyAction)
