"""What made a saved picture: capability, settings and the source's name and hash, carried inside the PNG.

Dropping such a file back on the window restores panel and settings. A recipe travels to strangers with its
picture, so it holds file names and hashes and never a folder of this computer.
"""

from __future__ import annotations

import io
import json
import ntpath
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from cnnstudio.errors import PictureError

KEY = "cnnstudio"
_FORMAT = 1


@dataclass(frozen=True)
class Recipe:
    """How a picture was made.

    capability: the panel's name ("filters"); settings: its plain form (`cnnstudio.settings.to_plain`);
    source_name, source_sha256: the picture it was made from, by file name and hash; version: of the program.
    """

    capability: str
    settings: dict[str, Any]
    source_name: str
    source_sha256: str
    version: str

    def to_json(self) -> str:
        """The recipe as JSON text in which every path is reduced to a file name.

        Raises PictureError when the settings hold something JSON cannot carry.
        """
        plain = {
            KEY: _FORMAT,
            "capability": self.capability,
            "settings": _without_paths(self.settings),
            "source": {"name": _file_name(self.source_name), "sha256": self.source_sha256},
            "version": self.version,
        }
        try:
            return json.dumps(plain, ensure_ascii=False, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise PictureError(f"The recipe of {self.capability} cannot be written: {error}.") from None

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """The recipe in `text`; raises PictureError when it is damaged or of a later format."""
        try:
            plain = json.loads(text, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:
            raise PictureError(f"The recipe cannot be read: {error}.") from None
        if not isinstance(plain, Mapping) or plain.get(KEY) != _FORMAT:
            raise PictureError("The recipe was written by another version of CNN Studio and cannot be read.")
        source = plain.get("source")
        source = source if isinstance(source, Mapping) else {}
        words = [plain.get("capability"), source.get("name"), source.get("sha256"), plain.get("version")]
        settings = plain.get("settings")
        if not isinstance(settings, dict) or not all(isinstance(word, str) for word in words):
            raise PictureError("The recipe cannot be read: a part is missing.")
        capability, name, sha256, version = (str(word) for word in words)
        return cls(capability, settings, _file_name(name), sha256, version)


def recipe_of(path: str | Path) -> Recipe | None:
    """The recipe that the PNG at `path` carries; None for other files, and if it has none or a damaged one.

    Raises PictureError when the file cannot be read at all.
    """
    from cnnstudio.imaging.limits import max_pixels_allowed
    from cnnstudio.imaging.opening import errors_named, open_image, read_file

    path = Path(path)
    data = read_file(path)
    with errors_named(path.name):
        return recipe_in(open_image(io.BytesIO(data), path.name, max_pixels_allowed()).info)[0]


def recipe_in(info: Mapping[Any, Any]) -> tuple[Recipe | None, bool]:
    """The recipe among Pillow's text entries, and whether there was one that is damaged."""
    text = info.get(KEY)
    if not isinstance(text, str):
        return None, False
    try:
        return Recipe.from_json(text), False
    except PictureError:
        return None, True


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _file_name(text: str) -> str:
    return ntpath.basename(posixpath.basename(text))


def _without_paths(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_paths(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_paths(item) for item in value]
    if isinstance(value, Path):
        return value.name
    if isinstance(value, str) and _is_path(value):
        return _file_name(value)
    return value


def _is_path(text: str) -> bool:
    return posixpath.isabs(text) or ntpath.isabs(text) or text.startswith(("~", "file:"))
