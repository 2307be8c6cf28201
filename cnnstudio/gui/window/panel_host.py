"""Which panel or page is shown, with its centre, its controls, and what the header says about it.

The only place that calls panels: the rest of the window asks here for the one that is shown.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from cnnstudio.gui.panels.base import Panel, Result
from cnnstudio.gui.welcome import Welcome
from cnnstudio.gui.window.frame import WindowFrame


class PanelHost(QObject):
    """Panels and pages by id, one of them in front.

    Signals: `settings_changed(panel id, before, after, final)` for what a person changed in a panel,
    `changed()` when something happened that the session keeps, `drag_requested(QImage)` when the result of the
    panel in front is being dragged out.
    """

    settings_changed = Signal(str, object, object, bool)
    changed = Signal()
    drag_requested = Signal(object)

    def __init__(self, frame: WindowFrame) -> None:
        super().__init__()
        self._frame = frame
        self.welcome = Welcome()
        self.panels: dict[str, Panel] = {}
        self.pages: dict[str, QWidget] = {}
        self.picture: Any = None
        self._current: Panel | None = None
        self._last = ""
        self._inspector_wanted = True
        header = frame.header
        header.view_chosen.connect(lambda view: self._current and self._current.set_view(view))
        header.fit_requested.connect(lambda: self._current and self._current.fit())  # type: ignore[attr-defined]
        header.zoom_requested.connect(lambda z: self._current and self._current.set_zoom(z))  # type: ignore[attr-defined]
        frame.rail.chosen.connect(self.show_panel)

    @property
    def current(self) -> Panel | None:
        """The panel that is shown; None on a page without one."""
        return self._current

    def result(self) -> Result | None:
        """What the panel in front offers to take away."""
        return self._current.result() if self._current is not None else None

    def add_panel(self, panel: Panel) -> None:
        """Give a panel its place on the rail and listen to it."""
        key = f"Ctrl+{len(self.panels) + 1}"
        self.panels[panel.ID] = panel
        header = self._frame.header
        self._frame.rail.add(panel.ID, panel.TITLE, panel.ICON, f"{panel.TITLE} ({key})")
        panel.settings_changed.connect(
            lambda before, after, final, p=panel: self._settings_changed(p, before, after, final)
        )
        panel.title_changed.connect(lambda p=panel: p is self._current and self._show_header())
        panel.view_changed.connect(lambda _view, p=panel: p is self._current and self._view_changed())
        panel.zoom_changed.connect(lambda z, fitted, p=panel: p is self._current and header.set_zoom(z, fitted))
        panel.hovered.connect(self._frame.status.pointer.setText)
        panel.drag_requested.connect(self.drag_requested)

    def add_page(self, id: str, page: QWidget) -> None:
        """A page without picture and inspector (Settings), reached from the bottom of the rail."""
        self.pages[id] = page
        self._frame.centre.addWidget(page)

    def show_panel(self, id: str) -> None:
        """Show a panel, or a page such as Settings; an unknown id changes nothing."""
        if id in self.pages:
            self._show_page(id)
            return
        panel = self.panels.get(id)
        if panel is None:
            return
        self._current, self._last = panel, id
        self._frame.shelf_ground.show()
        self._frame.rail.set_active(id)
        self._frame.header.set_panel(panel.TITLE, panel.VIEWS, panel.view())
        panel.set_picture(self.picture)
        self._show_contents()
        self._show_header()
        self.changed.emit()

    def show_last_panel(self) -> None:
        """Leave a page for the panel that was in front last."""
        self.show_panel(self._last or next(iter(self.panels), ""))

    def take_file(self, path: Path) -> bool:
        """Hand a file that is no picture to the panel in front, or the first that takes its kind; False for others."""
        suffix = path.suffix.lower()
        known = [each for each in self.panels.values() if suffix in each.FILES]
        if not known:
            return False
        panel = self._current if self._current in known else known[0]
        if panel is not self._current:
            self.show_panel(panel.ID)
        panel.take_file(path)
        return True

    def set_picture(self, picture: Any) -> None:
        """The shelf's current picture, or None."""
        self.picture = picture
        if self._current is not None:
            self._current.set_picture(picture)
            self._show_contents()
            self._show_header()

    def restore_settings(self, panel_id: str, settings: Any) -> None:
        """Bring a panel to the front with these settings, which undo or redo gave."""
        panel = self.panels[panel_id]
        if panel is not self._current:
            self.show_panel(panel_id)
        panel.set_settings(settings)
        self._show_header()
        self.changed.emit()

    def toggle_inspector(self) -> None:
        """Hide the controls, or bring them back."""
        if self._current is not None:
            self._inspector_wanted = not self._inspector_wanted
            self._show_contents()

    def _settings_changed(self, panel: Panel, before: Any, after: Any, final: bool) -> None:
        self.settings_changed.emit(panel.ID, before, after, final)
        self._show_header()
        self.changed.emit()

    def _view_changed(self) -> None:
        self._show_contents()
        self._show_header()
        self.changed.emit()

    def _show_contents(self) -> None:
        """The panel's centre and controls, or how to begin while its view lacks a picture."""
        panel = self._current
        if panel is None:
            return
        centre: QWidget
        controls: QWidget
        if self.picture is None and panel.needs_picture():
            self.welcome.set_groups(panel.GROUPS)
            centre, controls = self.welcome, self.welcome.outline
        else:
            centre, controls = panel.centre(), panel.inspector()
        for stack, widget in ((self._frame.centre, centre), (self._frame.controls, controls)):
            if stack.indexOf(widget) < 0:
                stack.addWidget(widget)
            stack.setCurrentWidget(widget)
        self._frame.inspector.setVisible(self._inspector_wanted and panel.has_inspector())

    def _show_page(self, id: str) -> None:
        page = self.pages[id]
        self._current = None
        self._frame.centre.setCurrentWidget(page)
        self._frame.inspector.hide()
        self._frame.shelf_ground.hide()
        self._frame.rail.set_active(id)
        header = self._frame.header
        header.set_panel(page.windowTitle(), (), "")
        header.set_picture("", "")
        header.set_zoom_shown(False)
        header.set_result_enabled(False)

    def _show_header(self) -> None:
        panel, header = self._current, self._frame.header
        if panel is not None:
            header.set_picture(*panel.header())
            header.set_result_enabled(panel.result() is not None)
            header.set_view(panel.view())
            header.set_zoom_shown(panel.has_zoom())
