"""What Save, Copy and Send to shelf take from the filter panel: the filtered picture at full size, with its recipe."""

from __future__ import annotations

from typing import Any

from cnnstudio.gui.panels.base import Result
from cnnstudio.gui.panels.filters.filtering import Filtering
from cnnstudio.gui.panels.filters.words import title_of


def result_of(capability: str, filtering: Filtering, ready: Any) -> Result | None:
    """The result; `ready` is the finished picture (H', W', 3) uint8, or None when it has yet to be computed.

    Returns None when the settings do not fit the picture.
    """
    if filtering.output_size is None:
        return None
    from cnnstudio import __version__
    from cnnstudio.filters import full_display
    from cnnstudio.imaging.recipes import Recipe
    from cnnstudio.settings import to_plain

    settings, picture = filtering.settings, filtering.picture
    name = f"{picture.name.rsplit('.', 1)[0]} {title_of(settings).split(',')[0].lower()}"
    recipe = Recipe(capability, to_plain(settings), picture.name, picture.sha256, __version__)
    if ready is not None:
        return Result(name, _already_made, (ready,), recipe)
    return Result(name, full_display, (settings, picture, filtering.shown), recipe)


def _already_made(pixels: Any, job: Any) -> Any:
    return pixels
