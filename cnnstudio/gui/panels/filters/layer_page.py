"""The layer drawn as a volume: slices × kernel slices → sum → bias and activation → map, with the photo in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.filters.settings import FilterSettings
from cnnstudio.gui.canvas.frame import image_from_rgb
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.panels.filters_volume import VolumeDrawing, VolumeLayer
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture

SIDE = 192
NO_PICTURE = (6, 6)


@dataclass(frozen=True, eq=False)
class LayerParts:
    """What the engine worked out: kernels as tuples, the output size, thumbnails as uint8 (h, w, 3) arrays."""

    kernels: tuple[Any, ...]
    output_size: tuple[int, int]
    inputs: tuple[Any, ...]
    products: tuple[Any, ...]
    outputs: tuple[Any, ...]


class LayerPage(QWidget):
    """The drawing and one sentence under it."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self._settings = FilterSettings()
        self._picture: Picture | None = None
        self.drawing = VolumeDrawing()
        self.note = Label("", "body", "caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 24)
        column.addWidget(self.drawing, 1)
        column.addWidget(self.note)

    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Draw the layer for these settings."""
        self._settings, self._picture = settings, picture
        self._studio.engine.submit(
            "filters.layer", _parts, settings, picture,
            done=lambda parts: self._show(parts, settings, picture), failed=self._failed,
        )  # fmt: skip

    def _failed(self, words: str) -> None:
        self.drawing.set_layer(None)
        self.note.setText(words)

    def _show(self, parts: LayerParts, settings: FilterSettings, picture: Picture | None) -> None:
        size = (picture.height, picture.width) if picture is not None else NO_PICTURE
        channels = 1 if settings.channels == "luminance" else picture.channels if picture is not None else 3
        layer = VolumeLayer(
            size, channels, parts.kernels, parts.output_size, settings.channels in ("volume", "luminance"),
            len(settings.filters), settings.bias, settings.activation,
            _images(parts.inputs), _images(parts.products), _images(parts.outputs),
        )  # fmt: skip
        self.drawing.set_layer(layer)
        self.note.setText(_sentence(settings, channels))


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
def _parts(settings: FilterSettings, picture: Picture | None, job: Any) -> LayerParts:
    import numpy as np

    from cnnstudio.filters.borders import luminance
    from cnnstudio.filters.display import to_display
    from cnnstudio.filters.kernels import slices_for
    from cnnstudio.filters.layer import apply
    from cnnstudio.filters.sizes import output_size

    size = (picture.height, picture.width) if picture is not None else NO_PICTURE
    channels = picture.channels if picture is not None else 3
    kernels = tuple(tuple(tuple(float(w) for w in row) for row in k) for k in slices_for(settings, channels)[0])
    out = output_size(settings, *size)
    if picture is None:
        return LayerParts(kernels, out, (), (), ())
    pixels = np.ascontiguousarray(_small(picture), np.float32)
    first = replace(settings, filters=settings.filters[:1], mode="signed")
    if settings.channels == "luminance":
        pixels = luminance(pixels)
    alone = replace(first, channels="depthwise", bias=0.0, activation="none", pool="none")
    inputs = tuple(np.repeat(pixels[..., c : c + 1], 3, axis=2).astype(np.uint8) for c in range(pixels.shape[2]))
    maps = apply(alone, pixels)
    products = tuple(to_display(alone, maps, c) for c in range(len(maps)))
    final = apply(first, pixels)
    outputs = tuple(to_display(first, final, c) for c in range(len(final)))
    return LayerParts(kernels, out, inputs, products, outputs)


def _small(picture: Picture) -> Any:
    from cnnstudio.filters.preview import pyramid_of

    level = 0
    while max(picture.width, picture.height) >> level > SIDE:
        level += 1
    return pyramid_of(picture).level(level)
