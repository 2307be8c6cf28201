"""The 180° turn between cross-correlation and convolution, shown on the kernel itself."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QObject, QVariantAnimation, Signal

from cnnstudio.filters import Matrix
from cnnstudio.gui.panels.filters.numbers.number_grid import NumberGrid
from cnnstudio.gui.theme import theme

MILLISECONDS = 600


def turned(rows: Matrix) -> Matrix:
    """A matrix turned by 180°."""
    return tuple(tuple(reversed(row)) for row in reversed(rows))


class FlipAnimation(QObject):
    """Turns the kernel's sheet by half a turn and then shows the new weights; at once when motion is reduced.

    Signals: finished() when the new weights stand.
    """

    finished = Signal()

    def __init__(self, grid: NumberGrid, parent: QObject | None = None):
        super().__init__(parent or grid)
        self._grid = grid
        self._after: Callable[[], None] | None = None
        self._turn = QVariantAnimation(self)
        self._turn.setStartValue(0.0)
        self._turn.setEndValue(180.0)
        self._turn.setEasingCurve(QEasingCurve.Type.InOutCubic)
        self._turn.valueChanged.connect(lambda value: self._grid.set_turn(float(value)))
        self._turn.finished.connect(self._settle)

    @property
    def running(self) -> bool:
        """Whether the kernel is on its way."""
        return self._turn.state() == QVariantAnimation.State.Running

    def start(self, after: Callable[[], None]) -> None:
        """Turn what the grid shows now, then call `after`, which sets the new weights."""
        self.stop()
        self._after = after
        duration = theme().duration(MILLISECONDS)
        if duration == 0:
            self._settle()
        else:
            self._turn.setDuration(duration)
            self._turn.start()

    def stop(self) -> None:
        """End at once, with the new weights in place."""
        if self.running:
            self._turn.stop()
            self._settle()

    def _settle(self) -> None:
        after, self._after = self._after, None
        self._grid.set_turn(0.0)
        if after is not None:
            after()
        self.finished.emit()
