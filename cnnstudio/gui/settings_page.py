"""The settings page: preferences as a form, where things lie on disk, and clearing caches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from cnnstudio.errors import StudioError
from cnnstudio.gui.actions import Action
from cnnstudio.gui.panels.base import Messages
from cnnstudio.gui.preferences import Preferences, save_preferences
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.theme import theme
from cnnstudio.gui.widgets.button import Button
from cnnstudio.gui.widgets.label import Label
from cnnstudio.gui.widgets.settings_form import SettingsForm
from cnnstudio.paths import Folders, clear_caches
from cnnstudio.settings import declared

COLUMN_WIDTH = 560


class SettingsPage(QScrollArea):
    """One column in the middle of the window; every change holds and is stored at once.

    Signals: `preferences_changed(Preferences)` when a change is final.
    """

    preferences_changed = Signal(object)

    def __init__(self, preferences: Preferences, places: Folders, messages: Messages) -> None:
        super().__init__()
        self.setWindowTitle("Settings")
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self._places, self._messages = places, messages
        shown = dict.fromkeys(one.group for one in declared(Preferences) if not one.hidden)
        self.form = SettingsForm(Preferences, groups=tuple(shown))
        self.form.set_settings(preferences)
        self.form.changed.connect(self._changed)
        column = QWidget()
        column.setFixedWidth(COLUMN_WIDTH)
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 24, 0, 24)
        rows.setSpacing(8)
        rows.addWidget(self.form)
        rows.addSpacing(16)
        files = QVBoxLayout()
        files.setContentsMargins(16, 0, 16, 0)
        files.setSpacing(8)
        rows.addLayout(files)
        files.addWidget(Label("Files", "name", "text1"))
        for title, folder in (("Shelf and session", places.data), ("Caches", places.cache), ("Log", places.log)):
            files.addLayout(_folder_row(title, str(folder)))
        clear = Button("Clear caches", icon="trash")
        clear.clicked.connect(self.clear)
        files.addSpacing(4)
        files.addWidget(clear, 0, Qt.AlignmentFlag.AlignLeft)
        rows.addStretch(1)
        ground = Surface("panel")
        row = QHBoxLayout(ground)
        row.addStretch(1)
        row.addWidget(column)
        row.addStretch(1)
        self.setWidget(ground)

    def page_actions(self, show: Callable[[], None]) -> list[Action]:
        """Settings, themes and caches for the palette."""
        return [
            Action("settings", "Settings", show, "Ctrl+,", "gear"),
            Action("theme.dark", "Dark appearance", lambda: self.choose_theme("dark"), icon="moon"),
            Action("theme.light", "Light appearance", lambda: self.choose_theme("light"), icon="sun"),
            Action("theme.system", "Appearance of the system", lambda: self.choose_theme("system")),
            Action("clear-caches", "Clear caches", self.clear, icon="trash"),
        ]

    def choose_theme(self, mode: str) -> None:
        """Hold a theme and remember it."""
        self.change(theme=mode)

    def change(self, **values: object) -> None:
        """Change preferences by name, as if a person had done it here."""
        chosen = replace(self.form.settings(), **values)
        self.form.set_settings(chosen)
        self._changed(chosen, True)

    def clear(self) -> None:
        """Delete everything in the cache folder."""
        try:
            freed = clear_caches(self._places)
        except (OSError, StudioError) as error:
            self._messages.error(f"The caches could not be cleared: {error}")
            return
        from cnnstudio.gui.numbers_text import byte_count

        self._messages.status(f"Caches cleared, {byte_count(freed)} freed")

    def _changed(self, preferences: Preferences, final: bool) -> None:
        theme().set_mode(preferences.theme)  # type: ignore[arg-type]
        theme().set_reduce_motion(preferences.reduce_motion)
        if final:
            self.preferences_changed.emit(preferences)
            try:
                save_preferences(self._places.config / "preferences.json", preferences)
            except (OSError, StudioError) as error:
                self._messages.error(f"The settings could not be saved: {error}")


def _folder_row(title: str, path: str) -> QHBoxLayout:
    row = QHBoxLayout()
    name = Label(title, "body", "text2")
    name.setFixedWidth(140)
    where = Label(path, "body", "text3")
    where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    row.addWidget(name)
    row.addWidget(where, 1)
    return row
