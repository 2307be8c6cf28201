"""Where the files that travel with the program lie, from a checkout and from an installed wheel alike.

Nothing else in the program builds such a path, so moving a folder is a change in one place.
"""

from __future__ import annotations

from pathlib import Path

from cnnstudio.errors import StudioError

_PACKAGE = Path(__file__).resolve().parent


def resources_dir() -> Path:
    """The folder with registries, labels and example kernels; raises StudioError when it is missing."""
    return _find("resources")


def samples_dir() -> Path:
    """The folder with the sample pictures and their SOURCES.md; raises StudioError when it is missing."""
    return _find("sample_images")


def _find(name: str) -> Path:
    # An installed package is asked first: beside it, in site-packages, a stranger's folder may bear this
    # name.
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise StudioError(f"The folder {name} that belongs to CNN Studio is missing. Install the program again.")
