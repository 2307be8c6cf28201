"""Where the scene lies on the screen: zoom and centre, shared by all linked views. Pure arithmetic.

Zoom is device pixels per scene unit, so 100 % shows one picture pixel on one pixel of the screen, whatever
the device pixel ratio. The scene's origin is rounded to whole device pixels: unscaled pictures stay sharp and
side-by-side views round alike.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QRect, QRectF

SMALLEST, LARGEST = 0.01, 64.0
LADDER = (
    0.01, 0.02, 0.03, 0.05, 0.07, 0.10, 0.15, 0.20, 0.25, 0.33, 0.50, 0.67, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0,
    6.0, 8.0, 12.0, 16.0, 24.0, 32.0, 48.0, 64.0,
)  # fmt: skip


class Camera:
    """Zoom (device pixels per scene unit) and the scene point at the middle of every view."""

    def __init__(self) -> None:
        self.zoom = 1.0
        self.x = 0.0
        self.y = 0.0
        self.fitting = True
        self._scene = QRectF()
        self._cell = (1, 1)

    def frame_scene(self, scene: QRectF, width: int, height: int) -> None:
        """Tell the pictures' bounds and the size of one view in device pixels; keeps fit, or the centre."""
        self._scene, self._cell = QRectF(scene), (max(1, width), max(1, height))
        if self.fitting:
            self.fit()
        else:
            self._clamp()

    def fit(self) -> None:
        """Show the whole scene as large as the view allows."""
        self.fitting = True
        if self._scene.isEmpty():
            return
        room = min(self._cell[0] / self._scene.width(), self._cell[1] / self._scene.height())
        self.zoom = min(max(room, SMALLEST), LARGEST)
        self._clamp()

    def set_zoom(self, zoom: float, anchor: tuple[float, float] = (0.0, 0.0)) -> None:
        """Zoom so that the scene point under `anchor` (device pixels from the view's middle) stays there."""
        zoom = min(max(zoom, SMALLEST), LARGEST)
        self.fitting = False
        self.x += anchor[0] / self.zoom - anchor[0] / zoom
        self.y += anchor[1] / self.zoom - anchor[1] / zoom
        self.zoom = zoom
        self._clamp()

    def step(self, up: bool) -> float:
        """The next round zoom above or below the present one."""
        if up:
            return next((z for z in LADDER if z > self.zoom * 1.001), LARGEST)
        return next((z for z in reversed(LADDER) if z < self.zoom * 0.999), SMALLEST)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by device pixels, to the right and down."""
        before = (self.x, self.y)
        self.x -= dx / self.zoom
        self.y -= dy / self.zoom
        self._clamp()
        # A picture that is visible as a whole cannot move, so it goes on fitting the window.
        self.fitting = self.fitting and (self.x, self.y) == before

    def look_at(self, x: float, y: float) -> None:
        """Bring a scene point to the middle, as far as the picture's edges allow."""
        self.fitting = False
        self.x, self.y = x, y
        self._clamp()

    def origin(self, cell: QRect) -> tuple[int, int]:
        """Device coordinates of the scene's (0, 0) in a view that occupies `cell`."""
        return (
            math.floor(cell.x() + cell.width() / 2 - self.x * self.zoom + 0.5),
            math.floor(cell.y() + cell.height() / 2 - self.y * self.zoom + 0.5),
        )

    def to_device(self, cell: QRect, rect: QRectF) -> QRectF:
        """A rectangle of the scene, in device pixels of the view."""
        left, top = self.origin(cell)
        z = self.zoom
        return QRectF(left + rect.x() * z, top + rect.y() * z, rect.width() * z, rect.height() * z)

    def to_scene(self, cell: QRect, x: float, y: float) -> tuple[float, float]:
        """The scene point at device coordinates."""
        left, top = self.origin(cell)
        return (x - left) / self.zoom, (y - top) / self.zoom

    def _clamp(self) -> None:
        # Never past an edge, and in the middle where it is smaller than the view: a picture cannot get lost.
        scene = self._scene
        self.x = _clamped(self.x, scene.left(), scene.right(), self._cell[0] / self.zoom)
        self.y = _clamped(self.y, scene.top(), scene.bottom(), self._cell[1] / self.zoom)


def _clamped(centre: float, low: float, high: float, room: float) -> float:
    if high - low <= room:
        return (low + high) / 2
    return min(max(centre, low + room / 2), high - room / 2)
