"""The shared picture canvas: paints ready images, links zoom and place, and says what it needs next.

It knows neither NumPy nor torch nor the engine, and no capability. Panels put `Pane`s on a `CanvasView`,
answer `viewportChanged` with `Frame`s, and hear `hovered`, `clicked` and `strokePainted`.
"""

from cnnstudio.gui.canvas.drag import PictureMime, start_drag
from cnnstudio.gui.canvas.frame import Frame, image_from_rgb, whole
from cnnstudio.gui.canvas.panes import Overlay, Pane, Placement, ToView
from cnnstudio.gui.canvas.strokes import Brush
from cnnstudio.gui.canvas.view import CanvasView

__all__ = [
    "Brush",
    "CanvasView",
    "Frame",
    "Overlay",
    "Pane",
    "PictureMime",
    "Placement",
    "ToView",
    "image_from_rgb",
    "start_drag",
    "whole",
]
