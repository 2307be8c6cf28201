"""What the engine does for the panel: the one pass, the pictures of the maps, the comparison of channels.

All are plain functions with a job at the end. What they return is shown as it is; maps stay as they are behind `Seen`,
so that another layer, scale or order needs no second pass.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cnnstudio.activations import ActivationSettings

if TYPE_CHECKING:
    from cnnstudio.activations import Grid, Pass

LARGEST_PHOTO = 1600
"""Longer side in pixels of the photo that maps are laid over on screen; what is saved has the photo's own size."""

SMALLEST_SAVED = 512


@dataclass(frozen=True, eq=False)
class Seen:
    """One photo in one network. pixels: as they were read. photo: (h, w, 3) uint8, `scale` times as large.

    seconds: what the pass took. parameters: numbers that the network has learned.
    """

    made: Pass
    pixels: Any
    photo: Any
    scale: float
    seconds: float
    parameters: int


@dataclass(frozen=True, eq=False)
class Drawn:
    """A picture for a view, (h, w, 3) uint8, made with these settings (their layer and unit are real ones).

    grid: where the tiles lie, None for one map. silent: units that are the same everywhere. signed: colours diverge
    from zero. top: the value in full colour, 0 where each map has its own. contribution: (C) once it was needed.
    aspect: of the room that the tiles were arranged for.
    """

    view: str
    settings: ActivationSettings
    pixels: Any
    grid: Grid | None = None
    silent: frozenset[int] = frozenset()
    signed: bool = False
    top: float = 0.0
    contribution: Any = None
    aspect: float = 1.0


def look(name: str, pixels: Any, job: Any) -> Seen:
    """Send a picture (H, W, 1 or 3) through the network of this name; previews its `Subject`."""
    from cnnstudio.activations import kept_subject, run_through

    subject = kept_subject(name, device=job.device, checkpoint=job.checkpoint)
    job.checkpoint()
    # Followed once and kept; the tree can be shown while the pass runs.
    _ = subject.layers
    job.preview(subject)
    photo, scale = reduced_photo(pixels)
    began = time.perf_counter()
    made = run_through(subject, pixels, None, job)
    seconds = time.perf_counter() - began
    return Seen(made, pixels, photo, scale, seconds, sum(each.numel() for each in subject.network.parameters()))


def warm(name: str, job: Any) -> Any:
    """The network of this name with its layers, before the first photo."""
    from cnnstudio.activations import kept_subject

    subject = kept_subject(name, device=job.device, checkpoint=job.checkpoint)
    _ = subject.layers
    return subject


def draw(view: str, settings: ActivationSettings, seen: Seen, aspect: float, contribution: Any, job: Any) -> Drawn:
    """The picture of a view. aspect: width over height of the room. contribution: (C) if it is known already."""
    from cnnstudio.activations import arranged, is_signed, laid_over, mosaic, one_map, silent

    if view == "kernels":
        return _kernels(settings, seen, aspect)
    maps = seen.made.maps[settings.layer]
    signed, top = is_signed(maps), 0.0 if settings.scale == "map" else float(abs(maps).max(initial=0.0))
    if view == "map":
        return Drawn(view, settings, one_map(settings, maps, settings.unit), signed=signed, top=top)
    if view == "overlay":
        over = laid_over(settings, seen.made, settings.unit, seen.photo, seen.scale)
        return Drawn(view, settings, over, signed=signed, top=top)
    contribution = contributed(settings, seen, contribution, job)
    grid = arranged(settings, maps, aspect, contribution)
    shown = mosaic(maps, grid, per_map=settings.scale == "map", gamma=settings.gamma)
    return Drawn(view, settings, shown, grid, frozenset(silent(maps)), signed, top, contribution, aspect)


