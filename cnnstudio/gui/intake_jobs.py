"""What the intake has the engine do: functions that read, fetch and store pictures and touch no widget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QImage

from cnnstudio.gui.shelf.store import free_path

if TYPE_CHECKING:
    from cnnstudio.imaging.picture import Picture

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


def list_pictures(paths: tuple[str, ...], job: Any) -> tuple[tuple[str, str], ...]:
    """Name and path of every picture in what was brought, folders walked."""
    from cnnstudio.imaging.apart import Apart
    from cnnstudio.imaging.finding import find_pictures

    def walk(dropped: object) -> tuple[tuple[str, str], ...]:
        return tuple((p.name, str(p.resolve())) for p in find_pictures(paths))

    # A folder may be large, or lie on a disk that does not answer.
    return Apart(walk, "list-pictures").result(job.checkpoint)


def find_by_hash(paths: tuple[str, ...], sha256: str, job: Any) -> str:
    """The first of these files with this SHA-256; "" when there is none."""
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


def read(path: str, max_pixels: int, job: Any) -> Picture:
    """The picture at full size."""
    from cnnstudio.imaging.reading import read_picture

    return read_picture(Path(path), max_pixels=max_pixels, checkpoint=job.checkpoint)


def read_thumbnail(path: str, max_pixels: int, job: Any) -> Thumb:
    """A small picture straight from the file, which for large photos is much quicker than reading it whole."""
    from cnnstudio.imaging import thumbnails

    made = thumbnails.read_thumbnail(path, THUMBNAIL, max_pixels, job.checkpoint)
    return Thumb(made.pixels.tobytes(), made.pixels.shape[1], made.pixels.shape[0], made.width, made.height)


def thumbnail_of(picture: Picture, job: object) -> Thumb:
    """A small picture of one that is in memory."""
    from cnnstudio.imaging.thumbnails import thumbnail

    small = thumbnail(picture, THUMBNAIL)
    return Thumb(small.tobytes(), small.shape[1], small.shape[0], picture.width, picture.height)


def fetch_to_file(address: str, store: str, max_pixels: int, job: Any) -> str:
    """Fetch a picture into the store; the path it got."""
    from cnnstudio.imaging.fetching import check_header, fetch, name_of
    from cnnstudio.imaging.saving import write_atomically

    data = fetch(address, checkpoint=job.checkpoint)
    check_header(data, name_of(address), max_pixels=max_pixels)
    target = free_path(Path(store), name_of(address))
    write_atomically(target, data)
    return str(target)


def store_image(image: QImage, store: str, job: Any) -> str:
    """Keep a pasted picture in the store; the path it got."""
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
