"""What Save, Copy and Send to shelf take from the classification panel: photo and classes as one picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.classification import ClassifySettings
from cnnstudio.gui.panels.base import Result

if TYPE_CHECKING:
    from cnnstudio.classification import Classes
    from cnnstudio.imaging.picture import Picture


def result_of(capability: str, settings: ClassifySettings, picture: Picture, classes: Classes, title: str) -> Result:
    """The picture with its recipe; title: of the network."""
    from cnnstudio import __version__
    from cnnstudio.gui.panels.classification.report import report
    from cnnstudio.imaging.recipes import Recipe
    from cnnstudio.settings import to_plain

    recipe = Recipe(capability, to_plain(settings), picture.name, picture.sha256, __version__)
    return Result(f"{picture.name.rsplit('.', 1)[0]} classes", report, (picture, classes, title), recipe)
