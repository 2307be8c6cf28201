"""What a drop, a paste or the command line brings: files, folders, addresses, or a picture itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage


@dataclass(frozen=True)
class Brought:
    """`paths` are files and folders, `addresses` http(s) URLs, `image` a picture without a file."""

    paths: tuple[Path, ...] = ()
    addresses: tuple[str, ...] = ()
    image: QImage | None = None

    def __bool__(self) -> bool:
        return bool(self.paths or self.addresses or self.image is not None)


def brought_by(data: QMimeData) -> Brought:
    """Read what another program offers; files win over addresses, addresses over a bare picture.

    Browsers offer the same picture as an address and as pixels: the pixels are taken then, because the address
    may need the browser's login.
    """
    paths: list[Path] = []
    addresses: list[str] = []
    for url in data.urls():
        if url.isLocalFile():
            paths.append(Path(url.toLocalFile()))
        elif url.scheme() in ("http", "https"):
            addresses.append(url.toString())
    if paths:
        return Brought(tuple(paths))
    if data.hasImage():
        image = QImage(data.imageData())
        if not image.isNull():
            return Brought(image=image)
    if not addresses and data.hasText():
        return from_words(data.text().splitlines())
    return Brought(addresses=tuple(addresses))


def from_words(words: Sequence[str]) -> Brought:
    """Paths and addresses typed or pasted as text, one a line; anything else is ignored."""
    paths: list[Path] = []
    addresses: list[str] = []
    for word in (w.strip().strip('"') for w in words):
        if word.startswith(("http://", "https://")):
            addresses.append(word)
        elif word.startswith("file://"):
            from urllib.parse import unquote, urlparse

            paths.append(Path(unquote(urlparse(word).path)))
        elif word and Path(word).expanduser().exists():
            paths.append(Path(word).expanduser())
    return Brought(tuple(paths), tuple(addresses))
