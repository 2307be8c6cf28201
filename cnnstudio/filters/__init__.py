"""The filter lab: kernels, the arithmetic of sizes, and one convolution layer over a picture, exact
everywhere.

Holds computation only: no Qt, no command line, no engine. The rest of the program imports from here and never from a
module inside, so that the inside can change; a contract in pyproject.toml holds it. Names are imported when first
used, so that the window can read the settings without loading NumPy, OpenCV or torch. No module is named like
something it offers: importing the module would put itself in the name's place.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnnstudio.filters.settings import PRESETS, FilterSettings, Kernel, Matrix

_HOMES = {
    "borders": ("cut", "luminance"),
    "display": ("display_range", "shown_mode", "to_display"),
    "edge_network": ("LearnedEdges", "learned_edges"),
    "examples": ("EXAMPLES", "Example"),
    "formulas": ("pool_lines", "size_lines"),
    "kernel_files": ("kernel_from_json", "kernel_to_json", "parse_kernel"),
    "kernels": ("LARGEST", "checked_slices", "kernel_named", "kernel_size", "own_kernel", "slices_for", "weights"),
    "layer": ("apply", "empty_output"),
    "learn_settings": ("LearnSettings",),
    "learning": ("Learned", "hidden_kernel", "hidden_target", "learn", "painted_target", "picture_target"),
    "painting": ("PaintedStroke", "pixels_to_learn_from", "target_from_file", "target_from_strokes"),
    "placing": ("placement",),
    "presets": ("SIZED", "USES", "start_values"),
    "preview": ("Seen", "display_view", "filtered_view", "full_display", "input_view"),
    "probing": ("Probe", "probe"),
    "pytorch_code": ("snippet",),
    "regions": ("apply_region",),
    "sizes": (
        "Side", "checked_sides", "convolved_size", "coverage", "dropped_padded", "dropped_pixels", "input_window",
        "map_count", "output_size", "pads", "sides",
    ),
    "volume_parts": ("NO_PICTURE", "LayerParts", "layer_parts"),
}  # fmt: skip
_WHERE = {name: home for home, names in _HOMES.items() for name in names}

__all__ = ["PRESETS", "FilterSettings", "Kernel", "Matrix", *_WHERE]

if TYPE_CHECKING:
    from cnnstudio.filters.borders import cut as cut
    from cnnstudio.filters.borders import luminance as luminance
    from cnnstudio.filters.display import display_range as display_range
    from cnnstudio.filters.display import shown_mode as shown_mode
    from cnnstudio.filters.display import to_display as to_display
    from cnnstudio.filters.edge_network import LearnedEdges as LearnedEdges
    from cnnstudio.filters.edge_network import learned_edges as learned_edges
    from cnnstudio.filters.examples import EXAMPLES as EXAMPLES
    from cnnstudio.filters.examples import Example as Example
    from cnnstudio.filters.formulas import pool_lines as pool_lines
    from cnnstudio.filters.formulas import size_lines as size_lines
    from cnnstudio.filters.kernel_files import kernel_from_json as kernel_from_json
    from cnnstudio.filters.kernel_files import kernel_to_json as kernel_to_json
    from cnnstudio.filters.kernel_files import parse_kernel as parse_kernel
    from cnnstudio.filters.kernels import LARGEST as LARGEST
    from cnnstudio.filters.kernels import checked_slices as checked_slices
    from cnnstudio.filters.kernels import kernel_named as kernel_named
    from cnnstudio.filters.kernels import kernel_size as kernel_size
    from cnnstudio.filters.kernels import own_kernel as own_kernel
    from cnnstudio.filters.kernels import slices_for as slices_for
    from cnnstudio.filters.kernels import weights as weights
    from cnnstudio.filters.layer import apply as apply
    from cnnstudio.filters.layer import empty_output as empty_output
    from cnnstudio.filters.learn_settings import LearnSettings as LearnSettings
    from cnnstudio.filters.learning import Learned as Learned
    from cnnstudio.filters.learning import hidden_kernel as hidden_kernel
    from cnnstudio.filters.learning import hidden_target as hidden_target
    from cnnstudio.filters.learning import learn as learn
    from cnnstudio.filters.learning import painted_target as painted_target
    from cnnstudio.filters.learning import picture_target as picture_target
    from cnnstudio.filters.painting import PaintedStroke as PaintedStroke
    from cnnstudio.filters.painting import pixels_to_learn_from as pixels_to_learn_from
    from cnnstudio.filters.painting import target_from_file as target_from_file
    from cnnstudio.filters.painting import target_from_strokes as target_from_strokes
    from cnnstudio.filters.placing import placement as placement
    from cnnstudio.filters.presets import SIZED as SIZED
    from cnnstudio.filters.presets import USES as USES
    from cnnstudio.filters.presets import start_values as start_values
    from cnnstudio.filters.preview import Seen as Seen
    from cnnstudio.filters.preview import display_view as display_view
    from cnnstudio.filters.preview import filtered_view as filtered_view
    from cnnstudio.filters.preview import full_display as full_display
    from cnnstudio.filters.preview import input_view as input_view
    from cnnstudio.filters.probing import Probe as Probe
    from cnnstudio.filters.probing import probe as probe
    from cnnstudio.filters.pytorch_code import snippet as snippet
    from cnnstudio.filters.regions import apply_region as apply_region
    from cnnstudio.filters.sizes import Side as Side
    from cnnstudio.filters.sizes import checked_sides as checked_sides
    from cnnstudio.filters.sizes import convolved_size as convolved_size
    from cnnstudio.filters.sizes import coverage as coverage
    from cnnstudio.filters.sizes import dropped_padded as dropped_padded
    from cnnstudio.filters.sizes import dropped_pixels as dropped_pixels
    from cnnstudio.filters.sizes import input_window as input_window
    from cnnstudio.filters.sizes import map_count as map_count
    from cnnstudio.filters.sizes import output_size as output_size
    from cnnstudio.filters.sizes import pads as pads
    from cnnstudio.filters.sizes import sides as sides
    from cnnstudio.filters.volume_parts import NO_PICTURE as NO_PICTURE
    from cnnstudio.filters.volume_parts import LayerParts as LayerParts
    from cnnstudio.filters.volume_parts import layer_parts as layer_parts


def __getattr__(name: str) -> Any:
    if name not in _WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    made = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
    globals()[name] = made
    return made
