"""What the picture's page asks of the engine: plain functions that run there and import what they need there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnnstudio.gui.panels.filters.filtering import Filtering

if TYPE_CHECKING:
    from cnnstudio.filters.preview import Seen
    from cnnstudio.filters.probe import Probe
    from cnnstudio.imaging.picture import Picture
    from cnnstudio.imaging.pyramid import Pyramid
    from cnnstudio.imaging.viewport import Viewport


def input_view(picture: Picture, port: Viewport, job: Any) -> Seen:
    """The visible part of the input."""
    from cnnstudio.filters import preview

    return preview.input_view(picture, port)


def result_view(now: Filtering, port: Viewport, full: Pyramid | None, job: Any) -> tuple[Seen, Any]:
    """The visible part of the result and its histogram; from the full result without one where that is ready."""
    from cnnstudio.filters.preview import display_view, filtered_view

    if full is not None and port.scale < 1:
        return display_view(full, port), None
    return filtered_view(now.settings, now.picture, port, now.shown)


def probe(now: Filtering, x: int, y: int, job: Any) -> tuple[Probe, float]:
    """One pixel of the output with its arithmetic, and the value shown in full colour."""
    from cnnstudio.filters import probe as probing
    from cnnstudio.filters.display import display_range

    return probing.probe(now.settings, now.picture, x, y, now.shown), display_range(now.settings)


def full_display(now: Filtering, job: Any) -> tuple[Any, Pyramid]:
    """The whole result (H', W', 3) uint8, and its reduced copies."""
    from cnnstudio.filters import preview
    from cnnstudio.imaging.pyramid import Pyramid

    made = preview.full_display(now.settings, now.picture, now.shown, job)
    return made, Pyramid(made)
