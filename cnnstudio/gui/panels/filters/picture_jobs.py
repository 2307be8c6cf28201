"""What the picture's page asks of the engine: plain functions that run there, and load there what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnstudio import filters
from cnnstudio.gui.panels.filters.filtering import Filtering

if TYPE_CHECKING:
    from cnnstudio.filters import Probe, Seen
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.pyramid import Pyramid
    from cnnstudio.imaging.viewport import Viewport


def input_view(picture: Picture, port: Viewport, job: Any) -> Seen:
    """The visible part of the input."""
    return filters.input_view(picture, port)


def result_view(now: Filtering, port: Viewport, full: Pyramid | None, job: Any) -> tuple[Seen, Any]:
    """The visible part of the result and its histogram; from the full result without one where that is ready."""
    if full is not None and port.scale < 1:
        return filters.display_view(full, port), None
    return filters.filtered_view(now.settings, now.picture, port, now.shown)


def probe(now: Filtering, x: int, y: int, job: Any) -> tuple[Probe, float]:
    """One pixel of the output with its arithmetic, and the value shown in full colour."""
    made = filters.probe(now.settings, now.picture, x, y, now.shown)
    return made, filters.display_range(now.settings)


def full_display(now: Filtering, job: Any) -> tuple[Any, Pyramid]:
    """The whole result (H', W', 3) uint8, and its reduced copies."""
    from cnnstudio.imaging.pyramid import Pyramid

    made = filters.full_display(now.settings, now.picture, now.shown, job)
    return made, Pyramid(made)