def contributed(settings: ActivationSettings, seen: Seen, known: Any, job: Any) -> Any:
    """What each channel adds to the class, (C), where the order wants it and the network tells classes."""
    from cnnstudio.activations import contributions

    subject = seen.made.subject
    if settings.sort != "contribution" or seen.made.scores is None or known is not None:
        return known
    target = settings.target if settings.target < len(subject.labels) else -1
    return contributions(subject, seen.pixels, settings.layer, target, job)


def take(view: str, settings: ActivationSettings, seen: Seen, aspect: float, contribution: Any, job: Any) -> Any:
    """The picture of a view to be saved, (h, w, 3) uint8: small ones enlarged, a photo at its full size."""
    from cnnstudio.activations import displayed, laid_over

    if view == "overlay":
        return laid_over(settings, seen.made, settings.unit, rgb(seen.pixels), 1.0)
    if view == "map":
        return displayed(settings, seen.made, aspect)
    if view == "kernels":
        return enlarged(_kernels(settings, seen, aspect).pixels)
    contribution = contributed(settings, seen, contribution, job)
    return enlarged(displayed(replace(settings, unit=-1), seen.made, aspect, contribution))


def compare(maps: Any, job: Any) -> tuple[list[int], list[tuple[int, int]]]:
    """The silent channels of maps (C, H, W), and the pairs that say the same."""
    from cnnstudio.activations import duplicates, silent

    job.checkpoint()
    return silent(maps), duplicates(maps)


def without(settings: ActivationSettings, seen: Seen, job: Any) -> Any:
    """The scores (K) with the settings' channels switched off."""
    from cnnstudio.activations import scores_without

    to_mean = settings.ablation == "mean"
    return scores_without(seen.made.subject, seen.pixels, settings.layer, settings.ablated, to_mean, job)


def shrunk(pixels: Any, port: Any, job: Any) -> Any:
    """The part of a picture in a viewport with as many samples as it wants, each the mean of its pixels."""
    import cv2
    import numpy as np

    left, top = int(port.x), int(port.y)
    part = pixels[top : int(np.ceil(port.y + port.height)), left : int(np.ceil(port.x + port.width))]
    return np.ascontiguousarray(cv2.resize(part, (port.out_width, port.out_height), interpolation=cv2.INTER_AREA))


def reduced_photo(pixels: Any) -> tuple[Any, float]:
    """The picture as (h, w, 3) uint8 with sides of at most `LARGEST_PHOTO`, and its scale."""
    import cv2
    import numpy as np

    photo = rgb(pixels)
    height, width = photo.shape[:2]
    scale = min(1.0, LARGEST_PHOTO / max(height, width))
    if scale < 1:
        size = max(1, round(width * scale)), max(1, round(height * scale))
        photo = np.ascontiguousarray(cv2.resize(photo, size, interpolation=cv2.INTER_AREA))
    return photo, scale


def rgb(pixels: Any) -> Any:
    """A picture (H, W, 1 or 3) as (H, W, 3) uint8 of its own."""
    import numpy as np

    from cnnstudio.imaging.pyramid import to_bytes

    shown = to_bytes(pixels)
    return np.ascontiguousarray(np.broadcast_to(shown, (*shown.shape[:2], 3)))


def enlarged(pixels: Any) -> Any:
    """Every pixel repeated so often that the longer side has at least `SMALLEST_SAVED`."""
    import numpy as np

    times = max(1, -(-SMALLEST_SAVED // max(pixels.shape[:2])))
    return np.repeat(np.repeat(pixels, times, 0), times, 1)


def _kernels(settings: ActivationSettings, seen: Seen, aspect: float) -> Drawn:
    import numpy as np

    from cnnstudio.activations import first_kernels, grid_for, tiled

    found = first_kernels(seen.made.subject)
    if found is None:
        return Drawn("kernels", settings, np.zeros((0, 0, 3), np.uint8))
    layer, kernels = found
    grid = grid_for(kernels[:, :, :, 0].astype(np.float32), np.arange(len(kernels)), aspect)
    return Drawn("kernels", replace(settings, layer=layer), tiled(kernels, grid), grid, aspect=aspect)
