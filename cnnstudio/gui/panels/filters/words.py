"""How the filter panel puts a layer and its values into words, the same on canvas, status bar and file names."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.filters import PRESETS, FilterSettings, Kernel
from cnnstudio.gui.numbers_text import number

NO_OUTPUT = "No output"
MODES = {"signed": "signed", "abs": "absolute", "clip": "clipped"}


def values_text(values: Iterable[float]) -> str:
    """Values of one pixel: whole numbers as such, others with two digits."""
    return "  ".join(number(round(float(v), 2)) for v in values)


def title_of(settings: FilterSettings) -> str:
    """What the result is called: the kernel's name, or the number of filters."""
    if len(settings.filters) > 1:
        return f"{len(settings.filters)} filters"
    kernel = settings.filters[0]
    return kernel.name or PRESETS.get(kernel.preset, "Own kernel")


def mode_of(settings: FilterSettings) -> str:
    """How values become colours, in one word; an automatic choice is said as what it came to."""
    from cnnstudio.filters import shown_mode

    return MODES[shown_mode(settings)]


def short_name(kernel: Kernel) -> str:
    """The kernel's name in a list."""
    return kernel.name or PRESETS[kernel.preset].split(",")[0]


def map_names(settings: FilterSettings, channels: int) -> list[str]:
    """What each map is: filter and channel."""
    colours = ("red", "green", "blue") if channels == 3 else ("grey",)
    names = []
    for i, kernel in enumerate(settings.filters, 1):
        head = f"{i} {short_name(kernel)}" if len(settings.filters) > 1 else short_name(kernel)
        if settings.channels in ("each", "depthwise"):
            names += [f"{head}, {colour}" for colour in colours]
        else:
            names.append(head)
    return names
