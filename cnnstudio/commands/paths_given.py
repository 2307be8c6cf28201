"""Files and folders as they are named on the command line, checked before any work."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from cnnstudio.errors import PictureError, StudioError, UsageError


def path_given(option: str, words: str) -> Path:
    """The path; UsageError when the words are empty, which would mean the current folder."""
    if not words.strip():
        raise UsageError(f'{option} is ""; name a file or folder ("." is the current folder).')
    return Path(words)


def check_file_name(path: Path, suffixes: Sequence[str] | None = None) -> None:
    """UsageError unless the extension is one of `suffixes`; None: one of those a picture can be saved as."""
    from cnnstudio.imaging.saving import format_of

    if suffixes is None:
        try:
            format_of(path)
        except PictureError as error:
            raise UsageError(str(error)) from None
    elif path.suffix.lower() not in suffixes:
        raise UsageError(f"{path.name} does not end in {' or '.join(suffixes)}; choose such a name.")


def make_folder(folder: Path) -> None:
    """Make a folder unless it is there; StudioError when it cannot be made."""
    if folder.exists() and not folder.is_dir():
        raise StudioError(f"{folder} is a file, and a folder is needed. Choose another name.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise StudioError(f"{folder} cannot be made ({reason}). Choose a folder that can be written.") from error
