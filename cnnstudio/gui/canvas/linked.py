"""Showing pictures: panes side by side, wiped over or flickering, with linked zoom and place.

This half of the canvas paints ready images and asks for the ones it lacks through `viewportChanged`; it
computes nothing. What a person does with mouse and keys is the other half, `view.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QLineF, QRect, QRectF, QSize, QTimer, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.canvas import decor
from cnnstudio.gui.canvas.artist import Artist, View
from cnnstudio.gui.canvas.captions import paint_caption
from cnnstudio.gui.canvas.panes import Pane
from cnnstudio.gui.canvas.stage import MODES
from cnnstudio.gui.canvas.zooming import ZoomView
from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets.notice import paint_notice

_FLICKER_MS = 500


class LinkedView(ZoomView):
    """Pictures that share one zoom and one place.

    Signals (besides those of ZoomView)
    -------
    modeChanged(mode), wipeChanged(fraction), comparingChanged(whether the original is shown).
    """

    modeChanged = Signal(str)
    wipeChanged = Signal(float)
    comparingChanged = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._marker: tuple[float, float] | None = None
        self._flicker = QTimer(self, interval=_FLICKER_MS)
        self._flicker.timeout.connect(self._flip)

    # -- panes and modes -------------------------------------------------------------------------------------

    @property
    def panes(self) -> list[Pane]:
        """The pictures; the first one is the original."""
        return list(self._stage.panes)

    def set_panes(self, panes: Sequence[Pane], primary: str | None = None) -> None:
        """Show these panes; the first is the original, `primary` (or else the last) the one shown alone."""
        for pane in self._stage.panes:
            pane.changed.disconnect(self._pane_changed)
            pane.reshaped.disconnect(self._reshaped)
        self._stage.panes, self._stage.primary = list(panes), primary
        for pane in panes:
            pane.changed.connect(self._pane_changed)
            pane.reshaped.connect(self._reshaped)
        self._reshaped()

    @property
    def mode(self) -> str:
        """One of "result", "side", "wipe", "flicker"."""
        return self._stage.mode

    def set_mode(self, mode: str) -> None:
        """Change how the panes are compared; zoom and place stay. Raises ValueError for an unknown mode."""
        if mode not in MODES:
            raise ValueError(f"The canvas has no mode {mode!r}; use one of: {', '.join(MODES)}.")
        if mode == self._stage.mode:
            return
        self._stage.mode, self._stage.flipped = mode, False
        self._run_flicker()
        self._relayout()
        self.modeChanged.emit(mode)

    @property
    def comparing(self) -> bool:
        """Whether the original is shown in the result's place, as while Space is held."""
        return self._stage.comparing

    def set_comparing(self, on: bool) -> None:
        """Show the original in the result's place (side by side already shows both)."""
        if on != self._stage.comparing:
            self._stage.comparing = on
            self._run_flicker()
            self.update()
            self.comparingChanged.emit(on)

    @property
    def wipe(self) -> float:
        """The divider's place, 0 (all result) to 1 (all original) of the visible picture."""
        return self._stage.wipe

    def set_wipe(self, fraction: float) -> None:
        """Put the divider at a fraction of the visible picture, held within 0 to 1."""
        fraction = min(max(fraction, 0.0), 1.0)
        if fraction != self._stage.wipe:
            self._stage.wipe = fraction
            self.update()
            self.wipeChanged.emit(fraction)

    def move_divider(self, x: float) -> None:
        """Put the divider at a logical x coordinate of the widget."""
        span, ratio = self._stage.wipe_span(), self._stage.ratio
        self.set_wipe((x * ratio - span.left()) / max(span.width(), 1.0))

    # -- painting --------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """The centre of the reference window."""
        return QSize(1036, 600)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what the event's region needs, back to front."""
        painter, colours, stage = QPainter(self), tokens(), self._stage
        painter.fillRect(event.rect(), colours.canvas)
        artist = Artist(stage.camera, stage.ratio, colours)
        dirty = _device(event.rect(), stage.ratio)
        for view in stage.views():
            artist.paint(painter, view, dirty, self._marker)
            if not view.pane.width and view.pane.notice[1]:
                painter.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint_notice(painter, QRectF(_logical(view.clip, stage.ratio)), *view.pane.notice)
                painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            caption = stage.caption_rect(view)
            if caption.intersects(QRectF(event.rect())):
                paint_caption(painter, caption, view.pane, colours)
        line = self.divider_line()
        if line is not None:
            decor.paint_divider(painter, line)
        self.paint_on_top(painter, artist)
        painter.end()

    def paint_on_top(self, painter: QPainter, artist: Artist) -> None:
        """For the half that knows mouse and keys."""

    def divider_line(self) -> QLineF | None:
        """The wipe's divider in logical pixels, or None when there is none."""
        views, r = self._stage.views(), self._stage.ratio
        if self.mode != "wipe" or len(views) < 2:
            return None
        span, x = self._stage.wipe_span(), self._stage.divider() / r
        return QLineF(x, span.top() / r, x, span.bottom() / r)

    def visible_views(self) -> list[View]:
        """The panes on screen, in painting order, each with its place."""
        return self._stage.views()

    def update_view(self, view: View) -> None:
        """Repaint one view and its caption, and nothing else."""
        self.update(_logical(view.clip, self._stage.ratio))
        self.update(self._stage.caption_rect(view).toAlignedRect().adjusted(-1, -1, 1, 1))

    # -- following changes -----------------------------------------------------------------------------------

    def _pane_changed(self) -> None:
        for view in self._stage.views():
            if view.pane is self.sender():
                self.update_view(view)

    def _run_flicker(self) -> None:
        if self.mode == "flicker" and not self.comparing and self.isVisible():
            self._flicker.start()
        else:
            self._flicker.stop()

    def _flip(self) -> None:
        self._stage.flipped = not self._stage.flipped
        self.update()

    def showEvent(self, event: object) -> None:
        """Flicker only while seen."""
        self._run_flicker()

    def hideEvent(self, event: object) -> None:
        """Flicker only while seen."""
        self._run_flicker()


def _device(rect: QRect, ratio: float) -> QRect:
    return QRectF(
        rect.x() * ratio, rect.y() * ratio, rect.width() * ratio, rect.height() * ratio
    ).toAlignedRect()


def _logical(rect: QRect, ratio: float) -> QRect:
    return QRectF(
        rect.x() / ratio, rect.y() / ratio, rect.width() / ratio, rect.height() / ratio
    ).toAlignedRect()
