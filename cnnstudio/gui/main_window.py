"""The window: rail, header, canvas, inspector, shelf and status bar, and the wiring between them.

It knows panels only through `Panel`; what a panel computes, it never sees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QEvent, QMimeData, QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMainWindow,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.errors import StudioError
from cnnstudio.gui.actions import Action, bind_shortcuts, entry_of, menu_of
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.header import Header
from cnnstudio.gui.history import History
from cnnstudio.gui.pages import Pages
from cnnstudio.gui.panels.base import Panel, Studio
from cnnstudio.gui.rail import Rail
from cnnstudio.gui.session import SessionState
from cnnstudio.gui.shelf.ground import ShelfGround
from cnnstudio.gui.shelf.model import ShelfModel
from cnnstudio.gui.shelf.strip import ShelfArea
from cnnstudio.gui.status_line import StatusLine
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.welcome import Welcome
from cnnstudio.gui.widgets.message_bar import MessageBar

if TYPE_CHECKING:
    from cnnstudio.gui.exporting import Exporter
    from cnnstudio.gui.intake import Intake

INSPECTOR = (340, 340, 420)


class WindowMessages:
    """The window's way of saying things: errors and warnings in the bar, routine success in the status line."""

    def __init__(self, bar: MessageBar, line: StatusLine) -> None:
        self._bar, self._line = bar, line

    def error(self, text: str) -> None:
        """Something failed; stays until closed."""
        self._bar.show_message("error", text)

    def warning(self, text: str) -> None:
        """Something the person should know; stays until closed."""
        self._bar.show_message("warning", text)

    def info(self, text: str) -> None:
        """Leaves by itself."""
        self._bar.show_message("info", text)

    def status(self, text: str) -> None:
        """Routine success."""
        self._line.say(text)


