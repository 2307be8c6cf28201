"""The loss over the steps, on a logarithmic axis, drawn by pyqtgraph.

pyqtgraph costs half a second to import and brings NumPy, so the plot is built when it is first needed.
"""

from __future__ import annotations

import math
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import theme, tokens
from cnnstudio.gui.widgets import painting

_SMALLEST = 1e-12  # a loss of exactly 0 has no logarithm
_MOST_POINTS = 4000


class LossCurve(QWidget):
    """One curve that grows step by step; empty it shows what will appear."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._steps: list[float] = []
        self._losses: list[float] = []
        self._total = 0
        self._plot: Any = None
        self._curve: Any = None
        self._last: Any = None
        self.setAccessibleName("Loss curve")
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        theme().changed.connect(self._dress)

    def points(self) -> list[tuple[float, float]]:
        """(step, loss) of every point kept."""
        return list(zip(self._steps, self._losses, strict=True))

    def clear(self, total: int = 0) -> None:
        """Start anew; the axis reaches to `total` steps."""
        self._steps, self._losses, self._total = [], [], total
        if self._plot is not None:
            self._plot.hide()
        self.update()

    def add(self, step: int, loss: float) -> None:
        """Append a point; losses that are not finite are left out."""
        if not math.isfinite(loss):
            return
        self._steps.append(float(step))
        self._losses.append(max(float(loss), _SMALLEST))
        if len(self._steps) > _MOST_POINTS:
            del self._steps[1:-1:2], self._losses[1:-1:2]
        self.setAccessibleDescription(f"Loss {loss:.2g} after step {step}")
        self._draw()

    def _draw(self) -> None:
        if self._plot is None:
            self._build()
        logs = [math.log10(v) for v in self._losses]
        self._curve.setData(self._steps, logs)
        self._last.setData(self._steps[-1:], logs[-1:])
        right = max(self._total, self._steps[-1], 1.0)
        low, high = math.floor(min(logs)), math.ceil(max(logs))
        high = high if high > low else low + 1
        self._plot.setXRange(0, right, padding=0.04)
        self._plot.setYRange(low, high, padding=0.04)
        middle = (low + high) // 2
        powers = sorted({low, middle, high})
        self._plot.getAxis("left").setTicks([[(p, _power(p)) for p in powers]])
        self._plot.getAxis("bottom").setTicks(
            [[(0, "0"), (right / 2, f"{right / 2:.0f}"), (right, f"{right:.0f}")]]
        )
        self._plot.show()

    def _build(self) -> None:
        import pyqtgraph

        self._plot = pyqtgraph.PlotWidget(self)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.setMouseEnabled(x=False, y=False)
        self._plot.setMenuEnabled(False)
        self._plot.hideButtons()
        self._plot.setFrameShape(self._plot.Shape.NoFrame)
        self._plot.showGrid(x=False, y=True, alpha=0.4)
        self._curve = self._plot.plot([], [], antialias=True)
        self._last = pyqtgraph.ScatterPlotItem(size=8)
        self._plot.addItem(self._last)
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setStyle(tickFont=fonts.font("hint"), tickLength=0, hideOverlappingLabels=False)
        self._plot.getAxis("left").setWidth(44)
        self._box.addWidget(self._plot)
        self._dress()

    def _dress(self) -> None:
        if self._plot is None:
            return
        now = tokens()
        self._plot.setBackground(now.panel)
        pen = QPen(now.accent, 2)
        pen.setCosmetic(True)
        self._curve.setPen(pen)
        self._last.setBrush(now.text1)
        self._last.setPen(QPen(now.panel, 2))
        for side in ("left", "bottom"):
            axis = self._plot.getAxis(side)
            axis.setPen(now.chart_grid)
            axis.setTextPen(now.text3)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Before the first step: one quiet sentence."""
        if self._steps:
            return
        painter = painting.begin(self)
        painting.text(
            painter,
            self.rect(),
            "The loss will fall here, step by step.",
            "card",
            tokens().text3,
            painting.CENTRE,
        )
        painter.end()


def _power(exponent: int) -> str:
    digits = str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{digits}" if exponent not in (0, 1) else str(10**exponent)
