"""Changes to a layer that several controls offer: each takes settings and gives new ones."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.filters import FilterSettings, Kernel


def with_filter(settings: FilterSettings, index: int, kernel: Kernel) -> FilterSettings:
    """The layer with another kernel in one place; an index past the end means the last filter."""
    filters = list(settings.filters)
    filters[min(index, len(filters) - 1)] = kernel
    return replace(settings, filters=tuple(filters))


def preset_in_place(preset: str, old: Kernel) -> Kernel:
    """A preset with values that suit it; what is done to the sum (normalise, divisor, offset) stays as it was."""
    from cnnstudio.filters import kernel_named

    return replace(kernel_named(preset), offset=old.offset, normalise=old.normalise, divisor=old.divisor)
