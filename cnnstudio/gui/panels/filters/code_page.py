"""Show code: a runnable PyTorch program that computes exactly what is on screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from cnnstudio.errors import StudioError
from cnnstudio.filters import FilterSettings
from cnnstudio.gui.fonts import font
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture


class CodePage(QWidget):
    """The program as text, with Copy."""

    def __init__(self, studio: Studio) -> None:
        super().__init__()
        self._studio = studio
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        self.text.setFont(font("formula"))
        self.text.setAccessibleName("PyTorch code")
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.copy = Button("Copy code", icon="copy", on_click=self.copy_code)
        head = QHBoxLayout()
        head.addWidget(Label("PyTorch", "title", "text1"))
        head.addWidget(Label("The same numbers as on screen, from nothing but torch.", "body", "caption"))
        head.addStretch(1)
        head.addWidget(self.copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 24)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.text, 1)

    def show_state(self, settings: FilterSettings, picture: Picture | None) -> None:
        """Write the program anew."""
        from cnnstudio.filters import snippet

        try:
            code = snippet(settings, picture.channels if picture is not None else 3)
        except StudioError as error:
            code = f"# {error}"
        if code != self.text.toPlainText():
            self.text.setPlainText(code)

    def copy_code(self) -> None:
        """Put the program on the clipboard."""
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self._studio.messages.status("Code copied")
