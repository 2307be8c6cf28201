"""The place for the nine patches that excite a unit most; until a folder was scanned it says how to get them."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.gui.theme import tokens
from cnnstudio.gui.widgets import painting
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label

GAP = 4
WORDS = "Scan a folder to see what excites this unit."


class PatchesCard(QWidget):
    """Nine empty places, the sentence, and a button.

    Signals: `scan_asked()`.
    """

    scan_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._unit = -1
        self.places = _Places()
        self.sentence = Label(WORDS, "body", "text2", wrap=True)
        self.scan = Button("Scan a folder…", icon="folder-open", on_click=self.scan_asked.emit)
        self.scan.setEnabled(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.places)
        column.addWidget(self.sentence)
        column.addWidget(self.scan)

    def set_unit(self, layer: str, unit: int) -> None:
        """The unit whose patches are wanted."""
        self._unit = unit
        self.places.setAccessibleName(f"Patches of unit {unit} of {layer}")

    def set_slim(self, slim: bool) -> None:
        """Without the places, where there is little room."""
        self.places.setVisible(not slim)


class _Places(QWidget):
    """A square of three by three."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(200)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.setFixedHeight(min(self.width(), 280))

    def paintEvent(self, event: QPaintEvent) -> None:
        t, painter = tokens(), painting.begin(self)
        side = (min(self.width(), self.height()) - 2 * GAP) / 3
        painter.setPen(QPen(t.line_strong, 1, Qt.PenStyle.DashLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for place in range(9):
            row, column = divmod(place, 3)
            cell = QRectF(column * (side + GAP), row * (side + GAP), side, side)
            painter.drawRoundedRect(cell.adjusted(0.5, 0.5, -0.5, -0.5), 3, 3)
        painter.end()
