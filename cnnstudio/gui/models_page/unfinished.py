"""Downloads go on at the next start: which networks are being fetched is written down while they are."""

from __future__ import annotations

import json
import logging
from pathlib import Path

from PySide6.QtCore import QObject

from cnnstudio.errors import StudioError
from cnnstudio.gui.model_zoo import ModelZoo

log = logging.getLogger(__name__)


class Unfinished(QObject):
    """Keeps the names in a JSON file, which is there only while something is fetched."""

    def __init__(self, path: Path, zoo: ModelZoo) -> None:
        super().__init__()
        self._path, self._zoo = path, zoo
        self._names: list[str] = []
        self._closed = False
        zoo.changed.connect(self._look)

    def resume(self) -> None:
        """Fetch what was being fetched when the window was closed, or the program killed."""
        for name in self._read():
            if not self._zoo.offline:
                self._zoo.when_known(name, lambda name=name: self._fetch(name))

    def close(self) -> None:
        """Leave the file as it is: what the engine's end cancels was not cancelled by a person."""
        self._closed = True

    def _fetch(self, name: str) -> None:
        try:
            if not self._zoo.installed(name):
                self._zoo.fetch(name)
        except StudioError as error:  # a network that this version no longer has
            log.warning("A download could not be resumed: %s", error)

    def _look(self, _name: str) -> None:
        names = self._zoo.fetching()
        if names != self._names and not self._closed:
            self._names = names
            self._write(names)

    def _read(self) -> list[str]:
        try:
            names = json.loads(self._path.read_text("utf-8"))
            return [each for each in names if isinstance(each, str)] if isinstance(names, list) else []
        except (OSError, ValueError):
            return []

    def _write(self, names: list[str]) -> None:
        from cnnstudio.imaging.saving import write_atomically

        try:
            if names:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                write_atomically(self._path, json.dumps(names).encode())
            else:
                self._path.unlink(missing_ok=True)
        except (OSError, StudioError) as error:
            log.warning("%s could not be written: %s", self._path.name, error)
