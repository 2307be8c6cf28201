"""What Save, Copy and Send to shelf take: the view as it is shown, with its recipe."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnstudio.gui.panels.activations.works import Seen, take
from cnnstudio.gui.panels.base import Result

if TYPE_CHECKING:
    from cnnstudio.activations import ActivationSettings
    from cnnstudio.imaging.picture import Picture


def result_of(
    capability: str, view: str, chosen: ActivationSettings, real: ActivationSettings, picture: Picture, seen: Seen,
    aspect: float, contribution: Any,
) -> Result:  # fmt: skip
    """The picture of a view. chosen: the settings as they are kept; real: with a layer and a unit that there are."""
    from cnnstudio import __version__
    from cnnstudio.imaging.recipes import Recipe
    from cnnstudio.settings import to_plain

    kept = chosen if view in ("mosaic", "kernels") else real
    name = capability if view == "mosaic" else f"{capability}/{view}"
    recipe = Recipe(name, to_plain(kept), picture.name, picture.sha256, __version__)
    what = {"mosaic": real.layer, "kernels": "kernels"}.get(view, f"{real.layer} unit {real.unit}")
    title = f"{picture.name.rsplit('.', 1)[0]} {what}"
    return Result(title, take, (view, real, seen, aspect, contribution), recipe)
