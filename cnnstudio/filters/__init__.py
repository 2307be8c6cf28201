"""The filter lab: kernels, the arithmetic of sizes, and one convolution layer over a picture, exact
everywhere.

Holds computation only: no Qt, no command line, no engine. Names are imported when first used, so that the
window can read the settings without loading NumPy, OpenCV or torch.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnstudio.filters.settings import PRESETS, FilterSettings, Kernel

_HOMES = {
    "kernels": ("LARGEST", "checked_slices", "kernel_named", "kernel_size", "own_kernel", "weights"),
    "presets": ("SIZED", "USES", "start_values"),
    "kernel_files": ("kernel_from_json", "kernel_to_json", "parse_kernel"),
    "sizes": (
        "convolved_size", "coverage", "dropped_padded", "dropped_pixels", "input_window", "map_count", "output_size",
        "pads",
    ),
    "formulas": ("formula_text",),
    "layer": ("apply", "empty_output"),
    "regions": ("apply_region",),
    "display": ("display_range", "to_display"),
    "examples": ("EXAMPLES", "Example"),
    "terms": ("Cell", "Sum", "Term", "cell"),
    "learning": ("Learned", "LearnSettings", "hidden_kernel", "hidden_target", "learn", "painted_target",
                 "picture_target"),
}  # fmt: skip
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["PRESETS", "FilterSettings", "Kernel", *_WHERE]

if TYPE_CHECKING:
    from cnnstudio.filters.display import display_range as display_range
    from cnnstudio.filters.display import to_display as to_display
    from cnnstudio.filters.examples import EXAMPLES as EXAMPLES
    from cnnstudio.filters.examples import Example as Example
    from cnnstudio.filters.formulas import formula_text as formula_text
    from cnnstudio.filters.kernel_files import kernel_from_json as kernel_from_json
    from cnnstudio.filters.kernel_files import kernel_to_json as kernel_to_json
    from cnnstudio.filters.kernel_files import parse_kernel as parse_kernel
    from cnnstudio.filters.kernels import LARGEST as LARGEST
    from cnnstudio.filters.kernels import checked_slices as checked_slices
    from cnnstudio.filters.kernels import kernel_named as kernel_named
    from cnnstudio.filters.kernels import kernel_size as kernel_size
    from cnnstudio.filters.kernels import own_kernel as own_kernel
    from cnnstudio.filters.kernels import weights as weights
    from cnnstudio.filters.layer import apply as apply
    from cnnstudio.filters.layer import empty_output as empty_output
    from cnnstudio.filters.learning import Learned as Learned
    from cnnstudio.filters.learning import LearnSettings as LearnSettings
    from cnnstudio.filters.learning import hidden_kernel as hidden_kernel
    from cnnstudio.filters.learning import hidden_target as hidden_target
    from cnnstudio.filters.learning import learn as learn
    from cnnstudio.filters.learning import painted_target as painted_target
    from cnnstudio.filters.learning import picture_target as picture_target
    from cnnstudio.filters.presets import SIZED as SIZED
    from cnnstudio.filters.presets import USES as USES
    from cnnstudio.filters.presets import start_values as start_values
    from cnnstudio.filters.regions import apply_region as apply_region
    from cnnstudio.filters.sizes import convolved_size as convolved_size
    from cnnstudio.filters.sizes import coverage as coverage
    from cnnstudio.filters.sizes import dropped_padded as dropped_padded
    from cnnstudio.filters.sizes import dropped_pixels as dropped_pixels
    from cnnstudio.filters.sizes import input_window as input_window
    from cnnstudio.filters.sizes import map_count as map_count
    from cnnstudio.filters.sizes import output_size as output_size
    from cnnstudio.filters.sizes import pads as pads
    from cnnstudio.filters.terms import Cell as Cell
    from cnnstudio.filters.terms import Sum as Sum
    from cnnstudio.filters.terms import Term as Term
    from cnnstudio.filters.terms import cell as cell


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = made
    return made
