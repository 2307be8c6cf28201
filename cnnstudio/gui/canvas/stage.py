"""Which panes are seen, where, and how large: the canvas' state without the widget.

Modes: "result" shows one pane; "side" all of them; "wipe" the first one left of a divider and the result
right of it; "flicker" the first one and the result in turn. The first pane is the original in each of them.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSizeF

from cnnstudio.gui.canvas import layout
from cnnstudio.gui.canvas.artist import View
from cnnstudio.gui.canvas.camera import Camera
from cnnstudio.gui.canvas.captions import natural_width
from cnnstudio.gui.canvas.panes import Pane

if TYPE_CHECKING:
    from cnnstudio.imaging.viewport import Viewport

MODES = ("result", "side", "wipe", "flicker")


class Stage:
    """Panes, mode, camera and the arrangement that follows from them; all lengths in device pixels."""

    def __init__(self) -> None:
        self.panes: list[Pane] = []
        self.mode = "result"
        self.primary: str | None = None
        self.comparing = False
        self.flipped = False
        self.wipe = 0.5
        self.camera = Camera()
        self.ratio = 1.0
        self._cells: list[QRect] = []

    @property
    def original(self) -> Pane | None:
        """The pane that results are compared with."""
        return self.panes[0] if self.panes else None

    @property
    def result(self) -> Pane | None:
        """The pane shown alone: the primary one, or else the last."""
        return next((p for p in self.panes if p.id == self.primary), self.panes[-1] if self.panes else None)

    def arrange(self, width: int, height: int, ratio: float) -> None:
        """Lay the views out anew for a canvas of width x height device pixels."""
        self.ratio = ratio
        scene = QRectF()
        for pane in self.panes:
            if pane.width and pane.height:
                scene = scene.united(pane.scene_rect)
        count = len(self.panes) if self.mode == "side" else min(1, len(self.panes))
        size = scene.size() if not scene.isEmpty() else QSizeF(1, 1)
        self._cells = layout.cells(width, height, count, size, ratio)
        if self._cells:
            self.camera.frame_scene(scene, self._cells[0].width(), self._cells[0].height())

    def views(self) -> list[View]:
        """What is visible now, in painting order."""
        if not self.panes or not self._cells:
            return []
        first, result, cell = self.panes[0], self.result, self._cells[0]
        assert result is not None
        if self.mode == "side":
            return [View(p, c, c) for p, c in zip(self.panes, self._cells, strict=False)]
        if self.comparing or (self.mode == "flicker" and self.flipped):
            return [View(first, cell, cell)]
        if self.mode != "wipe" or first is result:
            return [View(result, cell, cell)]
        at = self.divider() - cell.x()
        return [
            View(first, cell, QRect(cell.x(), cell.y(), at, cell.height())),
            View(result, cell, QRect(cell.x() + at, cell.y(), cell.width() - at, cell.height())),
        ]

    def cell_of(self, pane: Pane) -> QRect | None:
        """The view a pane occupies, or would occupy if it were its turn."""
        if self.mode == "side":
            return next((c for p, c in zip(self.panes, self._cells, strict=False) if p is pane), None)
        return self._cells[0] if self._cells and pane in self.panes else None

    def seen(self, view: View) -> QRectF:
        """The part of the view that its picture covers."""
        return self.camera.to_device(view.cell, view.pane.scene_rect).intersected(QRectF(view.cell))

    def divider(self) -> int:
        """Where the wipe's divider stands, a fraction of the visible picture."""
        span = self.wipe_span()
        return round(span.left() + self.wipe * span.width())

    def wipe_span(self) -> QRectF:
        """The visible picture that the divider sweeps."""
        pane, cell = self.result, self._cells[0] if self._cells else QRect()
        span = self.seen(View(pane, cell, cell)) if pane is not None else QRectF()
        return span if not span.isEmpty() else QRectF(cell)

    def view_at(self, x: float, y: float) -> View | None:
        """The view under a device coordinate."""
        return next((v for v in self.views() if v.clip.contains(math.floor(x), math.floor(y))), None)

    def caption_rect(self, view: View) -> QRectF:
        """Logical rectangle of a view's caption; views beside each other, and the two of a wipe, share the line."""
        rect = layout.caption_rect(view.cell, self.seen(view), self.ratio)
        rect.moveTop(min(self._caption_tops(view), default=rect.top()))
        original, result = self.original, self.result
        if self.mode != "wipe" or len(self.views()) < 2:
            return rect
        assert original is not None
        assert result is not None
        half = (rect.width() - layout.GAP) / 2
        left, right = natural_width(original), natural_width(result)
        first = half
        if right > half and left < half:
            first = max(left, rect.width() - layout.GAP - right)
        elif left > half and right < half:
            first = min(left, rect.width() - layout.GAP - right)
        if view.pane is original:
            return QRectF(rect.x(), rect.y(), first, rect.height())
        return QRectF(rect).adjusted(first + layout.GAP, 0, 0, 0)

    def _caption_tops(self, view: View) -> list[float]:
        """Where the captions of the pictures in a view's row would stand by themselves."""
        row = [v for v in self.views() if v.cell.y() == view.cell.y() and v.pane.width and v.pane.height]
        return [layout.caption_rect(v.cell, self.seen(v), self.ratio).top() for v in row]

    def viewports(self) -> dict[str, Viewport]:
        """For every pane in view: which part of its raster, and how many samples are worth having.

        From 100 % up that is whole pixels, one sample each; below it the part exactly in view, one sample a
        device pixel. A frame of just that part and size is painted without scaling.
        """
        from cnnstudio.imaging.viewport import Viewport

        out: dict[str, Viewport] = {}
        for pane in self.panes:
            cell = self.cell_of(pane)
            if cell is None or not (pane.width and pane.height):
                continue
            whole, p, z = self.camera.to_device(cell, pane.scene_rect), pane.placement, self.camera.zoom
            across = _span(whole.left(), p.scale_x * z, pane.width, cell.x(), cell.x() + cell.width())
            down = _span(whole.top(), p.scale_y * z, pane.height, cell.y(), cell.y() + cell.height())
            if across and down:
                (x, width, out_width), (y, height, out_height) = across, down
                out[pane.id] = Viewport(x, y, width, height, out_width, out_height)
        return out


def _span(start: float, scale: float, count: int, low: int, high: int) -> tuple[float, float, int] | None:
    """One axis: first raster coordinate in view, how many, and samples; None when nothing is in view."""
    end = start + count * scale
    if end <= low or start >= high:
        return None
    first = max(0.0, (low - start) / scale)
    last = min(float(count), (high - start) / scale)
    if scale >= 1 - 1e-9:
        a, b = math.floor(first + 1e-6), math.ceil(last - 1e-6)
        return (float(a), float(b - a), b - a) if b > a else None
    samples = min(high, math.floor(end + 0.5)) - max(low, math.floor(start + 0.5))
    return first, last - first, max(1, samples)
