"""The window: puts its parts (`gui/window/`) together and wires them to shelf, engine and panels.

It knows panels only through `Panel`; what a panel computes, it never sees.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QWidget

from cnnstudio.gui.actions import Action, bind_shortcuts, entry_of
from cnnstudio.gui.engine_bridge import EngineBridge
from cnnstudio.gui.history import History
from cnnstudio.gui.model_zoo import ModelZoo
from cnnstudio.gui.panels.base import Panel, Pictures, Studio
from cnnstudio.gui.session import SessionState
from cnnstudio.gui.shelf.item_actions import offer_back, open_item_menu
from cnnstudio.gui.shelf.model import ShelfModel
from cnnstudio.gui.window import keeping
from cnnstudio.gui.window.actions import recent_actions, window_actions
from cnnstudio.gui.window.frame import WINDOW, WindowFrame
from cnnstudio.gui.window.incoming import Incoming, may_be_picture
from cnnstudio.gui.window.messages import WindowMessages
from cnnstudio.gui.window.outgoing import Outgoing
from cnnstudio.gui.window.panel_host import PanelHost
from cnnstudio.gui.window.recipe import apply_recipe

if TYPE_CHECKING:
    from cnnstudio.gui.exporting import Exporter
    from cnnstudio.gui.intake import Intake
    from cnnstudio.gui.widgets.command_palette import CommandPalette
    from cnnstudio.imaging.recipes import Recipe


class MainWindow(QMainWindow):
    """One window with all panels.

    `store` is the folder for results on the shelf; `max_pixels` the size above which pictures are refused.
    `on_change` is called when something changed that the session keeps, `on_close` when the window closes.

    Signals: `painted()` once, when the window has been painted for the first time.
    """

    painted = Signal()

    def __init__(self, bridge: EngineBridge, panel_classes: list[type[Panel]], store: Path, max_pixels: int) -> None:
        super().__init__()
        self.setWindowTitle("CNN Studio")
        self.setMinimumSize(1024, 700)
        self.setAcceptDrops(True)
        self._store, self._max_pixels = store, max_pixels
        self._was_painted = False
        self.on_change: Callable[[], None] = lambda: None
        self.on_close: Callable[[], None] = lambda: None
        self.shelf = ShelfModel()
        self.frame = WindowFrame(self.shelf)
        self.rail, self.header, self.status = self.frame.rail, self.frame.header, self.frame.status
        self.message_bar = self.frame.message_bar
        self.studio = Studio(
            bridge, WindowMessages(self.message_bar, self.status), ModelZoo(bridge),
            Pictures(lambda: tuple(Path(item.path) for item in self.shelf.items), lambda path: self.open_paths([path])),
        )  # fmt: skip
        self.host = PanelHost(self.frame)
        self.history = History(self.host.restore_settings)
        self.incoming = Incoming(self, lambda: self.intake, self.studio.messages, self.host.take_file)
        self.outgoing = Outgoing(self, self.host.result, lambda: self.exporter, self.incoming.last_folder)
        self.setCentralWidget(self.frame)
        self.resize(*WINDOW)
        for cls in panel_classes:
            self.host.add_panel(cls(self.studio))
        self._connect_panels()
        self._connect_shelf()
        self._connect_engine()
        self.actions_list = window_actions(self)
        self._late_actions: list[Callable[[], list[Action]]] = []
        bind_shortcuts(self, self.actions_list)

    # Intake, exporter and palette are made when first needed, after the first paint: their modules cost 15 ms.
    @cached_property
    def intake(self) -> Intake:
        """How pictures are read."""
        from cnnstudio.gui.intake import Intake

        made = Intake(self.studio, self.shelf, self._store, self._max_pixels)
        made.picture_ready.connect(self._picture_ready)
        made.recipe_found.connect(self._recipe_found)
        made.opened.connect(self.incoming.remember)
        return made

    @cached_property
    def exporter(self) -> Exporter:
        """How results are written."""
        from cnnstudio.gui.exporting import Exporter

        return Exporter(self.studio, self.shelf, self._store)

    @cached_property
    def _palette(self) -> CommandPalette:
        from cnnstudio.gui.widgets.command_palette import CommandPalette

        return CommandPalette(self)

    # -- wiring ------------------------------------------------------------------------------------------------
    def _connect_panels(self) -> None:
        host, header, welcome = self.host, self.header, self.host.welcome
        host.settings_changed.connect(self.history.record)
        host.drag_requested.connect(self.outgoing.drag)
        header.search_requested.connect(self.search)
        header.shelf_requested.connect(self.outgoing.to_shelf)
        header.copy_requested.connect(self.outgoing.copy)
        header.save_requested.connect(self.outgoing.save)
        self.painted.connect(welcome.load_tiles)
        welcome.open_requested.connect(self.incoming.open_dialog)
        welcome.paste_requested.connect(self.incoming.paste)
        welcome.sample_requested.connect(lambda path: self.open_paths([Path(path)]))
        self.incoming.bringing.connect(self._pictures_come)
        for signal in (host.changed, self.incoming.changed, self.frame.splitter.splitterMoved):
            signal.connect(lambda *_: self.on_change())

    def _connect_shelf(self) -> None:
        shelf, strip = self.shelf, self.frame.shelf_area.strip
        strip.open_requested.connect(self.incoming.open_dialog)
        strip.menu_requested.connect(lambda item_id, at: open_item_menu(self, shelf, item_id, at))
        shelf.removed.connect(lambda item: offer_back(self.message_bar, shelf, item))
        for signal in (
            shelf.added, shelf.removed, shelf.reordered, shelf.current_changed, self.frame.shelf_ground.toggled,
        ):  # fmt: skip
            signal.connect(lambda *_: self.on_change())

    def _connect_engine(self) -> None:
        engine, status = self.studio.engine, self.status
        status.cancel_requested.connect(engine.cancel_shown)
        engine.job_shown.connect(status.set_job)
        engine.job_gone.connect(status.clear_job)
        engine.notice.connect(self.studio.messages.warning)
        engine.device_changed.connect(status.set_device)

    def _pictures_come(self) -> None:
        """They are shown where they can be worked with, and what was said before is past."""
        if self.host.current is None:
            self.message_bar.dismiss()
            self.host.show_last_panel()

    def _picture_ready(self, picture: Any) -> None:
        last, said = self.host.picture, self.message_bar.message()
        if picture is not None and picture is not last and said is not None and said.kind == "error":
            self.message_bar.dismiss()  # it was about another picture
        self.host.set_picture(picture)

    def _recipe_found(self, recipe: Recipe) -> None:
        if apply_recipe(recipe, self.host, self.history, self.studio.messages):
            self.intake.find_source(recipe)

    # -- panels and pages --------------------------------------------------------------------------------------
    @property
    def panels(self) -> dict[str, Panel]:
        """All panels by id, in the order of the rail."""
        return self.host.panels

    @property
    def panel(self) -> Panel | None:
        """The panel that is shown; None on a page without one."""
        return self.host.current

    @property
    def picture(self) -> Any:
        """The shelf's current picture, once it is read."""
        return self.host.picture

    def show_panel(self, id: str) -> None:
        """Show a panel, or a page such as Settings."""
        self.host.show_panel(id)

    def add_page(self, id: str, page: QWidget) -> None:
        """A page without picture and inspector (Settings), reached from the bottom of the rail."""
        self.host.add_page(id, page)

    # -- pictures and results ----------------------------------------------------------------------------------
    def open_paths(self, paths: list[Path]) -> None:
        """Open files and folders, as if dropped."""
        self.incoming.open_paths(paths)

    def save_result(self) -> None:
        """Ask for a file name and save the result there."""
        self.outgoing.save()

    def copy_result(self) -> None:
        """Copy the full-size result."""
        self.outgoing.copy()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept whatever may be a picture, unless it comes from this window."""
        if event.source() is None and may_be_picture(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open what was dropped."""
        if self.incoming.drop(event.mimeData()):
            event.acceptProposedAction()

    # -- actions -----------------------------------------------------------------------------------------------
    def add_actions(self, actions: list[Action]) -> None:
        """Actions of pages and of the application."""
        self.actions_list += actions
        bind_shortcuts(self, actions)

    def add_late_actions(self, make: Callable[[], list[Action]]) -> None:
        """Actions for the palette alone, asked for each time it opens."""
        self._late_actions.append(make)

    def search(self) -> None:
        """Open the command palette."""
        late = [action for make in self._late_actions for action in make()]
        entries = [*(a for a in self.actions_list if a.in_palette), *late]
        self._palette.open([entry_of(a) for a in (*entries, *recent_actions(self))])

    def toggle_full_screen(self) -> None:
        """Full screen and back."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def toggle_shelf(self) -> None:
        """Hide the shelf, or bring it back."""
        if self.panel is not None:
            ground = self.frame.shelf_ground
            ground.set_open(not ground.is_open())

    # -- session -----------------------------------------------------------------------------------------------
    def snapshot(self) -> SessionState:
        """What the session file keeps."""
        return keeping.snapshot(self)

    def restore(self, state: SessionState) -> None:
        """Take over a session; entries that cannot be used are left out."""
        keeping.restore(self, state)

    # -- events ------------------------------------------------------------------------------------------------
    def event(self, event: QEvent) -> bool:
        """Tell the first paint."""
        done = super().event(event)
        if event.type() == QEvent.Type.UpdateRequest and not self._was_painted:
            self._was_painted = True
            QTimer.singleShot(0, self.painted.emit)
        return bool(done)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What no control wanted: Space compares, Escape leaves full screen."""
        if event.key() == Qt.Key.Key_Space and self.panel is not None:
            if not event.isAutoRepeat():
                self.panel.compare(True)
        elif event.key() == Qt.Key.Key_Escape and self.isFullScreen():
            self.toggle_full_screen()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space let go."""
        if event.key() == Qt.Key.Key_Space and self.panel is not None and not event.isAutoRepeat():
            self.panel.compare(False)
        else:
            super().keyReleaseEvent(event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Save the session, stop the engine, go."""
        self.on_close()
        event.accept()
