"""Zoom and place of the canvas: one camera for all panes, and which parts are worth computing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.canvas.stage import Stage


class ZoomView(QWidget):
    """The part of the canvas that knows how large and which part of the scene is seen.

    Signals
    -------
    zoomChanged(percent): 100 is one picture pixel on one pixel of the screen.
    viewportChanged({pane id: Viewport}): which part of each pane is in view, and how many samples are worth
        having; sent once after any number of changes, and only when something differs. Hidden panes are
        included: they are one key away.
    """

    zoomChanged = Signal(float)
    viewportChanged = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stage = Stage()
        self._sent_zoom = 100.0
        self._sent_viewports: dict[str, object] = {}
        self._ask = QTimer(self, singleShot=True, interval=0)
        self._ask.timeout.connect(self._send_viewports)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        self.setAccessibleName("Picture canvas")

    @property
    def zoom(self) -> float:
        """Zoom in per cent; 100 is one picture pixel (at placement scale 1) on one pixel of the screen."""
        return self._stage.camera.zoom * 100

    @property
    def fitting(self) -> bool:
        """Whether the pictures follow the window's size."""
        return self._stage.camera.fitting

    def fit(self) -> None:
        """Show everything as large as the canvas allows, and keep doing so when it is resized."""
        self._stage.camera.fit()
        self._viewed()

    def set_zoom(self, percent: float, at: QPointF | None = None) -> None:
        """Zoom to per cent (1 to 6400), holding the place under `at` (logical), or else the middle."""
        self._stage.camera.set_zoom(percent / 100, self._anchor(at))
        self._viewed()

    def one_to_one(self, at: QPointF | None = None) -> None:
        """100 %."""
        self.set_zoom(100.0, at)

    def zoom_in(self) -> None:
        """The next round zoom up."""
        self.set_zoom(self._stage.camera.step(True) * 100)

    def zoom_out(self) -> None:
        """The next round zoom down."""
        self.set_zoom(self._stage.camera.step(False) * 100)

    def pan(self, dx: float, dy: float) -> None:
        """Move the pictures by logical pixels, right and down, as far as their edges allow."""
        self._stage.camera.pan(dx * self._stage.ratio, dy * self._stage.ratio)
        self._viewed()

    def look_at(self, pane_id: str, x: float, y: float) -> None:
        """Bring a place in a pane's pixels to the middle, as far as the picture's edges allow."""
        pane = self.pane(pane_id)
        if pane is not None:
            self._stage.camera.look_at(*pane.placement.to_scene(x, y))
            self._viewed()

    def pane(self, pane_id: str) -> Pane | None:
        """The pane of this id."""
        return next((p for p in self._stage.panes if p.id == pane_id), None)

    def viewports(self) -> dict[str, object]:
        """What `viewportChanged` would carry now."""
        return dict(self._stage.viewports())

    # -- following changes -----------------------------------------------------------------------------------

    def _relayout(self) -> None:
        ratio = self.devicePixelRatioF()
        self._stage.arrange(round(self.width() * ratio), round(self.height() * ratio), ratio)
        self._viewed()

    def _reshaped(self) -> None:
        # Other pictures of the same size need frames as well, so the question is asked again.
        self._sent_viewports = {}
        self._relayout()

    def _viewed(self) -> None:
        self.update()
        self._ask.start()
        if abs(self.zoom - self._sent_zoom) > 1e-9:
            self._sent_zoom = self.zoom
            self.zoomChanged.emit(self.zoom)

    def _send_viewports(self) -> None:
        now = self.viewports()
        if now != self._sent_viewports:
            self._sent_viewports = now
            self.viewportChanged.emit(dict(now))

    def resizeEvent(self, event: object) -> None:
        """Lay out anew."""
        self._relayout()

    def event(self, event: QEvent) -> bool:
        """Notice a move to a screen of another pixel density."""
        if event.type() == QEvent.Type.DevicePixelRatioChange:
            self._relayout()
        return super().event(event)

    def _anchor(self, at: QPointF | None) -> tuple[float, float]:
        # The place in its own view, so that linked views stay at the same point whichever one is pointed at.
        view = (
            self._stage.view_at(at.x() * self._stage.ratio, at.y() * self._stage.ratio)
            if at is not None
            else None
        )
        if at is None or view is None:
            return (0.0, 0.0)
        middle = QRectF(view.cell).center()
        return at.x() * self._stage.ratio - middle.x(), at.y() * self._stage.ratio - middle.y()