class MainWindow(QMainWindow):
    """One window with all panels.

    `store` is the folder for results on the shelf; `max_pixels` the size above which pictures are refused.

    Signals: `painted()` once, when the window has been painted for the first time.
    """

    painted = Signal()

    def __init__(self, bridge: EngineBridge, panel_classes: list[type[Panel]], store: Path, max_pixels: int) -> None:
        super().__init__()
        self.setWindowTitle("CNN Studio")
        self.setMinimumSize(1024, 700)
        self.setAcceptDrops(True)
        self.shelf = ShelfModel()
        self.rail, self.header, self.status = Rail(), Header(), StatusLine()
        self.message_bar = MessageBar()
        self.welcome = Welcome()
        self.studio = Studio(bridge, WindowMessages(self.message_bar, self.status))
        self._store, self._max_pixels = store, max_pixels
        self.history = History(self._restore_settings)
        self.panels: dict[str, Panel] = {}
        self.picture: Any = None
        self._palette: Any = None
        self._was_painted = False
        self._inspector_wanted = True
        self._panel: Panel | None = None
        self.extra_pages: dict[str, QWidget] = {}
        self.recent: list[str] = []
        self.on_change: Callable[[], None] = lambda: None
        self.on_close: Callable[[], None] = lambda: None
        self._lay_out()
        for cls in panel_classes:
            self._add_panel(cls(self.studio))
        self._connect()
        self.actions_list = self._make_actions()
        bind_shortcuts(self, self.actions_list)

    # The two are made when first needed, after the first paint: their modules cost 15 ms.
    @cached_property
    def intake(self) -> Intake:
        """How pictures come in."""
        from cnnstudio.gui.intake import Intake

        made = Intake(self.studio, self.shelf, self._store, self._max_pixels)
        made.picture_ready.connect(self._picture_ready)
        made.recipe_found.connect(self.apply_recipe)
        made.opened.connect(self._remember_recent)
        return made

    @cached_property
    def exporter(self) -> Exporter:
        """How results go out."""
        from cnnstudio.gui.exporting import Exporter

        return Exporter(self.studio, self.shelf, self._store)

    # -- layout ------------------------------------------------------------------------------------------------
    def _lay_out(self) -> None:
        self.centre_stack = Pages()
        self.inspector_stack = Pages()
        self.inspector = Surface("panel", "left")
        self.inspector.setMinimumWidth(INSPECTOR[0])
        self.inspector.setMaximumWidth(INSPECTOR[2])
        _column(self.inspector, self.inspector_stack)
        centre = Surface("canvas")
        _column(centre, self.message_bar, self.centre_stack)
        self.shelf_area = ShelfArea(self.shelf)
        self.shelf_ground = ShelfGround(self.shelf, self.shelf_area)
        ground = self.shelf_ground
        middle = QWidget()
        _column(middle, centre, ground)
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setHandleWidth(1)
        self.splitter.setChildrenCollapsible(False)
        self.splitter.addWidget(middle)
        self.splitter.addWidget(self.inspector)
        self.splitter.setStretchFactor(0, 1)
        self.splitter.setStretchFactor(1, 0)
        self.splitter.setSizes([1036, INSPECTOR[1]])
        right = QWidget()
        _column(right, self.header, self.splitter)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addWidget(right, 1)
        whole = Surface("bg")
        _column(whole, body, self.status)
        self.setCentralWidget(whole)
        self.resize(1440, 900)

    def _add_panel(self, panel: Panel) -> None:
        key = f"Ctrl+{len(self.panels) + 1}"
        self.panels[panel.ID] = panel
        self.rail.add(panel.ID, panel.TITLE, panel.ICON, f"{panel.TITLE} ({key})")
        panel.settings_changed.connect(
            lambda before, after, final, p=panel: self._settings_changed(p, before, after, final)
        )
        panel.title_changed.connect(lambda p=panel: p is self._panel and self._show_header())
        panel.view_changed.connect(lambda view, p=panel: p is self._panel and self._view_changed(view))
        panel.zoom_changed.connect(self._zoom_changed)
        panel.hovered.connect(self.status.pointer.setText)
        panel.drag_requested.connect(self._drag_out)

    def add_page(self, id: str, page: QWidget) -> None:
        """A page without picture and inspector (Settings), reached from the bottom of the rail."""
        self.extra_pages[id] = page
        self.centre_stack.addWidget(page)

    def _connect(self) -> None:
        self.rail.chosen.connect(self.show_panel)
        header, engine = self.header, self.studio.engine
        header.view_chosen.connect(lambda view: self._panel and self._panel.set_view(view))
        header.fit_requested.connect(lambda: self._panel and self._panel.fit())  # type: ignore[attr-defined]
        header.zoom_requested.connect(lambda z: self._panel and self._panel.set_zoom(z))  # type: ignore[attr-defined]
        header.search_requested.connect(self.search)
        header.shelf_requested.connect(self.send_to_shelf)
        header.copy_requested.connect(self.copy_result)
        header.save_requested.connect(self.save_result)
        self.shelf_area.strip.open_requested.connect(self.open_dialog)
        self.shelf_area.strip.menu_requested.connect(self._shelf_menu)
        self.shelf.removed.connect(self._offer_back)
        self.painted.connect(self.welcome.load_tiles)
        self.welcome.open_requested.connect(self.open_dialog)
        self.welcome.paste_requested.connect(self.paste)
        self.welcome.sample_requested.connect(lambda path: self.open_paths([Path(path)]))
        self.status.cancel_requested.connect(engine.cancel_shown)
        engine.job_shown.connect(self.status.set_job)
        engine.job_gone.connect(self.status.clear_job)
        engine.notice.connect(self.studio.messages.warning)
        engine.device_changed.connect(self.status.set_device)
        for signal in (self.shelf.added, self.shelf.removed, self.shelf.reordered, self.shelf.current_changed):
            signal.connect(lambda *_: self.on_change())
        self.shelf_ground.toggled.connect(lambda *_: self.on_change())
        self.splitter.splitterMoved.connect(lambda *_: self.on_change())

    # -- panels ------------------------------------------------------------------------------------------------
    def show_panel(self, id: str) -> None:
        """Show a panel, or a page such as Settings."""
        if id in self.extra_pages:
            self._show_page(id)
            return
        panel = self.panels.get(id)
        if panel is None:
            return
        self._panel = panel
        self.shelf_ground.show()
        self.rail.set_active(id)
        self.header.set_panel(panel.TITLE, panel.VIEWS, panel.view())
        panel.set_picture(self.picture)
        self._show_contents()
        self._show_header()
        self.on_change()

    def _show_contents(self) -> None:
        """The panel's centre and controls, or how to begin while its view lacks a picture."""
        panel = self._panel
        if panel is None:
            return
        centre: QWidget
        controls: QWidget
        if self.picture is None and panel.needs_picture():
            self.welcome.set_groups(panel.GROUPS)
            centre, controls = self.welcome, self.welcome.outline
        else:
            centre, controls = panel.centre(), panel.inspector()
        for stack, widget in ((self.centre_stack, centre), (self.inspector_stack, controls)):
            if stack.indexOf(widget) < 0:
                stack.addWidget(widget)
            stack.setCurrentWidget(widget)
        self.inspector.setVisible(self._inspector_wanted and panel.has_inspector())

    def _show_page(self, id: str) -> None:
        page = self.extra_pages[id]
        self._panel = None
        self.centre_stack.setCurrentWidget(page)
        self.inspector.hide()
        self.shelf_ground.hide()
        self.rail.set_active(id)
        self.header.set_panel(page.windowTitle(), (), "")
        self.header.set_picture("", "")
        self.header.set_zoom_shown(False)
        self.header.set_result_enabled(False)

    @property
    def panel(self) -> Panel | None:
        """The panel that is shown; None on a page without one."""
        return self._panel

    def _show_header(self) -> None:
        if self._panel is not None:
            self.header.set_picture(*self._panel.header())
            self.header.set_result_enabled(self._panel.result() is not None)
            self.header.set_view(self._panel.view())
            self.header.set_zoom_shown(self._panel.has_zoom())

    def _view_changed(self, view: str) -> None:
        self._show_contents()
        self._show_header()
        self.on_change()

    def _zoom_changed(self, percent: float, fitted: bool) -> None:
        if self.sender() in (self._panel, None):
            self.header.set_zoom(percent, fitted)

    # -- pictures ----------------------------------------------------------------------------------------------
    def open_paths(self, paths: list[Path]) -> None:
        """Open files and folders, as if dropped."""
        from cnnstudio.gui.opening import Brought

        self.intake.bring(Brought(tuple(paths)))

    def open_dialog(self) -> None:
        """Ask for pictures."""
        from PySide6.QtWidgets import QFileDialog

        from cnnstudio.gui.file_types import open_filter
        from cnnstudio.gui.opening import Brought

        names, _ = QFileDialog.getOpenFileNames(self, "Open pictures", self._last_folder(), open_filter())
        if names:
            self.intake.bring(Brought(tuple(Path(n) for n in names)))

    def open_samples(self) -> None:
        """Put all sample pictures on the shelf."""
        from cnnstudio.gui.opening import Brought
        from cnnstudio.locate import samples_dir

        self.intake.bring(Brought((samples_dir(),)))

    def paste(self) -> None:
        """Open what the clipboard holds."""
        from cnnstudio.gui.opening import brought_by

        brought = brought_by(QGuiApplication.clipboard().mimeData())
        if brought:
            self.intake.bring(brought)
        else:
            self.studio.messages.info("The clipboard holds no picture, file or address.")

    def _last_folder(self) -> str:
        return str(Path(self.recent[0]).parent) if self.recent else str(Path.home())

    def _remember_recent(self, paths: list[str]) -> None:
        self.recent = [*paths[:10], *(p for p in self.recent if p not in paths)][:20]
        self.on_change()

    def _picture_ready(self, picture: Any) -> None:
        last, self.picture = self.picture, picture
        said = self.message_bar.message()
        if picture is not None and picture is not last and said is not None and said.kind == "error":
            self.message_bar.dismiss()  # it was about another picture
        if self._panel is not None:
            self._panel.set_picture(picture)
            self._show_contents()
            self._show_header()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept whatever may be a picture, unless it comes from this window."""
        if event.source() is None and _may_be_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        from cnnstudio.gui.opening import brought_by

        brought = brought_by(event.mimeData())
        if brought:
            event.acceptProposedAction()
            self.intake.bring(brought)
        else:
            self.studio.messages.info("What was dropped holds no picture, file or address.")

    def _shelf_menu(self, item_id: int, at: QPoint) -> None:
        item = self.shelf.item(item_id)
        if item is None:
            return
        menu = menu_of(self, [
            Action("shelf.reveal", "Show in folder", lambda: _reveal(item.path), icon="folder-open"),
            None,
            Action("shelf.remove", "Remove from shelf", lambda: self.shelf.remove([item_id]), "Del", icon="trash"),
        ])  # fmt: skip
        menu.popup(at)

    def _offer_back(self, item: Any) -> None:
        """Taking a picture off the shelf can be undone."""

        def put_back() -> None:
            back = self.shelf.add(item.name, item.path, is_result=item.is_result)
            self.shelf.set_current(back.id)

        self.message_bar.show_message("info", f"{item.name} was taken off the shelf.", "Undo", put_back)

    # -- results -----------------------------------------------------------------------------------------------
    def save_result(self) -> None:
        """Ask for a file name and save the result there."""
        result = self._panel.result() if self._panel is not None else None
        if result is None:
            return
        from PySide6.QtWidgets import QFileDialog

        from cnnstudio.gui.exporting import FILE_FILTER

        start = str(Path(self._last_folder()) / f"{result.name}.png")
        name, _ = QFileDialog.getSaveFileName(self, "Save result", start, FILE_FILTER)
        if name:
            path = Path(name)
            self.exporter.save(result, path if path.suffix else path.with_suffix(".png"))

    def copy_result(self) -> None:
        """Copy the full-size result."""
        result = self._panel.result() if self._panel is not None else None
        if result is not None:
            self.exporter.copy(result)

    def send_to_shelf(self) -> None:
        """Put the result on the shelf."""
        result = self._panel.result() if self._panel is not None else None
        if result is not None:
            self.exporter.to_shelf(result)

    def _drag_out(self, image: Any) -> None:
        """Carry the result into another program; its file is begun at once and waited for when the target asks."""
        from cnnstudio.gui.canvas.drag import start_drag

        result = self._panel.result() if self._panel is not None else None
        if result is not None:
            start_drag(self, image, self.exporter.file_for_drag(result))

    def apply_recipe(self, recipe: Any) -> None:
        """Open the panel that made a picture, with the settings and, if it is still here, the source."""
        from cnnstudio.settings import from_plain

        panel = next((p for p in self.panels.values() if recipe.capability == p.ID), None)
        if panel is None:
            self.studio.messages.warning(
                f"This picture was made by “{recipe.capability}”, which this version lacks."
            )
            return
        try:
            settings: Any = from_plain(panel.SETTINGS, recipe.settings)
        except StudioError as error:
            self.studio.messages.error(f"The recipe in the picture cannot be used: {error}")
            return
        self.show_panel(panel.ID)
        before = panel.settings
        panel.set_settings(settings)
        self.history.record(panel.ID, before, settings, True)
        self.intake.find_source(recipe)

    # -- settings, undo ----------------------------------------------------------------------------------------
    def _settings_changed(self, panel: Panel, before: Any, after: Any, final: bool) -> None:
        self.history.record(panel.ID, before, after, final)
        self._show_header()
        self.on_change()

    def _restore_settings(self, panel_id: str, settings: Any) -> None:
        panel = self.panels[panel_id]
        if panel is not self._panel:
            self.show_panel(panel_id)
        panel.set_settings(settings)
        self._show_header()
        self.on_change()

    # -- actions -----------------------------------------------------------------------------------------------
    def _make_actions(self) -> list[Action]:
        has_result = lambda: self._panel is not None and self._panel.result() is not None  # noqa: E731
        has_current = lambda: self.shelf.current is not None  # noqa: E731
        made = [
            Action("open", "Open pictures…", self.open_dialog, "Ctrl+O", "folder-open"),
            Action("paste", "Paste picture", self.paste, "Ctrl+V", "clipboard"),
            Action("samples", "Open the sample pictures", self.open_samples, icon="image"),
            Action("save", "Save result…", self.save_result, "Ctrl+S", "floppy-disk", has_result),
            Action("copy", "Copy result", self.copy_result, "Ctrl+C", "copy", has_result),
            Action("to-shelf", "Send result to shelf", self.send_to_shelf, "Ctrl+D", "stack-simple", has_result),
            Action("undo", "Undo", self.history.undo, "Ctrl+Z", "arrow-counter-clockwise", self.history.can_undo),
            Action("redo", "Redo", self.history.redo, "Ctrl+Shift+Z | Ctrl+Y", "arrow-clockwise",
                   self.history.can_redo),
            Action("search", "Search actions", self.search, "Ctrl+K", "magnifying-glass", in_palette=False),
            Action("next", "Next picture on the shelf", lambda: self.shelf.step(1), "Ctrl+Right", enabled=has_current),
            Action("previous", "Previous picture on the shelf", lambda: self.shelf.step(-1), "Ctrl+Left",
                   enabled=has_current),
            Action("remove", "Remove picture from shelf",
                   lambda: self.shelf.current and self.shelf.remove([self.shelf.current.id]), icon="trash",
                   enabled=has_current),
            Action("full-screen", "Full screen", self.toggle_full_screen, "F11 | F", "corners-out"),
            Action("inspector", "Show or hide the inspector", self.toggle_inspector, "Ctrl+I"),
            Action("shelf", "Show or hide the shelf", self.toggle_shelf, "Ctrl+B"),
            Action("cancel", "Cancel running work", self.studio.engine.cancel_shown, "Ctrl+."),
            Action("quit", "Quit", self.close, "Ctrl+Q"),
        ]  # fmt: skip
        for number, panel in enumerate(self.panels.values(), 1):
            made.append(Action(f"panel.{panel.ID}", f"Show {panel.TITLE}", lambda p=panel: self.show_panel(p.ID),
                               f"Ctrl+{number}" if number < 10 else "", panel.ICON))  # fmt: skip
            made += panel.actions()
        return made

    def add_actions(self, actions: list[Action]) -> None:
        """Actions of pages and of the application."""
        self.actions_list += actions
        bind_shortcuts(self, actions)

    def search(self) -> None:
        """Open the command palette."""
        from cnnstudio.gui.widgets.command_palette import CommandPalette

        if self._palette is None:
            self._palette = CommandPalette(self)
        entries = [a for a in self.actions_list if a.in_palette]
        recent = [Action(f"recent.{p}", f"Open {Path(p).name}", lambda p=p: self.open_paths([Path(p)]), icon="image")
                  for p in self.recent]  # fmt: skip
        self._palette.open([entry_of(a) for a in (*entries, *recent)])

    def toggle_full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_inspector(self) -> None:
        """Hide the controls, or bring them back."""
        if self._panel is not None:
            self._inspector_wanted = not self._inspector_wanted
            self._show_contents()

    def toggle_shelf(self) -> None:
        """Hide the shelf, or bring it back."""
        if self._panel is not None:
            self.shelf_ground.set_open(not self.shelf_ground.is_open())

    # -- session -----------------------------------------------------------------------------------------------
    def snapshot(self) -> SessionState:
        """What the session file keeps."""
        from cnnstudio.settings import to_plain

        items = self.shelf.items
        current = self.shelf.current
        return SessionState(
            shelf=tuple({"name": i.name, "path": i.path, "result": i.is_result} for i in items),
            current=items.index(current) if current is not None else -1,
            panel=self._panel.ID if self._panel is not None else "",
            panels={p.ID: {"settings": to_plain(p.settings), "view": p.view_state()} for p in self.panels.values()},
            geometry=bytes(self.saveGeometry().toBase64().data()).decode(),
            inspector_width=self.inspector.width() if self.inspector.isVisible() else INSPECTOR[1],
            shelf_shown=self.shelf_ground.is_open(),
            recent=tuple(self.recent),
        )

    def restore(self, state: SessionState) -> None:
        """Take over a session; entries that cannot be used are left out."""
        from cnnstudio.settings import from_plain

        if state.geometry:
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(state.geometry.encode())))
        self.recent = list(state.recent)
        for id, saved in state.panels.items():
            panel = self.panels.get(id)
            if panel is None:
                continue
            try:
                panel.set_settings(from_plain(panel.SETTINGS, saved.get("settings", {})))
                panel.set_view_state(dict(saved.get("view", {})))
            except (StudioError, TypeError, ValueError) as error:
                self.studio.messages.warning(f"The settings of {panel.TITLE} could not be restored: {error}")
        width = max(INSPECTOR[0], min(INSPECTOR[2], state.inspector_width))
        self.splitter.setSizes([max(640, self.width() - 64 - width), width])
        self.shelf_ground.set_open(state.shelf_shown)
        items = self.intake.add_paths((r["name"], r["path"], r["result"]) for r in state.shelf)
        if 0 <= state.current < len(items):
            self.shelf.set_current(items[state.current].id)
        if state.panel in self.panels:
            self.show_panel(state.panel)

    def event(self, event: QEvent) -> bool:
        """Tell the first paint."""
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)
        return bool(done)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no control wanted: Space compares, Escape leaves full screen."""
        if event.key() == Qt.Key.Key_Space and self._panel is not None:
            if not event.isAutoRepeat():
                self._panel.compare(True)
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and self._panel is not None and not event.isAutoRepeat():
            self._panel.compare(False)
        else:
            super().keyReleaseEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the session, stop the engine, go."""
        self.on_close()
        event.accept()


def _column(parent: QWidget, *widgets: QWidget) -> None:
    column = QVBoxLayout(parent)
    column.setContentsMargins(1 if isinstance(parent, Surface) and "left" in parent.edges else 0,
                              1 if isinstance(parent, Surface) and "top" in parent.edges else 0, 0, 0)  # fmt: skip
    column.setSpacing(0)
    for widget in widgets:
        column.addWidget(widget)


def _may_be_picture(data: QMimeData) -> bool:
    return data.hasUrls() or data.hasImage() or data.hasText()


def _reveal(path: str) -> None:
    from PySide6.QtGui import QDesktopServices

    QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(path).parent)))
