"""The page "Networks": top bar, table and footer, and files that are dropped on it or chosen for a row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFileDialog, QVBoxLayout

from cnnstudio.errors import StudioError
from cnnstudio.gui.actions import Action
from cnnstudio.gui.file_types import OPEN_SUFFIXES
from cnnstudio.gui.models_page.drop_overlay import IMPORT, PICTURE, DropOverlay
from cnnstudio.gui.models_page.footer import Footer
from cnnstudio.gui.models_page.row import ModelRow
from cnnstudio.gui.models_page.table import ModelTable, side_margin
from cnnstudio.gui.models_page.top_bar import TopBar
from cnnstudio.gui.models_page.whose import by_hash, by_name
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.surface import Surface
from cnnstudio.gui.widgets.note import Note
from cnnstudio.gui.window.incoming import may_be_picture

if TYPE_CHECKING:
    from cnnstudio.models.registry import Model


class ModelsPage(Surface):
    """Filled when it is shown first. Files dropped on it are imported: into the network that their name or hash
    tells, else into the row they were dropped on.

    Signals: `others_dropped(QMimeData)` with what is no file of a network, such as a picture.
    """

    others_dropped = Signal(object)

    def __init__(self, studio: Studio) -> None:
        super().__init__("panel")
        self.setWindowTitle("Networks")
        self.setAcceptDrops(True)
        self._studio, self._zoo = studio, studio.models
        self._models: tuple[Model, ...] = ()
        self._asked = False
        self.top = TopBar(self._zoo)
        self.table = ModelTable(self._zoo)
        self.footer = Footer(studio.engine, studio.messages.status)
        self.overlay = DropOverlay(self)
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        self._head = QVBoxLayout()
        self._head.addWidget(self.top)
        self.banner = Note()
        self.banner.hide()
        self._head.setSpacing(12)
        self._head.addWidget(self.banner)
        self._rows.addLayout(self._head)
        self._rows.addWidget(self.table, 1)
        self._rows.addWidget(self.footer)
        self.table.tabbed.connect(self._order)
        self._order()
        self.top.search.textChanged.connect(self.table.search)
        self.top.search.left_down.connect(self.table.first_focus)
        self.table.import_requested.connect(self.choose_file)
        self.table.more_wanted.connect(self._list_all)
        self._zoo.changed.connect(self._changed)

    def page_actions(self, show: Callable[[], None]) -> list[Action]:
        """The page and its one-click set for the palette."""
        return [
            Action("models", "Networks", show, "Ctrl+Shift+M", "package"),
            Action("models.recommended", "Get the recommended networks", self.top.fetch, icon="download-simple",
                   enabled=lambda: not self._zoo.offline),
            Action("models.cancel", "Cancel all downloads", self.top.cancel_all, icon="x",
                   enabled=lambda: bool(self._zoo.fetching())),
            Action("models.search", "Search the networks", self._search, "Ctrl+F", "magnifying-glass",
                   enabled=self.isVisible),
        ]  # fmt: skip

    def row_actions(self, show: Callable[[str], object]) -> list[Action]:
        """What can be done with each of the registry's networks now, for the palette."""
        made = []
        with suppress(StudioError):  # the page itself says that the list cannot be read
            self._list_own()
        self.table.refresh()
        for row in self.table.own_rows():
            name, title, action = row.model.name, row.model.title, row.told.action
            if action:
                words = f"{action} getting {title}" if action == "Cancel" else f"{action} {title}"
                made.append(Action(f"models.act.{name}", words, row.act, enabled=lambda e=row.told.enabled: e))
            if not row.state.installed:
                made.append(Action(f"models.import.{name}", f"Import a file of {title}…",
                                   lambda n=name: (show(n), self.choose_file(n))))  # fmt: skip
        return made

    def _search(self) -> None:
        self.top.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.top.search.selectAll()

    def reveal(self, name: str) -> None:
        """Scroll to a network, once the page is shown."""
        self._list_own()
        if name:
            self.top.search.clear()
            self.table.reveal(name)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        try:
            self._list_own()
        except StudioError as error:  # the list of networks cannot be read
            self._studio.messages.error(str(error))
            return
        self.table.refresh()
        self.top.refresh()
        self.footer.refresh()
        self._warn()
        self._zoo.inspect(self._models)
        self._list_all()

    def _order(self) -> None:
        """Tab goes as the eye does: the line above, the rows from top to bottom, the line beneath."""
        stops = [self.top.get, self.top.cancel, self.top.search, self.banner.more, *self.table.tab_stops()]
        for before, after in pairwise([*stops, self.footer.copy, self.footer.show_folder]):
            self.setTabOrder(before, after)

    def _list_own(self) -> None:
        from cnnstudio.models.catalogue import registered

        if not self._models:
            self._models = registered()
            self.table.set_models(self._models)

    def _list_all(self) -> None:
        if not self._asked:
            self._asked = True
            self._zoo.list_all(self._listed, self._not_listed)

    def _listed(self, models: tuple[Model, ...]) -> None:
        own = {each.name for each in self._models}
        self.table.set_more(tuple(each for each in models if each.name not in own))
        self._models = models
        self._zoo.inspect(models)

    def _not_listed(self, words: str) -> None:
        self._asked = False  # asked again when the page is shown next
        self.table.set_more_failed(words)

    def _changed(self, name: str) -> None:
        self._warn()
        if self.isVisible():
            self.footer.refresh(soon=name not in self._zoo.fetching())

    def _warn(self) -> None:
        """That nobody can be reached, once for all networks."""
        found = {title: each for title, each in self._zoo.troubles().items() if each.connection}
        # The longest names all who were tried.
        words = max((each.words for each in found.values()), key=len, default="")
        # In one order, whichever of them failed first.
        details = [f"{title}. {line}" for title in sorted(found) for line in found[title].details]
        self.banner.set_words(words, details)
        self.banner.setVisible(bool(found))

    # -- files -------------------------------------------------------------------------------------------------
    def choose_file(self, name: str) -> None:
        """Ask for a file of a network and take it in."""
        title = f"Import a file of {self._zoo.state(name).title}"
        chosen, _ = QFileDialog.getOpenFileNames(self, title, str(Path.home()))
        for each in chosen:
            self._zoo.import_file(name, Path(each))

    def take(self, path: Path, row: ModelRow | None) -> None:
        """Import a file into the network that it belongs to, or into this row's."""
        names = by_name(path.name, self._models) or ([row.model.name] if row else [])
        if names:
            self._import(path, names)
        else:
            self._studio.engine.submit(
                ("whose", path), by_hash, path, self._models, lane="long", title=f"Look into {path.name}",
                done=lambda found: self._import(path, found), failed=self._studio.messages.error,
            )  # fmt: skip

    def _import(self, path: Path, names: Sequence[str]) -> None:
        if not names:
            self._studio.messages.warning(
                f"{path.name} belongs to no network that CNN Studio knows, by its name and its hash."
            )
        for name in names:
            self._zoo.import_file(name, path)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if event.source() is None and may_be_picture(event.mimeData()):
            self.overlay.tell(IMPORT if _files(event.mimeData()) else PICTURE)
            event.acceptProposedAction()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if _files(event.mimeData()):
            self.table.set_target(self._row_at(event.position().toPoint()))
        event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._drag_ended()

    def dropEvent(self, event: QDropEvent) -> None:
        row = self._row_at(event.position().toPoint())
        self._drag_ended()
        self._studio.messages.clear()
        files = _files(event.mimeData())
        for path in files:
            self.take(path, row)
        rest = _without(event.mimeData(), files)
        if rest is not None:
            self.others_dropped.emit(rest)
        event.acceptProposedAction()

    def _drag_ended(self) -> None:
        self.overlay.tell("")
        self.table.set_target(None)

    def _row_at(self, point: QPoint) -> ModelRow | None:
        return self.table.row_at(self.table.mapFrom(self, point))

    def resizeEvent(self, event: QResizeEvent) -> None:
        margin = side_margin(self.width())
        self._head.setContentsMargins(margin, 20, margin, 12)
        self.footer.set_margin(margin)


def _files(data: QMimeData) -> list[Path]:
    """The local files of a drag that are no pictures."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return [path for path in paths if path.suffix.lower().lstrip(".") not in OPEN_SUFFIXES]


def _without(data: QMimeData, files: Sequence[Path]) -> QMimeData | None:
    """What else is in a drag; None if nothing is."""
    if not files:
        return data
    urls = [url for url in data.urls() if not url.isLocalFile() or Path(url.toLocalFile()) not in files]
    if not urls:
        return None
    rest = QMimeData()
    rest.setUrls(urls)
    return rest
