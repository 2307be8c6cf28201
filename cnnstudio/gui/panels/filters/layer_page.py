"""The layer drawn as a volume: slices × kernel slices → sum → bias and activation → map, with the photo in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.filters import FilterSettings
from cnnstudio.gui.canvas.frame import image_from_rgb
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters.volume import VolumeDrawing
from cnnstudio.gui.panels.filters.volume_layer import VolumeLayer
from cnnstudio.gui.panels.filters.words import NO_OUTPUT
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.notice import Notice

if TYPE_CHECKING:
    from cnnstudio.filters import LayerParts
    from cnnstudio.imaging.picture import Picture

NO_PICTURE_WORDS = "Open a picture to see it in the layer; this is a 6 × 6 grid."


class LayerPage(QWidget):
    """The drawing and one sentence under it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self._index = 0
        self.drawing = VolumeDrawing()
        self.note = Label("", "body", "caption", wrap=True)
        self.note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.failure = Notice(NO_OUTPUT)
        self.failure.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 24)
        column.addStretch(1)
        column.addWidget(self.drawing, 1000)
        column.addWidget(self.failure, 1000)
        column.addWidget(self.note)
        column.addStretch(1)

    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Draw the layer for these settings."""
        self._settings, self._picture = settings, picture
        self._ask()

    def set_filter_index(self, index: int) -> None:
        """Draw another of several filters."""
        if index != self._index:
            self._index = index
            self._ask()

    def _ask(self) -> None:
        settings, picture = self._settings, self._picture
        index = min(self._index, len(settings.filters) - 1)
        self._studio.engine.submit(
            "filters.layer", _parts, settings, picture, index,
            done=lambda parts: self._show(parts, settings, picture, index), failed=self._failed,
        )  # fmt: skip

    def _failed(self, words: str) -> None:
        self.drawing.set_layer(None)
        self.failure.set_text(words)
        self._show_drawing(False)

    def _show_drawing(self, there: bool) -> None:
        self.drawing.setVisible(there)
        self.note.setVisible(there)
        self.failure.setVisible(not there)

    def _show(self, parts: LayerParts, settings: FilterSettings, picture: Picture | None, index: int) -> None:
        from cnnstudio.filters import NO_PICTURE

        size = (picture.height, picture.width) if picture is not None else NO_PICTURE
        channels = 1 if settings.channels == "luminance" else picture.channels if picture is not None else 3
        layer = VolumeLayer(
            size, channels, parts.kernels, parts.output_size, settings.channels in ("volume", "luminance"),
            len(settings.filters), settings.bias, settings.activation,
            _images(parts.inputs), _images(parts.products), _images(parts.outputs), index,
            parts.convolved_size, pool_words(settings),
        )  # fmt: skip
        self.drawing.set_layer(layer)
        self._show_drawing(True)
        words = _sentence(settings, channels)
        self.note.setText(words if picture is not None else f"{NO_PICTURE_WORDS} {words}")


def pool_words(settings: FilterSettings) -> str:
    """The pooling as the layer's chain names it: "Max 2×2"; "" without pooling."""
    if settings.pool == "none":
        return ""
    name = "Max" if settings.pool == "max" else "Average"
    return f"{name} {settings.pool_size}×{settings.pool_size}"


def _sentence(settings: FilterSettings, channels: int) -> str:
    if settings.channels == "volume" and channels > 1:
        return "Each slice is filtered by its own kernel slice, and the three results are added: one map a filter."
    if settings.channels == "volume":
        return "A grey picture is a volume of one slice."
    if settings.channels == "luminance":
        return "The colours become one grey slice first."
    return "Each channel is filtered alone and keeps its own map. Choose Volume under Channels to sum them."


def _images(arrays: tuple[Any, ...]) -> tuple[QImage, ...]:
    return tuple(image_from_rgb(a, a.shape[1], a.shape[0], a.shape[2]).copy() for a in arrays)


# -- engine side -----------------------------------------------------------------------------------------------
def _parts(settings: FilterSettings, picture: Picture | None, index: int, job: Any) -> LayerParts:
    from cnnstudio.filters import layer_parts

    return layer_parts(settings, picture, index, job.checkpoint)
