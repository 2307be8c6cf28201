"""The classes as a widget: bars that grow to their new length where motion is allowed."""

from __future__ import annotations

from PySide6.QtCore import QEasingCurve, QRectF, QVariantAnimation
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.panels.classification.bar_painting import Bar, Layout, arranged, paint_bars
from cnnstudio.gui.panels.classification.words import score_text
from cnnstudio.gui.theme import theme, tokens
from cnnstudio.gui.widgets import painting

GROW_MS = 200


class ClassBars(QWidget):
    """Labels, bars and scores, the surest first. The type grows with the room; `set_room` says how much there is.

    Whoever lays it out gives it the height of `layout_for`.
    """

    def __init__(self) -> None:
        super().__init__()
        self._classes: tuple[tuple[str, float], ...] = ()
        self._from: tuple[float, ...] = ()
        self._part = 1.0
        self._room, self._stacked = 400.0, True
        self.setAccessibleName("Classes")
        self._growth = QVariantAnimation(self)
        self._growth.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._growth.setStartValue(0.0)
        self._growth.setEndValue(1.0)
        self._growth.valueChanged.connect(self._grow)

    def set_classes(self, classes: tuple[tuple[str, float], ...]) -> None:
        """Show these labels and scores (0…1); bars move from where they are."""
        if classes == self._classes:
            return
        shares = [bar.share for bar in self.bars()]
        self._growth.stop()
        self._from = tuple(shares[: len(classes)]) + (0.0,) * (len(classes) - len(shares))
        self._classes = classes
        self.setAccessibleDescription("; ".join(f"{label} {score_text(score)}" for label, score in classes))
        length = theme().duration(GROW_MS) if self.isVisible() else 0
        self._part = 0.0 if length else 1.0
        if length:
            self._growth.setDuration(length)
            self._growth.start()
        self.update()

    def bars(self) -> tuple[Bar, ...]:
        """What is drawn now."""
        return tuple(
            Bar(label, score, score if self._part >= 1 else start + (score - start) * self._part)
            for (label, score), start in zip(self._classes, self._from, strict=True)
        )

    def set_room(self, height: float, *, stacked: bool) -> None:
        """The height that the rows may take, and whether labels stand above their bars."""
        self._room, self._stacked = height, stacked
        self.update()

    def layout_for(self, width: float) -> Layout:
        """How the rows lie in this width."""
        return arranged(width, self._room, len(self._classes), stacked=self._stacked)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        paint_bars(painter, QRectF(self.rect()), self.bars(), self.layout_for(self.width()), tokens())
        painter.end()

    def _grow(self, part: float) -> None:
        self._part = part
        self.update()
