"""A layer over a volume, drawn: slices × kernel slices, summed, plus bias, through the activation, to one map.

Sizes are the current ones, and slices may carry thumbnails of what really flows there.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui.panels.filters.volume_diagram import Diagram
from cnnstudio.gui.panels.filters.volume_layer import VolumeLayer
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting

TALLEST = 920
"""What three rows of the largest boxes need; in a higher window the words below stay near."""


class VolumeDrawing(QWidget):
    """Paints a `VolumeLayer` as large as its room allows."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layer: VolumeLayer | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMaximumHeight(TALLEST)
        self.setAccessibleName("Layer over a volume")

    def layer(self) -> VolumeLayer | None:
        """What is drawn now."""
        return self._layer

    def set_layer(self, layer: VolumeLayer | None) -> None:
        """Draw another layer, or nothing."""
        self._layer = layer
        self.setAccessibleDescription(layer.formula() if layer else "")
        self.update()

    def sizeHint(self) -> QSize:
        """Room for three slices of the largest size."""
        return QSize(900, 440)

    def minimumSizeHint(self) -> QSize:
        """Below this the parts would touch."""
        return QSize(520, 220)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The whole diagram, row by row."""
        painter = painting.begin(self)
        painter.fillRect(event.rect(), tokens().canvas)
        if self._layer is not None:
            Diagram(painter, QRectF(self.rect()).adjusted(24, 16, -24, -16), self._layer).paint()
        painter.end()
