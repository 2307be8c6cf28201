"""How pictures come in: dropped, pasted, opened or fetched → shelf → decoded by the engine → the panels.

The UI thread never touches a file: walking folders, thumbnails, decoding and fetching are engine jobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from cnnstudio.gui import intake_jobs
from cnnstudio.gui.opening import Brought
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.shelf.model import ShelfItem, ShelfModel

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.recipes import Recipe

class Intake(QObject):
    """Brings pictures onto the shelf and the current one into memory.

    Signals: `picture_ready(Picture or None)` for the shelf's current picture, `recipe_found(Recipe)` when a file
    that a person just opened carries one (not when it is merely chosen on the shelf, or restored with the session),
    `opened(paths)` for the list of recent files.
    """

    picture_ready = Signal(object)
    recipe_found = Signal(object)
    opened = Signal(list)

    def __init__(self, studio: Studio, shelf: ShelfModel, store: Path, max_pixels: int) -> None:
        super().__init__()
        self._studio, self._shelf, self._store, self._max_pixels = studio, shelf, store, max_pixels
        self._batch = 0
        self._last_good: int | None = None
        self._recipe_wanted: int | None = None
        self._brought: list[int] = []
        self._unproven: set[int] = set()
        self._left_out: dict[str, str] = {}
        shelf.added.connect(self._want_thumbnail)
        shelf.removed.connect(lambda item: studio.engine.cancel(f"thumbnail.{item.id}"))
        shelf.current_changed.connect(self._load)

    def set_max_pixels(self, max_pixels: int) -> None:
        """Refuse larger pictures from now on."""
        self._max_pixels = max_pixels

    # -- bringing in -------------------------------------------------------------------------------------------
    def bring(self, brought: Brought, *, adopt_recipes: bool = True) -> None:
        """Open what a person brought; the first new picture becomes current."""
        if brought.paths:
            self._batch += 1
            self._studio.engine.submit(
                f"intake.{self._batch}", intake_jobs.list_pictures, tuple(str(p) for p in brought.paths),
                done=lambda found: self._add_all(found, adopt_recipes),
                failed=self._studio.messages.error,
            )  # fmt: skip
        if brought.image is not None:
            self._keep_image(brought.image)
        for address in brought.addresses:
            self._fetch(address)

    def find_source(self, recipe: Recipe) -> None:
        """Make the picture that a recipe was made from current, if the shelf or the recipe's folder still has it."""
        current = self._shelf.current
        beside = [str(Path(current.path).parent / recipe.source_name)] if current is not None else []
        known = tuple(i.path for i in self._shelf.items if i.name == recipe.source_name)
        self._studio.engine.submit(
            "recipe.source", intake_jobs.find_by_hash, (*known, *beside), recipe.source_sha256,
            done=lambda path: self._source_found(path, recipe),
        )  # fmt: skip

    def _source_found(self, path: str, recipe: Recipe) -> None:
        if not path:
            self._studio.messages.info(
                f"Settings restored. The picture they were made from, {recipe.source_name}, is not on the shelf."
            )
            return
        self._shelf.set_current(self._shelf.add(Path(path).name, path).id)
        self._studio.messages.status(f"Settings and source restored from the recipe: {recipe.source_name}")

    def add_paths(self, paths: Iterable[tuple[str, str, bool]]) -> list[ShelfItem]:
        """Put known files on the shelf (session, samples): (name, path, is a result)."""
        return [self._shelf.add(name, path, is_result=result) for name, path, result in paths]

    def _add_all(self, found: tuple[tuple[str, str], ...], adopt_recipes: bool) -> None:
        known = {item.id for item in self._shelf.items}
        items = [self._shelf.add(name, path) for name, path in found]
        if not items:
            self._studio.messages.info("There is no picture in what was opened.")
            return
        self._brought = [item.id for item in items]
        self._unproven |= set(self._brought) - known
        self._left_out.clear()
        self.opened.emit([i.path for i in items])
        first, current = items[0], self._shelf.current
        already_current = current is not None and current.id == first.id
        self._recipe_wanted = first.id if adopt_recipes and len(items) == 1 else None
        self._shelf.set_current(first.id)
        held = self._shelf.picture(first.id)
        if already_current and held is not None:
            self._adopt_recipe(first.id, held)

    def _adopt_recipe(self, item_id: int, picture: Picture) -> None:
        wanted, self._recipe_wanted = self._recipe_wanted, None
        if wanted == item_id and picture.recipe is not None:
            self.recipe_found.emit(picture.recipe)

    def _keep_image(self, image: QImage) -> None:
        self._batch += 1
        self._studio.engine.submit(
            f"paste.{self._batch}", intake_jobs.store_image, image, str(self._store),
            done=lambda path: self._add_all(((Path(path).name, path),), False),
            failed=self._studio.messages.error,
        )  # fmt: skip

    def _fetch(self, address: str) -> None:
        self._batch += 1
        self._studio.messages.status(f"Fetching {address}")
        self._studio.engine.submit(
            f"fetch.{self._batch}", intake_jobs.fetch_to_file, address, str(self._store), self._max_pixels,
            lane="long", title="Fetching a picture",
            done=lambda path: self._add_all(((Path(path).name, path),), False),
            failed=self._studio.messages.error,
        )  # fmt: skip

    # -- thumbnails and the current picture --------------------------------------------------------------------
    def _want_thumbnail(self, item: ShelfItem) -> None:
        self._studio.engine.submit(
            f"thumbnail.{item.id}", intake_jobs.read_thumbnail, item.path, self._max_pixels, lane="long", quiet=True,
            done=lambda thumb: self._show_thumbnail(item.id, thumb),
            failed=lambda text: self._no_thumbnail(item.id, text),
        )  # fmt: skip

    def _no_thumbnail(self, item_id: int, text: str) -> None:
        if item_id in self._unproven:
            self._leave_out(item_id, text)
        else:
            self._shelf.update(item_id, problem=text)

    def _show_thumbnail(self, item_id: int, thumb: intake_jobs.Thumb) -> None:
        self._unproven.discard(item_id)
        image = QImage(thumb.data, thumb.width, thumb.height, 3 * thumb.width, QImage.Format.Format_RGB888).copy()
        self._shelf.update(item_id, thumbnail=image, width=thumb.full_width, height=thumb.full_height)

    def _load(self, item: ShelfItem | None) -> None:
        if item is None or item.id != self._recipe_wanted:
            self._recipe_wanted = None
        if item is None:
            self._studio.engine.cancel("intake.current")
            self.picture_ready.emit(None)
            return
        held = self._shelf.picture(item.id)
        if held is not None:
            self._last_good = item.id
            self._studio.engine.cancel("intake.current")
            self._studio.messages.status(f"Opened {held.name}")
            self.picture_ready.emit(held)
            self._adopt_recipe(item.id, held)
            return
        self._studio.messages.status(f"Reading {item.name}")
        self._studio.engine.submit(
            "intake.current", intake_jobs.read, item.path, self._max_pixels,
            done=lambda picture: self._arrived(item.id, picture),
            failed=lambda text: self._refused(item.id, text),
        )  # fmt: skip

    def _arrived(self, item_id: int, picture: Picture) -> None:
        self._unproven.discard(item_id)
        self._last_good = item_id
        self._shelf.hold(item_id, picture)
        self._shelf.update(item_id, width=picture.width, height=picture.height, problem="")
        # The decoded picture is here: no need to read the file a second time for its tile.
        self._studio.engine.submit(
            f"thumbnail.{item_id}", intake_jobs.thumbnail_of, picture,
            done=lambda thumb: self._show_thumbnail(item_id, thumb),
        )  # fmt: skip
        self._studio.messages.status(f"Opened {picture.name}" + "".join(f", {note}" for note in picture.notes))
        self.picture_ready.emit(picture)
        self._adopt_recipe(item_id, picture)

    def _refused(self, item_id: int, text: str) -> None:
        """Say why, and stay with the picture that was there before."""
        self._recipe_wanted = None
        self._studio.messages.status("")
        if item_id in self._unproven:
            self._leave_out(item_id, text)
            return
        self._shelf.update(item_id, problem=text)  # known from before: its file may come back
        self._go_on_from(item_id)
        self._studio.messages.error(text)

    def _leave_out(self, item_id: int, text: str) -> None:
        """A file that was just brought and is no picture: it never gets a place on the shelf, and all are named."""
        item = self._shelf.item(item_id)
        self._unproven.discard(item_id)
        if item is None:
            return
        self._shelf.update(item_id, problem=text)
        self._go_on_from(item_id)
        self._shelf.remove([item_id])
        self._left_out[item.name] = text
        if len(self._brought) == 1:
            self._studio.messages.error(text)
        else:  # a warning stays when the next picture arrives
            self._studio.messages.warning(left_out_words(self._left_out))

    def _go_on_from(self, item_id: int) -> None:
        """In place of a current picture that cannot be read: the next one brought with it, or the last good one."""
        if self._shelf.current is None or self._shelf.current.id != item_id:
            return
        others = [each for each in self._brought if each != item_id and self._shelf.item(each) is not None]
        if others:
            self._shelf.set_current(others[0])
        elif self._shelf.item(self._last_good) is not None:
            self._shelf.set_current(self._last_good)
        else:
            self.picture_ready.emit(None)


def left_out_words(problems: Mapping[str, str]) -> str:
    """One line for the files that were left out, from why each was: all reasons would fill the window."""
    names, first = list(problems), next(iter(problems.values()))
    if len(names) == 1:
        return first
    listed = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return f"{len(names)} files were left out: {listed}. {first}"
