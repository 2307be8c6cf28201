"""Looking inside: the maps of every layer, the patches that excite a unit most, and the evidence for a class.

May import `models`, `networks`, `imaging` and settings. Must not import Qt, the engine, or another capability. Names
are imported when first used, so that window and command line can read the settings without loading NumPy or torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnstudio.activations.settings import ActivationSettings

_HOMES = {
    "ablating": ("scores_without",),
    "channels": ("duplicates", "order", "silent", "statistics"),
    "displaying": ("arranged", "displayed", "one_map", "overlaid"),
    "first_layer": ("first_kernels",),
    "maps": ("Pass", "run_through"),
    "mosaics": ("Grid", "mosaic"),
    "subjects": ("Subject", "subject_named"),
}
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["ActivationSettings", *_WHERE]

if TYPE_CHECKING:
    from cnnstudio.activations.ablating import scores_without as scores_without
    from cnnstudio.activations.channels import duplicates as duplicates
    from cnnstudio.activations.channels import order as order
    from cnnstudio.activations.channels import silent as silent
    from cnnstudio.activations.channels import statistics as statistics
    from cnnstudio.activations.displaying import arranged as arranged
    from cnnstudio.activations.displaying import displayed as displayed
    from cnnstudio.activations.displaying import one_map as one_map
    from cnnstudio.activations.displaying import overlaid as overlaid
    from cnnstudio.activations.first_layer import first_kernels as first_kernels
    from cnnstudio.activations.maps import Pass as Pass
    from cnnstudio.activations.maps import run_through as run_through
    from cnnstudio.activations.mosaics import Grid as Grid
    from cnnstudio.activations.mosaics import mosaic as mosaic
    from cnnstudio.activations.subjects import Subject as Subject
    from cnnstudio.activations.subjects import subject_named as subject_named


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = made
    return made
