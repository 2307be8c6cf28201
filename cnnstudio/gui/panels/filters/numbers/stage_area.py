"""The room of the grids: they scroll where they do not fit, and a sentence stands there when there are none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from cnnstudio.gui.panels.filters.numbers.stage import Stage
from cnnstudio.gui.panels.filters.words import NO_OUTPUT
from cnnstudio.gui.widgets.notice import Notice


class StageArea(QWidget):
    """A `Stage` that is given all the room there is.

    Signals: `arranged()` after the stage was laid out for another size.
    """

    arranged = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        self.failure = Notice(NO_OUTPUT)
        self.failure.hide()
        self._scroll = QScrollArea()
        self._scroll.setWidget(self.stage)
        self._scroll.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        for ground in (self._scroll.viewport(), self.stage):
            ground.setAutoFillBackground(False)
        self._scroll.viewport().installEventFilter(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.failure, 1)

    def show_grids(self, there: bool) -> None:
        """The grids, or the sentence."""
        self.failure.setVisible(not there)
        self._scroll.setVisible(there)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Give the stage its room."""
        if watched is self._scroll.viewport() and event.type() == QEvent.Type.Resize:
            self.stage.arrange(self._scroll.viewport().size())
            self.arranged.emit()
        return super().eventFilter(watched, event)
