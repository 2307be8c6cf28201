"""A progress bar of 4 px: a known share, an unknown end, or a stop."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from cnnstudio.gui import numbers_text
from cnnstudio.gui.theme import theme, tokens
from cnnstudio.gui.widgets import painting

_LOOP_MS, _FRAME_MS = 1400, 33


class ProgressLine(QWidget):
    """`set_fraction(0.38)`, `set_unknown()`, `set_failed(0.64)`; the unknown bar runs to and fro while
    visible."""

    def __init__(self, *, name: str = "Progress", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state: Literal["known", "unknown", "failed"] = "known"
        self._fraction = 0.0
        self._phase = 0.5
        self._timer: QTimer | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def state(self) -> str:
        """ "known", "unknown" or "failed"."""
        return self._state

    def fraction(self) -> float:
        """The share done, 0 to 1."""
        return self._fraction

    def set_fraction(self, fraction: float) -> None:
        """Show a known share, 0 to 1."""
        self._set("known", fraction)

    def set_unknown(self) -> None:
        """Show that work goes on without a known end."""
        self._set("unknown", 0.0)

    def set_failed(self, fraction: float) -> None:
        """Show that work stopped at a share."""
        self._set("failed", fraction)

    def _set(self, state: Literal["known", "unknown", "failed"], fraction: float) -> None:
        self._state, self._fraction = state, max(0.0, min(1.0, fraction))
        words = {"known": numbers_text.percent(self._fraction), "unknown": "Working",
                 "failed": f"Stopped at {numbers_text.percent(self._fraction)}"}  # fmt: skip
        self.setAccessibleDescription(words[state])
        self._run()
        self.update()

    def _run(self) -> None:
        wanted = self._state == "unknown" and self.isVisible() and not theme().reduce_motion()
        if wanted and self._timer is None:
            self._timer = QTimer(self)
            self._timer.setInterval(_FRAME_MS)
            self._timer.timeout.connect(self._tick)
        if self._timer is not None:
            self._timer.start() if wanted else self._timer.stop()

    def _tick(self) -> None:
        self._phase = (self._phase + _FRAME_MS / _LOOP_MS) % 2
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._run()

    def sizeHint(self) -> QSize:
        return QSize(110, 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, 4)

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        top = (self.height() - 4) / 2
        painting.box(painter, QRectF(0, top, self.width(), 4), t.track, None, 2)
        if self._state == "unknown":
            part = 0.3 * self.width()
            there = self._phase if self._phase <= 1 else 2 - self._phase
            eased = there * there * (3 - 2 * there)
            area = QRectF(eased * (self.width() - part), top, part, 4)
        else:
            area = QRectF(0, top, self._fraction * self.width(), 4)
        if area.width() > 0:
            painter.setPen(Qt.PenStyle.NoPen)
            painting.box(painter, area, t.error if self._state == "failed" else t.accent, None, 2)
        painter.end()
