"""How pictures come in: dropped, pasted, opened or fetched → shelf → decoded by the engine → the panels.

The UI thread never touches a file: walking folders, thumbnails, decoding and fetching are engine jobs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from cnnstudio.gui.opening import Brought
from cnnstudio.gui.panels.base import Studio
from cnnstudio.gui.shelf.model import ShelfItem, ShelfModel
from cnnstudio.gui.shelf.store import free_path

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.recipes import Recipe

THUMBNAIL = 256
BAND_ROWS = 256
HASHED_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Thumb:
    """What the engine read for a shelf tile: RGB bytes of a small picture and the full size."""

    data: bytes
    width: int
    height: int
    full_width: int
    full_height: int


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
                f"intake.{self._batch}", _list_pictures, tuple(str(p) for p in brought.paths),
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
            "recipe.source", _find_by_hash, (*known, *beside), recipe.source_sha256,
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
        items = [self._shelf.add(name, path) for name, path in found]
        if not items:
            self._studio.messages.info("There is no picture in what was opened.")
            return
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
            f"paste.{self._batch}", _store_image, image, str(self._store),
            done=lambda path: self._add_all(((Path(path).name, path),), False),
            failed=self._studio.messages.error,
        )  # fmt: skip

    def _fetch(self, address: str) -> None:
        self._batch += 1
        self._studio.messages.status(f"Fetching {address}")
        self._studio.engine.submit(
            f"fetch.{self._batch}", _fetch_to_file, address, str(self._store), self._max_pixels,
            lane="long", title="Fetching a picture",
            done=lambda path: self._add_all(((Path(path).name, path),), False),
            failed=self._studio.messages.error,
        )  # fmt: skip

    # -- thumbnails and the current picture --------------------------------------------------------------------
    def _want_thumbnail(self, item: ShelfItem) -> None:
        self._studio.engine.submit(
            f"thumbnail.{item.id}", _read_thumbnail, item.path, self._max_pixels, lane="long", quiet=True,
            done=lambda thumb: self._show_thumbnail(item.id, thumb),
            failed=lambda text: self._shelf.update(item.id, problem=text),
        )  # fmt: skip

    def _show_thumbnail(self, item_id: int, thumb: Thumb) -> None:
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
            self.picture_ready.emit(held)
            self._adopt_recipe(item.id, held)
            return
        self._studio.messages.status(f"Reading {item.name}")
        self._studio.engine.submit(
            "intake.current", _read, item.path, self._max_pixels,
            done=lambda picture: self._arrived(item.id, picture),
            failed=lambda text: self._refused(item.id, text),
        )  # fmt: skip

    def _arrived(self, item_id: int, picture: Picture) -> None:
        self._last_good = item_id
        self._shelf.hold(item_id, picture)
        self._shelf.update(item_id, width=picture.width, height=picture.height, problem="")
        # The decoded picture is here: no need to read the file a second time for its tile.
        self._studio.engine.submit(
            f"thumbnail.{item_id}", _thumbnail_of, picture, done=lambda thumb: self._show_thumbnail(item_id, thumb)
        )
        self._studio.messages.status(f"Opened {picture.name}" + "".join(f", {note}" for note in picture.notes))
        self.picture_ready.emit(picture)
        self._adopt_recipe(item_id, picture)

    def _refused(self, item_id: int, text: str) -> None:
        """Say why, mark the tile, and stay with the picture that was there before."""
        self._recipe_wanted = None
        self._shelf.update(item_id, problem=text)
        self._studio.messages.status("")
        if self._shelf.current is not None and self._shelf.current.id == item_id:
            if self._shelf.item(self._last_good) is not None:
                self._shelf.set_current(self._last_good)
            else:
                self.picture_ready.emit(None)
        self._studio.messages.error(text)


# -- engine side: functions that touch no widget -----------------------------------------------------------------
def _list_pictures(paths: tuple[str, ...], job: Any) -> tuple[tuple[str, str], ...]:
    from cnnstudio.imaging.apart import Apart
    from cnnstudio.imaging.finding import find_pictures

    def walk(dropped: object) -> tuple[tuple[str, str], ...]:
        return tuple((p.name, str(p.resolve())) for p in find_pictures(paths))

    # A folder may be large, or lie on a disk that does not answer.
    return Apart(walk, "list-pictures").result(job.checkpoint)


def _find_by_hash(paths: tuple[str, ...], sha256: str, job: Any) -> str:
    for path in paths:
        try:
            if _hash_of(Path(path), job) == sha256:
                return path
        except OSError:
            continue
    return ""


def _hash_of(path: Path, job: Any) -> str:
    import hashlib

    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(HASHED_AT_ONCE):
            digest.update(chunk)
            job.checkpoint()
    return digest.hexdigest()


def _read(path: str, max_pixels: int, job: Any) -> Picture:
    from cnnstudio.imaging.reading import read_picture

    return read_picture(Path(path), max_pixels=max_pixels, checkpoint=job.checkpoint)


def _read_thumbnail(path: str, max_pixels: int, job: Any) -> Thumb:
    from cnnstudio.imaging.thumbnails import read_thumbnail

    made = read_thumbnail(path, THUMBNAIL, max_pixels, job.checkpoint)
    return Thumb(made.pixels.tobytes(), made.pixels.shape[1], made.pixels.shape[0], made.width, made.height)


def _thumbnail_of(picture: Picture, job: object) -> Thumb:
    from cnnstudio.imaging.thumbnails import thumbnail

    small = thumbnail(picture, THUMBNAIL)
    return Thumb(small.tobytes(), small.shape[1], small.shape[0], picture.width, picture.height)


def _fetch_to_file(address: str, store: str, max_pixels: int, job: Any) -> str:
    from cnnstudio.imaging.fetching import check_header, fetch, name_of
    from cnnstudio.imaging.saving import write_atomically

    data = fetch(address, checkpoint=job.checkpoint)
    check_header(data, name_of(address), max_pixels=max_pixels)
    target = free_path(Path(store), name_of(address))
    write_atomically(target, data)
    return str(target)


def _store_image(image: QImage, store: str, job: Any) -> str:
    from cnnstudio.imaging.saving import save_picture

    pixels = _rgb_of(image, job)
    target = free_path(Path(store), "Pasted.png")
    save_picture(pixels, target, checkpoint=job.checkpoint)
    return str(target)


def _rgb_of(image: QImage, job: Any) -> Any:
    """Pixels (H, W, 3) uint8. In bands, because Qt converts with the interpreter lock held."""
    import numpy as np

    width, height = image.width(), image.height()
    pixels = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, BAND_ROWS):
        job.checkpoint()
        band = image.copy(0, top, width, min(BAND_ROWS, height - top))
        rgb = band.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
        pixels[top : top + rgb.height()] = rows[:, : 3 * width].reshape(rgb.height(), width, 3)
    return pixels
