"""Text in a role of the type table and a colour of the tokens; follows the theme."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QPalette
from PySide6.QtWidgets import QLabel, QWidget

from cnnstudio.gui import fonts
from cnnstudio.gui.theme import theme


class Label(QLabel):
    """A line or paragraph of plain text; `role` is a row of `fonts.ROLES`, `colour` the name of a
    token."""

    def __init__(
        self,
        words: str = "",
        role: str = "body",
        colour: str = "text2",
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(words, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(fonts.font(role))
        self.setWordWrap(wrap)
        self._colour = colour
        self._dress()
        theme().changed.connect(self._dress)

    def set_colour(self, colour: str) -> None:
        """Use another colour token."""
        if colour != self._colour:
            self._colour = colour
            self._dress()

    def paintEvent(self, event: QPaintEvent) -> None:
        # A style sheet polishes a widget when it is first shown and brings back the palette it had at birth.
        if self.palette().color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText) != getattr(
            theme().current(), self._colour
        ):
            self._dress()
        super().paintEvent(event)

    def _dress(self) -> None:
        now = theme().current()
        made = QPalette(self.palette())
        made.setColor(QPalette.ColorGroup.All, QPalette.ColorRole.WindowText, getattr(now, self._colour))
        made.setColor(QPalette.ColorGroup.Disabled, QPalette.ColorRole.WindowText, now.disabled)
        self.setPalette(made)
