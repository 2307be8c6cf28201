"""Painting one pane into one view: backdrop, frame, pixel grid, values, overlays, marker.

Pictures are painted in device pixels, so an image that already has the right size is copied, not scaled, and
single pixels keep hard edges at every device pixel ratio. Overlays are painted in logical pixels.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from cnnstudio.gui.canvas.camera import Camera
from cnnstudio.gui.canvas.figures import paint_figures
from cnnstudio.gui.canvas.frame import Frame
from cnnstudio.gui.canvas.panes import Pane, ToView
from cnnstudio.gui.theme import Tokens

GRID_FROM = 32.0
_ROOM_FOR_TEXT = 28.0
_MARKER = 13
_GRID = QColor(118, 118, 118, 150)
_SMOOTH = QPainter.RenderHint.SmoothPixmapTransform


@dataclass(frozen=True)
class View:
    """A pane in its place: the whole view `cell` and the part `clip` that it may paint, device pixels."""

    pane: Pane
    cell: QRect
    clip: QRect


class Artist:
    """Paints panes for one camera, device pixel ratio and colours."""

    def __init__(self, camera: Camera, ratio: float, colours: Tokens) -> None:
        self._camera = camera
        self._ratio = ratio
        self._colours = colours

    def picture_rect(self, view: View) -> QRect:
        """The raster's place in device pixels, edges rounded; it may reach beyond the view.

        However far out, it is a screen pixel wide and high: a picture of 1 × 5000 pixels is a line, not nothing.
        """
        whole = self._camera.to_device(view.cell, view.pane.scene_rect)
        return _rounded(_at_least(whole, whole, self._ratio))

    def to_view(self, view: View) -> ToView:
        """The mapping handed to overlays."""
        left, top = self._camera.origin(view.cell)
        p, z, r = view.pane.placement, self._camera.zoom, self._ratio
        return ToView(p.scale_x * z / r, p.scale_y * z / r, (left + p.dx * z) / r, (top + p.dy * z) / r)

    def paint(self, painter: QPainter, view: View, dirty: QRect, marker: tuple[float, float] | None) -> None:
        """Paint everything of one pane inside `dirty` (device pixels); the painter is in logical pixels."""
        place = self.picture_rect(view)
        seen = place.intersected(view.clip).intersected(dirty)
        if seen.isEmpty() or view.pane.width < 1:
            return
        painter.save()
        painter.scale(1 / self._ratio, 1 / self._ratio)
        painter.setClipRect(seen)
        self._paint_pixels(painter, view, seen)
        self._paint_grid(painter, view, seen)
        painter.restore()
        if view.pane.overlays:
            self._paint_overlays(painter, view, place)
        if marker is not None:
            self._paint_marker(painter, view, marker)

    def _paint_pixels(self, painter: QPainter, view: View, seen: QRect) -> None:
        frame, backdrop = view.pane.frame, view.pane.backdrop
        covered = frame is not None and self._frame_rect(view, frame).contains(seen)
        if not covered:
            painter.fillRect(seen, self._colours.panel)
            if backdrop is not None:
                self._paint_frame(painter, view, backdrop, seen)
        if frame is not None:
            self._paint_frame(painter, view, frame, seen)

    def _frame_rect(self, view: View, frame: Frame) -> QRect:
        return _rounded(self._exact_rect(view, frame.rect))

    def _exact_rect(self, view: View, part: QRectF) -> QRectF:
        p = view.pane.placement
        left, top = p.to_scene(part.x(), part.y())
        placed = self._camera.to_device(
            view.cell, QRectF(left, top, part.width() * p.scale_x, part.height() * p.scale_y)
        )
        return _at_least(placed, self._camera.to_device(view.cell, view.pane.scene_rect), self._ratio)

    def _paint_frame(self, painter: QPainter, view: View, frame: Frame, seen: QRect) -> None:
        image, snapped = frame.image, self._frame_rect(view, frame)
        if image.size() == snapped.size():
            painter.drawImage(snapped.topLeft(), image)
            return
        exact = self._exact_rect(view, frame.rect)
        part = exact.intersected(QRectF(seen))
        if part.isEmpty() or image.isNull():
            return
        across, down = exact.width() / image.width(), exact.height() / image.height()
        source = _outward(
            (part.left() - exact.left()) / across,
            (part.top() - exact.top()) / down,
            (part.right() - exact.left()) / across,
            (part.bottom() - exact.top()) / down,
        ).intersected(image.rect())
        target = QRectF(
            exact.left() + source.x() * across,
            exact.top() + source.y() * down,
            source.width() * across,
            source.height() * down,
        )
        painter.setRenderHint(_SMOOTH, self._smooth(frame, min(across, down)))
        painter.drawImage(target, image, QRectF(source))
        painter.setRenderHint(_SMOOTH, False)

    def _smooth(self, frame: Frame, magnification: float) -> bool:
        # A reduced stand-in has no pixels to inspect; below 2x, "fit" serves looking and not counting pixels.
        reduced = frame.width > frame.image.width() * 1.01
        limit = 2.0 if self._camera.fitting else 1.0
        return reduced or (magnification < limit and not math.isclose(magnification, 1.0))

    def _paint_grid(self, painter: QPainter, view: View, seen: QRect) -> None:
        pane, cell = view.pane, view.cell
        p, z = pane.placement, self._camera.zoom
        across, down = p.scale_x * z, p.scale_y * z
        if min(across, down) < GRID_FROM * 0.999:
            return
        origin_x, origin_y = self._camera.origin(cell)
        left, top = origin_x + p.dx * z, origin_y + p.dy * z
        columns = range(
            math.floor((seen.left() - left) / across), math.ceil((seen.right() - left) / across) + 1
        )
        rows = range(math.floor((seen.top() - top) / down), math.ceil((seen.bottom() - top) / down) + 1)
        if pane.value_text is not None and min(across, down) >= _ROOM_FOR_TEXT * self._ratio:
            paint_figures(painter, pane, (left, top, across, down), columns, rows, self._ratio)
        painter.setPen(QPen(_GRID, 0))
        lines = [
            QLineF(x, seen.top(), x, seen.bottom() + 1)
            for x in (round(left + c * across) + 0.5 for c in columns)
        ]
        lines += [
            QLineF(seen.left(), y, seen.right() + 1, y) for y in (round(top + r * down) + 0.5 for r in rows)
        ]
        painter.drawLines(lines)

    def _paint_overlays(self, painter: QPainter, view: View, place: QRect) -> None:
        to_view, r = self.to_view(view), self._ratio
        seen = QRectF(place.intersected(view.clip))
        for overlay in view.pane.overlays:
            painter.save()
            painter.setClipRect(QRectF(seen.x() / r, seen.y() / r, seen.width() / r, seen.height() / r))
            overlay(painter, to_view)
            painter.restore()

    def _paint_marker(self, painter: QPainter, view: View, marker: tuple[float, float]) -> None:
        pixel = view.pane.pixel_at(*marker)
        if pixel is None:
            return
        box = _rounded(self._exact_rect(view, QRectF(*pixel, 1, 1)))
        line, least = max(1, round(self._ratio)), round(_MARKER * self._ratio)
        grow_x, grow_y = max(0, least - box.width()), max(0, least - box.height())
        box.adjust(-(grow_x // 2), -(grow_y // 2), grow_x - grow_x // 2, grow_y - grow_y // 2)
        painter.save()
        painter.scale(1 / self._ratio, 1 / self._ratio)
        painter.setClipRect(view.clip)
        for colour in (Qt.GlobalColor.white, Qt.GlobalColor.black):
            outer = box.adjusted(-line, -line, line, line)
            for edge in _frame_edges(outer, line):
                painter.fillRect(edge, colour)
            box = outer
        painter.restore()


def _frame_edges(outer: QRect, line: int) -> list[QRect]:
    x, y, w, h = outer.x(), outer.y(), outer.width(), outer.height()
    return [
        QRect(x, y, w, line),
        QRect(x, y + h - line, w, line),
        QRect(x, y, line, h),
        QRect(x + w - line, y, line, h),
    ]


def _at_least(part: QRectF, whole: QRectF, ratio: float) -> QRectF:
    """A part of a picture, drawn as if the picture were nowhere thinner than a screen pixel."""
    least = max(1.0, round(ratio))
    if whole.width() < least:
        part = QRectF(whole.center().x() - least / 2, part.y(), least, part.height())
    if whole.height() < least:
        part = QRectF(part.x(), whole.center().y() - least / 2, part.width(), least)
    return part


def _rounded(rect: QRectF) -> QRect:
    left, top = math.floor(rect.left() + 0.5), math.floor(rect.top() + 0.5)
    return QRect(left, top, math.floor(rect.right() + 0.5) - left, math.floor(rect.bottom() + 0.5) - top)


def _outward(left: float, top: float, right: float, bottom: float) -> QRect:
    # The smallest excess of a float must not bring in a whole further row of pixels.
    x, y = math.floor(left + 1e-6), math.floor(top + 1e-6)
    return QRect(x, y, math.ceil(right - 1e-6) - x, math.ceil(bottom - 1e-6) - y)
